"""``voicelab explain`` as somebody types it."""

import pytest
from typer.testing import CliRunner

from voicelab.cli import explain as verb
from voicelab.cli.main import app


def explain(*words):
    assert verb
    return CliRunner().invoke(app, ["explain", *words])


@pytest.mark.parametrize(
    ("what", "action"),
    [
        ("1006", "retry, after a wait that doubles with each attempt"),
        ("session_expired", "retry, at once, on a new connection"),
        ("429", "retry, after Retry-After if it is there, else after a wait that doubles"),
        ("401", "fix"),
        ("1000", "stop"),
        ("ConnectionClosedOK", "another code decides"),
    ],
)
def test_a_failure_is_explained_with_what_to_do(what, action):
    done = explain(what)
    assert done.exit_code == 0
    assert f"  action: {action}\n" in done.stdout


def test_a_services_remarks_stand_alone_when_asked_for():
    done = explain("429", "--service", "azure-openai")
    assert "azure-openai: requests a minute" in done.stdout
    assert "voice-live:" not in done.stdout


def test_an_unknown_name_is_exit_2_and_the_nearest_names():
    done = explain("sesion_expired")
    assert done.exit_code == 2
    assert "there is no 'sesion_expired' in the error reference; nearest: session_expired" in (
        done.stderr
    )


def test_an_unknown_service_is_exit_2():
    done = explain("429", "--service", "aws")
    assert done.exit_code == 2
    assert "service must be one of voice-live" in done.stderr
