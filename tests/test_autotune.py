"""Autotune: a room in, a config out, and what a lacking room is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from voicelab import samples
from voicelab.autotune import AGENTS, autotune
from voicelab.card import verdict_card
from voicelab.room import Room
from voicelab.tuning import Tuning

AT = datetime(2026, 11, 22, 14, 3, 11, tzinfo=UTC)


def small(*names: str, arrivals: tuple[str, ...] = ()) -> Room:
    bundled = samples.room()
    return Room(
        "small",
        tuple(take for take in bundled if take.name in names),
        tuple(each for each in bundled.arrivals if each.name in arrivals),
    )


FAN, KEYBOARD, JFK = "noise_fan_ventilation", "noise_keyboard_typing", "speech_male_jfk"
WIFI, PACED = "tcp_wifi_burst_s11.csv", "tcp_wifi_rt_s11.csv"


@pytest.fixture(scope="module")
def tuned():
    room = small(FAN, KEYBOARD, JFK, arrivals=(WIFI, PACED))
    return autotune(room, detector="level", detectors=["level"], at=AT)


def test_the_config_survives_the_way_to_disk_and_back(tuned, tmp_path):
    tuned.tuning.save(tmp_path / "tuned.json")
    assert Tuning.load(tmp_path / "tuned.json") == tuned.tuning


def test_the_evidence_names_every_recording_with_its_fingerprint(tuned):
    known = {sample.name: sample.sha256 for sample in samples.manifest()}
    used = {each.name: each.sha256 for each in tuned.tuning.evidence.recordings}
    agents = {f"{name} echo": known[name] for name in AGENTS}
    assert used == {name: known[name] for name in (FAN, KEYBOARD, JFK)} | agents


def test_every_value_that_was_looked_at_has_a_verdict(tuned):
    assert {"/turn_detection/threshold", "/turn_detection/speech_duration_ms", "/filters"} <= set(
        tuned.tuning.origin
    )


def test_an_agent_that_hears_itself_is_tested_and_told_apart_from_all_noises(tuned):
    evidence = tuned.tuning.evidence
    assert "echo" not in evidence.not_tested
    assert evidence.turns.metrics["echo/false_triggers_per_min"].exposure_s >= 50
    assert evidence.turns.metrics["echo/missed_barge_ins"].n == 3
    rows = {row.figure.split(" (")[0]: row.cells for row in verdict_card(tuned).rows}
    assert "echo: self-triggers/min of the agent" in rows
    assert "echo: barge-ins missed" in rows
    assert not any(figure.startswith("echo: false") for figure in rows)


def test_where_no_threshold_keeps_the_agent_out_the_card_says_what_does():
    tuned = autotune(small(FAN, JFK), detectors=["silero"])
    assert "echo" in tuned.choice.unsolved
    assert "echo cancellation, headphones or push-to-talk" in str(verdict_card(tuned))


def test_a_take_of_the_rooms_own_agent_is_heard_as_it_came_back_instead_of_the_bundled_ones():
    agent = replace(samples.room()["speech_male_german_proverb"], name="loudspeaker", kind="echo")
    room = small(FAN, JFK)
    room = replace(room, recordings=(*room.recordings, replace(agent, turns=None, labels=None)))
    tuned = autotune(room, detector="level", detectors=["level"])
    agents = {scene.noise.name for scene in tuned.sweep.scenes if scene.kind == "echo"}
    assert agents == {"loudspeaker"}


def test_an_echo_in_which_nothing_came_back_is_left_out_and_said():
    room = small(FAN, JFK)
    silence = replace(room[FAN], name="loudspeaker", kind="echo")
    silence = silence.with_samples(0 * silence.samples)
    room = replace(room, recordings=(*room.recordings, silence))
    tuned = autotune(room, detector="level", detectors=["level"])
    assert "nothing came back in loudspeaker; left out" in tuned.remarks


def test_a_quiet_talker_is_heard_at_two_levels_and_the_lower_stands_on_the_card(tuned):
    assert tuned.sweep.gains_db == (0, -6, -12)
    metrics = tuned.tuning.evidence.turns.metrics
    assert metrics["quiet_12_db/missed_turns"].value >= metrics["quiet_6_db/missed_turns"].value
    assert "turns missed, a talker 12 dB down (3)" in str(verdict_card(tuned))


def test_the_service_sends_bursts_so_paced_arrivals_are_left_out_and_named(tuned):
    assert list(tuned.buffers) == [WIFI]
    assert any(PACED in remark for remark in tuned.remarks)


def test_the_player_waits_for_what_the_hardest_network_needs(tuned):
    assert tuned.tuning.player.start == "prefill"
    assert tuned.tuning.player.start_ms == tuned.buffer.start_ms
    assert tuned.buffer.chosen.underruns <= tuned.buffer.guide.underruns


def test_the_card_shows_guide_default_and_yours_and_says_whose_numbers(tuned):
    card = str(verdict_card(tuned))
    assert "local model (level), not the service" in card
    assert "guide" in card
    assert "default" in card
    assert "yours" in card
    assert "to show more: " in card


def test_too_few_data_is_a_verdict_and_not_a_failure():
    tuned = autotune(small(FAN, JFK), detector="level", detectors=["level"])
    assert tuned.choice.verdict in ("kept", "plausible")
    assert tuned.buffer is None
    assert any("no arrivals were recorded" in remark for remark in tuned.remarks)


def test_a_missing_side_is_borrowed_and_said():
    tuned = autotune(small(FAN), detector="level", detectors=["level"])
    assert any("holds no speech: borrowed" in remark for remark in tuned.remarks)
    assert any(take.kind == "speech" for take in tuned.room)


def test_speech_in_which_nobody_speaks_is_left_out_and_said():
    room = small(FAN, KEYBOARD, JFK)
    silent = replace(room[FAN], name="quiet", kind="speech", turns=(), labels="drafted")
    room = replace(room, recordings=(*room.recordings, silent))
    tuned = autotune(room, detector="level", detectors=["level"])
    assert any("no speech was found in quiet" in remark for remark in tuned.remarks)


def test_few_answers_over_several_files_are_pooled():
    room = small(FAN, JFK, arrivals=(WIFI,))
    (wifi,) = room.arrivals
    halves = tuple(
        replace(wifi, name=f"half {start}", answers=wifi.answers[start : start + 6], sha256=None)
        for start in (0, 6)
    )
    tuned = autotune(replace(room, arrivals=halves), detector="level", detectors=["level"])
    assert list(tuned.buffers) == ["burst files together"]
    assert tuned.buffer.n == 12


def test_a_detector_that_is_not_there_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="detector must be one of level, got 'ear'"):
        autotune(small(FAN, JFK), detector="ear", detectors=["level"])
