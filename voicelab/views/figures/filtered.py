"""Filtered: a recording before and after a filter, in time and in frequency.

Above, both outlines.  Below, the mean level of each band before and after,
with the filter's response between; and the spectrogram of what is left, which
is the first one lowered by the response: a filter changes levels, not places.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.filters import Filter
from voicelab.views.figures.envelope import envelope, filled
from voicelab.views.figures.palette import BLACK, BLUE, GREY, Source, tidy
from voicelab.views.figures.picture import Picture
from voicelab.views.figures.spectrogram import (
    BANDS_MS,
    COLOURS,
    LOUDEST_DBFS,
    QUIETEST_DBFS,
    STEPS,
    Spectrum,
    spectrum,
)
from voicelab.views.figures.waveform import shade_turns

__all__ = ["Filtered", "draw_response"]

LOWEST_HZ = 20.0
BANDS = 480  # about one a pixel
RESPONSE_DB = (-60.0, 12.0)


class Filtered(Picture):
    """Before and after one filter, redrawn in place.

    Parameters
    ----------
    recording : Recording
        What is heard.
    sound_filter : Filter or None
        What it passes first.
    source : {"local model", "simulator", "service"}
        Who filters.
    """

    def __init__(
        self,
        recording: Recording,
        sound_filter: Filter | None = None,
        *,
        source: Source = "local model",
    ) -> None:
        super().__init__(Figure(figsize=(10, 5.2), dpi=100, layout="constrained"))
        self._recording, self._source = recording, source
        self._spectrum = spectrum(recording)
        self._bands_hz = np.geomspace(LOWEST_HZ, recording.rate_hz / 2.001, BANDS)
        self._before_dbfs = _loudest_in(spectrum(recording, frame_ms=BANDS_MS), self._bands_hz)
        shapes = self.figure.subplot_mosaic(
            [["wave", "wave"], ["bands", "left"]], height_ratios=(1, 1.35)
        )
        wave, bands, left = shapes["wave"], shapes["bands"], shapes["left"]

        shade_turns(wave, recording)
        filled(wave, "#B0B0B0").set_verts([envelope(recording).outline])
        limit = 1.05 * max(float(np.abs(recording.samples).max()), 1e-3)
        wave.set(
            xlabel="time (s)", ylabel="amplitude", ylim=(-limit, limit),
            xlim=(0, recording.duration_ms / 1000),
        )  # fmt: skip
        self._wave = filled(wave, BLUE)
        self._title = wave.set_title(" ", loc="left", fontsize=10, parse_math=False)
        tidy(wave)

        bands.plot(self._bands_hz, self._before_dbfs, color="#B0B0B0", linewidth=1.4)
        (self._after,) = bands.plot([], [], color=BLUE, linewidth=1.2)
        (self._response,) = bands.plot([], [], color=BLACK, linestyle="--", linewidth=1.2)
        bands.set(
            xscale="log", xlim=(LOWEST_HZ, recording.rate_hz / 2), ylim=(-110, 15),
            xlabel="frequency (Hz)", ylabel="level (dBFS), gain (dB)",
        )  # fmt: skip
        bands.set_xticks([30, 100, 300, 1000, 3000, 10000], minor=False)
        bands.set_xticklabels(["30", "100", "300", "1k", "3k", "10k"])
        for line, name in zip(bands.lines, ("before", "after", "the filter's gain"), strict=True):
            line.set_label(name)
        bands.legend(fontsize=8, frameon=False, loc="lower left", ncols=1)
        tidy(bands, grid="both")

        self._image = left.imshow(
            self._spectrum.level_dbfs, origin="lower", aspect="auto",
            cmap=colormaps[COLOURS].resampled(STEPS),
            extent=(0, recording.duration_ms / 1000, 0, recording.rate_hz / 2000),
            vmin=QUIETEST_DBFS, vmax=LOUDEST_DBFS, interpolation="nearest",
        )  # fmt: skip
        left.set(xlabel="time (s)", ylabel="frequency (kHz)")
        left.set_title("what is left", loc="left", fontsize=9, color=GREY)
        tidy(left)
        bar = self.figure.colorbar(self._image, ax=left, pad=0.02)
        bar.set_label("level (dBFS)", size=8)
        bar.ax.tick_params(labelsize=8)
        self.moves(self._wave, self._title, self._after, self._response, self._image)
        self.show(sound_filter)

    def show(self, sound_filter: Filter | None) -> None:
        """Pass the recording through another filter.

        Parameters
        ----------
        sound_filter : Filter or None
            ``None`` is no filter.
        """
        take, found = self._recording, self._spectrum
        after = take if sound_filter is None else sound_filter.apply(take)
        at_hz = np.concatenate((self._bands_hz, found.frequencies_hz))
        gains_db = np.zeros(at_hz.size)
        if sound_filter is not None:
            gains_db = sound_filter.response_db(at_hz, rate_hz=take.rate_hz)
        bands_db, rows_db = np.split(np.maximum(gains_db, -200.0), [BANDS])
        self._wave.set_verts([envelope(after).outline])
        self._after.set_data(self._bands_hz, self._before_dbfs + bands_db)
        self._response.set_data(self._bands_hz, bands_db)
        self._image.set_data(found.level_dbfs + rows_db[:, np.newaxis].astype(np.float32))
        self._title.set_text(
            f"{take.name} through {sound_filter or 'no filter'} ({self._source}); grey: before"
        )


def _loudest_in(found: Spectrum, bands_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean level of the loudest bin of each band: a tone stays as high as it is."""
    edges = np.sqrt(bands_hz[1:] * bands_hz[:-1])
    first = np.searchsorted(found.frequencies_hz, np.concatenate(([bands_hz[0]], edges)))
    return np.asarray(np.maximum.reduceat(found.mean_dbfs, first))


def draw_response(
    *filters: Filter, rate_hz: int = 24_000, source: Source = "local model"
) -> Figure:
    """Draw the gain of filters against frequency.

    Parameters
    ----------
    *filters : Filter
        At least one.
    rate_hz : int
        Sample rate.
    source : {"local model", "simulator", "service"}
        Who filters.

    Returns
    -------
    Figure
        1000 pixels wide.

    Raises
    ------
    ValueError
        If there is no filter.
    """
    if not filters:
        raise ValueError("a response needs at least one filter, got none")
    figure = Figure(figsize=(10, 3), dpi=100, layout="constrained")
    axes = figure.subplots()
    frequencies_hz = np.geomspace(LOWEST_HZ, rate_hz / 2.001, 1200)
    for sound_filter, dashes in zip(filters, ("-", "--", "-.", ":") * len(filters), strict=False):
        gain_db = np.maximum(sound_filter.response_db(frequencies_hz, rate_hz=rate_hz), -200)
        axes.plot(frequencies_hz, gain_db, linestyle=dashes, linewidth=1.8, label=str(sound_filter))
    for line, color in zip(axes.lines, (BLUE, "#D55E00", "#009E73", BLACK) * len(filters),
                           strict=False):  # fmt: skip
        line.set_color(color)
    axes.set(
        xscale="log", xlim=(LOWEST_HZ, rate_hz / 2), ylim=RESPONSE_DB,
        xlabel="frequency (Hz)", ylabel="gain (dB)",
    )  # fmt: skip
    axes.set_xticks([30, 50, 100, 300, 1000, 3000, 10000], minor=False)
    axes.set_xticklabels(["30", "50", "100", "300", "1k", "3k", "10k"])
    axes.set_title(f"gain at {rate_hz} Hz ({source} of the browser's filters)", loc="left",
                   fontsize=10)  # fmt: skip
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    tidy(axes, grid="both")
    return figure
