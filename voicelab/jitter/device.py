"""Device: the listener's audio clock, and the rate at which the page runs it.

A page opens its audio context at the rate of the audio, or at another one.
Then it resamples: of S samples at the audio's rate it has made
ceil(S context / rate) when they are in.  A page that does not resample plays
them at the wrong speed; at 48 kHz, 24 kHz audio is over in half the time, an
octave too high, and runs dry for ever.

Sound cards keep their own time.  One that is d parts per million fast asks for
its quanta that much sooner, so a paced answer of T seconds ends T d
microseconds short; d is positive for a fast card.
"""

import math
from dataclasses import dataclass, replace

from voicelab.jitter.player import Player

__all__ = ["AS_ARRIVED", "Device"]


@dataclass(frozen=True, kw_only=True)
class Device:
    """What asks the page for sound.

    Attributes
    ----------
    context_rate_hz : int in [8000, 96000] or None
        Rate of the page's audio context; ``None`` is that of the audio.
    drift_ppm : float in [-10000, 10000]
        How much faster its clock runs than the one that timed the arrivals.
    resamples : bool
        Whether the page resamples to the context's rate.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    context_rate_hz: int | None = None
    drift_ppm: float = 0.0
    resamples: bool = True

    def __post_init__(self) -> None:
        rate_hz = self.context_rate_hz
        if rate_hz is not None and not 8_000 <= rate_hz <= 96_000:
            raise ValueError(
                f"context_rate_hz must lie in 8000 to 96000, got {rate_hz}; did you pass kilohertz?"
            )
        if not abs(self.drift_ppm) <= 10_000:
            raise ValueError(
                f"drift_ppm must lie in -10000 to 10000, got {self.drift_ppm}; "
                "1 % is 10000 parts per million"
            )

    def rate_hz(self, audio_rate_hz: int) -> int:
        """Give the nominal rate of the page's context.

        Parameters
        ----------
        audio_rate_hz : int
            Rate of the arriving audio.

        Returns
        -------
        int
            The context's rate.
        """
        return audio_rate_hz if self.context_rate_hz is None else self.context_rate_hz

    def clock_hz(self, audio_rate_hz: int) -> float:
        """Give the samples that the device plays in a second of the arrivals' clock.

        Parameters
        ----------
        audio_rate_hz : int
            Rate of the arriving audio.

        Returns
        -------
        float
            The context's rate, drift included.
        """
        return self.rate_hz(audio_rate_hz) * (1 + 1e-6 * self.drift_ppm)

    def ratio(self, audio_rate_hz: int) -> tuple[int, int]:
        """Say how many samples of the context are made of how many that arrive.

        Parameters
        ----------
        audio_rate_hz : int
            Rate of the arriving audio.

        Returns
        -------
        made, of : int
            In lowest terms.
        """
        if not self.resamples:
            return 1, 1
        context_hz = self.rate_hz(audio_rate_hz)
        common = math.gcd(context_hz, audio_rate_hz)
        return context_hz // common, audio_rate_hz // common

    def player(self, player: Player) -> Player:
        """Give a player that counts in samples of the context.

        A page that does not resample takes its audio's rate for the context's
        here too.

        Parameters
        ----------
        player : Player
            One that counts in samples of the audio.

        Returns
        -------
        Player
            The same rules at the context's rate.
        """
        context_hz = self.rate_hz(player.rate_hz)
        return replace(player, rate_hz=context_hz) if self.resamples else player


AS_ARRIVED = Device()  # the rate of the audio, on the clock that timed it
