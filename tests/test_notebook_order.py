"""Notebooks lean on nothing that another one left behind.

In the checkout they run from the first to the last; here from the last to the
first, in a folder in which somebody else's ``tuned.json`` lies.  What leans on
another notebook fails in one of the two.  nbval is the judge.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from voicelab.notebooks import shipped

CHECKOUT = Path(__file__).parents[1]
FOREIGN = CHECKOUT / "tests" / "tuning" / "tuned.json"
NOTEBOOKS = pytest.mark.parametrize("source", shipped(), ids=lambda path: path.stem)
CELL_WITHIN_S = 240


def judge(folder, notebooks):
    """Let nbval run notebooks, in the order given, in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
            *("--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_WITHIN_S}"),
            *(f"--rootdir={folder}", "--junitxml=report.xml", "-o", "junit_family=xunit1"),
            *(str(path.relative_to(folder)) for path in notebooks),
        ],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def cases(folder):
    """What nbval ran, by file: in that order, with what went wrong in each cell."""
    found = {}
    for case in ElementTree.parse(folder / "report.xml").iter("testcase"):
        wrong = [child.text or child.get("message") for child in case]
        found.setdefault(Path(case.get("file")).as_posix(), []).append("\n".join(wrong))
    return found


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
def ran(before, tmp_path_factory):
    """The cases, by notebook."""
    folder = tmp_path_factory.mktemp("reverse")
    for source in shipped():
        shutil.copy(source, folder)
    shutil.copy(FOREIGN, folder / "tuned.json")
    run = judge(folder, [folder / source.name for source in reversed(shipped())])
    said, _ = run.communicate()
    assert run.returncode in (0, 1), said
    return cases(folder)


def code_cells(source):
    notebook = nbformat.read(source, as_version=4)
    return sum(cell.cell_type == "code" for cell in notebook.cells)


@NOTEBOOKS
def test_a_notebook_runs_after_all_later_ones_and_beside_a_foreign_config(source, ran):
    assert ran[source.name] == [""] * code_cells(source)


def test_the_last_notebook_ran_first(ran):
    assert list(ran) == [source.name for source in reversed(shipped())]


def test_running_the_notebooks_elsewhere_changes_nothing_in_the_checkout(before, ran):
    assert status() == before
