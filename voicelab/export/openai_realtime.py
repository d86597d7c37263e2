"""The ``session.update`` event of OpenAI Realtime, generally available dialect.

The session is nested and names its type; Azure OpenAI's ``/openai/v1``
endpoint speaks the same.  What is off is written as ``null``.
"""

from voicelab.export.client import asked, kept_by_client, not_simulated, stacked, unpredicted
from voicelab.export.target import Export, Remark, Target
from voicelab.tuning import Tuning, stamp
from voicelab.tuning.document import plain
from voicelab.wire import stamp_event_id

__all__ = ["OPENAI_REALTIME"]

PCM_24_KHZ = {"type": "audio/pcm", "rate": 24_000}  # the only rate that PCM may have here
SERVER_VAD = (
    "type",
    "threshold",
    "prefix_padding_ms",
    "silence_duration_ms",
    "create_response",
    "interrupt_response",
)


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
    lost = list(kept_by_client(tuning))
    reduction = tuning.enhancement.input_audio_noise_reduction
    if reduction == "azure_deep_noise_suppression":
        lost.append(
            Remark(
                "/enhancement/input_audio_noise_reduction",
                f"only Azure Voice Live has {reduction}; off is written",
            )
        )
        reduction = "off"
    if tuning.enhancement.input_audio_echo_cancellation != "off":
        lost.append(
            Remark(
                "/enhancement/input_audio_echo_cancellation",
                "there is no such field; the browser can cancel echo",
            )
        )
    assumed = [Remark("/enhancement/input_audio_noise_reduction", not_simulated(reduction))]
    assumed.extend(stacked(tuning))
    turns = tuning.turn_detection
    turn_detection = plain(turns)
    if turns is not None and turns.type == "semantic_vad":
        assumed.append(unpredicted(turns.type))
    elif turns is not None:
        turn_detection = {**{key: turn_detection[key] for key in SERVER_VAD}, "type": "server_vad"}
        if turns.type != "server_vad":
            lost.append(
                Remark(
                    "/turn_detection/type",
                    f"only Azure Voice Live has {turns.type}; server_vad with the same threshold "
                    "and times is written",
                )
            )
        if turns.speech_duration_ms > 0:
            lost.append(
                Remark(
                    "/turn_detection/speech_duration_ms",
                    f"there is no such field: bursts shorter than {turns.speech_duration_ms} ms "
                    "can start a turn, whatever was measured here",
                )
            )
    if tuning.player.rate_hz != PCM_24_KHZ["rate"]:
        lost.append(
            Remark("/player/rate_hz", f"the service sends 24000 Hz, not {tuning.player.rate_hz}")
        )
    lost.append(
        Remark(
            "session.metadata",
            "there is no such field: the tuning's stamp is the event's event_id, which the "
            "client's log keeps and the service does not return",
        )
    )
    listen = {
        "format": dict(PCM_24_KHZ),
        "noise_reduction": asked(reduction),
        "turn_detection": turn_detection,
    }
    session = {
        "type": "realtime",
        "audio": {"input": listen, "output": {"format": dict(PCM_24_KHZ)}},
    }
    event = {
        "event_id": stamp_event_id(stamp(tuning)),
        "type": "session.update",
        "session": session,
    }
    return Export(event, tuple(lost), tuple(assumed))


OPENAI_REALTIME = Target(name="openai-realtime", write=write)
