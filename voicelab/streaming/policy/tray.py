"""Tray: the time of one step, and what the step puts out, in order.

The machines of a policy return what they decide; those who call them lay what
follows from it on the tray.
"""

from collections.abc import Mapping
from typing import Any

from voicelab.streaming.policy.messages import Output, Send, Tell
from voicelab.streaming.policy.notices import Notice
from voicelab.wire import Event

__all__ = ["Tray"]


class Tray:
    """The outputs of one step."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self.outputs: list[Output] = []

    def begin(self, now_ms: float) -> None:
        """Begin a step with nothing on the tray.

        Parameters
        ----------
        now_ms : float
            Its time.
        """
        self.now_ms = now_ms
        self.outputs = []

    def put(self, output: Output) -> None:
        """Lay an output behind those before it.

        Parameters
        ----------
        output : Output
            What is to be done.
        """
        self.outputs.append(output)

    def tell(self, notice: Notice) -> None:
        """Tell the user, and the log.

        Parameters
        ----------
        notice : Notice
            What.
        """
        self.outputs.append(Tell(notice))

    def send(self, connection: int, event_type: str, fields: Mapping[str, Any]) -> None:
        """Send an event.

        Parameters
        ----------
        connection : int
            On which.
        event_type : str
            Its neutral name.
        fields : mapping
            Everything else of it.
        """
        self.outputs.append(Send(connection, Event(event_type, fields)))
