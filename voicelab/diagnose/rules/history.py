"""A history that holds words which nobody heard.

Answers arrive faster than they sound.  Whoever stops one must tell the service
where, or it goes on as if all had been said.
"""

from collections.abc import Iterator

from voicelab.diagnose.session import SeenAnswer
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["history_unheard"]

FIRST_MS = 50.0  # before that a client has nothing to truncate: the service refuses 0
WORD_MS = 400.0  # a word at an usual pace, 150 a minute
PATIENCE_MS = 3_000.0


def history_unheard(timeline: Timeline) -> Iterator[Trouble]:
    """Find answers that were interrupted and whose rest stayed in the history.

    Parameters
    ----------
    timeline : Timeline
        The session, with the player that is assumed.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence = []
    for each in timeline.answers:
        sentence = _unheard(each)
        if sentence:
            at_ms = each.cut_ms or each.created_ms
            evidence.append(Evidence(at_ms=at_ms, until_ms=at_ms + PATIENCE_MS, sentence=sentence))
    if evidence:
        yield Trouble(
            name="history_unheard",
            severity=2,
            sure="likely",
            sentence=f"after {len(evidence)} interruptions the history holds what nobody heard",
            cause="answers come faster than they sound, and an interruption stops only the "
            "sound; the service takes all that it sent for said",
            change="on speech_started flush the player and send conversation.item.truncate with "
            "audio_end_ms where playback stood, or set auto_truncate",
            evidence=tuple(evidence),
            source="the service's reference on truncation; a word at 150 a minute",
        )


def _unheard(answer: SeenAnswer) -> str:
    if answer.cut_ms is None or answer.begins_ms is None or answer.cut_ms < answer.begins_ms:
        return ""
    heard_ms = answer.heard_ms(answer.cut_ms)
    if heard_ms < FIRST_MS:
        return ""
    came = answer.arrived_ms <= answer.cut_ms
    sent_ms = float(1000 * answer.samples[came].sum() / answer.sound.rate_hz) if answer.sound else 0
    if sent_ms - heard_ms < WORD_MS:
        return ""
    told = [
        end_ms
        for at_ms, _, end_ms in answer.truncated
        if answer.cut_ms - 500 <= at_ms <= answer.cut_ms + PATIENCE_MS
    ]
    if not told:
        return (
            f"{heard_ms / 1000:.1f} s of {sent_ms / 1000:.1f} s were heard, and nothing was "
            "truncated"
        )
    if abs(told[-1] - heard_ms) >= 2 * WORD_MS:
        cut_s = told[-1] / 1000
        return f"{heard_ms / 1000:.1f} s were heard, and the history was cut at {cut_s:.1f} s"
    return ""
