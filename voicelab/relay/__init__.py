"""In front of the service: a gate that knows the quota, and a relay of the page's own origin."""

from voicelab.relay.admission import Call, GateCounts, Lease, Place, Refusal, Ticket
from voicelab.relay.gate import SessionGate
from voicelab.relay.limits import GateLimits
from voicelab.relay.origins import Origins
from voicelab.relay.relay import Relay
from voicelab.relay.resume import Resuming
from voicelab.relay.rules import RelayRules

__all__ = [
    "Call",
    "GateCounts",
    "GateLimits",
    "Lease",
    "Origins",
    "Place",
    "Refusal",
    "Relay",
    "RelayRules",
    "Resuming",
    "SessionGate",
    "Ticket",
]
