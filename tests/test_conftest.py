"""The rule of conftest.py, tried on tests that skip for every kind of reason."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROMISED = {
    "test_without_program": "@pytest.mark.skipif(True, reason='no Node')\ndef {}(): ...",
    "test_without_package": "pytest.importorskip('not_installed')\ndef {}(): ...",
    "test_without_case": "@pytest.mark.parametrize('notebook', [])\ndef {}(notebook): ...",
}
EXCUSED = {
    "test_not_shipped": "def {}(shared): ...",
    "test_known_to_fail": "@pytest.mark.xfail\ndef {}(): assert False",
}


@pytest.mark.parametrize(("ci", "failed"), [("", set()), ("true", set(PROMISED))])
def test_in_ci_nothing_is_skipped_but_what_cannot_be_shipped(tmp_path, ci, failed):
    tests = tmp_path / "checkout" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    for name, code in (PROMISED | EXCUSED).items():
        (tests / f"{name}.py").write_text(f"import pytest\n{code.format(name)}\n", "utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-rfE", "--continue-on-collection-errors", tests],
        env=os.environ | {"CI": ci, "PYTHONPATH": str(Path(__file__).parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    summary = re.findall(r"^(?:FAILED|ERROR) \S*?(\w+)\.py", finished.stdout, re.MULTILINE)
    assert set(summary) == failed
    assert finished.returncode == bool(failed)
