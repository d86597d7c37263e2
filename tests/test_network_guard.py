"""The guard that keeps tests on this machine is seen to work, here and in other processes."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import outside
import pytest
from network_guard import EVERY_PYTHON

CHECKOUT = Path(__file__).parents[1]
ABROAD = "192.0.2.1"  # set aside for documentation; nobody answers there


def test_every_variable_that_could_open_a_service_is_set_while_tests_run():
    code = "".join(
        path.read_text("utf-8") for path in (CHECKOUT / "voicelab" / "streaming").rglob("*.py")
    )
    read = set(re.findall(r"\b(?:AZURE_VOICELIVE|OPENAI)_[A-Z_]+\b", code)) - {"OPENAI_PROFILES"}
    assert len(read) >= 7
    assert {name for name in read if not os.environ.get(name)} == set()


@pytest.mark.parametrize(
    ("event", "address"),
    [("socket.connect", (ABROAD, 443)), ("socket.sendto", ("2001:db8::1", 53, 0, 0))],
)
def test_an_address_abroad_is_outside(event, address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as wire:
        assert address[0] in outside.wanted(event, (wire, address))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", b"localhost", None, "0.0.0.0"])
def test_loopback_is_here(host):
    assert outside.wanted("socket.getaddrinfo", (host, 80, 0, 0, 0)) is None


def test_looking_up_a_foreign_name_is_outside():
    assert outside.wanted("socket.getaddrinfo", ("example.com", 80, 0, 0, 0))


def test_a_python_that_a_test_starts_is_refused_too_and_noted(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.touch()
    done = subprocess.run(
        [sys.executable, "-c", f"import socket; socket.create_connection(('{ABROAD}', 443), 1)"],
        env=os.environ | {outside.NOTES: str(notes), "PYTHONPATH": EVERY_PYTHON},
        capture_output=True,
        text=True,
    )
    assert "LeavesThisMachine" in done.stderr
    assert ABROAD in notes.read_text()
