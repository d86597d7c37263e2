"""The player as code: an AudioWorklet with its page side, its socket and the filters.

Beside this module lie the JavaScript files themselves, plain ES modules that
run as they are.  An export is these files with the tuned values in place of
the lines between ``// tuned: begin`` and ``// tuned: end``.
"""

import json
import re
from importlib.resources import files
from typing import Any

from voicelab.export.target import Export, Remark, Target
from voicelab.jitter.player import Player
from voicelab.tuning import Tuning

__all__ = ["WORKLET", "WORKLET_FILES", "node_settings", "player_rules", "worklet_source"]

WORKLET_FILES = (
    "player-worklet.js",
    "socket-worker.js",
    "player.js",
    "player.d.ts",
    "capture.js",
    "capture.d.ts",
)
RULES = {
    "rateHz": "rate_hz",
    "start": "start",
    "startMs": "start_ms",
    "onUnderrun": "on_underrun",
    "ratchetMs": "ratchet_ms",
    "ratchetToMs": "ratchet_to_ms",
    "flushAtEnd": "flush_at_end",
    "maxQueueMs": "max_queue_ms",
    "onOverflow": "on_overflow",
    "fadeMs": "fade_ms",
}
NODE_SETTINGS = {"type": "type", "frequency_hz": "frequency", "q_db": "Q", "q": "Q"}
NODE_SETTINGS |= {"gain_db": "gain"}
TUNED = re.compile(r"(// tuned: begin\n).*?(// tuned: end\n)", re.DOTALL)


def worklet_source(name: str) -> str:
    """Give one of the files as it ships, with the values of a default player.

    Parameters
    ----------
    name : str
        One of :data:`WORKLET_FILES`.

    Returns
    -------
    str
        Its text.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def player_rules(player: Player) -> dict[str, Any]:
    """Give a player as the worklet takes it, in its ``processorOptions``.

    Parameters
    ----------
    player : Player
        The rules.

    Returns
    -------
    dict
        By the names that the worklet has for them.
    """
    return {name: getattr(player, field) for name, field in RULES.items()}


def node_settings(filter: object) -> dict[str, Any]:
    """Give a filter as a ``BiquadFilterNode`` takes it.

    Parameters
    ----------
    filter : HighPass or another of voicelab.filters
        The settings.

    Returns
    -------
    dict
        By the names that Web Audio has for them.
    """
    return {NODE_SETTINGS[key]: each for key, each in vars(filter).items() if key in NODE_SETTINGS}


def write(tuning: Tuning) -> Export:
    """Write a config's player and filters as JavaScript.

    Parameters
    ----------
    tuning : Tuning
        The values, the threshold already decided.

    Returns
    -------
    Export
        Texts by file name, and what they do not say.
    """
    player = tuning.player
    nodes = [node_settings(each) for each in tuning.filters]
    tuned = {
        "player-worklet.js": f"const TUNED = {_written(player_rules(player))};\n",
        "player.js": f"export const RATE_HZ = {player.rate_hz};\n",
        "capture.js": f"export const FILTERS = {_written(nodes)};\n",
    }
    artifact = {name: _with(worklet_source(name), tuned.get(name)) for name in WORKLET_FILES}
    lost = [
        Remark("/turn_detection", "travels in a session event: export --to voice-live"),
        Remark(
            "/session", "the page keeps no session alive: attempts and rotation are the server's"
        ),
    ]
    if player.whole_quanta:
        lost.append(Remark("/player/whole_quanta", "every sample that arrives is played"))
    assumed = (
        Remark("player.js", "the socket leads to your own server: a page can keep no key"),
        Remark("capture.js", "echo cancellation and noise suppression are as the page asks for"),
    )
    return Export(artifact, tuple(lost), assumed)


def _written(value: Any) -> str:
    return json.dumps(value, indent=2, allow_nan=False)


def _with(source: str, tuned: str | None) -> str:
    return source if tuned is None else TUNED.sub(lambda found: found[1] + tuned + found[2], source)


WORKLET = Target(name="worklet", write=write)
