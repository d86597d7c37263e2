"""Report: what a tuning run found, as one file that needs nothing else.

Pictures are inside the file, and there is no script, no font and no link to
anything.  Every text goes through ``escape``: names of rooms, recordings and
networks come from whoever named the files.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from voicelab.autotune import Autotuned
from voicelab.card import COLUMNS, Card, verdict_card
from voicelab.jitter import GUIDE_PLAYER, BufferChoice, play
from voicelab.tuning import Evidence, Tuning
from voicelab.tuning.change import HasSettings, paths, word

__all__ = ["report_html"]

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .2rem 1.2rem .2rem 0; }
th { border-bottom: 1px solid #777; } td { border-bottom: 1px solid #ddd; }
td { overflow-wrap: anywhere; } tr, figure { break-inside: avoid; }
thead { display: table-header-group; }
figure { margin: 1rem 0; } img { max-width: 100%; height: auto; } figcaption { color: #555; }
.shown { color: #00694d; } .plausible { color: #8a5a00; } .kept { color: #555; }
.shown, .plausible, .kept { font-weight: 600; }
@page { margin: 16mm; }
@media print { body { font-size: 10.5px; margin: 0; max-width: none; padding: 0; }
               .sheet { break-before: page; } }
"""
# Said to the browser as well: it runs no script and fetches nothing.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def report_html(tuned: Autotuned) -> str:
    """Write what a tuning run found as one self-contained page.

    Parameters
    ----------
    tuned : Autotuned
        The run.

    Returns
    -------
    str
        HTML, to be written as UTF-8.
    """
    card = verdict_card(tuned)
    body = "\n".join(
        [
            *_card(card),
            *_sides(tuned),
            *_playback(tuned.buffer),
            *_settings(tuned.tuning),
            *_evidence(tuned.tuning.evidence),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(card.title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _card(card: Card) -> Iterator[str]:
    yield f"<h1>{escape(card.title)}</h1>"
    yield _table(("", *COLUMNS), [(row.figure, *row.cells) for row in card.rows])
    for each in card.values:
        yield (
            f'<p><span class="{escape(each.verdict)}">{escape(each.verdict)}</span> '
            f"<b>{escape(each.text)}</b>: {escape(each.reason)}</p>"
        )
    for heading, entries in (
        ("To show more", card.needs),
        ("Other detectors", card.families),
        ("Notes", card.remarks),
    ):
        yield from _list(heading, entries)


def _sides(tuned: Autotuned) -> Iterator[str]:
    from voicelab.views.figures import ThresholdCurves

    yield '<h2 class="sheet">Both sides of the threshold: local model, by detector</h2>'
    for name, choice in tuned.choices.items():
        curves = ThresholdCurves(tuned.sweep, choice.setting, budget=choice.budget)
        decides = ", which decides" if name == tuned.detector else ""
        yield _picture(
            curves.png(),
            f"{name}{decides}: {choice.verdict}, {choice.setting} ({choice.reason}). Local model.",
        )


def _playback(buffer: BufferChoice | None) -> Iterator[str]:
    yield '<h2 class="sheet">Playback: local model on recorded arrivals</h2>'
    if buffer is None:
        yield "<p>Too few answers were recorded: the player stays as the profile has it.</p>"
        return
    from voicelab.views.playback import Playback

    arrivals = buffer.arrivals[0]
    hardest = int(play(arrivals.apart(), GUIDE_PLAYER).underruns[:, 0].argmax()) + 1
    for said, outcome in (("the guide's", buffer.guide), ("yours", buffer.chosen)):
        panel = Playback(arrivals, outcome.player)
        panel.answer.value = hardest
        caption = (
            f"{said}, {outcome.player}: {outcome.smooth_answers} of {outcome.answers} answers "
            f"smooth, {outcome.underruns} underruns, {outcome.silent_ms:.0f} ms of silence, "
            f"start delay {outcome.start_delay_ms:.0f} ms (median). "
            f"{arrivals.name}, answer {hardest}. Local model."
        )
        yield _picture(panel.png, caption)


def _settings(tuning: Tuning) -> Iterator[str]:
    base = tuning.profile
    known = set(paths(base))
    yield '<h2 class="sheet">Settings, where they come from and how sure they are</h2>'
    yield _table(
        ("setting", "value", f"default of {base.name}", "origin"),
        [
            (
                path[1:].replace("/", " "),
                word(_value(tuning, path)),
                word(_value(base, path)) if path in known else "none",
                str(tuning.origin_of(path) or "default"),
            )
            for path in paths(tuning)
        ],
    )


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield "<h2>Evidence</h2>"
    if evidence.turns is not None:
        turns = evidence.turns
        fitted = "calibrated" if turns.calibrated else "not calibrated"
        yield (
            f"<p>Turns: measured on {escape(turns.measured_on)} model, detector "
            f"{escape(turns.detector)} ({fitted} to the service), held out: "
            f"{escape(turns.hold_out)}.</p>"
        )
        yield _table(
            ("figure", "yours", "90 % interval", "measured on", "default", "guide"),
            [
                (
                    name,
                    f"{each.value:.3g}",
                    f"{each.low:.3g} to {each.high:.3g}",
                    f"{each.exposure_s:.0f} s" if each.n is None and each.exposure_s else
                    f"n {each.n}" if each.n is not None else "",
                    _number(each.at_default),
                    _number(each.at_guide),
                )
                for name, each in turns.metrics.items()
            ],
        )  # fmt: skip
    if evidence.recordings:
        yield "<h3>Recordings</h3>"
        yield _table(
            ("name", "kind", "distinct s", "turns", "labels", "captured", "SHA-256 begins"),
            [
                (
                    each.name,
                    each.kind,
                    f"{each.seconds:.1f}",
                    "" if each.turns is None else str(each.turns),
                    each.labels or "",
                    "not known" if each.capture is None else str(each.capture),
                    each.sha256[:12],
                )
                for each in evidence.recordings
            ],
        )
    if evidence.arrivals:
        yield "<h3>Arrivals</h3>"
        yield _table(
            ("name", "pacing", "answers", "SHA-256 begins"),
            [
                (each.name, each.pacing, str(each.answers), each.sha256[:12])
                for each in evidence.arrivals
            ],
        )
    yield from _list("Not tested", [each.replace("_", " ") for each in evidence.not_tested])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(each)}</{tag}>" for each in cells) + "</tr>"

    body = "\n".join(line(row, "td") for row in rows)
    return f"<table>\n<thead>{line(head, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _list(heading: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        items = "".join(f"<li>{escape(each)}</li>" for each in entries)
        yield f"<h3>{escape(heading)}</h3>\n<ul>{items}</ul>"


def _picture(png: bytes, caption: str) -> str:
    said = escape(caption)
    return (
        f'<figure><img alt="{said}" src="data:image/png;base64,'
        f'{base64.b64encode(png).decode("ascii")}"><figcaption>{said}</figcaption></figure>'
    )


def _value(settings: HasSettings, path: str) -> object:
    _, section, *rest = path.split("/")
    value: object = getattr(settings, section)
    for name in rest:
        value = value[int(name)] if isinstance(value, tuple) else getattr(value, name)
    return value


def _number(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3g}"
