"""Server VAD: from activity to turns, causally, one step per frame.

Idle, the machine counts consecutive speech frames; when the run is
``speech_duration_ms`` long, a turn starts **at the end of that frame**, so
short bursts never start a turn and none is removed afterwards.  Active, it
counts consecutive silence; when that is ``silence_duration_ms`` long, the turn
stops.  A turn that is open at the end is never closed.

Two clocks are kept apart.  *Event time* is when the service says something.
*Audio time* is what it says: ``audio_start_ms`` reaches back by the prefix
padding, ``audio_end_ms`` includes the silence.  Assumed, because no document
says it: a turn's audio neither begins before zero nor overlaps the turn
before it.  All times are in ms of audio sent.

Others decide otherwise, on purpose or by design [1]_ [2]_ [3]_:

- *Silero* drops segments up to 250 ms long afterwards, which needs the future;
  here a short burst never starts a turn.  It ends a turn where the silence
  began, here the silence belongs to it, as the service's events say.  Between
  its two thresholds its clock runs on; here such a frame is speech.
- *LiveKit* smooths activity first (0.35 of the former value) and releases 0.15
  below the threshold; here nothing is smoothed, and ``release_below`` is an
  assumption that one names.
- *Pipecat* also asks for loudness, and ends a turn after 0.2 s of silence; the
  service documents one threshold and 0.5 s.

References
----------
.. [1] snakers4/silero-vad 6.2.3, ``get_speech_timestamps``.
.. [2] livekit-plugins-silero 1.8.9, ``vad.py``.
.. [3] pipecat-ai 1.14, ``VADAnalyzer``.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from voicelab.vad.turn_detection import Assumptions, TurnDetection

__all__ = ["ServerVad", "SpeechStarted", "SpeechStopped", "frames_for"]


class SpeechStarted(NamedTuple):
    """The service heard somebody begin.

    Attributes
    ----------
    event_ms : float
        When it said so.
    audio_start_ms : float
        Where the turn's audio begins, padding included.
    onset_ms : float
        Where the run of speech began that led to it.
    """

    event_ms: float
    audio_start_ms: float
    onset_ms: float


class SpeechStopped(NamedTuple):
    """The service heard enough silence.

    Attributes
    ----------
    event_ms : float
        When it said so.
    audio_end_ms : float
        Where the turn's audio ends, silence included.
    """

    event_ms: float
    audio_end_ms: float


def frames_for(duration_ms: float, hop_ms: float) -> int:
    """Count the frames that a duration takes; at least one.

    Parameters
    ----------
    duration_ms : float >= 0
        A setting.
    hop_ms : float > 0
        Length of a frame.

    Returns
    -------
    int
        The smallest number of whole frames that is long enough.
    """
    # The tolerance keeps 96 ms at three frames of 32 ms whatever the rounding.
    return max(1, math.ceil(duration_ms / hop_ms - 1e-9))


class ServerVad:
    """The machine: feed it activity, get events.

    Parameters
    ----------
    settings : TurnDetection
        Thresholds and durations.
    hop_ms : float > 0
        Length of a frame.
    assumptions : Assumptions
        What the documents leave open.
    """

    def __init__(
        self,
        settings: TurnDetection,
        *,
        hop_ms: float,
        assumptions: Assumptions = Assumptions(),  # noqa: B008 (frozen)
    ) -> None:
        self.settings = settings
        self.hop_ms = hop_ms
        self._release = np.float32(settings.threshold - assumptions.release_below)
        self._threshold = np.float32(settings.threshold)
        self._anchored_at_onset = assumptions.prefix_anchor == "onset"
        self._frames_to_start = frames_for(settings.speech_duration_ms, hop_ms)
        self._frames_to_stop = frames_for(settings.silence_duration_ms, hop_ms)
        self._frame = 0  # frames heard so far
        self._run = 0  # consecutive speech frames while idle
        self._silence = 0  # consecutive silent frames while a turn is open
        self._previous_end_ms = 0.0  # where the turn before ended
        self.active = False  # whether a turn is open

    def step(self, value: float) -> SpeechStarted | SpeechStopped | None:
        """Hear one frame.

        Parameters
        ----------
        value : float in [0, 1]
            The frame's activity.

        Returns
        -------
        SpeechStarted or SpeechStopped or None
            What the service says at the end of this frame.
        """
        self._frame += 1
        if not self.active:
            self._run = self._run + 1 if value >= self._threshold else 0
            return self._start() if self._run >= self._frames_to_start else None
        self._silence = 0 if value >= self._release else self._silence + 1
        return self._stop() if self._silence >= self._frames_to_stop else None

    def feed(self, values: Iterable[float]) -> list[SpeechStarted | SpeechStopped]:
        """Hear any number of frames.

        Parameters
        ----------
        values : iterable of float
            Activity, in order.

        Returns
        -------
        list of SpeechStarted or SpeechStopped
            In order.
        """
        return [event for value in values if (event := self.step(value)) is not None]

    def _start(self) -> SpeechStarted:
        event_ms = self._frame * self.hop_ms
        onset_ms = (self._frame - self._run) * self.hop_ms
        anchor_ms = onset_ms if self._anchored_at_onset else event_ms
        start_ms = max(anchor_ms - self.settings.prefix_padding_ms, self._previous_end_ms, 0.0)
        self.active, self._run, self._silence = True, 0, 0
        return SpeechStarted(event_ms, start_ms, onset_ms)

    def _stop(self) -> SpeechStopped:
        event_ms = self._frame * self.hop_ms
        self.active, self._run, self._silence = False, 0, 0
        self._previous_end_ms = event_ms
        return SpeechStopped(event_ms, event_ms)
