"""``voicelab quota`` as somebody types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voicelab.cli import quota as verb
from voicelab.cli.main import app

TUNED = Path(__file__).parents[1] / "tuning" / "tuned.json"
ONE_CALL = ("--tokens-per-min", "1000", "--call-min", "8", "--answer-tokens", "1000")


def quota(*words):
    assert verb
    return CliRunner().invoke(app, ["quota", *map(str, words)])


@pytest.fixture
def log(tmp_path):
    """A call of two minutes with answers of 100 and 300 tokens."""
    lines = [{"format": "voicelab-log/1"}]
    lines.append({"recv_ms": 0, "direction": "in", "type": "session.created"})
    for at_ms, tokens in ((60_000, 100), (120_000, 300)):
        details = {"audio_tokens": tokens}
        usage = {"total_tokens": tokens, "output_token_details": details}
        event = {"type": "response.done", "response": {"usage": usage}}
        row = {"recv_ms": at_ms, "direction": "in", "type": "response.done", "event": event}
        lines.append(row)
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_given_figures_are_planned_with_their_arithmetic():
    done = quota(*ONE_CALL, "--tokens-limit", 100_000, "--risk", 0.02275)
    assert done.exit_code == 0
    # As worked out by hand in the tests of fits.
    assert "tokens a minute          100,000      75.4        100.0  <- binds first" in done.stdout
    assert "75 calls on average fit, with 2.3% at risk: tokens a minute bind first" in done.stdout
    assert (
        "tokens a minute: 75 x 1,000 = 75,000, standard deviation sqrt(75,000 x (1,000 + 1,000)) "
        "= 12,247" in done.stdout
    )
    assert "connections a minute: 75 x 1.00 / 8.00 min = 9.38, Poisson" in done.stdout


def test_the_documented_limits_come_with_their_papers_and_days():
    said = quota(*ONE_CALL).stdout
    assert "100,000 tokens a minute; the older quotas page says 120,000. (Voice Live FAQ" in said
    assert "30 new connections a minute. (Azure Speech quotas and limits, 2026-01-30)" in said
    assert "sessions at a time             -         -  no paper names one" in said


def test_the_guides_limits_let_the_tenth_session_bind():
    said = quota(*ONE_CALL, "--profile", "guide").stdout
    assert "sessions at a time            10       4.5         10.0  <- binds first" in said


def test_sessions_that_rotate_need_one_to_spare():
    said = quota("--tokens-per-min", 1000, "--call-min", 30, "--profile", "guide").stdout
    assert "4.00 connections: the first, 3 by rotation, 0.00 for lost ones" in said
    assert "sessions at a time            10       3.8          9.0" in said


def test_what_to_request_is_said_for_a_number_of_calls():
    said = quota(*ONE_CALL, "--calls", 100).stdout
    assert "for 100 calls request: tokens a minute 132,900 instead of 100,000" in said
    assert "no limit is documented, but they will reach: sessions at a time 117" in said
    assert "3 calls fit: nothing has to be requested" in quota(*ONE_CALL, "--calls", 3).stdout


def test_without_any_limit_nothing_is_said_to_fit():
    words = ("--profile", "openai-realtime-2026", "--calls", 100)
    said = quota(*ONE_CALL, *words).stdout
    assert "no limit is known: what fits cannot be said; give one" in said
    assert (
        "but they will reach: tokens a minute 132,900; connections a minute 21; "
        "sessions at a time 117" in said
    )
    assert "nothing has to be requested" not in said


def test_a_session_log_is_measured(log):
    done = quota(log, "--price", "audio_out=64", "--false-triggers-per-min", 0.5)
    assert done.exit_code == 0
    assert "2.0 min, 200 tokens a minute, the answer that a token belongs to has 250" in done.stdout
    assert "measured on 1 call with 2 answers, mean 200 tokens" in done.stdout
    # 0.5 x 60 answers of 200 tokens at 64 for a million.
    assert "6,000 tokens an hour, 50.0% of the call's; 0.38 an hour in money" in done.stdout


def test_cached_tokens_are_said_to_count(tmp_path):
    usage = {"total_tokens": 400, "input_token_details": {"cached_tokens": 300}}
    event = {"type": "response.done", "response": {"usage": usage}}
    first = {"recv_ms": 0, "direction": "in", "type": "session.created"}
    last = {"recv_ms": 60_000, "direction": "in", "type": "response.done", "event": event}
    path = tmp_path / "session.jsonl"
    lines = ({"format": "voicelab-log/1"}, first, last)
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    said = quota(path).stdout
    assert "75% of the tokens were cached; they are counted, for no paper says that a limit" in said


def test_a_configs_evidence_prices_its_false_triggers_with_their_interval(log):
    said = quota(log, "--config", TUNED).stdout
    assert "fan: 0.00 a minute = 0 tokens an hour (0 to 8,760), 0.0% of the call's" in said
    assert "with the default settings 4,800 tokens" in said


def test_json_says_the_same():
    done = quota(*ONE_CALL, "--calls", 100, "--json")
    found = json.loads(done.stdout)
    assert found["binds_first"] == "tokens a minute"
    assert found["demand"]["call_s"] == 480
    assert [each["needed"] for each in found["needs"]] == [132_900, 21, 117]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "there must be a log, or --tokens-per-min and --call-min"),
        (("--tokens-per-min", "0", "--call-min", "8"), "tokens_per_min must be a number above 0"),
        ((*ONE_CALL, "--risk", "0.9"), "the risk must lie between 0 and 0.5"),
        ((*ONE_CALL, "--sessions-limit", "0"), "a limit must be at least 1, got 0"),
        ((*ONE_CALL, "--profile", "seed"), "profile must be one of"),
        ((*ONE_CALL, "--price", "audio=3"), "a price must be any or text_in"),
        ((*ONE_CALL, "--price", "audio_in=nan"), "a price must be any or text_in"),
        ((*ONE_CALL, "--price", "audio_in=3"), "a price by kind needs session logs"),
        ((*ONE_CALL[:4], "--config", TUNED), "must be priced by an answer; give --answer-tokens"),
        (("no.jsonl",), "no.jsonl does not exist, or is no file"),
        ((TUNED,), "a session log must begin with the line"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(words, sentence):
    done = quota(*words)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_log_that_is_no_text_is_said_with_its_name(tmp_path):
    path = tmp_path / "session.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    done = quota(path)
    assert done.exit_code == 2
    assert "session.jsonl: a session log must be text" in done.stderr
