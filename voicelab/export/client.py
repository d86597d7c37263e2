"""What stays with the client: a session event reaches the service, not the page."""

from voicelab.export.target import Remark
from voicelab.tuning import Tuning

__all__ = ["kept_by_client"]


def kept_by_client(tuning: Tuning) -> tuple[Remark, ...]:
    """List what no session event can hold, and where it goes.

    Parameters
    ----------
    tuning : Tuning
        Whose values.

    Returns
    -------
    tuple of Remark
        Filters one by one, the player, the session policy.
    """
    filters = (
        Remark(
            f"/filters/{index}",
            f"{each} runs in the page, as a BiquadFilterNode with frequency "
            f"{each.frequency_hz:g} and Q {each.q_db:.4g} between microphone and sender",
        )
        for index, each in enumerate(tuning.filters)
    )
    player, session = tuning.player, tuning.session
    return (
        *filters,
        Remark(
            "/player",
            f"the page plays: start by {player.start} of {player.start_ms:g} ms, "
            f"{player.on_underrun.replace('_', ' ')} on underrun",
        ),
        Remark(
            "/session",
            f"the client keeps the session alive: {session.attempts} attempts, rotation "
            f"{session.rotate_before_s:g} s before the limit, appends of {session.chunk_ms:g} ms",
        ),
    )
