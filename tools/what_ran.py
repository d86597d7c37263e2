"""Say what pytest ran, and fail where something that was promised did not run.

``python tools/what_ran.py REPORT`` reads a junit report: every file of tests
must have been collected, and every code cell of every notebook must have run.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

CHECKOUT = Path(__file__).parents[1]


def code_cells(notebook: Path) -> int:
    """Count the cells that nbval runs."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


def dotted(path: Path) -> str:
    """Name a file of the checkout as the report does."""
    return str(path.relative_to(CHECKOUT)).removesuffix(".py").replace("/", ".")


def main(report: str) -> None:
    """Compare the report with what lies in the checkout."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    collected = Counter(case.get("classname") for case in cases)
    ran = Counter(case.get("classname") for case in cases if case.find("skipped") is None)

    tests = [dotted(path) for path in sorted((CHECKOUT / "tests").rglob("test_*.py"))]
    # A case in a class is named after both.
    files = {name for case in collected for name in (case, case.rpartition(".")[0])}
    if missing := [test for test in tests if test not in files]:
        sys.exit(f"every file of tests must be collected, these were not: {', '.join(missing)}")
    notebooks = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        if ran[dotted(path)] != code_cells(path):
            sys.exit(f"{path.name} has {code_cells(path)} code cells, {ran[dotted(path)]} ran")
    if not tests or not notebooks:
        sys.exit(f"there must be tests and notebooks, got {len(tests)} and {len(notebooks)}")
    cells = sum(ran[dotted(path)] for path in notebooks)
    print(
        f"ran {ran.total() - cells} tests and {cells} cells of {len(notebooks)} notebooks; "
        f"{collected.total() - ran.total()} tests need recordings that are not shipped"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
