"""Upstream: the way from the relay to the service, or in words why there is none.

Where it leads is the relay's own affair: nothing that a page sends, neither
its path nor its query nor its headers, goes into it.
"""

import logging

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus, WebSocketException

from voicelab.relay.told import FAILED, Farewell, error_text, unreachable
from voicelab.streaming.endpoint import Endpoint
from voicelab.streaming.handshake import Secrets, open_wire
from voicelab.streaming.policy.attempts import why_refused

__all__ = ["MOST_AHEAD", "reach"]

MOST_AHEAD = 2  # messages that were received and that the page has not taken yet

log = logging.getLogger("voicelab.relay")


async def reach(endpoint: Endpoint) -> tuple[ClientConnection, Secrets] | Farewell:
    """Open a connection to the service.

    Parameters
    ----------
    endpoint : Endpoint
        Where it leads, and the key.

    Returns
    -------
    tuple of ClientConnection and Secrets, or Farewell
        The latter with status and remedy: a page cannot read a status.
    """
    try:
        return await open_wire(endpoint, most_ahead=MOST_AHEAD)
    except InvalidStatus as refusal:
        answer = refusal.response
        why, wait_s = why_refused(answer.status_code, dict(answer.headers.raw_items()))
        log.warning("the service refused a connection with %d", answer.status_code)
        return unreachable(why, status=answer.status_code, retry_after_s=wait_s)
    except (OSError, WebSocketException) as error:
        log.warning("the service could not be reached: %s", type(error).__name__)
        return unreachable(why_refused(None, {})[0], status=None)
    except Exception as error:  # whatever asks for a token may raise anything, secrets included
        log.error("no token could be had: %s", type(error).__name__)
        said = "The relay has no key for the service at the moment; its log says why."
        return Farewell(FAILED, "no key", error_text("connection_error", said))
