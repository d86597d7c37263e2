"""In front of the service: a gate that knows the quota, and a relay of the page's own origin."""

from voicelab.relay.admission import Call, GateCounts, Lease, Place, Refusal, Ticket
from voicelab.relay.gate import SessionGate
from voicelab.relay.limits import GateLimits

__all__ = [
    "Call",
    "GateCounts",
    "GateLimits",
    "Lease",
    "Place",
    "Refusal",
    "SessionGate",
    "Ticket",
]
