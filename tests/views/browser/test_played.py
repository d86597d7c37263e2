"""The kernel's book of what the page has played."""

from voicelab.views.browser.played import Played


def counted(response, played, *, underruns=0, silent=0):
    return {
        "response": response,
        "playedSamples": played,
        "underruns": underruns,
        "silentSamples": silent,
    }


def test_what_was_played_is_told_once_item_by_item():
    book = Played()
    book.queue("r", "one", 2400)
    book.queue("r", "two", 2400)
    book.report([counted("r", 3600)], at_s=1.0)
    assert book.news() == [("r", "one", 100.0), ("r", "two", 50.0)]
    assert book.news() == []
    book.report([counted("r", 4800)], at_s=1.1)
    assert book.news() == [("r", "two", 100.0)]


def test_what_waits_is_what_was_given_less_what_was_played_or_thrown_away():
    book = Played()
    assert not book.begun
    book.queue("r", "one", 2400)
    book.queue("s", "two", 4800)
    book.report([counted("r", 400)], at_s=1.0)
    assert book.waiting_samples == 2000 + 4800
    book.flush("s")
    assert book.waiting_samples == 2000
    assert book.begun


def test_underruns_of_all_answers_are_added():
    book = Played(rate_hz=16_000)
    book.report([counted("r", 10, underruns=2, silent=160)], at_s=0.0)
    book.report([counted("s", 10, underruns=1, silent=320)], at_s=0.1)
    assert (book.underruns, book.ms(book.silent_samples)) == (3, 30.0)
