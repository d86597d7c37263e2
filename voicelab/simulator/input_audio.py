"""InputAudio: the user's audio, its clock, its buffer and the turns in it.

The clock counts all audio that was appended, in milliseconds.  While nobody
speaks the buffer keeps what a turn could still reach back for; without turn
detection it keeps everything since the last commit, but of a long stretch only
the last ``KEPT_S`` seconds as sound (its length is counted in full).

A change of turn detection takes effect at once; a turn that is open then is
forgotten, and its audio stays in the buffer.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import from_pcm16
from voicelab.simulator.error import RequestError
from voicelab.simulator.g711 import Law, from_g711
from voicelab.simulator.heard_turn import HeardTurn
from voicelab.vad import Detector, ServerVad, SpeechStarted, SpeechStopped, TurnDetection

__all__ = ["InputAudio", "InputFormat"]

KEPT_S = 120
LEAST_COMMIT_MS = 100.0
MOST_APPEND_BYTES = 15 * 2**20


class InputFormat(NamedTuple):
    """How the client's bytes become samples.

    Attributes
    ----------
    encoding : str
        ``pcm16``, ``g711_ulaw`` or ``g711_alaw``.
    rate_hz : int
        Sample rate.
    channels : int
        2 if the client sends an echo reference beside the microphone.
    """

    encoding: str = "pcm16"
    rate_hz: int = 24_000
    channels: int = 1


class InputAudio:
    """What the service hears of the user.

    Parameters
    ----------
    detector : Detector
        Hears the audio.
    """

    def __init__(self, *, detector: Detector) -> None:
        self._detector = detector
        self._format = InputFormat()
        self._samples = 0  # appended since the format was set
        self._before_ms = 0.0  # audio appended before that
        self._kept: list[NDArray[np.float32]] = []
        self._kept_samples = 0
        self._settings: TurnDetection | None = None
        self._vad: ServerVad | None = None
        self._origin_ms = 0.0  # where the present turn detection began to listen
        self._from_ms = 0.0  # where the buffer begins
        self._turn_start_ms: float | None = None

    @property
    def now_ms(self) -> float:
        """How much audio was appended in all."""
        return self._before_ms + 1000 * self._samples / self._format.rate_hz

    @property
    def in_turn(self) -> bool:
        """Whether turn detection has a turn open."""
        return self._turn_start_ms is not None

    @property
    def buffered_ms(self) -> float:
        """How much audio a commit would take."""
        return self.now_ms - self._from_ms

    def listen(self, settings: TurnDetection | None, *, audio_format: InputFormat) -> None:
        """Set turn detection and format; nothing happens if both stay.

        Parameters
        ----------
        settings : TurnDetection or None
            ``None`` hears no turns: the client commits by itself.
        audio_format : InputFormat
            Of the bytes to come.
        """
        if settings == self._settings and audio_format == self._format and self.now_ms > 0:
            return
        if audio_format != self._format:
            self._before_ms, self._samples = self.now_ms, 0
            self._kept, self._kept_samples = [], 0
            self._format = audio_format
        self._settings = settings
        self._restart()

    def length_ms(self, octets: bytes) -> float:
        """Tell how long bytes sound.

        Parameters
        ----------
        octets : bytes
            Of the format that was set.

        Returns
        -------
        float
            Their length.

        Raises
        ------
        RequestError
            If they hold no whole samples, or too many of them.
        """
        return 1000 * self._decode(octets).size / self._format.rate_hz

    def append(self, octets: bytes) -> list[SpeechStarted | SpeechStopped]:
        """Hear the next bytes.

        Parameters
        ----------
        octets : bytes
            Of the format that was set.

        Returns
        -------
        list of SpeechStarted or SpeechStopped
            On the clock of all audio.

        Raises
        ------
        RequestError
            If they hold no whole samples, or too many of them; nothing is heard.
        """
        sound = self._decode(octets)
        if not sound.size:
            return []
        self._samples += sound.size
        self._keep(sound)
        if self._vad is None:
            return []
        events = [self._placed(event) for event in self._vad.feed(self._ears.feed(sound))]
        for event in events:
            self._turn_start_ms = event.audio_start_ms if isinstance(event, SpeechStarted) else None
        return events

    def commit(self, *, start_ms: float | None = None, end_ms: float | None = None) -> HeardTurn:
        """Take a turn out of the buffer.

        Parameters
        ----------
        start_ms, end_ms : float or None
            Its ends as turn detection found them; ``None`` takes all there is.

        Returns
        -------
        HeardTurn
            Its audio; what lies behind it stays.

        Raises
        ------
        RequestError
            If a commit by hand finds less than 100 ms.
        """
        if end_ms is None and self.buffered_ms < LEAST_COMMIT_MS:
            raise RequestError(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least 100ms "
                f"of audio, but buffer only has {self.buffered_ms:.2f}ms of audio.",
            )
        start_ms = self._from_ms if start_ms is None else start_ms
        by_hand, end_ms = end_ms is None, self.now_ms if end_ms is None else end_ms
        sound = np.concatenate([*self._kept, np.zeros(0, np.float32)])
        sample_ms = 1000 / self._format.rate_hz
        first_ms = self.now_ms - sound.size * sample_ms
        first, last = (round((ms - first_ms) / sample_ms) for ms in (start_ms, end_ms))
        turn = HeardTurn(
            sound[max(first, 0) : max(last, 0)].copy(), self._format.rate_hz, start_ms, end_ms
        )
        self._kept = [sound[max(last, 0) :].copy()]
        self._kept_samples = self._kept[0].size
        self._from_ms = end_ms
        if by_hand and self._vad is not None:
            self._restart()
        return turn

    def clear(self) -> None:
        """Forget the buffer, and the turn that is open in it."""
        self._kept, self._kept_samples = [], 0
        self._from_ms = self.now_ms
        self._restart()

    def _restart(self) -> None:
        self._turn_start_ms = None
        self._origin_ms = self.now_ms
        if self._settings is None:
            self._vad = None
            return
        self._ears = self._detector.stream(rate_hz=self._format.rate_hz)
        self._vad = ServerVad(self._settings, hop_ms=self._detector.hop_ms)

    def _decode(self, octets: bytes) -> NDArray[np.float32]:
        encoding, _, channels = self._format
        width = channels * (2 if encoding == "pcm16" else 1)
        if len(octets) % width:
            raise RequestError(
                "invalid_value",
                f"Invalid 'audio'. {encoding} with {channels} channel(s) takes {width} bytes a "
                f"sample, got {len(octets)} bytes; nothing was appended.",
                param="audio",
            )
        if len(octets) > MOST_APPEND_BYTES:
            raise RequestError(
                "invalid_value",
                f"Invalid 'audio'. One append may hold 15 MiB, got {len(octets)} bytes.",
                param="audio",
            )
        if encoding == "pcm16":
            return from_pcm16(octets)[::channels]
        law: Law = "g711_ulaw" if encoding == "g711_ulaw" else "g711_alaw"
        return from_g711(octets, law=law)[::channels]

    def _keep(self, sound: NDArray[np.float32]) -> None:
        # Tiny appends are joined, so that the list stays short whatever a client sends.
        if self._kept and self._kept[-1].size < self._format.rate_hz:
            self._kept_samples -= self._kept[-1].size
            sound = np.concatenate((self._kept.pop(), sound))
        self._kept.append(sound)
        self._kept_samples += sound.size
        while self._kept_samples - self._kept[0].size > self._worth_keeping():
            self._kept_samples -= self._kept.pop(0).size
        if self._vad is not None and not self.in_turn:
            kept_ms = 1000 * self._worth_keeping() / self._format.rate_hz
            self._from_ms = max(self._from_ms, self.now_ms - kept_ms)

    def _worth_keeping(self) -> int:
        kept_s: float = KEPT_S
        if self._settings is not None and not self.in_turn:
            reach_ms = self._settings.prefix_padding_ms + self._settings.speech_duration_ms
            kept_s = (reach_ms + 1000) / 1000
        return round(kept_s * self._format.rate_hz)

    def _placed(self, event: SpeechStarted | SpeechStopped) -> SpeechStarted | SpeechStopped:
        origin_ms = self._origin_ms
        if isinstance(event, SpeechStarted):
            return SpeechStarted(*(origin_ms + ms for ms in event))
        return SpeechStopped(*(origin_ms + ms for ms in event))
