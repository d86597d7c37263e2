"""Spectrogram: where in time and frequency a recording's energy lies.

Computed once a recording and kept as long as the recording is.  Frames of
32 ms every column of the picture; levels are in dBFS per band of the frame,
for a full-scale sine 0.
"""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.views.figures.palette import BLACK, Source, tidy

__all__ = [
    "BANDS_MS",
    "COLOURS",
    "LOUDEST_DBFS",
    "QUIETEST_DBFS",
    "STEPS",
    "Spectrum",
    "draw_spectrogram",
    "spectrum",
]

FRAME_MS = 32
FRAMES = 300
BANDS_MS = 256  # for the mean level: tells 50 Hz from 60
QUIETEST_DBFS, LOUDEST_DBFS = -100.0, -20.0
COLOURS = "magma"  # rises in lightness with level, so that it holds in grey
STEPS = 40  # of colour, 2 dB each


class Spectrum(NamedTuple):
    """Levels by frequency and time.

    Attributes
    ----------
    frequencies_hz : ndarray, shape (bands,)
        Middle of each band.
    level_dbfs : ndarray, shape (bands, frames)
        Of each band in each frame.
    """

    frequencies_hz: NDArray[np.float64]
    level_dbfs: NDArray[np.float32]

    @property
    def mean_dbfs(self) -> NDArray[np.float64]:
        """Level of each band over the whole recording."""
        power = np.mean(10 ** (self.level_dbfs.astype(np.float64) / 10), axis=1)
        return np.asarray(10 * np.log10(power + 1e-14))


_kept: WeakKeyDictionary[Recording, dict[int, Spectrum]] = WeakKeyDictionary()


def spectrum(recording: Recording, *, frame_ms: int = FRAME_MS) -> Spectrum:
    """Measure a recording's levels by frequency and time, once.

    Parameters
    ----------
    recording : Recording
        Of any length.
    frame_ms : int
        Length of a frame: longer tells frequencies, shorter tells times.

    Returns
    -------
    Spectrum
        The same object whenever the same recording is asked for.
    """
    kept = _kept.setdefault(recording, {})
    if frame_ms not in kept:
        kept[frame_ms] = _measure(recording, frame_ms)
    return kept[frame_ms]


def _measure(recording: Recording, frame_ms: int) -> Spectrum:
    length = recording.rate_hz * frame_ms // 1000
    samples = np.pad(recording.samples, (0, max(0, length - recording.samples.size)))
    framed = np.lib.stride_tricks.sliding_window_view(samples, length)
    # Every frame counts only where they are few; of a long take, evenly spread ones do.
    starts = np.unique(np.linspace(0, len(framed) - 1, FRAMES).astype(np.int64))
    window = np.hanning(length).astype(np.float32)
    bins = np.abs(np.fft.rfft(framed[starts] * window, axis=1)) * (2 / window.sum())
    level_dbfs = 20 * np.log10(np.maximum(bins.T, 1e-7)).astype(np.float32)
    return Spectrum(np.arange(len(level_dbfs)) * recording.rate_hz / length, level_dbfs)


def draw_spectrogram(recording: Recording, *, source: Source = "local model") -> Figure:
    """Draw where a recording's energy lies, with its labelled turns above.

    Parameters
    ----------
    recording : Recording
        What to draw.
    source : {"local model", "simulator", "service"}
        Whose sound it is.

    Returns
    -------
    Figure
        1000 pixels wide.
    """
    found = spectrum(recording)
    figure = Figure(figsize=(10, 3.2), dpi=100, layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(
        found.level_dbfs,
        origin="lower",
        aspect="auto",
        extent=(0, recording.duration_ms / 1000, 0, recording.rate_hz / 2000),
        cmap=colormaps[COLOURS].resampled(STEPS),
        vmin=QUIETEST_DBFS,
        vmax=LOUDEST_DBFS,
    )
    for turn in recording.turns or ():
        for start_ms, end_ms in turn.spans:
            axes.plot(
                [start_ms / 1000, end_ms / 1000], [1.02, 1.02], color=BLACK, linewidth=4,
                transform=axes.get_xaxis_transform(), clip_on=False, solid_capstyle="butt",
            )  # fmt: skip
    axes.set(xlabel="time (s)", ylabel="frequency (kHz)")
    said = ", black: labelled speech" if recording.turns else ""
    axes.set_title(
        f"{recording.name} ({source}){said}", loc="left", fontsize=10, pad=10, parse_math=False
    )
    tidy(axes)
    bar = figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("level (dBFS)", size=9)
    bar.ax.tick_params(labelsize=8)
    return figure
