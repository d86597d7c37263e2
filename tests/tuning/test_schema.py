import json
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from voicelab.filters import BandPass, HighPass, LowPass, Notch, Peaking
from voicelab.jitter.player import Player
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning, schema
from voicelab.vad.turn_detection import TurnDetection
from voicelab.wire.session import SessionSettings

HERE = Path(__file__)
TUNED = HERE.with_name("tuned.json")
PUBLISHED = HERE.parents[2] / "docs" / "tuning.schema.json"
WRITE = """python -c "import json; from voicelab.tuning import schema; \
print(json.dumps(schema(), indent=2))" > docs/tuning.schema.json"""


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(json.loads(PUBLISHED.read_text()))


@pytest.fixture
def tuned():
    return json.loads(TUNED.read_text())


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())


def test_the_published_schema_is_the_one_that_is_obeyed():
    assert json.loads(PUBLISHED.read_text()) == schema(), f"publish it again: {WRITE}"


def test_the_schema_accepts_what_is_written(validator):
    validator.validate(json.loads(TUNED.read_text()))
    validator.validate(json.loads(Tuning.load(TUNED).to_json()))
    for name in PROFILES:
        start = Tuning.from_profile(name)
        validator.validate(json.loads(start.to_json()))
        validator.validate(json.loads(start.with_value("/turn_detection", None).to_json()))


def test_the_schema_accepts_a_config_that_leaves_settings_to_the_profile(validator, tuned):
    short = {key: tuned[key] for key in ("format", "made", "target")}
    validator.validate(short)
    Tuning.from_json(json.dumps(short))


FILTERS = [HighPass, LowPass, BandPass, Notch, Peaking]


@pytest.mark.parametrize("settings", [*FILTERS, TurnDetection, Player, SessionSettings])
def test_the_schema_has_exactly_the_fields_of_each_settings_class(settings):
    described = schema()["$defs"][settings.__name__]
    assert set(described["properties"]) == {each.name for each in fields(settings)}
    assert described["additionalProperties"] is False


def test_no_text_in_the_schema_is_free():
    def texts(rule):
        if isinstance(rule, dict):
            if rule.get("type") == "string":
                yield rule
            for inner in rule.values():
                yield from texts(inner)
        elif isinstance(rule, list):
            for inner in rule:
                yield from texts(inner)

    found = list(texts(schema()))
    assert len(found) > 20
    assert all("pattern" in rule or "enum" in rule or "const" in rule for rule in found)
    assert all("maxLength" in rule for rule in found if "pattern" in rule)


def test_no_object_in_the_schema_takes_keys_of_any_name():
    def objects(rule):
        if isinstance(rule, dict):
            if rule.get("type") == "object":
                yield rule
            for inner in rule.values():
                yield from objects(inner)
        elif isinstance(rule, list):
            for inner in rule:
                yield from objects(inner)

    assert all(rule["additionalProperties"] is False for rule in objects(schema()))


@pytest.mark.parametrize(
    "damage",
    [
        lambda it: it.pop("format"),
        lambda it: it.update(format="voicelab-tuning/2"),
        lambda it: it.update(threshold=0.5),
        lambda it: it["made"].update(at="yesterday"),
        lambda it: it["turn_detection"].update(threshold="0.65"),
        lambda it: it["turn_detection"].update(silence_duration_ms=0.45),
        lambda it: it["turn_detection"].update(type="semantic_vad"),
        lambda it: it["player"].update(prefill_ms=20),
        lambda it: it["session"].update(backoff_ms=[500]),
        lambda it: it["origin"].update({"/made/at": {"how": "set_by_hand"}}),
        lambda it: it["origin"].update({"/filters/0": {"how": "guessed"}}),
        lambda it: it["evidence"]["recordings"][0].update(sha256="abc"),
        lambda it: it["evidence"]["recordings"][0].update(name="k" * 40),
        lambda it: it["evidence"]["turns"].update(note="my key is 123"),
        lambda it: it["evidence"]["buffer"].update(smooth=90),
        lambda it: it["evidence"].update(not_tested=["the moon"]),
    ],
)
def test_schema_and_reader_refuse_the_same_damage(validator, tuned, damage):
    damage(tuned)
    assert not validator.is_valid(tuned)
    with pytest.raises(ValueError, match=r"must|known|missing"):
        Tuning.from_json(json.dumps(tuned))
