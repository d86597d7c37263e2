"""The room check in a real JupyterLab: two of its steps, recorded by who does as told.

``benchmarks/room_check.py`` goes through all of them, to the verdict.
"""

import pytest
from lab_session import started_lab
from live_page import listening_chromium, write_notebook
from room_check_page import AGENT, NOTEBOOK, RoomCheckPage, write_performance

from voicelab import samples
from voicelab.room import read_take

pytestmark = pytest.mark.browser

STEPS = ("me_normal", "echo")
# Seconds of what the page's loudspeaker plays to the take that runs.
PLAYS_S = """() => [...globalThis[Symbol.for("voicelab")].values()]
    .find(each => "device" in each).take.sound?.buffer.duration ?? 0"""


def test_what_was_asked_for_lies_in_the_room_as_it_was_captured(tmp_path):
    room = tmp_path / "my_room"
    notebook = NOTEBOOK.format(folder=str(room), thorough=False)
    (tmp_path / "work").mkdir()
    write_notebook(tmp_path / "work" / "check.ipynb", notebook)
    sound = write_performance(tmp_path / "heard.wav", STEPS)
    played = {}

    def hear(name):
        played[name] = page.page.evaluate(PLAYS_S)

    with (
        started_lab("work", cwd=tmp_path) as lab,
        listening_chromium(sound) as browser,
        RoomCheckPage(browser, lab, "check.ipynb") as page,
    ):
        page.run()
        page.go_through(STEPS, hear)
        page.shows("2 of 7 recorded")
        settings = page.value("str(check.microphone.settings)")
        assert page.errors == []
    spoken, echo = (read_take(room / "recordings" / f"{name}.flac") for name in STEPS)
    # Each sentence is found where it was asked for, and called by it.
    assert [turn.name for turn in spoken.turns] == [
        "What will the weather be like on Sunday?",
        "Please book a table for four at half past seven.",
    ]
    assert [1500 < turn.start_ms < 4500 for turn in spoken.turns] == [True, False]
    assert spoken.labels == "drafted"
    # The agent's voice sounded during its step, and in no other.
    voice_s = samples.room()[AGENT].duration_ms / 1000
    assert played == {"me_normal": 0, "echo": pytest.approx(voice_s, abs=0.01)}
    assert echo.kind == "echo"
    assert echo.duration_ms == pytest.approx(15_000, abs=100)
    for take in (spoken, echo):
        assert str(take.capture) == settings
        assert "echo cancellation on" in settings
