"""docs/events.md: written from the inventory, and current."""

import re
import runpy
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs" / "events.md"
WRITE = "python tools/write_events.py"


@pytest.fixture(scope="module")
def published():
    return PAGE.read_text("utf-8")


def without_tests(page):
    """Leave out the last column: it grows with every test."""
    return re.sub(r"\| [^|]*\|$", "|", page, flags=re.MULTILINE)


def test_the_page_is_what_the_inventory_says(published):
    written = runpy.run_path(str(CHECKOUT / "tools" / "write_events.py"))["text"]()
    assert without_tests(published) == without_tests(written), f"run {WRITE}"


def test_every_row_names_tests_that_exist(published):
    rows = re.findall(r"\| ([^|]*)\|$", published, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w/]+\.py)`", row)}
    assert named
    missing = {
        name
        for name in named
        if not (CHECKOUT / "tests" / name).is_file() and not (CHECKOUT / name).is_file()
    }
    assert missing == set(), f"run {WRITE}"
