"""Chain: filters one after the other, as nodes are connected in a page."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.filters.cuts import HighPass, LowPass
from voicelab.filters.filter import Filter
from voicelab.filters.tones import BandPass, Notch, Peaking

__all__ = ["Chain", "Node", "band", "hum_notches", "joined", "nodes"]

Node = HighPass | LowPass | BandPass | Notch | Peaking  # what a BiquadFilterNode can be


@dataclass(frozen=True, init=False)
class Chain(Filter):
    """Filters that sound passes in order; iterating gives them one by one.

    Parameters
    ----------
    *nodes : HighPass, LowPass, BandPass, Notch or Peaking
        At least one.

    Attributes
    ----------
    nodes : tuple of filters
        In order.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> print(Chain(HighPass(80), Notch(150)))
    high-pass 80 Hz + notch 150 Hz
    """

    nodes: tuple[Node, ...]

    def __init__(self, *nodes: Node) -> None:
        if not nodes:
            raise ValueError("a chain must hold at least one filter, got none; None is no filter")
        object.__setattr__(self, "nodes", nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __str__(self) -> str:
        return " + ".join(map(str, self.nodes))

    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the coefficients of all filters at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; every frequency must lie below half of it.

        Returns
        -------
        ndarray, shape (n, 6)
            One second-order section a filter.

        Raises
        ------
        ValueError
            If a frequency is not below half the sample rate.
        """
        return np.concatenate([node.sections(rate_hz) for node in self.nodes])


def band(low_hz: float, high_hz: float) -> Chain:
    """Keep what lies between two frequencies, 12 dB an octave to either side.

    Parameters
    ----------
    low_hz, high_hz : float > 0
        Where the band is 3 dB down; an octave apart at least, or nothing in it
        passes unchanged.

    Returns
    -------
    Chain
        A high-pass and a low-pass.

    Raises
    ------
    ValueError
        If the ends are not an octave apart.
    """
    if not high_hz >= 2 * low_hz:
        raise ValueError(
            f"high_hz must be at least twice low_hz, got {low_hz:g} and {high_hz:g}; "
            "a narrower band is a BandPass"
        )
    return Chain(HighPass(low_hz), LowPass(high_hz))


def hum_notches(mains_hz: float, *, harmonics: int = 3, q: float = 10.0) -> Chain:
    """Take mains hum out: its tone and the first of its harmonics.

    Parameters
    ----------
    mains_hz : float > 0
        50 or 60.
    harmonics : int
        How many tones, the mains' own among them.
    q : float in [0.01, 1000]
        Of each notch.

    Returns
    -------
    Chain
        One notch a tone.

    Examples
    --------
    >>> print(hum_notches(50))
    notch 50 Hz + notch 100 Hz + notch 150 Hz
    """
    return Chain(*(Notch(mains_hz * number, q) for number in range(1, harmonics + 1)))


def nodes(sound_filter: Filter | None) -> tuple[Node, ...]:
    """List the nodes that a filter takes in a page.

    Parameters
    ----------
    sound_filter : Filter or None
        One node, a chain, or no filter.

    Returns
    -------
    tuple of filters
        In order; empty for no filter.

    Raises
    ------
    ValueError
        If it is a filter of your own, which no page has.
    """
    if sound_filter is None:
        return ()
    if isinstance(sound_filter, Chain):
        return sound_filter.nodes
    if not isinstance(sound_filter, Node):
        raise ValueError(f"a filter must be one that a browser has, got {sound_filter}")
    return (sound_filter,)


def joined(row: tuple[Node, ...]) -> Filter | None:
    """Make one filter of a row of nodes.

    Parameters
    ----------
    row : tuple of filters
        In order.

    Returns
    -------
    Filter or None
        The node itself where there is one; ``None`` where there is none.
    """
    return None if not row else row[0] if len(row) == 1 else Chain(*row)
