import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import Span, Turn
from voicelab.audio.labels import format_labels, group_spans, parse_labels

# A few signs instead of all of Unicode, whose table takes a second to build.
names = st.text('turn spech\\"0.ü話\u2028', max_size=12).map(str.strip)


@st.composite
def turns_in_microseconds(draw):
    """Turns whose times a label file can hold: whole microseconds, in order."""
    times_us = draw(st.lists(st.integers(0, 10**10), max_size=24, unique=True).map(sorted))
    spans = [
        Span(start_us / 1000, end_us / 1000)
        for start_us, end_us in zip(times_us[::2], times_us[1::2], strict=False)
    ]
    turns = []
    while spans:
        count = draw(st.integers(1, len(spans)))
        turns.append(Turn(tuple(spans[:count]), draw(names)))
        spans = spans[count:]
    return tuple(turns)


@given(turns=turns_in_microseconds())
def test_what_was_written_is_read_back(turns):
    assert parse_labels(format_labels(turns)) == turns


@given(turns=turns_in_microseconds(), order=st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(turns, order):
    lines = format_labels(turns).split("\n")
    order.shuffle(lines)
    assert parse_labels("\n".join(lines)) == turns


def test_a_label_file_looks_as_audacity_writes_it():
    turn = Turn((Span(1090, 2480), Span(3100, 4210.5)), "question")
    assert format_labels([turn]) == (
        "1.090000\t4.210500\tturn question\n"
        "1.090000\t2.480000\tspeech\n"
        "3.100000\t4.210500\tspeech\n"
    )


def test_two_tracks_exported_one_after_the_other_are_one_labelling():
    text = "0.5\t1\tspeech\n1.2\t2\tspeech\n4\t5\tspeech\n0.4\t2.1\tturn\n3.9\t5.2\tturn two\n"
    assert parse_labels(text) == (
        Turn((Span(500, 1000), Span(1200, 2000))),
        Turn((Span(4000, 5000),), "two"),
    )


def test_spans_without_turns_are_grouped_by_their_pauses():
    text = "0\t1\tspeech\n2.4\t3\tSpeech\n4.5\t5\tspeech\n"
    first, second, third = Span(0, 1000), Span(2400, 3000), Span(4500, 5000)
    assert parse_labels(text) == (Turn((first, second)), Turn((third,)))
    assert parse_labels(text, turn_gap_ms=1400) == (Turn((first,)), Turn((second,)), Turn((third,)))


def test_a_turn_without_spans_is_one_span():
    text = "1\t2\tturn yes\n3\t4\tturn\n3.2\t3.9\tspeech\n"
    assert parse_labels(text) == (Turn((Span(1000, 2000),), "yes"), Turn((Span(3200, 3900),)))


@pytest.mark.parametrize(
    ("text", "name"),
    [("turn", ""), ("", ""), ("turn yes please", "yes please"), ("yes", "yes"), ("TURN a", "a")],
)
def test_the_text_names_the_turn(text, name):
    assert parse_labels(f"1\t2\t{text}\n") == (Turn((Span(1000, 2000),), name),)


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_no_label_means_that_nobody_speaks(text):
    assert parse_labels(text) == ()
    assert format_labels(()) == ""


def test_the_frequencies_of_a_spectral_selection_are_passed_over():
    assert parse_labels("1\t2\tspeech\r\n\\\t100.5\t4000\r\n") == (Turn((Span(1000, 2000),)),)


def test_a_span_drawn_past_its_turn_belongs_to_it():
    text = "1\t2\tturn\n0.98\t1.5\tspeech\n1.6\t2.03\tspeech\n"
    assert parse_labels(text) == (Turn((Span(980, 1500), Span(1600, 2030))),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1\t2\tspeech\nhello\n", "line 2 must be start, end and text between tabs, got 'hello'"),
        ("1,25\t2\tspeech", "line 1 must begin with two times in seconds such as 1.250000, got '1"),
        ("1\t1\tspeech", "line 1: a label must span some time, got 1 to 1 s; select the stretch"),
        ("2\t1\tturn", "line 1: a label must span some time"),
        ("-1\t1\tturn", "line 1: a label must lie at or after 0 s, got -1 to 1 s"),
        ("nan\t1\tturn", "line 1: a label must lie at or after 0 s, got nan"),
        ("1\t3\tspeech\n2\t4\tspeech", "line 2: a label of its kind must begin after line 1 ends"),
        ("1\t3\tturn a\n2\t4\tturn b", "line 2: a label of its kind must begin after line 1 ends"),
        ("1\t2\tturn\n5\t6\tspeech", "line 2: speech at 5.000 s must lie in a turn"),
        (
            "41230\t42000\tspeech",
            "line 1: a label at 41230 s lies beyond the recording's 96 s; were milliseconds",
        ),
        ("95\t97\tspeech", "line 1: a label at 97 s lies beyond .*; is it another recording's"),
    ],
)
def test_a_bad_line_is_named_in_one_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_labels(text, duration_ms=96_000)
    assert "\n" not in str(caught.value)


def test_a_span_may_not_reach_into_the_next_turn():
    text = "1\t2\tturn\n2\t3\tturn\n1.5\t2.4\tspeech\n2\t3\tturn x\n"
    with pytest.raises(ValueError, match="must begin after"):
        parse_labels(text)
    with pytest.raises(ValueError, match="line 2: a label of its kind must begin after line 3"):
        parse_labels("1\t2\tturn\n2\t3\tturn\n1.5\t2.4\tspeech\n")


@pytest.mark.parametrize("name", ["a\tb", "a\nb", " a"])
def test_a_name_that_no_label_can_hold_is_refused(name):
    with pytest.raises(ValueError, match="no tab, line break or outer blank"):
        format_labels([Turn((Span(0, 1),), name)])


def test_a_pause_as_long_as_the_gap_parts_two_turns():
    spans = (Span(0, 100), Span(1600, 1700), Span(3199, 3300))
    assert group_spans(spans, turn_gap_ms=1500) == (Turn(spans[:1]), Turn(spans[1:]))
    assert group_spans((), turn_gap_ms=0) == ()
    with pytest.raises(ValueError, match="turn_gap_ms must not be negative, got -1"):
        group_spans(spans, turn_gap_ms=-1)
