"""What a committed notebook may hold.

nbval runs them; it compares the cells tagged ``nbval-check-output`` and, without
a word, passes those among them that were never run.  So their references, and
the rest of a notebook's hygiene, are held here.  ``tools/refresh_notebooks.py``
puts a notebook in order.
"""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CHECKOUT = Path(__file__).parents[1]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))

CHECKED = "nbval-check-output"
TAGS = {CHECKED, "nbval-ignore-output", "nbval-raises-exception", "raises-exception"}
CELLS = range(12, 25 + 1)
LARGEST_BYTES = 40_000
ABSOLUTE_PATH = re.compile(r"""(?<=["'\s(=])(/|~/|[A-Z]:\\)\w[\w.-]*[/\\]""")


def faults(notebook):
    """Say, a sentence each, what a notebook holds that it may not, or lacks."""
    if len(notebook.cells) not in CELLS:
        yield f"it must have {CELLS[0]} to {CELLS[-1]} cells, got {len(notebook.cells)}"
    if (name := notebook.metadata.get("kernelspec", {}).get("name")) != "python3":
        yield f"its kernel must be named python3, got {name}"
    if "widgets" in notebook.metadata:
        yield "it must hold no saved widget state"
    counts = []
    for number, cell in enumerate(notebook.cells):
        for fault in cell_faults(cell):
            yield f"cell {number} {fault}: {cell.source[:60]!r}"
        counts.append(cell.get("execution_count") or 0)
    if (ran := [count for count in counts if count]) != sorted(set(ran)):
        yield f"its cells must have run in order, got {ran}"


def cell_faults(cell):
    tags = set(cell.metadata.get("tags", []))
    if ABSOLUTE_PATH.search(cell.source):
        yield "must name no absolute path"
    if cell.cell_type != "code":
        return
    if not tags <= TAGS:
        yield f"may be tagged {', '.join(sorted(TAGS))}, got {', '.join(sorted(tags - TAGS))}"
    if re.search(r"^\s*#+\s*NBVAL_", cell.source, re.MULTILINE):
        yield "must say by a tag, not by a comment, what nbval does with it"
    if cell.source.rstrip().endswith(";"):
        yield "must not end in a semicolon, which nbval ignores"
    if CHECKED in tags and not (cell.execution_count and cell.outputs):
        yield "is checked and must hold its execution count and its output"
    if CHECKED not in tags and (cell.execution_count or cell.outputs):
        yield "is not checked and must hold neither execution count nor output"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_fit_to_be_committed(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert list(faults(notebook)) == []
    assert path.stat().st_size <= LARGEST_BYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_called_number_verb_object(path):
    assert re.fullmatch(r"\d\d(_[a-z]+){2,}", path.stem)


def good_notebook():
    """Twelve cells, the last of them checked."""
    words = [new_markdown_cell(f"Paragraph {number}.") for number in range(9)]
    table = new_output("stream", name="stdout", text="prefill  20 ms\n")
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            *words,
            new_code_cell("import voicelab as vl"),
            new_code_cell("panel.widget", metadata={"tags": ["nbval-ignore-output"]}),
            new_code_cell(
                "print('prefill  20 ms')",
                metadata={"tags": [CHECKED]},
                execution_count=3,
                outputs=[table],
            ),
        ],
    )


def checked_was_never_run(notebook):
    notebook.cells[-1].update(execution_count=None, outputs=[])


def checked_has_no_count(notebook):
    notebook.cells[-1].execution_count = None


def checked_has_no_output(notebook):
    notebook.cells[-1].outputs = []


def other_has_output(notebook):
    notebook.cells[9].outputs = notebook.cells[-1].outputs


def other_has_count(notebook):
    notebook.cells[9].execution_count = 1


def semicolon(notebook):
    notebook.cells[9].source = "_ = axes.plot(level);\n"


def personal_kernel(notebook):
    notebook.metadata.kernelspec.name = "my-env"


def widget_state(notebook):
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {}}


def too_short(notebook):
    del notebook.cells[0]


def absolute_path(notebook):
    notebook.cells[9].source = "vl.read_room('/home" + "/ada/room')"


def misspelt_tag(notebook):
    notebook.cells[-2].metadata.tags = ["nbval-check-ouput"]


def tag_as_comment(notebook):
    notebook.cells[9].source = "# NBVAL_CHECK_OUTPUT\nprint(1)"


def out_of_order(notebook):
    notebook.cells[9] = notebook.cells[-1].copy()


def test_a_good_notebook_has_no_fault():
    assert list(faults(good_notebook())) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (checked_was_never_run, "is checked and must hold"),
        (checked_has_no_count, "is checked and must hold"),
        (checked_has_no_output, "is checked and must hold"),
        (other_has_output, "is not checked and must hold neither"),
        (other_has_count, "is not checked and must hold neither"),
        (semicolon, "must not end in a semicolon"),
        (personal_kernel, "got my-env"),
        (widget_state, "no saved widget state"),
        (too_short, "12 to 25 cells, got 11"),
        (absolute_path, "no absolute path"),
        (misspelt_tag, "got nbval-check-ouput"),
        (tag_as_comment, "by a tag, not by a comment"),
        (out_of_order, r"in order, got \[3, 3\]"),
    ],
)
def test_a_spoilt_notebook_is_seen(spoil, fault):
    notebook = good_notebook()
    spoil(notebook)
    (found,) = faults(notebook)
    assert re.search(fault, found)


def test_refreshing_puts_a_spoilt_notebook_in_order(tmp_path):
    notebook = good_notebook()
    notebook.cells[9].source = "import math\nmath.pi"
    notebook.cells[10].source = "math.tau"
    for spoil in (checked_was_never_run, other_has_output, personal_kernel, widget_state):
        spoil(notebook)
    path = tmp_path / "00_start_here.ipynb"
    nbformat.write(notebook, path)
    tool = CHECKOUT / "tools" / "refresh_notebooks.py"
    subprocess.run([sys.executable, tool, path], check=True)
    refreshed = nbformat.read(path, as_version=4)
    assert list(faults(refreshed)) == []
    assert [cell.id for cell in refreshed.cells] == [cell.id for cell in notebook.cells]
    assert refreshed.cells[-1].outputs[0].text == "prefill  20 ms\n"
