"""Link: a way from the sender to the page, and arrivals that came over it.

A link is a row of stages (:mod:`voicelab.jitter.stages`,
:mod:`voicelab.jitter.tcp`); what comes out of one goes into the next.  The
presets are models, not measurements of anybody's network: their delays, holds
and losses are plain figures of each kind, and a note says what is a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.sender import ModelSender
from voicelab.jitter.stages import Holds, Hop, Slots, Stage
from voicelab.jitter.tcp import GilbertElliott, Tcp

__all__ = ["LINKS", "Link", "model_arrivals"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way from the sender to the page.

    Attributes
    ----------
    name : str
        What it is called.
    stages : tuple of Stage
        In the order in which messages pass them.
    """

    name: str
    stages: tuple[Stage, ...]

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Carry messages through every stage; a link is a stage itself.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each is sent, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes.
        rng : numpy.random.Generator
            Where chance comes from; it advances.

        Returns
        -------
        ndarray, shape (messages,)
            When each can be read by the page.
        """
        for stage in self.stages:
            at_ms = stage.carry(at_ms, octets, rng=rng)
        return at_ms


def model_arrivals(
    answers: int,
    *,
    sender: ModelSender,
    link: Link,
    rng: np.random.Generator,
    rate_hz: int = 24_000,
    pause_ms: float = 1_000.0,
) -> Arrivals:
    """Send answers over a link, each when the one before would have been heard.

    Parameters
    ----------
    answers : int >= 1
        How many.
    sender : ModelSender
        Who sends them.
    link : Link
        Over which way.
    rng : numpy.random.Generator
        Where chance comes from; it advances.
    rate_hz : int
        Sample rate of the audio.
    pause_ms : float >= 0
        Silence between two answers.

    Returns
    -------
    Arrivals
        Named after sender and link; ``done_ms`` is the last packet's.

    Raises
    ------
    ValueError
        If no answer is asked for.
    """
    if answers < 1:
        raise ValueError(f"answers must be at least 1, got {answers}")
    sent = [sender.send(rng=rng, rate_hz=rate_hz) for _ in range(answers)]
    sizes = [each.samples.size for each in sent]
    lasts_ms = np.array(
        [max(each.at_ms[-1], 1000 * each.samples.sum() / rate_hz) + pause_ms for each in sent]
    )
    begins_ms = np.repeat(np.cumsum(lasts_ms) - lasts_ms, sizes)
    at_ms = begins_ms + np.concatenate([each.at_ms for each in sent])
    octets = np.concatenate([each.octets for each in sent])
    arrived_ms = np.split(link.carry(at_ms, octets, rng=rng), np.cumsum(sizes)[:-1])
    return Arrivals(
        f"{sender.name} over {link.name}",
        tuple(
            Answer(str(number), came_ms, each.samples, float(came_ms[-1]))
            for number, (came_ms, each) in enumerate(zip(arrived_ms, sent, strict=True))
        ),
        rate_hz,
    )


# Lost segments: about 0.2, 1 and 5 %, in bad stretches of 2, 3 and 4.
RARE = GilbertElliott(enter_share=0.002, leave_share=0.5)
SOME = GilbertElliott(enter_share=0.0068, leave_share=0.33)
MANY = GilbertElliott(enter_share=0.028, leave_share=0.25)

WIFI = Tcp(delay_ms=8, jitter_ms=3, loss=RARE)

LINKS: Mapping[str, Link] = {
    link.name: link
    for link in (
        Link(name="wire", stages=(Hop(delay_ms=10, jitter_ms=1),)),
        Link(name="wifi", stages=(WIFI, Holds(holds_per_s=0.35, hold_ms=(30, 180)))),
        Link(name="wan_1_percent", stages=(Tcp(delay_ms=30, jitter_ms=3, loss=SOME),)),
        Link(name="wan_5_percent", stages=(Tcp(delay_ms=60, jitter_ms=3, loss=MANY),)),
        Link(
            name="cell",
            stages=(
                Tcp(delay_ms=25, jitter_ms=5),
                Slots(slot_ms=10, slot_bytes=6_000),
                Holds(holds_per_s=0.5, hold_ms=(40, 400)),
            ),
        ),
        Link(
            name="busy_page",
            stages=(Hop(delay_ms=10, jitter_ms=1), Holds(holds_per_s=0.4, hold_ms=(50, 300))),
        ),
        Link(
            name="relayed",
            stages=(Tcp(delay_ms=20, jitter_ms=3, loss=RARE), Hop(delay_ms=15, jitter_ms=8), WIFI),
        ),
    )
}
