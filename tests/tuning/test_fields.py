import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.tuning import Tuning, TuningError, plain_name

TUNED = Path(__file__).with_name("tuned.json")


def named(name):
    document = json.loads(TUNED.read_text())
    document["evidence"]["recordings"][0]["name"] = name
    return Tuning.from_json(json.dumps(document)).evidence.recordings[0].name


@pytest.mark.parametrize(
    "name",
    [
        "fan",
        "noise_fan_ventilation",
        "monday.har",
        "2026-11-22 14-03 kitchen (2).wav",
        "Lüfter groß",
        "键盘",
        "..hidden",
        "a+b",
        "x" * 24,
    ],
)
def test_an_ordinary_file_name_is_kept(name):
    assert named(name) == name
    assert plain_name(name) == name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("", "unnamed"),
        ("...", "unnamed"),
        ("desk/fan: low", "desk-fan-low"),
        ("<b>fan</b>", "b-fan-b"),
        ("fan\n", "fan"),
        ("fan\u202egnp.wav", "fan-gnp-wav"),
        ("0123456789abcdef" * 4, "0123456789abcdef01234567"),
    ],
)
def test_another_name_is_refused_and_can_be_made_plain(name, plain):
    with pytest.raises(TuningError, match="/evidence/recordings/0/name must be a name of at most"):
        named(name)
    assert plain_name(name) == plain
    assert named(plain) == plain


@given(st.text(max_size=200))
def test_any_text_can_be_made_a_name(text):
    plain = plain_name(text)
    assert named(plain) == plain
    assert plain_name(plain) == plain


@given(st.text(max_size=200))
def test_no_name_holds_a_run_as_long_as_a_key(text):
    assert not re.search(r"[A-Za-z0-9]{25}", plain_name(text))
