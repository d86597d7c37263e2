"""Validity: whether what stands behind a tuning was captured as this microphone captures."""

from functools import cache

from voicelab import samples
from voicelab.audio import Capture
from voicelab.tuning import Tuning
from voicelab.tuning.capturing import capture_differences, stacked_suppressors

__all__ = ["Validity", "validity"]


class Validity(str):
    """A sentence that says whether a tuning holds here.

    Attributes
    ----------
    holds : bool or None
        Whether it does; ``None`` where nobody can say yet.
    """

    holds: bool | None = None

    @classmethod
    def of(cls, holds: bool | None, sentence: str) -> "Validity":
        """Make one.

        Parameters
        ----------
        holds : bool or None
            Whether the tuning holds.
        sentence : str
            Why.

        Returns
        -------
        Validity
            The sentence.
        """
        made = cls(sentence)
        made.holds = holds
        return made


def validity(tuning: Tuning, capture: Capture | None) -> Validity:
    """Say whether a tuning may be called valid for a microphone.

    It may only where its recordings are known to have been captured as the
    microphone captures now; what ships was captured by nobody's.

    Parameters
    ----------
    tuning : Tuning
        With its evidence.
    capture : Capture or None
        What the browser says that it does; ``None`` before it has listened.

    Returns
    -------
    Validity
        With every setting that differs.
    """
    twice = "".join(f" And {each}." for each in stacked_suppressors(tuning.enhancement, [capture]))
    if not tuning.evidence.recordings:
        return Validity.of(None, f"Nothing was measured for this tuning yet: 01 does that.{twice}")
    if capture is None:
        sentence = "Whether this tuning holds here is known once the microphone is open."
        return Validity.of(None, sentence)
    differences = capture_differences(tuning.evidence, capture, shipped=_shipped())
    lent = [
        each.name
        for each in tuning.evidence.recordings
        if each.kind != "echo" and each.sha256 in _shipped()
    ]
    if lent and not differences:
        sentence = f"This tuning was measured on recordings that ship ({', '.join(lent)}), not on "
        return Validity.of(None, f"{sentence}your microphone: 01 records your room.{twice}")
    if not differences:
        sentence = "This tuning was measured on sound that was captured as it is here: it holds."
        return Validity.of(not twice or None, sentence + twice)
    listed = "; ".join(map(str, differences))
    return Validity.of(False, f"This tuning is not valid here: {listed}.{twice}")


@cache
def _shipped() -> frozenset[str]:
    return frozenset(each.sha256 for each in samples.manifest())
