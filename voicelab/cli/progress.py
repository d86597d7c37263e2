"""A progress bar on standard error, gone when the work is done."""

import contextlib
from collections.abc import Callable, Iterator

__all__ = ["progress_bar"]


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress while something runs."""
    from tqdm import tqdm

    with tqdm(desc=title, leave=False, unit="cell") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
