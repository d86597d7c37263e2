"""``voicelab talk``: a recording goes in, an answer, the words and a session log come out."""

import numpy as np
import pytest
from typer.testing import CliRunner

from voicelab.arrivals import read_arrivals
from voicelab.audio import Recording, read_recording, write_recording
from voicelab.cli.main import app
from voicelab.cli.talk import talk
from voicelab.tuning import Tuning

RATE_HZ = 24_000


@pytest.fixture
def word(tmp_path):
    """A short sound that is heard as speech."""
    t = np.arange(RATE_HZ // 2) / RATE_HZ
    sound = np.concatenate((np.zeros(RATE_HZ // 4), 0.3 * np.sin(2 * np.pi * 300 * t)))
    write_recording(Recording(sound, RATE_HZ), tmp_path / "word.wav")
    return tmp_path / "word.wav"


def typed(*words: object):
    return CliRunner().invoke(app, ["talk", *map(str, words)])


def test_a_word_is_answered_and_all_of_it_is_kept(word, tmp_path):
    assert talk.__doc__
    out = tmp_path / "kept"
    done = typed(word, "--out", out, "--speed", 8)
    assert done.exit_code == 0
    assert "1 turn: 1 answered" in done.stdout
    (arrived,) = read_arrivals(out / "session.jsonl").answers
    assert arrived.total_samples == read_recording(out / "answer.wav").samples.size
    said = (out / "transcript.txt").read_text("utf-8").splitlines()
    assert [line.partition(":")[0] for line in said] == ["user", "assistant"]


def test_of_a_session_that_ends_early_is_kept_what_there_is(word, tmp_path):
    out = tmp_path / "kept"
    done = typed(word, "--out", out, "--speed", 4, "--faults", "close:1000@4s")
    assert done.exit_code == 2
    assert (out / "answer.wav").is_file()
    assert "client.ended" in (out / "session.jsonl").read_text("utf-8")


def test_keys_in_the_environment_alone_do_not_make_a_session_live(word, tmp_path, monkeypatch):
    monkeypatch.setenv("AZURE_VOICELIVE_ENDPOINT", "https://planted.invalid")
    monkeypatch.setenv("AZURE_VOICELIVE_API_KEY", "planted")
    done = typed(word, "--out", tmp_path / "kept", "--faults", "refuse:401")
    assert done.exit_code == 2
    assert "401" in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--live", "--faults", "drop@1s"), "--faults must be left out with --live"),
        (("--entra",), "--entra needs --live"),
        (("--live", "--tokens", "0"), "must be positive"),
        (("--faults", "thunder"), "a fault must be one of"),
        (("--config", "missing.json"), "missing.json"),
        (("--live",), "needs AZURE_VOICELIVE_ENDPOINT"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    options, sentence, word, tmp_path, monkeypatch
):
    monkeypatch.delenv("AZURE_VOICELIVE_ENDPOINT", raising=False)
    done = typed(word, "--out", tmp_path / "kept", *options)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert sentence in done.stderr


def test_a_push_to_talk_config_is_a_config_too(word, tmp_path):
    config = tmp_path / "tuned.json"
    Tuning.from_profile("guide").with_value("/turn_detection", None).save(config)
    done = typed(word, "--config", config, "--out", tmp_path / "kept", "--speed", 8)
    assert (done.exit_code, "1 turn: 1 answered" in done.stdout) == (0, True)
    assert "0.0 s of user audio lost" in done.stdout
