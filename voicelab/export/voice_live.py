"""The ``session.update`` event of Azure Voice Live, api-version 2026-07-15.

The session is flat.  The model is in the connection's URL and not repeated:
an independent client found that the service rejects it here.  What is off is
written as ``null``, because a key that is absent keeps its former value.
"""

from voicelab.export.client import asked, kept_by_client, not_simulated, stacked, unpredicted
from voicelab.export.target import Export, Remark, Target
from voicelab.tuning import Tuning, stamp
from voicelab.tuning.document import plain
from voicelab.wire import stamp_metadata

__all__ = ["VOICE_LIVE"]

INPUT_RATE_HZ = 24_000
OUTPUT_FORMATS = {24_000: "pcm16", 16_000: "pcm16_16000hz", 8_000: "pcm16_8000hz"}


def write(tuning: Tuning) -> Export:
    """Write a config's values as a ``session.update`` event.

    Parameters
    ----------
    tuning : Tuning
        The values, the threshold already decided.

    Returns
    -------
    Export
        The event and what it does not say.
    """
    rate_hz, enhancement = tuning.player.rate_hz, tuning.enhancement
    lost, assumed = list(kept_by_client(tuning)), []
    if rate_hz not in OUTPUT_FORMATS:
        rates = ", ".join(str(each) for each in sorted(OUTPUT_FORMATS))
        lost.append(
            Remark(
                "/player/rate_hz",
                f"the service sends {rates} Hz, not {rate_hz}; 24000 is asked for",
            )
        )
    if tuning.turn_detection is None:
        assumed.append(
            Remark(
                "/turn_detection",
                "push-to-talk: the reference allows null, Microsoft's evaluation harness found "
                "turns unanswered; if so, server_vad with create_response and "
                "interrupt_response false",
            )
        )
    elif tuning.turn_detection.type != "server_vad":
        assumed.append(unpredicted(tuning.turn_detection.type))
    for key in ("input_audio_noise_reduction", "input_audio_echo_cancellation"):
        assumed.append(Remark(f"/enhancement/{key}", not_simulated(getattr(enhancement, key))))
    assumed.extend(stacked(tuning))
    assumed.append(
        Remark(
            "session.metadata",
            "the tuning's stamp; session.updated returns it, whether the service's own logs hold "
            "it nobody says",
        )
    )
    turn_detection = plain(tuning.turn_detection)
    if turn_detection is not None and not turn_detection.get("languages", True):
        del turn_detection["languages"]  # left to the service
    session = {
        "turn_detection": turn_detection,
        "input_audio_format": "pcm16",
        "input_audio_sampling_rate": INPUT_RATE_HZ,
        "input_audio_noise_reduction": asked(enhancement.input_audio_noise_reduction),
        "input_audio_echo_cancellation": asked(enhancement.input_audio_echo_cancellation),
        "output_audio_format": OUTPUT_FORMATS.get(rate_hz, "pcm16"),
        "metadata": stamp_metadata(stamp(tuning)),
    }
    return Export({"type": "session.update", "session": session}, tuple(lost), tuple(assumed))


VOICE_LIVE = Target(name="voice-live", write=write)
