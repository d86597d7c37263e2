"""How connections end, are refused, and are followed, in cases worked out by hand."""

import pytest
from made import connection, names, timeline

from voicelab.diagnose.rules import (
    connection_lost,
    connection_refused,
    context_lost,
    direct_connection,
    idle_close,
    key_in_url,
    rate_limit,
    session_expired,
)
from voicelab.diagnose.session import ErrorSaid, SeenAnswer, SeenTurn
from voicelab.diagnose.timeline import ServiceRequest
from voicelab.wire.har_request import HarRequest


@pytest.mark.parametrize("idle_s", [60, 75, 90])
def test_an_end_after_60_to_90_idle_seconds_is_a_proxys(idle_s):
    lost = connection(last_s=10, closed_s=10 + idle_s, code=1006)
    assert names(idle_close, lost) == ["idle_close"]
    assert names(connection_lost, lost) == []


@pytest.mark.parametrize("idle_s", [0, 20, 40, 120])
def test_an_end_after_other_times_is_none_unless_it_comes_twice(idle_s):
    lost = connection(last_s=10, closed_s=10 + idle_s, code=1006)
    assert names(idle_close, lost) == []
    assert names(connection_lost, lost) == ["connection_lost"]


def test_an_end_that_comes_equally_late_twice_is_a_timers():
    ends = [connection(at, last_s=at + 5, closed_s=at + 45, code=1006) for at in (0, 60)]
    assert names(idle_close, *ends) == ["idle_close"]
    ends[1].closed_ms += 5000
    assert names(idle_close, *ends) == []


def test_who_closes_with_1000_after_any_time_is_no_finding():
    done = connection(last_s=10, closed_s=80, code=1000)
    assert names(idle_close, done) == names(connection_lost, done) == []


@pytest.mark.parametrize("known", ["code", "error", "expires_at"])
def test_a_session_that_expires_is_told_by_code_error_or_announcement(known):
    ended = connection(last_s=600, closed_s=600)
    if known == "code":
        ended.code = 1001
    elif known == "error":
        ended.errors.append(ErrorSaid(at_ms=600_000, code="session_expired"))
    else:
        ended.expires_ms = 600_500
    assert names(session_expired, ended) == ["session_expired"]
    assert names(connection_lost, ended) == []


def test_an_expiry_that_nothing_followed_is_worse():
    ended = connection(closed_s=600, code=1001)
    (alone,) = session_expired(timeline(ended))
    (followed,) = session_expired(timeline(ended, connection(601)))
    assert (alone.severity, followed.severity) == (3, 2)


def test_without_a_code_only_who_comes_back_was_lost():
    left = connection(closed_s=30)
    assert names(connection_lost, left) == []
    assert names(connection_lost, left, connection(33)) == ["connection_lost"]
    assert names(connection_lost, left, connection(29)) == []  # made before: a rotation


def test_a_429_that_was_waited_for_is_no_finding_and_a_hasty_one_is():
    refused = connection(0, closed_s=0, refused=429, retry_after_s=10.0, configured_ms=None)
    assert names(rate_limit, refused, connection(10)) == []
    assert names(rate_limit, refused, connection(3)) == ["rate_limit"]
    assert names(rate_limit, refused) == ["rate_limit"]


def test_a_third_429_is_a_finding_however_patient_one_was():
    refused = [
        connection(at, closed_s=at, refused=429, retry_after_s=10.0, configured_ms=None)
        for at in (0, 10, 20)
    ]
    assert names(rate_limit, *refused[:2], connection(30)) == []
    assert names(rate_limit, *refused, connection(30)) == ["rate_limit"]


def test_the_services_own_log_counts_too():
    rows = (ServiceRequest(at_ms=0, status=429), ServiceRequest(at_ms=5, status=401))
    assert names(rate_limit, rows=rows) == ["rate_limit"]
    assert names(connection_refused, rows=rows) == ["connection_refused"]


def test_a_busy_service_that_let_one_in_later_refused_nobody():
    refused = connection(0, closed_s=0, refused=503, configured_ms=None)
    assert names(connection_refused, refused, connection(5)) == []
    refused.refused = 401
    assert names(connection_refused, refused, connection(5)) == ["connection_refused"]


def talked(at_s, **more):
    turns = [SeenTurn(began_ms=1000 * at_s + 100)]
    answers = [SeenAnswer(created_ms=1000 * at_s + 200, done_ms=1000 * at_s + 300)]
    return connection(at_s, closed_s=at_s + 20, turns=turns, answers=answers, **more)


def test_context_is_lost_where_a_later_connection_was_told_nothing():
    assert names(context_lost, talked(0), talked(30)) == ["context_lost"]
    assert names(context_lost, talked(0), talked(30, restored=2)) == []
    assert names(context_lost, talked(0, instructions=100), talked(30, instructions=400)) == []
    assert names(context_lost, connection(0, closed_s=20), talked(30)) == []


def test_a_key_is_found_in_query_and_subprotocol_and_never_shown():
    for place in ("query", "subprotocol"):
        request = HarRequest(socket=1, host="openai", key_in=place)
        assert names(key_in_url, connection(request=request)) == ["key_in_url"]
    assert names(key_in_url, connection(request=HarRequest(socket=1, host="openai"))) == []


def test_only_a_service_is_a_direct_connection():
    for host, found in (("azure-openai", True), ("this machine", False), ("other", False)):
        request = HarRequest(socket=1, host=host, is_cross_origin=True)
        assert bool(names(direct_connection, connection(request=request))) is found


def test_a_blocked_call_to_the_service_is_what_cors_looks_like():
    request = HarRequest(host="voice-live", is_cross_origin=True, was_blocked=True)
    (found,) = direct_connection(timeline(connection(), requests=(request,)))
    assert "CORS" in found.sentence
