"""The command line as somebody types it."""

import json

import pytest
from typer.testing import CliRunner

from voicelab import samples
from voicelab.cli import app
from voicelab.tuning import Tuning

RECORDINGS = samples.folder() / "recordings"
WIFI = samples.folder() / "arrivals" / "tcp_wifi_burst_s11.csv"


def voicelab(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    out = tmp_path_factory.mktemp("config") / "tuned.json"
    done = voicelab(
        *("tune", RECORDINGS / "noise_fan_ventilation.flac", RECORDINGS / "speech_male_jfk.flac"),
        *("--trace", WIFI, "--detector", "level", "--out", out),
    )
    assert done.exit_code == 0, done.output
    assert "Verdict card" in done.stdout
    return out


def test_tune_writes_a_config_that_loads(config):
    tuning = Tuning.load(config)
    assert tuning.evidence.turns.detector == "level"
    assert tuning.evidence.buffer.n == 12
    assert tuning.made.at is not None


def test_takes_without_labels_are_drafted_and_the_card_says_so(tmp_path):
    take = tmp_path / "me.flac"
    take.write_bytes((RECORDINGS / "speech_male_jfk.flac").read_bytes())
    done = voicelab(
        *("tune", take, RECORDINGS / "noise_fan_ventilation.flac"),
        *("--detector", "level", "--out", tmp_path / "tuned.json"),
    )
    assert "labels: drafted for me" in done.stdout
    used = {
        each.name: each.labels for each in Tuning.load(tmp_path / "tuned.json").evidence.recordings
    }
    assert used["me"] == "drafted"


def test_export_prints_the_event_alone_and_the_remarks_beside(config):
    done = voicelab("export", config, "--to", "voice-live")
    event = json.loads(done.stdout)
    assert event["type"] == "session.update"
    assert "model" not in event["session"]
    assert "lost: " in done.stderr


def test_export_to_the_ga_dialect_says_that_the_speech_duration_is_lost(config):
    done = voicelab("export", config, "--to", "openai-realtime")
    assert "speech_duration_ms" not in done.stdout
    assert "speech_duration_ms" in done.stderr


def test_label_drafts_beside_the_take_and_keeps_what_is_there(tmp_path):
    take = tmp_path / "me.flac"
    take.write_bytes((RECORDINGS / "speech_male_jfk.flac").read_bytes())
    assert "drafted" in voicelab("label", take).stdout
    labels = tmp_path / "me.labels.txt"
    labels.write_text("1\t2\tspeech\n")
    assert "kept" in voicelab("label", take).stdout
    assert labels.read_text() == "1\t2\tspeech\n"
    voicelab("label", take, "--overwrite")
    assert labels.read_text() != "1\t2\tspeech\n"


def test_inspect_says_what_there_is_and_what_to_record():
    done = voicelab("inspect")
    assert done.exit_code == 0
    assert "fan" in done.stdout
    assert "record" in done.stdout


@pytest.mark.parametrize(
    "verb",
    [
        "",
        "explain",
        "export",
        "inspect",
        "lab",
        "label",
        "redact",
        "relay",
        "simulate",
        "talk",
        "tune",
    ],
)
def test_every_verb_has_help_that_names_its_words(verb):
    done = voicelab(*verb.split(), "--help")
    assert done.exit_code == 0
    assert "Usage" in done.stdout


def test_the_version_is_told():
    assert voicelab("--version").stdout.startswith("voicelab 0.")


BAD = {
    "a folder without audio": (["tune", "{empty}"], "must hold audio files, got none"),
    "a folder that is not there": (["tune", "{tmp}/no.wav"], "must exist, got nothing there"),
    "not audio": (["tune", "{text}"], "must be audio that libsndfile reads"),
    "a trace that is not one": (["tune", "--trace", "{text}"], "must end in"),
    "a trace that is not there": (["tune", "--trace", "{tmp}/no.csv"], "does not exist"),
    "an unknown profile": (["tune", "--profile", "nobody"], "nobody"),
    "an unknown detector": (["tune", "--detector", "ear"], "detector must be one of"),
    "a missing model": (["tune", "--silero", "{tmp}/no.onnx"], "silero model must be a file"),
    "a wrong model": (["tune", "--silero", "{text}"], "must be an ONNX model"),
    "a folder to write to that is not there": (
        ["tune", "--out", "{tmp}/nowhere/tuned.json"],
        "must lie in a folder that exists",
    ),
    "a budget in per cent": (["tune", "--missed-short-turns", "10"], "did you pass per cent"),
    "a room and two sides": (
        ["tune", "{empty}", "--noise", "{empty}"],
        "name a room, or --noise and --speech",
    ),
    "a config that is not one": (["export", "{text}"], "must be JSON"),
    "a config that is not there": (["export", "{tmp}/no.json"], "no.json"),
    "an unknown target": (["export", "{config}", "--to", "mars"], "mars"),
    "labels for something else": (["label", "{text}"], "must be audio that libsndfile reads"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_a_user_can_mend_is_one_sentence_and_exit_code_2(case, tmp_path, config, monkeypatch):
    words, sentence = BAD[case]
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.wav").write_text("hello")
    monkeypatch.chdir(tmp_path)
    places = {
        "{empty}": tmp_path / "empty",
        "{tmp}": tmp_path,
        "{text}": tmp_path / "text.wav",
        "{config}": config,
    }
    for mark, place in places.items():
        words = [word.replace(mark, str(place)) for word in words]
    before = sorted(tmp_path.rglob("*"))
    done = voicelab(*words)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
