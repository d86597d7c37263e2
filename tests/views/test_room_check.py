"""The room check without a browser: bundled recordings stand for the microphone."""

import json
from dataclasses import replace

import pytest

from voicelab import samples, views
from voicelab.audio import Capture, Span, Turn, inspect, resample
from voicelab.audio.stock import NOISE_S, SHORT_TURNS
from voicelab.room import read_room
from voicelab.tuning import Tuning
from voicelab.views.room_check import script
from voicelab.views.room_check.script import Prompt, named_by

CAPTURE = Capture(
    echo_cancellation=True, noise_suppression=True, auto_gain=True, device_sha256="c" * 64
)
STANDS_FOR = {
    "fan": "noise_fan_ventilation",
    "keyboard": "noise_keyboard_typing",
    "me_normal": "speech_female_ljspeech",
    "echo": "speech_female_librivox_sonnet",
}


def take(step):
    return replace(samples.room()[STANDS_FOR[step]], name=step, capture=CAPTURE)


@pytest.fixture
def check(tmp_path):
    return views.RoomCheck(tmp_path / "my_room")


def test_a_look_takes_two_minutes():
    assert sum(step.seconds for step in script()) <= 120


def test_the_thorough_form_records_what_it_takes_to_show():
    steps = {step.name: step for step in script(thorough=True)}
    assert all(steps[kind].seconds >= NOISE_S for kind in ("fan", "keyboard", "room"))
    assert len(steps["me_short"].prompts) > SHORT_TURNS
    assert len({prompt.text for prompt in steps["me_short"].prompts}) == 30
    assert [len(steps[name].prompts) for name in ("me_normal", "me_low")] == [4, 4]
    assert steps["echo"].plays


@pytest.mark.parametrize("thorough", [False, True])
def test_every_prompt_is_shown_within_its_step(thorough):
    for step in script(thorough=thorough):
        times = [prompt.from_s for prompt in step.prompts]
        assert times == sorted(times)
        assert all(0 < each < step.seconds for each in times)


def test_a_turn_is_named_by_what_was_asked_when_it_began():
    prompts = (Prompt(1.0, "yes"), Prompt(3.5, "no"))
    spoken = tuple(Turn((Span(at, at + 300),)) for at in (200.0, 1400.0, 2500.0, 4000.0))
    assert [turn.name for turn in named_by(prompts, spoken)] == ["", "yes", "", "no"]


def test_a_take_lies_in_the_room_with_how_it_was_captured(check):
    check.take(take("fan"))
    assert check.step.name == "keyboard"
    (fan,) = read_room(check.folder)
    assert (fan.name, fan.kind, fan.capture) == ("fan", "fan", CAPTURE)
    assert fan.source.container == "FLAC"
    assert check.png.startswith(b"\x89PNG")


def test_speech_is_labelled_as_a_draft_until_somebody_vouches(check):
    check.take(take("me_normal"))
    (before,) = read_room(check.folder)
    assert (before.labels, before.capture) == ("drafted", CAPTURE)
    check.right.value = True
    (after,) = read_room(check.folder)
    assert after.labels == "checked"
    assert after.turns == before.turns


def test_labels_that_a_person_changed_count_as_checked(check):
    check.take(take("me_normal"))
    labels = check.folder / "recordings" / "me_normal.labels.txt"
    labels.write_text("1.0\t2.0\tturn hello\n", encoding="utf-8")
    (read,) = read_room(check.folder)
    assert read.labels == "checked"


def test_a_recording_that_was_there_is_never_written_over(check, tmp_path):
    shelf = tmp_path / "my_room" / "recordings"
    shelf.mkdir(parents=True)
    (shelf / "fan.flac").write_bytes(b"mine")
    check.take(take("fan"))
    assert (shelf / "fan.flac").read_bytes() == b"mine"
    assert check.filed["fan"].path.name == "fan_2.flac"
    check.again.value = True
    check.take(take("fan"))
    assert sorted(path.name for path in shelf.glob("*.flac")) == ["fan.flac", "fan_2.flac"]


def test_what_would_spoil_a_session_is_asked_for_again(check):
    loud = take("fan")
    check.take(loud.with_samples((40 * loud.samples).clip(-1, 1)))
    assert check.filed["fan"].serious
    assert check.step.name == "fan"


def test_what_the_browser_lost_is_said(check):
    check.take(replace(take("fan"), capture=replace(CAPTURE, lost_ms=120.0)))
    assert any("lost 120 ms" in remark for remark in check.filed["fan"].remarks)


def test_a_loss_shorter_than_a_frame_is_nobodys_trouble(check):
    check.take(replace(take("fan"), capture=replace(CAPTURE, lost_ms=8.0)))
    assert not any("lost" in remark for remark in check.filed["fan"].remarks)


def test_nobody_guesses_at_which_rate_a_page_recorded(check):
    lasts_twice = resample(take("me_normal"), 48_000)
    slow = replace(lasts_twice, rate_hz=24_000, turns=None, labels=None)
    assert "half_rate" in {each.name for each in inspect(slow).findings}
    check.take(slow)
    assert not any("half speed" in remark for remark in check.filed["me_normal"].remarks)


def test_the_end_has_room_for_the_verdict_and_the_way_back_brings_the_microphone(check):
    while check.step is not None:
        check.skips.value = True
    assert check.microphone.layout.display == check.meter.layout.display == "none"
    check.again.value = True
    assert check.microphone.layout.display == ""
    assert check.microphone.offers_takes


def test_steps_may_be_skipped_to_the_end_and_the_microphone_knows_each(check):
    names = []
    while check.step is not None:
        names.append(check.microphone.take_name)
        assert check.microphone.take_s == check.step.seconds
        assert len(check.microphone.prompts) == len(check.step.prompts)
        assert bool(check.microphone.accompaniment) == check.step.plays
        check.skips.value = True
    assert names == [step.name for step in check.steps]
    assert not check.microphone.offers_takes


def test_nothing_recorded_is_nothing_to_tune_on(check):
    assert check.tune() is None
    assert not (check.folder / "tuned.json").exists()


def test_it_ends_in_a_config_whose_evidence_tells_how_it_was_captured(check):
    for step in STANDS_FOR:
        check.take(take(step))
    check.tunes.value = True
    tuning = Tuning.load(check.folder / "tuned.json")
    assert {each.name for each in tuning.evidence.recordings} == set(STANDS_FOR)
    assert tuning.capture_differences(CAPTURE) == ()
    (differs,) = tuning.capture_differences(replace(CAPTURE, auto_gain=False))
    assert differs.setting == "auto_gain"
    assert "fan" in str(check.card)
    assert "c" * 64 in json.dumps(json.loads((check.folder / "tuned.json").read_text("utf-8")))


def test_without_an_echo_of_ones_own_one_is_made_by_rule_and_nobody_is_asked_how(check):
    for step in ("fan", "me_normal"):
        check.take(take(step))
    check.tunes.value = True
    used = {each.name: each for each in check.tuned.tuning.evidence.recordings}
    made = set(used) - {"fan", "me_normal"}
    assert {(used[name].kind, used[name].capture) for name in made} == {("echo", None)}
    assert check.tuned.tuning.capture_differences(CAPTURE) == ()
