"""The error reference: whether to retry, to fix or to stop."""

from collections import Counter

import pytest

from voicelab.wire import by_close_code, by_error_code, by_status, explain
from voicelab.wire.errors import ERROR_REFERENCE, Explanation

GUIDE = {
    *("session_expired", "rate_limit_exceeded", "invalid_audio_format"),
    *("model_not_deployed", "content_filter", "connection_error"),
}


def test_the_guides_six_names_are_there():
    assert {each.name for each in ERROR_REFERENCE if each.in_guide} == GUIDE


def test_no_name_means_two_things():
    names = Counter(
        name.casefold() for each in ERROR_REFERENCE for name in (each.name, *each.aliases)
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("each", ERROR_REFERENCE, ids=lambda each: each.name)
def test_each_row_is_found_by_all_its_names_and_says_what_to_change(each):
    for name in (each.name, each.name.upper(), *each.aliases):
        assert explain(name) == each
    assert each.meaning.endswith(".")
    assert each.change
    assert each.look


@pytest.mark.parametrize("code", [1001, 1005, 1006, 1011, 1012, 1013, 1015])
def test_these_close_codes_are_worth_another_connection(code):
    assert by_close_code(code).action == "retry"


@pytest.mark.parametrize("code", [1000, 1002, 1003, 1007, 1008, 1009, 1010, 3000, 4000, 4999])
def test_these_close_codes_are_not(code):
    assert by_close_code(code).action in {"stop", "fix"}


def test_an_expired_session_is_renewed_at_once_and_a_lost_one_after_a_while():
    assert (by_close_code(1001).wait, by_close_code(1006).wait) == ("at once", "back off")


@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 404, 418])
def test_a_refused_handshake_is_not_repeated(status):
    assert by_status(status).action == "fix"


@pytest.mark.parametrize(
    ("status", "wait"),
    [(429, "as told"), (503, "as told"), (500, "back off"), (502, "back off"), (599, "back off")],
)
def test_a_full_or_broken_service_is_asked_again(status, wait):
    assert (by_status(status).action, by_status(status).wait) == ("retry", wait)


@pytest.mark.parametrize("code", ["response_cancel_not_active", "item_already_truncated"])
def test_a_lost_race_needs_no_care(code):
    assert by_error_code(code).action == "stop"


def test_an_unknown_error_code_is_left_to_the_caller():
    assert by_error_code("sandwich_missing") is None


@pytest.mark.parametrize(
    "name", ["ConnectionClosedOK", "ConnectionClosedError", "InvalidStatus", "ConnectionClosed"]
)
def test_an_exceptions_class_decides_nothing(name):
    assert explain(name).action is None


def test_one_services_remark_can_be_asked_for():
    assert set(explain(1001).per_service) == {"voice-live", "azure-openai", "openai"}
    assert set(explain(1001, service="openai").per_service) == {"openai"}


def test_a_code_without_a_row_is_explained_by_its_family():
    assert str(explain("4321")).startswith("4321 (close code): A code of the service's")
    assert str(explain(507)).startswith("507 (HTTP status): The service could not answer.")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("sesion_expired", "session_expired"), ("99", "nearest:"), ("", "nearest:")],
)
def test_what_is_unknown_is_answered_with_the_nearest(asked, nearest):
    with pytest.raises(ValueError, match=f"there is no '{asked}' .*{nearest}"):
        explain(asked)


def test_an_unknown_service_is_answered_with_those_that_exist():
    with pytest.raises(ValueError, match="service must be one of voice-live, azure-openai, openai"):
        explain(1006, service="aws")


@pytest.mark.parametrize(("action", "wait"), [("retry", None), ("fix", "back off")])
def test_only_a_retry_says_when(action, wait):
    with pytest.raises(ValueError, match="wait must be given exactly where the action is retry"):
        Explanation(
            name="x", kind="local", meaning="x.", action=action, wait=wait, change="x", look="x"
        )
