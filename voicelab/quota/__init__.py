"""How many calls fit into a service's limits, and what false triggers cost."""

from voicelab.quota.calls import read_call
from voicelab.quota.demand import Demand, Measured, measure
from voicelab.quota.fits import Fit, Need, fits, needs
from voicelab.quota.plan import Plan, plan
from voicelab.quota.triggers import TriggerCost, trigger_costs

__all__ = [
    "Demand",
    "Fit",
    "Measured",
    "Need",
    "Plan",
    "TriggerCost",
    "fits",
    "measure",
    "needs",
    "plan",
    "read_call",
    "trigger_costs",
]
