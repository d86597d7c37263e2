"""RequestError: what a client asked for and the service does not do.

It becomes one ``error`` event; the session goes on.
"""

from collections.abc import Mapping
from typing import Any

from voicelab.wire.event import Event

__all__ = ["RequestError", "error_event"]


class RequestError(Exception):
    """A request that is answered with an ``error`` event.

    Parameters
    ----------
    code : str
        The service's own code.
    message : str
        A sentence for the client.
    param : str or None
        The field that is wrong.
    type : str
        The family of the error.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        param: str | None = None,
        type: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param
        self.type = type

    @property
    def fields(self) -> Mapping[str, Any]:
        """The error as it stands in an event."""
        return {
            "type": self.type,
            "code": self.code,
            "message": self.message,
            "param": self.param,
        }


def error_event(error: RequestError, *, event_id: str | None = None) -> Event:
    """Say an error on the wire.

    Parameters
    ----------
    error : RequestError
        What went wrong.
    event_id : str or None
        The id that the client gave its event.

    Returns
    -------
    Event
        Of type ``error``.
    """
    return Event("error", {"error": {**error.fields, "event_id": event_id}})
