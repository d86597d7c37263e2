"""No test connects to anything outside this machine, whatever the environment holds.

The environment is filled with every variable that could open a real service.
Then this process, and through ``every_python`` each Python that a test starts,
is watched by :mod:`outside`.  What wants to leave loopback is refused and fails
the run, also where the code under test takes the refusal for an ordinary
network error.  Browsers and other programs that are no Python are not watched.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

EVERY_PYTHON = str(Path(__file__).parent / "every_python")
sys.path.append(EVERY_PYTHON)
import outside  # noqa: E402

PLANTED = {
    "AZURE_VOICELIVE_ENDPOINT": "https://planted.invalid",
    "AZURE_VOICELIVE_API_KEY": "planted-azure-key-0123456789abcdef",
    "AZURE_VOICELIVE_MODEL": "gpt-realtime",
    "AZURE_VOICELIVE_API_VERSION": "2026-07-15",
    "AZURE_CLIENT_ID": "planted-client",
    "AZURE_CLIENT_SECRET": "planted-azure-secret-0123456789abcdef",
    "AZURE_TENANT_ID": "planted-tenant",
    "OPENAI_API_KEY": "sk-planted-0123456789abcdef",
    "OPENAI_BASE_URL": "https://planted.invalid/v1",
    "OPENAI_REALTIME_MODEL": "gpt-realtime",
}

if outside.NOTES not in os.environ:
    _, os.environ[outside.NOTES] = tempfile.mkstemp(prefix="outside-", suffix=".txt")
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, (EVERY_PYTHON, os.environ.get("PYTHONPATH")))
    )
    os.environ.update(PLANTED)
    outside.refuse()


@pytest.fixture(autouse=True)
def stays_on_this_machine():
    """Fail the test during which something wanted outside."""
    before = len(outside.noted())
    yield
    assert outside.noted()[before:] == []


def pytest_sessionfinish(session):
    """Fail the run for what no single test was blamed for: notebooks, examples, imports."""
    if left := outside.noted():
        print("\nwanted to leave this machine:", *left, sep="\n  ", file=sys.stderr)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
