"""Assembly: plain ES modules, joined into the one that a widget may be.

The files beside this one run as they are, served beside each other.  A widget
ships as a single module, so here an ``import`` of a neighbour becomes that
neighbour's text, once, in front; and the address of a worklet,
``new URL("./NAME", import.meta.url)``, becomes an address of its joined text.
"""

import json
import re
from importlib.resources import files

from voicelab.export.worklet import WORKLET_FILES, worklet_source

__all__ = ["joined", "source"]

IMPORT = re.compile(r'^import (?:\{[^}]*\} from )?"\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
ADDRESS = re.compile(r'new URL\("\./([\w-]+\.js)", import\.meta\.url\)')


def source(name: str) -> str:
    """Give a module as it ships.

    Parameters
    ----------
    name : str
        Of this folder, or one of the player's that the export writes.

    Returns
    -------
    str
        Its text.
    """
    if name in WORKLET_FILES:
        return worklet_source(name)
    return files(__name__.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8")


def joined(name: str) -> str:
    """Join a module with those that it imports.

    Parameters
    ----------
    name : str
        The module.

    Returns
    -------
    str
        One module; only its own default export is left.
    """
    return "\n".join(_parts(name, set()))


def _parts(name: str, seen: set[str]) -> list[str]:
    if name in seen:
        return []
    seen.add(name)
    text = source(name)
    before = [part for other in IMPORT.findall(text) for part in _parts(other, seen)]
    text = EXPORT.sub("", IMPORT.sub("", text))
    return [*before, ADDRESS.sub(lambda found: _address(found[1]), text)]


def _address(name: str) -> str:
    text = json.dumps(joined(name))
    return f'URL.createObjectURL(new Blob([{text}], {{ type: "text/javascript" }}))'
