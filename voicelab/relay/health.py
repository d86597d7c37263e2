"""Health: what a load balancer, or a person, may know of a relay.

Counts only: nothing of it says who speaks, what is said, or where the service is.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus

from voicelab.relay.admission import GateCounts
from voicelab.relay.folder import Page
from voicelab.version import __version__

__all__ = ["HEALTH", "health"]

HEALTH = "/health"


def health(
    counts: GateCounts, *, draining: bool, half_open: int, stopped: Mapping[str, int]
) -> Page:
    """Write it.

    Parameters
    ----------
    counts : GateCounts
        Of the gate.
    draining : bool
        Whether the relay is about to stop: 503, so that nobody is sent here.
    half_open : int
        Sockets whose handshake is not over.
    stopped : mapping of str to int
        Events that may not pass, by type.

    Returns
    -------
    Page
        JSON.
    """
    told = {
        "status": "draining" if draining else "ok",
        "voicelab": __version__,
        "gate": asdict(counts),
        "half_open": half_open,
        "not_allowed": dict(stopped),
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE if draining else HTTPStatus.OK
    return Page(status, "application/json", json.dumps(told, indent=2).encode())
