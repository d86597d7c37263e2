"""The threshold on its way out: a number that means nothing without its detector.

0.62 on one detector is not 0.62 on another.  Every other value of turn
detection is a time, or a yes or no, and means the same everywhere.
"""

from dataclasses import replace

from voicelab.export.target import ExportRefused, Remark, Target
from voicelab.tuning import Tuning

__all__ = ["ported"]

PATH = "/turn_detection/threshold"
OWN_SCALES = ("level", "level-adaptive")  # from 0 to 1 as voicelab sees fit


def ported(
    tuning: Tuning, target: Target, *, only_portable: bool
) -> tuple[Tuning, tuple[Remark, ...], tuple[Remark, ...]]:
    """Decide which threshold a target gets.

    Parameters
    ----------
    tuning : Tuning
        With the threshold as it was tuned.
    target : Target
        Where it goes.
    only_portable : bool
        Whether a threshold that was not calibrated stays behind.

    Returns
    -------
    tuning : Tuning
        With the threshold that may travel.
    lost, assumed : tuple of Remark
        What became of it.

    Raises
    ------
    ExportRefused
        If the target is known to use another detector.
    """
    origin = tuning.origin_of(PATH)
    turns = tuning.evidence.turns
    if tuning.turn_detection is None or origin is None:
        return tuning, (), ()
    if tuning.turn_detection.type == "semantic_vad":  # it has none
        return tuning, (), ()
    if origin.how == "set_by_hand":
        sentence = "set by hand; no measurement stands behind it"
        return tuning, (), (Remark(PATH, sentence),)
    if origin.how != "tuned" or turns is None or turns.detector == target.detector:
        return tuning, (), ()

    tuned, default = tuning.turn_detection.threshold, tuning.profile.turn_detection.threshold
    safe = replace(tuning, turn_detection=replace(tuning.turn_detection, threshold=default))
    instead = f"{default:g}, the default of {tuning.target.profile}, is written"
    if turns.detector in OWN_SCALES:
        sentence = (
            f"{tuned:g} was tuned on {turns.detector}, whose scale is voicelab's own; {instead}"
        )
        return safe, (Remark(PATH, sentence),), ()
    if only_portable and not (turns.calibrated and target.detector is None):
        sentence = f"{tuned:g} was tuned on {turns.detector} and stays behind; {instead}"
        return safe, (), (Remark(PATH, sentence),)
    if target.detector is not None:
        raise ExportRefused(
            f"a threshold for {target.name} must be tuned on {target.detector}, which applies it "
            f"there, got {tuned:g} tuned on {turns.detector}; tune on {target.detector}, or "
            "export only what is portable"
        )
    if turns.calibrated:
        return tuning, (), ()
    sentence = f"tuned on {turns.detector}, not calibrated to the service: a starting point"
    return tuning, (), (Remark(PATH, sentence),)
