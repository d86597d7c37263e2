"""``voicelab kql`` as somebody types it."""

import pytest
from typer.testing import CliRunner

from voicelab.cli import kql as verb
from voicelab.cli.main import app
from voicelab.diagnose.monitor import QUERIES


def kql(*words):
    assert verb
    return CliRunner().invoke(app, ["kql", *words])


def test_without_a_name_the_pack_is_listed_and_its_limits_are_said():
    done = kql()
    assert done.exit_code == 0
    for query in QUERIES.values():
        assert query.question in done.stdout
    assert "no workspace has run them" in done.stdout
    assert 'ResourceType == "OPENAI" finds any row is not verified' in done.stdout


def test_a_query_is_printed_with_its_values_and_nothing_else():
    done = kql("sessions", "--deployment", "gpt-realtime", "--since", "7d")
    assert done.stdout == QUERIES["sessions"].text(deployment="gpt-realtime", since="7d")
    assert done.stderr == ""


def test_the_doubts_of_a_query_are_printed_with_it():
    said = kql("errors").stdout
    assert "// Unverified: the guide writes resultType_s" in said
    assert 'ResourceType == "OPENAI"' in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("erors",), "the query must be one of errors"),
        (("errors", "--deployment", 'x" | take 1'), "deployment: a name must be letters"),
        (("tokens", "--deployment", "x"), "query tokens must be given since, got 'deployment'"),
        (("--since", "7d"), "--since must come with a query"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(words, sentence):
    done = kql(*words)
    assert done.exit_code == 2
    assert sentence in done.stderr
