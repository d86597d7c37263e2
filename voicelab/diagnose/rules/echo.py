"""The agent that hears itself, and answers."""

from collections.abc import Iterator

from voicelab.diagnose.rules.hearing import begins_ms, is_echo, likeness
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["self_triggers"]


def self_triggers(timeline: Timeline) -> Iterator[Trouble]:
    """Find turns that are the agent's own voice.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence, by_wave = [], False
    for each in timeline.carried:
        for turn in each.turns:
            if turn.by_hand or not is_echo(turn, each, timeline):
                continue
            alike, is_wave = likeness(turn, each, timeline) or (0.0, False)
            by_wave |= is_wave
            what = "waveform" if is_wave else "level"
            evidence.append(
                Evidence(
                    at_ms=begins_ms(turn, each),
                    until_ms=turn.stopped_ms or turn.at_ms,
                    sentence=f"a turn while the agent speaks, {alike:.2f} alike by {what}",
                    connection=each.number,
                )
            )
    if not evidence or (not by_wave and len(evidence) < 2):
        return
    yield Trouble(
        name="self_triggers",
        severity=2,
        sure="likely" if by_wave else "possible",
        sentence=f"the agent heard itself {len(evidence)} times and took it for the user",
        cause="its voice comes back from the loudspeaker into the microphone, and nothing takes "
        "it out",
        change="echo cancellation, headphones or push-to-talk: echoCancellation in getUserMedia, "
        "or server_echo_cancellation in the session, which wants playback within 2 s",
        evidence=tuple(evidence),
        source="correlation with the answer that sounded",
    )
