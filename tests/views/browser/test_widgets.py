"""The widgets' kernel side, with the page's messages written out."""

import hashlib
import math

import pytest

from voicelab.audio import Capture, Processing, to_pcm16
from voicelab.filters import BUTTERWORTH_Q_DB, Chain, HighPass, Notch
from voicelab.jitter import Player
from voicelab.streaming.loudspeaker import Heard
from voicelab.views import Meter, Microphone, Speaker

SECOND = bytes(48_000)


def chunk(number, first, *, stream="a"):
    return {"type": "chunk", "stream": stream, "number": number, "first": first}


def test_filters_go_to_the_page_as_biquad_nodes():
    microphone = Microphone(Chain(HighPass(80), Notch(50)))
    nodes = microphone.get_state()["_nodes"]
    assert nodes == [
        {"type": "highpass", "frequency": 80, "Q": BUTTERWORTH_Q_DB},
        {"type": "notch", "frequency": 50, "Q": 10.0},
    ]
    microphone.filters = ()
    assert microphone.get_state()["_nodes"] == []
    assert microphone.filters == ()


def test_chunks_and_the_button_come_in_order_whatever_overtakes_what():
    microphone, seen = Microphone(), []
    microphone.on_chunk(lambda pcm16, first: seen.append((first, len(pcm16))))
    microphone.on_talk(seen.append)
    talk = {"type": "talk", "stream": "a", "pressed": True, "number": 0}
    microphone.receive(chunk(2, 1200), [memoryview(bytes(2400))])
    microphone.receive(chunk(1, 0), [memoryview(bytes(2400))])
    assert seen == []
    microphone.receive(talk, [])
    microphone.receive({**talk, "pressed": False, "number": 3}, [])
    assert seen == [True, (0, 2400), (1200, 2400), False]
    assert microphone.lost_chunks == 0


def test_a_page_that_was_opened_again_counts_from_zero():
    microphone, seen = Microphone(), []
    microphone.on_chunk(lambda _, first: seen.append(first))
    for stream in ("a", "b"):
        for number in (0, 1):
            message = chunk(number, 1200 * number, stream=stream)
            microphone.receive(message, [memoryview(b"")])
    assert seen == [0, 1200, 0, 1200]


def test_what_goes_wrong_in_a_callback_is_shown_and_raised():
    microphone = Microphone()
    microphone.on_chunk(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        microphone.receive(chunk(0, 0), [memoryview(b"")])
    assert microphone.error == "ZeroDivisionError: division by zero"


def test_settings_are_what_the_browser_says_not_what_was_asked():
    microphone = Microphone(processing=Processing(auto_gain=False))
    assert microphone.settings is None
    assert microphone.processing == Processing(auto_gain=False)
    microphone.set_state({"_got": {"auto_gain": True, "rate_hz": 44_100}})
    assert microphone.settings == Capture(auto_gain=True, rate_hz=44_100)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"chunk_ms": 20}, "chunk_ms must lie in 40 to 100, got 20"),
        ({"pre_roll_ms": 5000}, "pre_roll_ms must lie in 0 to 2000, got 5000"),
    ],
)
def test_a_length_out_of_its_range_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Microphone(**settings)


def test_a_speaker_tells_what_the_page_reports():
    speaker = Speaker(Player(prefill_ms=50))
    assert speaker.free_ms() == -math.inf
    speaker.play("r", "i", SECOND, now_ms=0.0)
    assert speaker.free_ms() == pytest.approx(1000, abs=50)
    counted = {"response": "r", "playedSamples": 12_000, "underruns": 1, "silentSamples": 240}
    speaker.receive(
        {"type": "report", "dropped": 0, "answers": [counted], "log": [["r", 24_000, 8.0]]}, []
    )
    assert list(speaker.heard(now_ms=500.0)) == [Heard("r", "i", 500.0)]
    assert (speaker.underruns, speaker.silent_ms) == (1, 10.0)
    assert speaker.arrivals.answers[0].samples.tolist() == [24_000]
    speaker.flush("r")
    assert speaker.free_ms() <= 600


def test_a_meter_finds_its_microphone_by_key():
    microphone = Microphone()
    assert Meter(microphone).get_state()["_source"] == microphone.key != ""


def test_a_take_arrives_and_is_called_back_once():
    microphone, takes = Microphone(), []
    microphone.on_take(takes.append)
    octets = to_pcm16([0.25] * 480).octets
    head = {"type": "take", "id": "a/1", "parts": 1, "samples": 480, "name": "fan", "capture": {}}
    microphone.receive({**head, "sha256": hashlib.sha256(octets).hexdigest()}, [])
    microphone.receive({"type": "complete?", "id": "a/1"}, [])
    assert takes == []
    microphone.receive({"type": "part", "id": "a/1", "number": 0}, [memoryview(octets)])
    for _ in range(2):
        microphone.receive({"type": "complete?", "id": "a/1"}, [])
    assert [take.name for take in takes] == ["fan"]
    assert microphone.take is takes[0]
