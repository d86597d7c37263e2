"""Write docs/events.md: every event and field, and what the embedded service makes of it.

    python tools/write_events.py

The rows are the inventory's own; the tests are those below ``tests/`` and
``conformance/`` that name the event, or the field, in a string.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from voicelab.wire import EVENTS, SUPPORT
from voicelab.wire.session_fields import (
    RESPONSE_FIELDS,
    SESSION_FIELDS,
    SessionField,
    session_path,
)

CHECKOUT = Path(__file__).parents[1]
TARGET = CHECKOUT / "docs" / "events.md"
MEANING = {
    "supported": "supported",
    "ignored": "ignored, with a warning",
    "refused": "refused, with an error",
    "never sent": "never sent",
}
HEADING = """# Events and settings

What the embedded service makes of everything that the protocol knows. Written by
`tools/write_events.py` from `voicelab/wire/inventory.py` and `session_fields.py`; edit those.

Names are Voice Live's; where OpenAI's generally available dialect has another, it stands in
brackets, and where it has none, *Voice Live*. A field with `?` may be absent, `null` in its kind
means that it may be null. `type` and `event_id` are everywhere. What is said of a server event is
whether the embedded service sends it; *never sent* are those of avatars, animation, agents and
tools that run on the service.
"""


def named_in_tests() -> dict[str, list[str]]:
    """Find which test files name an event or a setting in a string."""
    found = defaultdict(set)
    for folder in ("tests", "conformance"):
        for path in (CHECKOUT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for word in re.findall(r"[a-z_0-9.]+", node.value):
                        found[word].add(path.relative_to(CHECKOUT).as_posix())
    return {word: sorted(paths) for word, paths in found.items()}


def tests(found: dict[str, list[str]], *names: str) -> str:
    """Name the tests of the service that speak of something, else those of the wire."""
    paths = sorted({path for name in names for path in found.get(name, ())})
    served = [path for path in paths if "simulator" in path or "conformance" in path]
    shown = served or [path for path in paths if "wire" in path] or ["tests/wire/test_inventory.py"]
    return ", ".join(f"`{path.removeprefix('tests/')}`" for path in shown[:3])


def events(sender: str, found: dict[str, list[str]]) -> list[str]:
    """Write the rows of one side."""
    rows = ["| event | fields | here | tests |", "|---|---|---|---|"]
    for name, spec in EVENTS.items():
        if spec.sender != sender:
            continue
        ga = spec.name_in("openai-ga")
        other = " *Voice Live*" if ga is None else "" if ga == name else f" [`{ga}`]"
        other = " *OpenAI*" if spec.dialects == ("openai-ga",) else other
        fields = ", ".join(
            f"`{each.name}{'' if each.required else '?'}` {each.kind.replace('|', ' or ')}"
            for each in spec.fields
        )
        note = f" ({spec.note})" if spec.note else ""
        rows.append(
            f"| `{name}`{other}{note} | {fields or 'none'} | {MEANING[SUPPORT[name]]} "
            f"| {tests(found, name, ga or name)} |"
        )
    return rows


def settings(table: Mapping[str, SessionField], found: dict[str, list[str]]) -> list[str]:
    """Write the rows of settings."""
    rows = ["| setting | holds | here | tests |", "|---|---|---|---|"]
    for name, each in table.items():
        nested = session_path(name, "openai-ga").removeprefix("session.")
        other = "" if nested == name else f" [`{nested}`]"
        other = " *Voice Live*" if each.dialects == ("voice-live",) else other
        other = f"{other} *OpenAI*" if each.dialects == ("openai-ga",) else other
        allowed = [f"{each.low:g} to {each.high:g}"] if each.high < float("inf") else []
        allowed += each.choices
        holds = each.kind + (" or null" if each.nullable else "")
        holds += f": {', '.join(allowed)}" if allowed else ""
        rows.append(
            f"| `{name}`{other} | {holds} | {MEANING[each.support]} "
            f"| {tests(found, name, name.rpartition('.')[2])} |"
        )
    return rows


def text() -> str:
    """Write the whole page."""
    found = named_in_tests()
    parts = [
        HEADING.strip(),
        "## From the client",
        "\n".join(events("client", found)),
        "## From the service",
        "\n".join(events("server", found)),
        "## What a session may be set to",
        "\n".join(settings(SESSION_FIELDS, found)),
        "## What `response.create` may ask for",
        "\n".join(settings(RESPONSE_FIELDS, found)),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
