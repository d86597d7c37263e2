"""Staircase: arrived audio against playing audio, and what buffers cost.

Above, one answer: each packet lifts the staircase by the audio it holds; the
line is what has been played.  Where the line meets the staircase the player
has nothing to play, and is drawn red.  Below, over all answers, underruns and
waiting times against the size of the buffer, with the two seconds after which
Azure's server echo cancellation gives up.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from voicelab.jitter import ECHO_LIMIT_MS, Answer
from voicelab.jitter.outcome import Outcome
from voicelab.views.figures.palette import BLACK, BLUE, GREY, PALE, RED, Source, tidy
from voicelab.views.figures.picture import Picture

__all__ = ["Staircase"]


class Staircase(Picture):
    """One answer and one player, redrawn in place.

    Parameters
    ----------
    source : {"local model", "simulator", "service"}
        Whose arrivals they are.
    """

    def __init__(self, *, source: Source = "local model") -> None:
        super().__init__(Figure(figsize=(10, 5.4), dpi=100, layout="constrained"))
        self._source = source
        shapes = self.figure.subplot_mosaic(
            [["stairs", "stairs"], ["underruns", "waits"]], height_ratios=(1.3, 1)
        )
        stairs, underruns, waits = shapes["stairs"], shapes["underruns"], shapes["waits"]
        self._stairs, self._underruns, self._waits = stairs, underruns, waits
        self._title = stairs.set_title(" ", loc="left", fontsize=10, parse_math=False)
        (self._arrived,) = stairs.plot(
            [], [], color=GREY, linewidth=1.4, drawstyle="steps-post", label="arrived"
        )
        (self._played,) = stairs.plot([], [], color=BLUE, linewidth=2, label="played")
        (self._dry,) = stairs.plot(
            [], [], color=RED, linewidth=5, solid_capstyle="butt", label="ran dry"
        )
        stairs.legend(fontsize=8, frameon=False, loc="upper left")
        stairs.set(xlabel="time since the first packet (s)", ylabel="audio (s)")
        tidy(stairs, grid="both")

        (self._counts,) = underruns.plot([], [], color=RED, linewidth=1.8, drawstyle="steps-post")
        (self._here,) = underruns.plot([], [], color=RED, marker="o", markersize=7, linestyle="")
        underruns.set(xlabel="buffer (ms)", ylabel="underruns, all answers")
        tidy(underruns, grid="both")
        (self._delays,) = waits.plot([], [], color=BLUE, linewidth=1.8, label="start delay, median")
        (self._longest,) = waits.plot(
            [], [], color=BLACK, linewidth=1.4, linestyle="--", label="longest wait to be played"
        )
        (self._delay,) = waits.plot([], [], color=BLUE, marker="o", markersize=7, linestyle="")
        (self._wait,) = waits.plot([], [], color=BLACK, marker="s", markersize=6, linestyle="")
        waits.axhline(ECHO_LIMIT_MS, color=GREY, linewidth=1)
        waits.text(
            0.99, 1.15 * ECHO_LIMIT_MS, "2 s: Azure's echo cancellation ends", fontsize=8,
            color=GREY, ha="right", va="bottom", transform=waits.get_yaxis_transform(),
        )  # fmt: skip
        waits.set(xlabel="buffer (ms)", ylabel="wait (ms)", yscale="log", ylim=(1, 40_000))
        waits.set_yticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1000", "10000"])
        waits.minorticks_off()
        waits.legend(fontsize=8, frameon=False, loc="lower right")
        tidy(waits, grid="both")
        self._lines = [
            axes.axvline(0, color=BLACK, linewidth=1, linestyle=":") for axes in (underruns, waits)
        ]
        self._promises = [
            axes.axvspan(0, 0, color=PALE, alpha=0.6, linewidth=0, zorder=0)
            for axes in (underruns, waits)
        ]
        self._promise = underruns.text(
            0, 0.97, " 9 of 10 answers smooth", fontsize=8, color=GREY, va="top",
            transform=underruns.get_xaxis_transform(),
        )  # fmt: skip
        self.moves(
            self._played, self._dry, self._title, *self._lines,
            self._here, self._delay, self._wait,
        )  # fmt: skip

    def arrive(self, answer: Answer, *, rate_hz: int) -> None:
        """Show another answer.

        Parameters
        ----------
        answer : Answer
            Its packets.
        rate_hz : int
            Sample rate of its audio.
        """
        first_ms = float(answer.arrived_ms[0])
        arrived_s = (answer.arrived_ms - first_ms) / 1000
        total_s = answer.duration_ms(rate_hz) / 1000
        end_s = 1.08 * max(total_s + 0.3, float(arrived_s[-1]))
        audio_s = np.cumsum(answer.samples) / rate_hz
        self._arrived.set_data(
            np.concatenate(([-0.02 * end_s, 0], arrived_s, [end_s])),
            np.concatenate(([0, 0], audio_s, [audio_s[-1]])),
        )
        self._stairs.set(xlim=(-0.02 * end_s, end_s), ylim=(-0.03 * total_s, 1.06 * total_s))
        self._first_ms, self._rate_hz, self._answer = first_ms, rate_hz, answer
        self.redraw()

    def play(self, heard_from_ms: NDArray[np.float64], *, title: str) -> None:
        """Show what a player made of the answer.

        Parameters
        ----------
        heard_from_ms : ndarray, shape (packets,)
            From when on each packet is heard.
        title : str
            Says the arrivals and the player; whose model it is goes with it.
        """
        heard = np.isfinite(heard_from_ms)
        from_s = (heard_from_ms[heard] - self._first_ms) / 1000
        length_s = self._answer.samples[heard] / self._rate_hz
        after_s = np.cumsum(self._answer.samples)[heard] / self._rate_hz
        until_s = from_s + length_s
        times = np.column_stack((from_s, until_s)).ravel()
        self._played.set_data(times, np.column_stack((after_s - length_s, after_s)).ravel())
        dry = from_s[1:] - until_s[:-1] > 1e-6
        nothing = np.full(int(dry.sum()), np.nan)
        self._dry.set_data(
            np.column_stack((until_s[:-1][dry], from_s[1:][dry], nothing)).ravel(),
            np.column_stack((after_s[:-1][dry], after_s[:-1][dry], nothing)).ravel(),
        )
        self._title.set_text(f"{title} ({self._source})")

    def weigh(self, outcomes: Sequence[Outcome], *, promised_ms: float | None = None) -> None:
        """Show what buffers of many sizes cost over all answers.

        Parameters
        ----------
        outcomes : sequence of Outcome
            In the order of their buffers.
        promised_ms : float or None
            The smallest buffer that keeps the promise; from there on it is grey.
        """
        buffers_ms = np.array([each.player.start_ms for each in outcomes])
        counts = np.array([each.underruns for each in outcomes])
        self._counts.set_data(buffers_ms, counts)
        self._delays.set_data(buffers_ms, [max(each.start_delay_ms, 1.0) for each in outcomes])
        self._longest.set_data(buffers_ms, [max(each.longest_wait_ms, 1.0) for each in outcomes])
        for axes in (self._underruns, self._waits):
            axes.set_xlim(-0.01 * buffers_ms[-1], buffers_ms[-1])
        self._underruns.set_ylim(-0.04 * max(counts.max(), 5), 1.08 * max(counts.max(), 5))
        self._promise.set_visible(promised_ms is not None)
        for span in self._promises:
            span.set_visible(promised_ms is not None)
            if promised_ms is not None:
                self._promise.set_x(promised_ms)
                span.set_x(promised_ms)
                span.set_width(max(buffers_ms[-1] - promised_ms, 0))
        self.redraw()

    def mark(self, outcome: Outcome) -> None:
        """Show where the player in hand stands.

        Parameters
        ----------
        outcome : Outcome
            Of the player, over all answers.
        """
        at = [outcome.player.start_ms]
        for line in self._lines:
            line.set_xdata(at * 2)
        self._here.set_data(at, [outcome.underruns])
        self._delay.set_data(at, [max(outcome.start_delay_ms, 1.0)])
        self._wait.set_data(at, [max(outcome.longest_wait_ms, 1.0)])
