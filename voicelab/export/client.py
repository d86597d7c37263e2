"""What stays with the client: a session event reaches the service, not the page."""

from typing import Any

from voicelab.export.target import Remark
from voicelab.tuning import Tuning

__all__ = ["asked", "kept_by_client", "not_simulated", "stacked", "unpredicted"]

WEB_AUDIO = {"frequency_hz": "frequency", "gain_db": "gain", "q_db": "Q", "q": "Q"}


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
            f"{each} runs in the page, as a {each.type} BiquadFilterNode with "
            f"{_node(each)} between microphone and sender",
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


def _node(each: Any) -> str:
    """Name the filter's values as the page does."""
    values = {WEB_AUDIO[key]: value for key, value in vars(each).items() if key in WEB_AUDIO}
    return " and ".join(f"{name} {round(value, 2):g}" for name, value in values.items())


def unpredicted(kind: str) -> Remark:
    """Say of a turn detection that weighs words what nobody here can know.

    Parameters
    ----------
    kind : str
        The service's name for it.

    Returns
    -------
    Remark
        For the list of what is assumed.
    """
    return Remark(
        "/turn_detection",
        f"{kind} weighs words as well as sound: voicelab cannot predict it, so no figure of a "
        "sweep holds for it; measure it on the service",
    )


def asked(kind: str) -> dict[str, str] | None:
    """Write one of the service's enhancements as an event has it.

    Parameters
    ----------
    kind : str
        Its type, or ``off``.

    Returns
    -------
    dict or None
        ``None`` turns it off.
    """
    return None if kind == "off" else {"type": kind}


def not_simulated(kind: str) -> str:
    """Say of an enhancement that nobody here knows what it does.

    Parameters
    ----------
    kind : str
        Its type, or ``off``.

    Returns
    -------
    str
        A sentence.
    """
    if kind == "off":
        return "off; no measurement here knows its effect"
    return f"{kind}; its effect is not simulated: no figure here holds for sound that it cleaned"


def stacked(tuning: Tuning) -> tuple[Remark, ...]:
    """Warn where the recordings were already cleaned as the service would.

    Parameters
    ----------
    tuning : Tuning
        With its evidence.

    Returns
    -------
    tuple of Remark
        For the list of what is assumed.
    """
    return tuple(Remark("/enhancement", warning) for warning in tuning.warnings)
