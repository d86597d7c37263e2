"""A stretch of a session, heard and seen."""

import pytest
from made import Log, laid, noise, tone

from voicelab import views
from voicelab.audio import level_dbfs
from voicelab.diagnose import diagnose, hear_stretch
from voicelab.views.figures import SessionLanes

VAD = {"type": "server_vad", "silence_duration_ms": 300, "prefix_padding_ms": 300}


@pytest.fixture(scope="module")
def log():
    """A word, a pause, a word: cut in two; an answer of which little was heard."""
    made = Log(keeps_audio=True, turn_detection=VAD)
    made.speak(0, laid(noise(1000), tone(800), noise(600), tone(800), noise(1800)))
    made.turn("a", 1250, 2150, 700, 2100)
    made.answer("r", 2160, [(2380, 500)], status="cancelled", reason="turn_detected")
    return made.turn("b", 2650, 3550, 2100, 3500)


def level(recording, first_ms, last_ms):
    return level_dbfs(recording.excerpt(first_ms, last_ms))


def test_both_sides_are_heard_where_they_were_heard(log):
    heard = hear_stretch(log.timeline(), 500, 4500)
    assert heard.duration_ms == pytest.approx(4000)
    # The word from 1000 to 1800 ms lies 500 ms after the stretch began.
    assert level(heard, 550, 1250) == pytest.approx(-20, abs=0.5)
    assert level(heard, 0, 450) < -60
    assert level(heard, 1950, 2600) > -30


def test_a_stretch_is_no_longer_than_a_minute_and_not_empty(log):
    assert hear_stretch(log.timeline(), 0, 1e9).duration_ms == pytest.approx(60_000)
    with pytest.raises(ValueError, match="must end after it begins"):
        hear_stretch(log.timeline(), 500, 500)


def test_a_log_without_sound_says_how_to_keep_it():
    silent = Log(turn_detection=VAD).speak(0, noise(1000)).timeline()
    with pytest.raises(ValueError, match="keep_audio=True"):
        hear_stretch(silent, 0, 1000)


@pytest.fixture
def panel(log, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    # Tones are no speech to the detector: this log tells of levels alone.
    made = Log(turn_detection=VAD)
    made.speak(0, laid(noise(1000), tone(800), noise(600), tone(800), noise(12_000)))
    made.turn("a", 1250, 2150, 700, 2100).turn("b", 2650, 3550, 2100, 3500)
    return views.Session(diagnose(made.timeline()), source="simulator")


def test_a_finding_is_picked_seen_and_its_edit_applied(panel):
    whole = panel.png
    assert panel.trouble is None
    panel.finding.value = 1
    assert panel.trouble.name == "turns_cut"
    assert panel.png != whole
    assert "silence_duration_ms = 700" in panel.told.value
    assert panel.changes == ()
    panel.mends.value = True
    assert panel.tuning.turn_detection.silence_duration_ms == 700
    panel.finding.value = 0
    assert panel.png == whole


def test_the_place_is_heard_where_there_is_sound(panel):
    panel.finding.value = 1
    assert panel.heard.layout.display == "none"
    made = Log(keeps_audio=True, turn_detection=VAD).speak(0, laid(noise(1000), tone(2000)))
    made.event(1500, "error", error={"code": "server_error"})
    spoken = views.Session(diagnose(made.timeline()), source="simulator")
    spoken.finding.value = 1
    assert spoken.heard.layout.display == ""
    assert spoken.heard.children[1].value[:4] == b"RIFF"


def test_a_picture_goes_closer_and_back(log):
    lanes = SessionLanes(diagnose(log.timeline()), source="simulator")
    whole = lanes.png()
    lanes.zoom(1000, 2000)
    assert lanes.png() != whole
    lanes.zoom()
    assert lanes.png() == whole
