"""Board: what a live session tells, as HTML; numbers and words in, text out.

Everything that anybody said is escaped.  Colours are JupyterLab's own where it
has one, so that the board is dark where the page is.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from voicelab.streaming.policy import TurnSettled
from voicelab.views.live.seen import Said, Seen

__all__ = ["GREEN", "RED", "Facts", "facts", "lamp", "setting", "talk", "troubles", "turns"]

LINES = 8
CHIPS = 24
COLORS = {"answered": "#009E73", "answered in part": "#E69F00", "superseded": "#777777"}
RED, GREEN, AMBER, GREY = "#D55E00", "#009E73", "#E69F00", "#999999"
LAMPS = {"live": GREEN, "connecting": AMBER, "reconnecting": AMBER}
SOFT = "color:var(--jp-ui-font-color2,#777)"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The figures of a session.

    Attributes
    ----------
    now_s : float
        Unix time.
    latencies_ms : sequence of float
        From the end of the voice to each answer's first sample.
    underruns : int
        How often an answer ran dry.
    silent_ms : float
        How long that was together.
    counted_by : str
        Who counted them.
    input_tokens, output_tokens : int
        What was used.
    cost : str
        What that costs; empty where no price is known.
    """

    now_s: float
    latencies_ms: Sequence[float] = ()
    underruns: int = 0
    silent_ms: float = 0.0
    counted_by: str = "the page"
    input_tokens: int = 0
    output_tokens: int = 0
    cost: str = ""


def lamp(state: str, *, where: str, floor: str, elapsed_s: float | None) -> str:
    """Draw the light that says whether somebody listens.

    Parameters
    ----------
    state : str
        Of the conversation.
    where : str
        Who answers.
    floor : str
        Who speaks.
    elapsed_s : float or None
        How long the session has lasted.

    Returns
    -------
    str
        HTML.
    """
    color = LAMPS.get(state, GREY)
    words = f"{state}, {floor}" if state == "live" else state
    clock = "" if elapsed_s is None else f" · {_clock(elapsed_s)}"
    return (
        f"<span style='color:{color};font-size:17px;vertical-align:-1px'>●</span> "
        f"<b>{html.escape(words)}</b> <span style='{SOFT}'>· {html.escape(where)}{clock}</span>"
    )


def talk(lines: Iterable[Said]) -> str:
    """Write down what was said last.

    Parameters
    ----------
    lines : iterable of Said
        In order.

    Returns
    -------
    str
        HTML.
    """
    shown = list(lines)[-LINES:]
    if not shown:
        return f"<div style='{SOFT};padding:6px 0'>Nothing was said yet.</div>"
    return "".join(map(_bubble, shown))


def turns(settled: Sequence[TurnSettled]) -> str:
    """Draw a chip for each turn, with its end.

    Parameters
    ----------
    settled : sequence of TurnSettled
        In the order in which they ended.

    Returns
    -------
    str
        HTML.
    """
    chips = "".join(map(_chip, list(settled)[-CHIPS:]))
    return f"<div style='line-height:24px'><span style='{SOFT}'>turns </span>{chips or '–'}</div>"


def facts(seen: Seen, figures: Facts) -> str:
    """Write the session's figures.

    Parameters
    ----------
    seen : Seen
        Connections, expiry, losses.
    figures : Facts
        The rest.

    Returns
    -------
    str
        HTML, a table.
    """
    waits = figures.latencies_ms
    latency = f"{waits[-1]:.0f} ms · median {median(waits):.0f} ms of {len(waits)}" if waits else ""
    left_s = None if seen.expires_at_s is None else seen.expires_at_s - figures.now_s
    used = figures.input_tokens + figures.output_tokens
    cost = f" · {html.escape(figures.cost)}" if figures.cost else ""
    rows = {
        "voice ends → answer heard": latency,
        "session ends in": "" if left_s is None else _clock(max(0.0, left_s)),
        "connections": _connections(seen),
        "underruns": f"{figures.underruns} · {figures.silent_ms:.0f} ms silent"
        f" <span style='{SOFT}'>({html.escape(figures.counted_by)})</span>",
        "your sound lost": f"{seen.dropped_ms / 1000:.1f} s",
        "tokens": f"{figures.input_tokens} in · {figures.output_tokens} out{cost}" if used else "",
    }
    cells = "".join(
        f"<tr><td style='{SOFT};padding:1px 14px 1px 0;white-space:nowrap'>{name}</td>"
        f"<td style='white-space:nowrap;font-variant-numeric:tabular-nums'>{value or '–'}</td></tr>"
        for name, value in rows.items()
    )
    return f"<table style='line-height:20px;border-collapse:collapse'>{cells}</table>"


def setting(wanted: object, effective: object, *, is_waiting: bool, by: str) -> str:
    """Say what holds of a setting.

    Parameters
    ----------
    wanted : object
        What the slider says.
    effective : object
        What holds; ``None`` where nobody has said.
    is_waiting : bool
        Whether an answer is awaited.
    by : str
        Who says so.

    Returns
    -------
    str
        HTML.
    """
    if effective is None:
        return f"<span style='{SOFT}'>from the start</span>"
    if is_waiting and effective != wanted:
        return f"<span style='color:{AMBER}'>asked, {by} has {_number(effective)}</span>"
    color, mark = (GREEN, "✓") if effective == wanted else (RED, "≠")
    return f"<span style='color:{color}'>{mark}</span> {by}: {_number(effective)}"


def troubles(sentences: Iterable[str], *, ended: str) -> str:
    """Write what went wrong, the last first.

    Parameters
    ----------
    sentences : iterable of str
        In order.
    ended : str
        Why it is over; empty while it is not.

    Returns
    -------
    str
        HTML; empty where nothing went wrong.
    """
    last = f"<div style='color:{RED};font-weight:600'>{html.escape(ended)}</div>" if ended else ""
    rest = "".join(
        f"<div style='{SOFT}'>{html.escape(sentence)}</div>"
        for sentence in reversed(list(sentences))
    )
    return last + rest


def _bubble(said: Said) -> str:
    is_user = said.who == "user"
    back = "var(--jp-layout-color2,#eee)" if is_user else "rgba(0,114,178,.13)"
    side = "margin-right:auto" if is_user else "margin-left:auto"
    wait = "" if said.latency_ms is None else f" · after {said.latency_ms:.0f} ms"
    cut = " · cut off" if said.is_cut else "" if said.is_over else " · …"
    text = html.escape(said.text.strip()) or "…"
    return (
        f"<div style='background:{back};border-radius:9px;padding:3px 10px;margin:3px 0;"
        f"max-width:84%;width:fit-content;{side};line-height:18px'>{text}"
        f"<span style='{SOFT};font-size:11px'>"
        f" {'you' if is_user else 'agent'}{wait}{cut}</span></div>"
    )


def _chip(turn: TurnSettled) -> str:
    color = COLORS.get(turn.state, RED)
    again = f", sent {turn.repeats + 1} times" if turn.repeats else ""
    said = f"turn {turn.turn}, {(turn.end_ms - turn.start_ms) / 1000:.1f} s: {turn.state}{again}"
    said += f", {turn.heard_ms / 1000:.1f} s of the answer heard" if turn.heard_ms else ""
    said += f" ({turn.reason})" if turn.reason else ""
    mark = {"answered": "✓", "answered in part": "◐", "superseded": "→"}.get(turn.state, "✗")
    return (
        f"<span title='{html.escape(said, quote=True)}' style='border:1px solid {color};"
        f"color:{color};border-radius:9px;padding:0 7px;margin-right:4px'>{turn.turn} {mark}</span>"
    )


def _connections(seen: Seen) -> str:
    if not seen.connections:
        return ""
    losses, rotations = seen.connections["reconnect"], seen.connections["rotation"]
    return f"{seen.connections.total()} · {losses} after a loss · {rotations} by rotation"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else html.escape(str(value))
