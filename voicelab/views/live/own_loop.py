"""OwnLoop: an event loop on a thread of its own, for as long as one coroutine runs.

A kernel runs cells on its own loop; what must not stop meanwhile runs here.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["OwnLoop"]


class OwnLoop:
    """A thread that runs one coroutine.

    Parameters
    ----------
    main : callable
        Gives the coroutine; it must not raise.
    name : str
        Of the thread.
    """

    def __init__(self, main: Callable[[], Coroutine[Any, Any, None]], *, name: str) -> None:
        self._main = main
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def has_begun(self) -> bool:
        """Whether it was started."""
        return self._thread.ident is not None

    @property
    def is_running(self) -> bool:
        """Whether it was started and is not over."""
        return self._thread.is_alive()

    @property
    def now_s(self) -> float:
        """The loop's clock; 0 before there is a loop."""
        return 0.0 if self._loop is None else self._loop.time()

    def begin(self) -> None:
        """Start; once."""
        self._thread.start()

    def soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Hand something over, in order; nothing happens unless it runs.

        Parameters
        ----------
        call : callable
            Called on the thread.
        *arguments : object
            For it.
        """
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(call, *arguments)

    def join(self, within_s: float) -> None:
        """Wait for its end.

        Parameters
        ----------
        within_s : float
            How long.
        """
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(within_s)

    def _run(self) -> None:
        asyncio.run(self._hold())

    async def _hold(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._main()
