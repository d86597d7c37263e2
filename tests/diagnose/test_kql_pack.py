from datetime import timedelta

import pytest

from voicelab.diagnose.monitor import QUERIES, kql, name_literal, string_literal, timespan_literal

ASKED_FOR = {"errors", "sessions", "latency", "throttling", "failures"}


def test_the_pack_answers_what_it_is_for():
    assert set(QUERIES) >= ASKED_FOR


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_asks_one_question_and_names_its_papers_and_its_doubts(query):
    assert query.question.endswith("?")
    assert any(
        "learn.microsoft.com/azure/azure-monitor/reference/tables" in s for s in query.sources
    )
    assert query.unverified


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_text_says_that_nobody_has_run_it(query):
    assert "no workspace has\n//   run it." in query.text()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_is_bounded_in_time_before_anything_else(query):
    lines = query.text().splitlines()
    table = next(n for n, line in enumerate(lines) if line.startswith(("Azure", "App")))
    assert lines[table + 1] == "| where TimeGenerated > ago(Since)"


def test_the_guides_filter_is_said_to_be_unverified_where_it_is_replaced():
    for name in ("errors", "resource-types"):
        assert any('"OPENAI"' in doubt for doubt in QUERIES[name].unverified)
    assert 'GuideFinds = countif(ResourceType == "OPENAI")' in kql("resource-types").text()


def test_a_value_replaces_its_line_and_no_other():
    query = kql("sessions")
    before, after = query.text().splitlines(), query.text(deployment="gpt-realtime").splitlines()
    assert [(b, a) for b, a in zip(before, after, strict=True) if b != a] == [
        (
            'let Deployment = "";  // name: one deployment; empty takes all',
            'let Deployment = "gpt-realtime";  // name: one deployment; empty takes all',
        )
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"deployment": 'x" or 1 == 1'}, "deployment: a name must be letters"),
        ({"deployment": "a" * 129}, "deployment: a name must be letters"),
        ({"since": "1d) | take 1 //"}, "since: a span must be a whole number"),
        ({"since": "0h"}, "since: a span must be a whole number"),
        ({"since": "731d"}, "since: a span must be .* at most 730d"),
        ({"since": timedelta(milliseconds=1500)}, "since: a span must be a whole number"),
        ({"operation": "\ud83d"}, "operation: a text must be whole Unicode"),
        ({"operation": timedelta(1)}, "operation: it must be a text"),
        ({"model": "x"}, "query sessions must be given since or deployment or operation"),
    ],
)
def test_what_is_no_such_value_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        kql("sessions").text(**values)


def test_an_unknown_query_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match=r"the query must be one of errors, .*, got 'erors'"):
        kql("erors")


def test_literals_worked_out_by_hand():
    assert string_literal('say "hi"\\n') == '"say \\"hi\\"\\\\n"'
    assert string_literal("a\u2028b\x00🎙") == '"a\\u2028b\\u0000🎙"'
    assert string_literal("\U000e0001") == '"\\udb40\\udc01"'
    assert name_literal("") == '""'
    assert timespan_literal(timedelta(days=1, seconds=5)) == "86405s"
