"""Folder: the one folder of static files that a relay serves beside its socket.

Only plain files of known kinds below it are given, never a hidden one, and
none that a link or a path leads to from outside.
"""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

__all__ = ["GUARDS", "Folder", "Page", "message"]

INDEX = "index.html"
MOST_FILE_BYTES = 16 * 2**20
KINDS = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json",
        ".map": "application/json",
        ".txt": "text/plain; charset=utf-8",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".ico": "image/x-icon",
        ".wav": "audio/wav",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
    }
)
# Nothing is loaded from elsewhere, so nothing from elsewhere is run or told.
GUARDS = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-cache",
    }
)


@dataclass(frozen=True)
class Page:
    """An answer to a plain HTTP request.

    Attributes
    ----------
    status : HTTPStatus
        Of it.
    kind : str
        Its content type.
    body : bytes
        What it holds.
    """

    status: HTTPStatus
    kind: str
    body: bytes


def message(status: HTTPStatus, sentence: str) -> Page:
    """Answer with a sentence.

    Parameters
    ----------
    status : HTTPStatus
        Of it.
    sentence : str
        Nothing of the request.

    Returns
    -------
    Page
        Plain text.
    """
    return Page(status, KINDS[".txt"], f"{sentence}\n".encode())


NOT_FOUND = message(HTTPStatus.NOT_FOUND, "There is no such page.")


class Folder:
    """A folder that is served.

    Parameters
    ----------
    root : Path
        The folder.

    Raises
    ------
    ValueError
        If it is none, or has no page.
    """

    def __init__(self, root: Path) -> None:
        if not (root / INDEX).is_file():
            raise ValueError(f"a folder to serve must hold an {INDEX}, got {root}")
        self.root = root.resolve()

    def page(self, path: str) -> Page:
        """Give a file.

        Parameters
        ----------
        path : str
            Of the request, without query.

        Returns
        -------
        Page
            404 for whatever is not a file of the folder.
        """
        root, *parts = unquote(path).split("/")
        if root or not parts:
            return NOT_FOUND
        parts[-1] = parts[-1] or INDEX
        if any(not part or part.startswith(".") or set(part) & set("\\\0:") for part in parts):
            return NOT_FOUND
        try:
            found = self.root.joinpath(*parts).resolve(strict=True)
            kind = KINDS.get(found.suffix)
            inside = found.is_relative_to(self.root) and found.is_file()
            if kind is None or not inside or found.stat().st_size > MOST_FILE_BYTES:
                return NOT_FOUND
            return Page(HTTPStatus.OK, kind, found.read_bytes())
        except (OSError, ValueError):
            return NOT_FOUND
