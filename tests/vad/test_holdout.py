"""Hold-out: halves by rule, and a choice that the other half refutes."""

from dataclasses import replace

from made_rooms import Ear, clicks, speech, start

from voicelab.vad import Grid, Memory, scenes, sweep
from voicelab.vad.holdout import halves

TALKERS = [speech(12, name=name) for name in ("ann", "bob", "cy")]
KEYS = [clicks(every_ms=2900, seconds=20, name=name) for name in ("a", "b")]
FAN = clicks(every_ms=2900, seconds=20, name="c", kind="fan")
GRID = Grid(speech_durations_ms=(0,))


def names(laid, half):
    chosen = [laid[number] for number in half]
    return {scene.conversation.name for scene in chosen}, {scene.noise.name for scene in chosen}


def test_no_speaker_and_no_noise_file_is_in_both_halves():
    laid = scenes([*TALKERS, *KEYS], snr_db=[10])
    choosing, judging = halves(laid)
    assert names(laid, choosing) == ({"ann", "cy"}, {"a"})
    assert names(laid, judging) == ({"bob"}, {"b"})


def test_the_order_of_recordings_does_not_matter():
    forwards = scenes([*TALKERS, *KEYS], snr_db=[10])
    backwards = scenes([*KEYS[::-1], *TALKERS[::-1]], snr_db=[10])
    for one, other in zip(halves(forwards), halves(backwards), strict=True):
        assert names(forwards, one) == names(backwards, other)


def test_a_kind_with_one_file_or_a_single_speaker_cannot_be_held_out():
    assert halves(scenes([*TALKERS, *KEYS, FAN], snr_db=[10])) is None
    assert halves(scenes([TALKERS[0], *KEYS], snr_db=[10])) is None


def test_the_figures_are_those_of_the_half_that_judges():
    laid = scenes([*TALKERS, *KEYS], snr_db=[10])
    found = sweep(laid, detectors=[Ear(0.8, 0.3)], grid=GRID, memory=Memory())
    choice = found.choose(start=start(0.2))
    assert choice.hold_out == "by speaker and noise file"
    assert choice.figures["keyboard"].missed.n == 12
    assert choice.evidence()["turns"]["hold_out"] == "by speaker and noise file"
    assert "hold_out" not in choice.evidence()["not_tested"]
    assert choice.verdict != "kept"


def test_a_setting_that_the_other_half_contradicts_is_not_proposed():
    class Deaf(Ear):
        """Hardly hears a quiet voice."""

        def hear(self, frames):
            heard = super().hear(frames)
            return heard * (1 - 0.7 * ((frames**2).mean(axis=1) < 2e-3) * (heard == self.speech))

    for count in (11, 2):  # of twelve; of the second chance alone might tell another story
        found = sweep(_hushed(count), detectors=[Deaf(0.8, 0.3)], grid=GRID, memory=Memory())
        choice = found.choose(start=start(0.2))
        assert choice.verdict == "kept"
        assert "on the recordings held out" in choice.reason
    found = sweep(_hushed(1), detectors=[Deaf(0.8, 0.3)], grid=GRID, memory=Memory())
    assert found.choose(start=start(0.2)).verdict == "plausible"


def _hushed(count):
    """The talker who judges says so many turns in a quiet voice."""
    return [
        replace(scene, conversation=_quietened(scene, count))
        if scene.conversation.name == "bob"
        else scene
        for scene in scenes([*TALKERS, *KEYS], snr_db=[10])
    ]


def _quietened(scene, count):
    samples = scene.conversation.samples.copy()
    for turn in scene.turns[:count]:
        begin, end = (round(ms * 24) for ms in (turn.start_ms, turn.end_ms))
        samples[begin:end] *= 0.2
    return scene.conversation.with_samples(samples)
