"""Each notebook in a real JupyterLab: opened, run, a slider dragged, the picture looked at.

nbval runs them in the checkout from the first to the last; here they run from
the last to the first, in a folder in which somebody else's ``tuned.json`` lies.
What leans on another notebook fails in one of the two.
"""

import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from lab_session import NotebookPage, started_lab

from voicelab.notebooks import shipped

pytestmark = pytest.mark.browser

CHECKOUT = Path(__file__).parents[2]
FOREIGN = CHECKOUT / "tests" / "tuning" / "tuned.json"
CHECKED = "nbval-check-output"
MODEL = "JSON.stringify(window.jupyterapp.shell.currentWidget.context.model.toJSON())"


def status():
    """What git would say of the folders that notebooks and their tests read."""
    return subprocess.run(
        ["git", "status", "--porcelain", "--", "notebooks", "data", "tests/tuning"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def before():
    return status()


@pytest.fixture(scope="module")
def lab(before, tmp_path_factory):
    """``voicelab lab`` on copies of its own making, beside a foreign config."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "work").mkdir()
    shutil.copy(FOREIGN, folder / "work" / "tuned.json")
    with started_lab("work", cwd=folder) as lab:
        yield lab


def checked(notebook):
    """What the cells say whose output is kept."""
    cells = [cell for cell in notebook.cells if CHECKED in cell.metadata.get("tags", ())]
    return ["".join(said(output) for output in cell.outputs) for cell in cells]


def said(output):
    return output.text if "text" in output else output.data["text/plain"]


@pytest.mark.parametrize("source", shipped()[::-1], ids=lambda path: path.stem)
def test_in_jupyterlab_a_notebook_runs_and_its_picture_follows_the_slider(
    source, lab, chromium, tmp_path
):
    kept = nbformat.read(source, as_version=4)
    with NotebookPage(chromium, lab, source.name) as notebook:
        notebook.run()
        notebook.page.screenshot(path=tmp_path / f"{source.stem}.png")
        assert notebook.errors == []
        ran = nbformat.reads(notebook.page.evaluate(MODEL), as_version=4)
        assert checked(ran) == checked(kept)
        assert notebook.empty_dropdowns == 0
        assert notebook.pictures.count() > 0
        if notebook.sliders.count() == 0:
            return
        before = notebook.picture_sources
        notebook.drag(notebook.sliders.first, 0.15)
        notebook.drag(notebook.sliders.first, 0.85)
        notebook.wait_for_other_pictures(before)
        notebook.pictures.first.scroll_into_view_if_needed()
        notebook.page.screenshot(path=tmp_path / f"{source.stem}_dragged.png")
        assert notebook.errors == []


def test_running_the_notebooks_elsewhere_changes_nothing_in_the_checkout(before, lab):
    assert status() == before
