"""Sessions in which one thing goes wrong, and sessions in which nothing does.

Each is drawn from ranges, known or held out: see :mod:`drawn`.
"""

from dataclasses import replace

import numpy as np
from drawn import Talk, logged, room, seen, service_of
from page import RATE_HZ

from voicelab.audio import Recording, resample, to_pcm16
from voicelab.jitter import LINKS, NO_BUFFER
from voicelab.profiles import profile
from voicelab.simulator import Network, SteadyPace
from voicelab.tuning import Tuning

AZURE = "wss://res.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=d"
VOICE_LIVE = "wss://res.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&model=m"


def clean(draw):
    """Nothing goes wrong: barge-ins, 20 s of silence, a rotation, a close, an answered 429."""
    talk = Talk(draw, duration_ms=85_000)
    talk.at_ms = 13_000.0  # after the refusal, or nobody would hear the barge-in
    talk.say()
    talk.barge_in()
    talk.say()
    talk.at_ms += draw.between((20_000, 22_000), (23_000, 25_000))
    talk.fill()
    if draw.seed % 2:
        limits = replace(profile("voice-live-2026-07-15").limits, session_s=60)
        service = service_of(draw, talk, "refuse:429@connect=1", limits=limits)
        tuning = Tuning.from_profile("voice-live-2026-07-15")
        tuning = tuning.with_value("/session/rotate_before_s", 20.0)
        return logged(draw, talk, service, tuning=tuning)
    service = service_of(draw, talk, "refuse:429@connect=1")
    return seen(draw, talk, service, rotate_ms=draw.between((30_000, 35_000), (38_000, 44_000)))


def idle_close(draw):
    talk = Talk(draw, duration_ms=round(1000 * draw.between((110, 120), (125, 140))))
    ends_ms = talk.say()
    quiet_ms = ends_ms + talk.answer_ms + 2_500
    idle_ms = 1000 * draw.between((60, 72), (74, 90))
    return seen(draw, talk, muted=((quiet_ms, 1e9),), proxy_idle_ms=idle_ms, reconnects=False)


def session_expired(draw):
    talk = Talk(draw, duration_ms=50_000).fill()
    at_s = draw.between((20, 28), (29, 40))
    if draw.seed % 2:
        return logged(draw, talk, service_of(draw, talk, f"expire@{at_s:.1f}s,connect=1"))
    limits = replace(profile("voice-live-2026-07-15").limits, session_s=at_s)
    return seen(draw, talk, service_of(draw, talk, limits=limits))


def connection_lost(draw):
    talk = Talk(draw, duration_ms=50_000).fill()
    at_s = draw.between((14, 20), (22, 34))
    if draw.seed % 2:
        how = draw.one_of(("drop", "close:1011"), ("reset", "close:1012"))
        return logged(draw, talk, service_of(draw, talk, f"{how}@{at_s:.1f}s,connect=1"))
    return seen(draw, talk, service_of(draw, talk, f"drop@{at_s:.1f}s,connect=1"))


def connection_refused(draw):
    talk = Talk(draw, duration_ms=20_000).fill()
    status = draw.one_of((401, 404), (403, 400))
    return seen(draw, talk, service_of(draw, talk, f"refuse:{status}"), reconnects=False)


def rate_limit(draw):
    talk = Talk(draw, duration_ms=45_000).fill()
    if draw.seed % 2:
        at_s = draw.between((8, 14), (16, 28))
        faults = f"error:rate_limit_exceeded@{at_s:.1f}s"
        return logged(draw, talk, service_of(draw, talk, faults))
    refused = ";".join(f"refuse:429@connect={number}" for number in range(1, 5))
    backoff_ms = draw.between((500, 1500), (1600, 3000))
    service = service_of(draw, talk, refused)
    return seen(draw, talk, service, patient=False, backoff_ms=backoff_ms)


def wrong_audio_format(draw):
    talk = Talk(draw, duration_ms=40_000).fill()
    kind = draw.one_of(("floats", "48000"), ("swapped", "16000", "44100"))
    encode = {
        "floats": lambda sound: sound.astype("<f4").tobytes(),
        "swapped": lambda sound: np.frombuffer(to_pcm16(sound).octets, "<i2").byteswap().tobytes(),
    }.get(kind)
    if encode is None:
        rate_hz = int(kind)

        def encode(sound):
            other = resample(Recording(sound, RATE_HZ, "chunk"), rate_hz).samples
            return to_pcm16(other).octets

    return seen(draw, talk, encode=encode)


def no_microphone(draw):
    talk = Talk(draw, duration_ms=round(1000 * draw.between((20, 30), (31, 50))))
    if draw.seed % 2:
        return seen(draw, talk, microphone=False)
    return seen(draw, talk, encode=lambda sound: bytes(2 * sound.size))


def bursts(draw, talk, name, *, level_db, length_ms, apart_ms):
    """Noise that comes and goes, loud enough for a level detector."""
    noise = room()[name]
    noise = resample(noise, RATE_HZ).samples
    at_ms = 3_000.0
    while at_ms < talk.duration_ms - 4_000:
        length = round(RATE_HZ * draw.between(*length_ms) / 1000)
        first = int(draw.rng.integers(noise.size - length))
        piece = noise[first : first + length].copy()
        piece *= 10 ** (draw.between(*level_db) / 20) / max(float(np.sqrt(np.mean(piece**2))), 1e-6)
        talk.put(np.clip(piece, -0.9, 0.9), at_ms)
        at_ms += 1000 * length / RATE_HZ + talk.answer_ms + draw.between(*apart_ms)


def false_triggers(draw):
    talk = Talk(draw, duration_ms=60_000)
    name = draw.one_of(("noise_fan_ventilation",), ("noise_3d_printer_fan", "noise_mains_hum"))
    bursts(
        draw, talk, name,
        level_db=((-26, -22), (-21, -18)),
        length_ms=((900, 1500), (1600, 2500)),
        apart_ms=((3000, 5000), (5500, 8000)),
    )  # fmt: skip
    return seen(draw, talk, session={"turn_detection": {"type": "server_vad", "threshold": 0.5}})


def self_triggers(draw):
    talk = Talk(draw, duration_ms=45_000)
    talk.say()
    echo_db = draw.between((-14, -9), (-20, -15))
    late_ms = draw.between((60, 120), (140, 260))
    talk.at_ms += 12_000
    talk.fill()
    # Without truncation, and with a page that goes on playing, it hears itself again and again.
    return seen(draw, talk, echo_db=echo_db, echo_delay_ms=late_ms)


def first_words_clipped(draw):
    talk = Talk(draw, duration_ms=55_000).fill()
    if draw.seed % 2:
        presses = tuple(
            (start + draw.between((120, 200), (220, 400)), end + 200) for start, end in talk.spoken
        )
        return seen(draw, talk, session={"turn_detection": None}, presses=presses, pre_roll_ms=0)
    detection = {
        "type": "server_vad",
        "prefix_padding_ms": round(draw.between((0, 30), (40, 80))),
        "speech_duration_ms": round(draw.between((250, 300), (320, 420))),
    }
    return seen(draw, talk, session={"turn_detection": detection})


def turns_cut(draw):
    talk = Talk(draw, duration_ms=55_000)
    silence_ms = round(draw.between((200, 300), (320, 420)))
    while talk.at_ms < talk.duration_ms - 6_000 - talk.answer_ms:
        first, second = draw.utterance(), draw.utterance()
        pause_ms = silence_ms + draw.between((120, 260), (280, 420))
        quiet = np.zeros(round(RATE_HZ * pause_ms / 1000), np.float32)
        talk.say(np.concatenate((first, quiet, second)))
    detection = {"type": "server_vad", "silence_duration_ms": silence_ms}
    return seen(draw, talk, session={"turn_detection": detection})


def playback_dry(draw):
    talk = Talk(draw, duration_ms=60_000).fill()
    link = draw.one_of(("cell",), ("wan_5_percent", "busy_page"))
    pace = SteadyPace(audio_s_per_s=1.0, delta_ms=100)
    network = Network(link=LINKS[link], seed=draw.seed)
    service = service_of(draw, talk, network=network, pace=pace)
    return seen(draw, talk, service, hold_ms=0.0, player=NO_BUFFER)


def setting_not_obeyed(draw):
    talk = Talk(draw, duration_ms=60_000)
    kind = draw.one_of(("silence", "deaf"), ("silence", "padding", "deaf", "answers"))
    silence_ms = round(draw.between((900, 1100), (1200, 1600)))
    talk.answer_ms = 4_000.0
    talk.fill()
    session = {"type": "server_vad"}
    if kind == "silence":
        session["silence_duration_ms"] = silence_ms
        faults = "disobey:silence_duration_ms"
    elif kind == "padding":
        session["prefix_padding_ms"] = round(draw.between((900, 1000), (1050, 1400)))
        faults = "disobey:prefix_padding_ms"
    elif kind == "answers":
        session["create_response"] = False
        faults = "disobey:create_response"
    else:
        faults = "deaf:*"
    return seen(draw, talk, service_of(draw, talk, faults), session={"turn_detection": session})


def tab_throttled(draw):
    talk = Talk(draw, duration_ms=60_000).fill()
    from_ms = draw.between((8_000, 12_000), (14_000, 22_000))
    until_ms = from_ms + draw.between((15_000, 20_000), (21_000, 30_000))
    return seen(draw, talk, asleep=((from_ms, until_ms),))


def main_thread_blocked(draw):
    talk = Talk(draw, duration_ms=60_000).fill()
    blocked, at_ms = [], 6_000.0
    while at_ms < talk.duration_ms - 4_000:
        length_ms = draw.between((600, 900), (350, 580))
        blocked.append((at_ms, at_ms + length_ms))
        at_ms += length_ms + draw.between((4_000, 7_000), (2_000, 3_900))
    return seen(draw, talk, blocked=tuple(blocked))


def commit_without_response(draw):
    talk = Talk(draw, duration_ms=50_000).fill()
    before_ms, after_ms = draw.between((150, 250), (260, 500)), draw.between((150, 250), (260, 600))
    presses = tuple((start - before_ms, end + after_ms) for start, end in talk.spoken)
    return seen(draw, talk, session={"turn_detection": None}, presses=presses, asks=False)


def context_lost(draw):
    talk = Talk(draw, duration_ms=55_000).fill()
    at_ms = draw.between((18_000, 24_000), (26_000, 34_000))
    return seen(draw, talk, rotate_ms=at_ms, restores=False)


def history_unheard(draw):
    talk = Talk(draw, duration_ms=50_000)
    talk.say()
    talk.barge_in()
    talk.say()
    talk.barge_in()
    talk.fill()
    return seen(draw, talk, truncates=False)


def suppressors_stacked(draw):
    talk = Talk(draw, duration_ms=45_000, floor=False).fill()
    # What the browser's suppressor leaves between the words: nothing.
    least = 10 ** (draw.between((-48, -45), (-52, -49)) / 20)
    frames = talk.sound[: talk.sound.size // 480 * 480].reshape(-1, 480)
    frames[np.sqrt(np.mean(frames**2, axis=1)) < least] = 0
    session = {"input_audio_noise_reduction": {"type": "azure_deep_noise_suppression"}}
    return seen(draw, talk, session=session)


def key_in_url(draw):
    talk = Talk(draw, duration_ms=25_000).fill()
    if draw.seed % 2:
        key = f"0123{draw.seed:028x}"
        return seen(draw, talk, url=f"{draw.one_of((AZURE,), (VOICE_LIVE,))}&api-key={key}")
    return seen(draw, talk, url=f"wss://api.openai.com/v1/realtime?model=m{draw.seed}",
                protocols="realtime, openai-insecure-api-key.sk-planted")  # fmt: skip


def direct_connection(draw):
    talk = Talk(draw, duration_ms=25_000).fill()
    return seen(draw, talk, url=draw.one_of((AZURE,), (VOICE_LIVE,)))


def content_filter(draw):
    talk = Talk(draw, duration_ms=40_000).fill()
    answer = draw.one_of((1,), (2, 3))
    faults = f"filter@answer={answer}"
    if draw.seed % 2:
        return logged(draw, talk, service_of(draw, talk, faults))
    return seen(draw, talk, service_of(draw, talk, faults))


def service_error(draw):
    talk = Talk(draw, duration_ms=30_000).fill()
    code = draw.one_of(("server_error",), ("message_creation_failed", "invalid_event"))
    at_s = draw.between((5, 9), (10, 20))
    return logged(draw, talk, service_of(draw, talk, f"error:{code}@{at_s:.1f}s"))


PLANTED = {
    plant.__name__: plant
    for plant in (
        idle_close, session_expired, connection_lost, connection_refused, rate_limit,
        wrong_audio_format, no_microphone, false_triggers, self_triggers, first_words_clipped,
        turns_cut, playback_dry, setting_not_obeyed, tab_throttled, main_thread_blocked,
        commit_without_response, context_lost, history_unheard, suppressors_stacked, key_in_url,
        direct_connection, content_filter, service_error,
    )
}  # fmt: skip

# What else goes wrong where this does.
FOLLOWS = {"key_in_url": {"direct_connection"}}
