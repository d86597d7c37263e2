"""Waveform: a recording's outline over time, with the turns that are labelled in it."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from voicelab.audio import Recording
from voicelab.views.figures.envelope import envelope, filled
from voicelab.views.figures.palette import BLUE, PALE, Source, tidy

__all__ = ["draw_waveform", "shade_turns"]


def shade_turns(axes: Axes, recording: Recording) -> None:
    """Lay a grey band under every stretch in which somebody is labelled to speak.

    Parameters
    ----------
    axes : Axes
        Its x axis is in seconds.
    recording : Recording
        May be unlabelled.
    """
    for turn in recording.turns or ():
        for start_ms, end_ms in turn.spans:
            axes.axvspan(start_ms / 1000, end_ms / 1000, color=PALE, linewidth=0, zorder=0)


def draw_waveform(recording: Recording, *, source: Source = "local model") -> Figure:
    """Draw a recording's outline; what is labelled as speech is grey behind it.

    Parameters
    ----------
    recording : Recording
        What to draw.
    source : {"local model", "simulator", "service", "your microphone"}
        Whose sound it is.

    Returns
    -------
    Figure
        1000 pixels wide.
    """
    figure = Figure(figsize=(10, 2.4), dpi=100, layout="constrained")
    axes = figure.subplots()
    shade_turns(axes, recording)
    found = envelope(recording)
    filled(axes, BLUE).set_verts([found.outline])
    limit = 1.05 * max(float(found.high.max()), -float(found.low.min()), 1e-3)
    axes.set(
        xlabel="time (s)",
        ylabel="amplitude (full scale 1)",
        xlim=(0, recording.duration_ms / 1000),
        ylim=(-limit, limit),
    )
    said = ", grey: labelled speech" if recording.turns else ""
    axes.set_title(f"{recording.name} ({source}){said}", loc="left", fontsize=10, parse_math=False)
    tidy(axes, grid="y")
    return figure
