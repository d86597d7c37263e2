import math

from voicelab.streaming.policy.summary import Summary

DONE = {
    "status": "completed",
    "metadata": {"purpose": "summary"},
    "output": [{"content": [{"type": "text", "text": "Ada asked"}, {"transcript": "for tea."}]}],
}


def test_it_is_asked_for_out_of_band_and_as_text():
    wish = Summary().ask(now_ms=0.0)
    assert (wish["conversation"], wish["modalities"]) == ("none", ["text"])


def test_the_response_to_it_is_known_by_its_purpose():
    summary = Summary()
    assert summary.is_meant(summary.ask(now_ms=0.0))
    assert not summary.is_meant({"id": "resp_1"})
    assert not summary.is_meant({"metadata": {"purpose": "another"}})


def test_its_words_are_those_of_all_parts():
    summary = Summary()
    summary.ask(now_ms=0.0)
    assert summary.take(DONE) == "Ada asked for tea."
    assert not summary.waits


def test_one_that_failed_says_nothing():
    assert Summary().take({**DONE, "status": "failed"}) == ""


def test_it_is_waited_for_five_seconds():
    summary = Summary()
    assert summary.next_ms == math.inf
    summary.ask(now_ms=1_000.0)
    assert summary.next_ms == 6_000.0
    summary.give_up()
    assert not summary.waits
