"""What no file of the project may hold, and how long a file of code may be."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
LONGEST_LINES = 400

# The brackets keep this file from finding itself.
REGISTRIES = re.compile(
    "pyp[i][.]org|python[h]osted[.]org|npm[j]s[.]org|anacond[a][.]org|artifac[t]ory|jfro[g]"
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/~<>])/(home|Users|root|work|tmp|mnt|private)/\w|\b[A-Z]:\\\w"
)
ISSUES = re.compile(r"(?i)(?<![\w&#])#\d{1,5}\b|\b(issue|ticket|pull request)\s+#?\d+")


def files():
    """The files that are tracked, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [CHECKOUT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text(path):
    """What a file says; nothing where it is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def prose(path):
    """The part of a file in which a number from some tracker would be out of place."""
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text(path)).readline)
        return "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)
    return text(path) if path.suffix == ".md" else ""


def found(pattern, read=text):
    return {
        (str(path.relative_to(CHECKOUT)), match[0])
        for path in files()
        for match in pattern.finditer(read(path))
    }


def test_no_file_of_code_is_longer_than_it_may_be():
    lengths = {path: text(path).count("\n") for path in files() if path.suffix == ".py"}
    assert lengths
    assert {path.name: n for path, n in lengths.items() if n > LONGEST_LINES} == {}


def test_no_file_names_a_registry():
    assert found(REGISTRIES) == set()


def test_no_file_names_a_place_on_one_machine():
    assert found(MACHINE_PATHS) == set()


def test_no_comment_leans_on_a_number_in_some_tracker():
    assert found(ISSUES, prose) == set()


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRIES, ".".join(("https://pypi", "org/simple"))),
        (MACHINE_PATHS, "open('/" + "home/ada/take.wav')"),
        (MACHINE_PATHS, "C:" + "\\takes"),
        (ISSUES, "# see #" + "12"),
        (ISSUES, "Fixes issue " + "7."),
    ],
)
def test_what_may_not_be_there_is_seen(pattern, line):
    assert pattern.search(line)
