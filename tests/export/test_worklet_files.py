"""The worklet as an export: what is written into the files, and that they are whole."""

import json
import re
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from voicelab.cli import app
from voicelab.export import export
from voicelab.export.worklet import WORKLET_FILES, player_rules, worklet_source
from voicelab.filters import HighPass
from voicelab.jitter import Player
from voicelab.tuning import Tuning

NODE = shutil.which("node")


@pytest.fixture
def tuning():
    tuned = Tuning.from_profile("voice-live-2026-07-15")
    tuned = tuned.with_value("/filters", (HighPass(95),))
    return tuned.with_value("/player", Player(hold_ms=180, on_underrun="refill"))


def constant(text, name):
    """The value of a constant in a JavaScript file, which is written as JSON."""
    return json.loads(re.search(rf"const {name} = (.*?);\n", text, re.DOTALL)[1])


def test_the_tuned_numbers_are_constants_in_the_files(tuning):
    files, _, _ = export(tuning, to="worklet")
    assert tuple(files) == WORKLET_FILES
    assert constant(files["player-worklet.js"], "TUNED") == player_rules(tuning.player)
    assert constant(files["player.js"], "RATE_HZ") == 24_000
    assert constant(files["capture.js"], "FILTERS") == [
        {"type": "highpass", "frequency": 95, "Q": HighPass(95).q_db}
    ]


def test_nothing_but_the_constants_differs_from_what_ships(tuning):
    files, _, _ = export(tuning, to="worklet")
    tuned = re.compile(r"// tuned: begin\n.*?// tuned: end\n", re.DOTALL)
    for name, text in files.items():
        assert tuned.sub("", text) == tuned.sub("", worklet_source(name))
        assert len(tuned.findall(text)) == (
            name in ("player-worklet.js", "player.js", "capture.js")
        )


def test_the_shipped_worklet_is_a_default_player_that_keeps_no_end_waiting():
    shipped = constant(worklet_source("player-worklet.js"), "TUNED")
    assert shipped == player_rules(Player())


def test_the_code_neither_shifts_an_array_nor_spreads_audio():
    for name in WORKLET_FILES:
        assert ".shift()" not in worklet_source(name)
        assert "push(..." not in worklet_source(name)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("name", [name for name in WORKLET_FILES if name.endswith(".js")])
def test_what_is_written_is_javascript(tuning, tmp_path, name):
    files, _, _ = export(tuning, to="worklet")
    path = tmp_path / name.replace(".js", ".mjs")
    path.write_text(files[name])
    checked = subprocess.run([NODE, "--check", path], capture_output=True, text=True, check=False)
    assert checked.stderr == ""


def test_the_command_line_writes_a_folder(tuning, tmp_path):
    tuning.save(tmp_path / "tuned.json")
    words = ["export", str(tmp_path / "tuned.json"), "--to", "worklet"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "site" / "voice")])
    assert done.exit_code == 0, done.output
    written = {path.name for path in (tmp_path / "site" / "voice").iterdir()}
    assert written == set(WORKLET_FILES)
    assert "lost: /turn_detection" in done.stderr
