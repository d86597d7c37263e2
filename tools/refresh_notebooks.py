"""Run the notebooks again and keep what may be committed.

``python tools/refresh_notebooks.py [NOTEBOOK...]``, all of them unless told.
A copy runs in a temporary folder; then only the cells tagged
``nbval-check-output`` get their output and their number, and nothing else of
the run is kept: no other output, no widget state, no metadata but tags.
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHECKED = "nbval-check-output"
CELL_TIMEOUT_S = 120
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def refresh(path: Path) -> int:
    """Run one notebook, write it back in order, and say how many cells are checked."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT_S,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        keep(cell, number)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    nbformat.write(notebook, path)
    return sum(bool(cell.outputs) for cell in code)


def keep(cell: NotebookNode, number: int) -> None:
    """Leave a checked cell its output under a stable number, and any other cell nothing."""
    if CHECKED in cell.metadata.get("tags", []):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    else:
        cell.execution_count = None
        cell.outputs = []


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        print(f"{path.name}: {refresh(path)} checked cells")
