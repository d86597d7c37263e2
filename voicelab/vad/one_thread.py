"""One thread: matrix products that do not spread over cores of their own accord.

A sweep runs several cells side by side; products that each want every core
would stand in each other's way, and setting the limit anew for each cell costs more
than the products (measured).  It belongs to the process, so the first who asks
sets it and the last lifts it.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

__all__ = ["one_thread"]

_lock = Lock()
_inside: list[Any] = []  # one entry for everybody who asked, the limit first


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep products to one thread until everybody who asked has left.

    Yields
    ------
    None
        Nothing.
    """
    with _lock:
        _inside.append(None if _inside else _controller().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            limit = _inside[0]
            _inside.pop()
            if not _inside:
                limit.restore_original_limits()


@functools.cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
