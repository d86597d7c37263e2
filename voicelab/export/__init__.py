"""From a config to what people deploy: ``(artifact, lost, assumed)``, one file a target."""

from voicelab.export.openai_realtime import OPENAI_REALTIME
from voicelab.export.target import Export, ExportRefused, Remark, Target
from voicelab.export.threshold import ported
from voicelab.export.voice_live import VOICE_LIVE
from voicelab.export.worklet import WORKLET
from voicelab.tuning import Tuning

__all__ = ["TARGETS", "Export", "ExportRefused", "Remark", "Target", "export"]

TARGETS = {each.name: each for each in (VOICE_LIVE, OPENAI_REALTIME, WORKLET)}


def export(tuning: Tuning, *, to: str | Target, only_portable: bool = False) -> Export:
    """Write a config for a target, and say what did not survive.

    A threshold that was tuned on a local detector travels as a starting point
    and is listed as assumed, as long as nobody knows the target's detector.

    Parameters
    ----------
    tuning : Tuning
        What to write.
    to : str or Target
        One of :data:`TARGETS` by name, or a target.
    only_portable : bool
        Write the profile's default threshold instead of one that was not
        calibrated to the service.

    Returns
    -------
    Export
        Unpacks as ``artifact, lost, assumed``.

    Raises
    ------
    ValueError
        If there is no such target.
    ExportRefused
        If the threshold was tuned on another detector than the target's.

    Examples
    --------
    >>> artifact, lost, assumed = export(Tuning.from_profile("guide"), to="voice-live")
    >>> artifact["session"]["turn_detection"]["threshold"]
    0.65
    """
    target = TARGETS.get(to) if isinstance(to, str) else to
    if target is None:
        raise ValueError(f"to must be one of {', '.join(TARGETS)}, got {str(to)[:40]!r}")
    portable, lost, assumed = ported(tuning, target, only_portable=only_portable)
    written = target.write(portable)
    return Export(written.artifact, (*lost, *written.lost), (*assumed, *written.assumed))
