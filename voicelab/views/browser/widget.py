"""Widget: what the browser's widgets have in common.

Their messages reach the kernel on a thread of its own (a *subshell*) and get
through while a cell runs, as long as the kernel knows that this is where the
page wants them.  It forgets with every message that a cell sends, because it
takes that cell's own place for the page's.  So everything is sent from here as
an answer to the page's last message, whoever sends it.

Handlers may therefore run on two threads at once: a lock lets one in at a time.
"""

import contextvars
from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

__all__ = ["BrowserWidget"]


class BrowserWidget(anywidget.AnyWidget):
    """A widget that lives in the browser and talks to the kernel.

    Attributes
    ----------
    error : str
        What went wrong in a callback; shown in the page.
    key : str
        By which the page's other widgets find it.
    """

    error = traitlets.Unicode("").tag(sync=True)
    key = traitlets.Unicode("").tag(sync=True)

    def __init__(self) -> None:
        self.lock = RLock()
        self._answering: contextvars.Context | None = None
        super().__init__(key=uuid4().hex)
        self.on_msg(self._receive)

    def post(self, message: dict[str, Any], *buffers: bytes) -> None:
        """Send the page a message.

        Parameters
        ----------
        message : dict
            With a ``type``.
        *buffers : bytes
            Beside it.
        """
        self._as_answer(self.send, message, list(buffers))

    def send_state(self, key: Any = None) -> None:
        """Send the page the widget's state.

        Parameters
        ----------
        key : str, iterable of str or None
            Which part; all of it unless told.
        """
        self._as_answer(super().send_state, key)

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a message of the page; the lock is held.

        Parameters
        ----------
        message : dict
            With a ``type``.
        buffers : sequence of memoryview
            Beside it.
        """
        raise TypeError(f"{type(self).__name__} must say what it does with a message")

    def call(self, callbacks: Sequence[Callable[..., object]], *arguments: object) -> None:
        """Call back; what goes wrong is shown in the page and raised.

        Parameters
        ----------
        callbacks : sequence of callable
            In order.
        *arguments : object
            For each of them.
        """
        for callback in callbacks:
            try:
                callback(*arguments)
            except Exception as error:
                self.error = f"{type(error).__name__}: {error}"
                raise

    def _receive(self, _widget: object, message: dict[str, Any], buffers: Any) -> None:
        with self.lock:
            self._answering = contextvars.copy_context()
            if message.get("type") == "hello":
                self.post({"type": "hello"})
            else:
                self.receive(message, buffers)

    def _as_answer(self, send: Callable[..., object], *arguments: object) -> None:
        answering = self._answering
        if answering is None:
            send(*arguments)
        else:
            answering.copy().run(send, *arguments)
