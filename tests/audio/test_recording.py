"""Recording: what it refuses, what it keeps, what cannot be changed."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from voicelab.audio import Recording, SourceFormat, Span, Turn

ONE_SECOND = np.linspace(-0.5, 0.5, 8_000)
HELLO = Turn((Span(100, 300), Span(400, 600)), "hello")
BYE = Turn((Span(700, 900),), "bye")


def test_a_turn_reaches_from_its_first_span_to_its_last():
    assert (HELLO.start_ms, HELLO.end_ms) == (100, 600)


def test_a_shifted_turn_keeps_its_name_and_its_pauses():
    assert HELLO.shifted(50) == Turn((Span(150, 350), Span(450, 650)), "hello")


@pytest.mark.parametrize(
    ("spans", "sentence"),
    [
        ((), "at least one sounding span, got none"),
        ((Span(5, 5),), "not be empty, negative or overlap, got 5 to 5"),
        ((Span(9, 5),), "got 9 to 5 ms after 0 ms"),
        ((Span(-1, 5),), "got -1 to 5 ms"),
        ((Span(0, 5), Span(4, 9)), "got 4 to 9 ms after 5 ms"),
        ((Span(0, np.inf),), "finite ends, got 0 to inf"),
        ((Span(np.nan, 5),), "finite ends, got nan to 5"),
    ],
)
def test_a_turn_refuses_spans_that_cannot_be(spans, sentence):
    with pytest.raises(ValueError, match=sentence):
        Turn(spans)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"samples": np.zeros((2, 3))}, r"one-dimensional, got shape \(2, 3\)"),
        ({"samples": 0.5}, r"one-dimensional, got shape \(\)"),
        ({"samples": []}, "me must hold sound, got no samples"),
        ({"samples": [0, np.nan]}, "me must hold finite samples, got NaN or Inf"),
        ({"samples": [0, np.inf]}, "me must hold finite samples, got NaN or Inf"),
        ({"rate_hz": 24}, "4000 to 384000, got 24; did you pass kilohertz"),
        ({"rate_hz": 400_000}, "got 400000"),
        ({"rate_hz": float("nan")}, "got nan"),
        ({"kind": "music"}, "kind must be one of speech, fan, .* got 'music'"),
        ({"turns": (BYE, HELLO)}, "in order and apart, got one at 100 ms after one that ends at 9"),
        ({"turns": (Turn((Span(900, 1_100),)),)}, "lie within its 1000 ms, got one that ends at 1"),
    ],
)
def test_a_recording_refuses_what_it_cannot_be(facts, sentence):
    with pytest.raises(ValueError, match=sentence):
        Recording(**{"samples": ONE_SECOND, "rate_hz": 8_000, "name": "me"} | facts)


def test_samples_are_a_float32_copy_that_nobody_can_change():
    mine = ONE_SECOND.copy()
    recording = Recording(mine, 8_000)
    mine[0] = 0.25
    assert recording.samples.dtype == np.float32
    assert recording.samples[0] == -0.5
    with pytest.raises(ValueError, match="read-only"):
        recording.samples[0] = 0
    with pytest.raises(FrozenInstanceError):
        recording.rate_hz = 16_000


def test_length_is_samples_over_rate_and_unique_unless_told():
    assert Recording(ONE_SECOND, 8_000).duration_ms == 1_000
    assert Recording(ONE_SECOND, 8_000).unique_ms == 1_000
    assert Recording(ONE_SECOND, 8_000, unique_ms=400).unique_ms == 400


def test_turns_count_as_checked_unless_told_and_none_is_not_labelled():
    assert Recording(ONE_SECOND, 8_000).labels is None
    assert Recording(ONE_SECOND, 8_000, turns=()).labels == "checked"
    assert Recording(ONE_SECOND, 8_000, turns=(HELLO,), labels="drafted").labels == "drafted"


def test_a_turn_may_end_one_frame_after_the_sound():
    late = Turn((Span(900, 1_020),))
    assert Recording(ONE_SECOND, 8_000, turns=(late,)).turns == (late,)


def test_exchanged_samples_keep_labels_but_not_the_file_s_fingerprint():
    source = SourceFormat("WAV", "PCM_16", 1)
    before = Recording(ONE_SECOND, 8_000, "me", turns=(HELLO,), source=source, sha256="of the file")
    after = before.with_samples(-ONE_SECOND)
    assert (after.name, after.turns, after.source) == ("me", (HELLO,), source)
    assert before.fingerprint == "of the file"
    assert after.fingerprint == Recording(-ONE_SECOND, 8_000).fingerprint != before.fingerprint


def test_exchanged_samples_must_be_as_many():
    with pytest.raises(ValueError, match=r"keep their shape \(8000,\), got \(7999,\)"):
        Recording(ONE_SECOND, 8_000).with_samples(ONE_SECOND[1:])


def test_an_excerpt_is_cut_to_what_exists_and_leaves_labels_behind():
    whole = Recording(ONE_SECOND, 8_000, "me", "fan", turns=(HELLO,))
    part = whole.excerpt(900, 5_000)
    assert np.array_equal(part.samples, whole.samples[7_200:])
    assert (part.name, part.kind, part.turns) == ("me", "fan", None)


@pytest.mark.parametrize(("start_ms", "end_ms"), [(500, 500), (600, 500), (1_000, 2_000)])
def test_an_excerpt_of_nothing_is_refused(start_ms, end_ms):
    with pytest.raises(ValueError, match="must lie within 0 to 1000 ms"):
        Recording(ONE_SECOND, 8_000).excerpt(start_ms, end_ms)


def test_the_same_samples_have_the_same_fingerprint_whatever_their_name():
    named = Recording(ONE_SECOND, 8_000, "a", "fan")
    assert named.fingerprint == Recording(ONE_SECOND, 8_000, "b").fingerprint
    assert named.fingerprint != Recording(ONE_SECOND / 2, 8_000).fingerprint


def test_a_recording_says_what_it_is():
    spoken = Recording(ONE_SECOND, 8_000, "me", turns=(HELLO,), labels="drafted")
    assert repr(spoken) == "<Recording 'me': speech, 1.0 s at 8000 Hz, 1 turns drafted>"
    assert "not labelled" in repr(replace(spoken, turns=None, labels=None))
