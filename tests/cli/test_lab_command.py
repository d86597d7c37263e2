"""``voicelab lab`` as somebody types it, without a browser."""

import signal
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voicelab import samples
from voicelab.cli import app
from voicelab.notebooks import shipped

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from lab_session import STOPS_WITHIN_S, started_lab

NAMES = {path.name for path in shipped()}


def test_in_a_folder_that_is_not_there_the_notebooks_are_served_and_ctrl_c_stops_it(tmp_path):
    with started_lab(cwd=tmp_path) as lab:
        assert {entry["name"] for entry in lab.api("contents")["content"]} == NAMES
        lab.process.send_signal(signal.SIGINT)
        assert lab.process.wait(STOPS_WITHIN_S) == 0
        assert "copied 00_start_here.ipynb" in lab.log.read_text("utf-8")
    assert {path.name for path in (tmp_path / "voicelab-notebooks").iterdir()} == NAMES


def test_beside_recordings_the_notebooks_read_these(tmp_path):
    room = tmp_path / "my room"
    (room / "recordings").mkdir(parents=True)
    take = samples.folder() / "recordings" / "speech_male_jfk.flac"
    (room / "recordings" / "me.flac").write_bytes(take.read_bytes())
    with started_lab(room, cwd=tmp_path) as lab:
        first = lab.api(f"contents/{min(NAMES)}")["content"]
    code = "\n".join(cell["source"] for cell in first["cells"] if cell["cell_type"] == "code")
    assert 'room = vl.read_room(".")' in code
    assert "samples.room" not in code


def test_a_file_is_no_place_for_notebooks(tmp_path):
    file = tmp_path / "me.wav"
    file.touch()
    done = CliRunner().invoke(app, ["lab", str(file)])
    assert done.exit_code == 2
    assert "must be a folder, got a file" in done.stderr


@pytest.mark.parametrize("word", ["FOLDER", "JupyterLab", "--no-browser"])
def test_its_help_says_what_goes_where(word):
    assert word in CliRunner().invoke(app, ["lab", "--help"]).stdout
