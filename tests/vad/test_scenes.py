"""Scenes: laid out by rule, with ground truth that matches the sound."""

from dataclasses import replace

import numpy as np
import pytest

from voicelab.audio import Recording, Span, Turn, level_dbfs
from voicelab.vad import is_conversation, lay_out_turns, scenes

RATE_HZ = 24_000


def tone(duration_ms: float, hz: float = 440.0, amplitude: float = 0.5) -> np.ndarray:
    time_s = np.arange(round(duration_ms * RATE_HZ / 1000)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def take(*spans_ms: tuple[float, float], duration_ms: float = 6000, together=False) -> Recording:
    """A tone where somebody speaks, silence elsewhere."""
    samples = np.zeros(round(duration_ms * RATE_HZ / 1000), np.float32)
    for begin, end in spans_ms:
        first = round(begin * RATE_HZ / 1000)
        sound = tone(end - begin)
        samples[first : first + sound.size] = sound
    spans = [Span(*ends) for ends in spans_ms]
    turns = (Turn(tuple(spans)),) if together else tuple(Turn((span,)) for span in spans)
    return Recording(samples, RATE_HZ, "me", "speech", turns)


def hiss(name: str = "fan", kind: str = "fan", duration_ms: float = 3000) -> Recording:
    noise = np.random.default_rng(1).standard_normal(round(duration_ms * RATE_HZ / 1000))
    return Recording(0.05 * noise.astype(np.float32), RATE_HZ, name, kind)


def test_the_labels_of_a_layout_lie_where_the_sound_is():
    laid = lay_out_turns(take((500, 1400), (2500, 3600)))
    per_ms = RATE_HZ / 1000
    spoken = np.zeros(laid.samples.size, bool)
    for turn in laid.turns:
        for begin, end in turn.spans:
            spoken[round(begin * per_ms) : round(end * per_ms)] = True
    assert np.abs(laid.samples[~spoken]).max() == 0
    assert np.sqrt(np.mean(laid.samples[spoken] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=1e-3)


def test_turns_are_at_least_three_seconds_apart():
    laid = lay_out_turns(take((500, 1400), (2500, 3600), (4000, 5000)))
    gaps = [
        after.start_ms - before.end_ms
        for before, after in zip(laid.turns, laid.turns[1:], strict=False)
    ]
    assert min(gaps) >= 3000


def test_short_spans_become_turns_of_their_own_where_nobody_recorded_any():
    laid = lay_out_turns(take((500, 1000), (1500, 3000), together=True))
    assert [turn.name for turn in laid.turns] == ["", "short"]
    assert laid.turns[1].end_ms - laid.turns[1].start_ms == pytest.approx(500, abs=0.1)


def test_a_take_with_short_turns_gets_none_added():
    assert len(lay_out_turns(take((500, 1000), (1500, 3000))).turns) == 2


def test_a_margin_never_reaches_into_a_neighbours_speech():
    laid = lay_out_turns(take((500, 1400), (1500, 2600)))
    per_ms = RATE_HZ / 1000
    for turn in laid.turns:
        before = laid.samples[round((turn.start_ms - 300) * per_ms) : round(turn.start_ms * per_ms)]
        assert np.abs(before[:-1]).max() == 0


def test_a_scene_has_the_stated_ratio_of_speech_to_noise():
    (scene,) = scenes([take((500, 3500)), hiss()], snr_db=[10])
    mixture = scene.recording()
    silent = scene.conversation.samples == 0
    noise_dbfs = 10 * np.log10(np.mean(mixture.samples[silent] ** 2))
    speech_only = mixture.with_samples(np.where(silent, 0, mixture.samples))
    assert level_dbfs(speech_only) - noise_dbfs == pytest.approx(10, abs=0.6)


def test_every_speaker_meets_every_noise_at_every_ratio():
    you = replace(take((500, 3500)), name="you")
    laid = scenes([take((500, 3500)), you, hiss(), hiss("typing", "keyboard")], snr_db=[20, 5])
    met = {(each.conversation.name, each.noise.name, each.snr_db) for each in laid}
    assert len(met) == len(laid) == 8


def test_the_same_recordings_give_the_same_scenes():
    room = [take((500, 3500)), hiss()]
    for one, other in zip(scenes(room), scenes(room), strict=True):
        np.testing.assert_array_equal(one.recording().samples, other.recording().samples)


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        ([hiss()], "at least one labelled turn of speech, got none"),
        ([take((500, 3500))], "at least one recording of noise, got none"),
        ([replace(take((500, 3500)), turns=None, labels=None), hiss()], "got none for me; draft"),
    ],
)
def test_a_room_that_lacks_a_side_is_refused_in_a_sentence(room, sentence):
    with pytest.raises(ValueError, match=sentence):
        scenes(room)


def conversation(*, pause_ms: float = 900, turns: int = 6, every_ms: float = 12_000) -> Recording:
    """Turns of two words with a pause between them, far apart."""
    begins = [1000 + every_ms * number for number in range(turns)]
    spans = [span for at in begins for span in ((at, at + 1000), (at + 1000 + pause_ms, at + 3000))]
    spoken = take(*spans, duration_ms=every_ms * turns)
    both = [Span(*ends) for ends in spans]
    paired = tuple(Turn(tuple(both[2 * n : 2 * n + 2])) for n in range(turns))
    return replace(spoken, turns=paired)


def test_a_quiet_talker_is_further_below_the_same_noise():
    usual, quiet = scenes([take((500, 3500)), hiss()], snr_db=[10], gains_db=(0, -12))
    silent = usual.conversation.samples == 0
    noise = [each.recording().samples[silent] for each in (usual, quiet)]
    assert np.std(noise[0]) == pytest.approx(np.std(noise[1]), rel=0.05)
    spoken = [np.sqrt(np.mean(each.recording().samples[~silent] ** 2)) for each in (usual, quiet)]
    assert 20 * np.log10(spoken[0] / spoken[1]) > 8  # 12 dB, less the noise that stays
    assert str(quiet) == "me, -12 dB over fan at 10 dB"


def test_a_long_conversation_counts_as_it_was_recorded():
    talk = conversation()
    *laid, whole = scenes([talk, hiss()], snr_db=[10])
    assert whole.as_recorded
    assert whole.kind == "room"
    np.testing.assert_array_equal(whole.recording().samples, talk.samples)
    assert whole.turns == talk.turns
    assert not any(scene.as_recorded for scene in laid)
    assert all(scene.conversational for scene in (*laid, whole))


@pytest.mark.parametrize(
    "talk",
    [
        conversation(turns=2),  # one gap
        take(*((1000 + 4000 * n, 2000 + 4000 * n) for n in range(16)), duration_ms=66_000),
    ],
)
def test_words_one_by_one_and_a_single_gap_are_no_conversation(talk):
    assert not is_conversation(talk)
    assert not any(scene.as_recorded for scene in scenes([talk, hiss()], snr_db=[10]))
