"""Copies of the notebooks, beside somebody's work."""

import json

import nbformat
import pytest

from voicelab.notebooks import copy_missing, shipped

NAMES = tuple(path.name for path in shipped())


def code(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def test_what_is_missing_is_copied_and_nothing_else(tmp_path):
    copied = copy_missing(tmp_path)
    assert copied.written == NAMES
    assert copied.kept == copied.behind == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
    assert str(copied) == f"copied {', '.join(NAMES)} to {tmp_path}"


@pytest.mark.parametrize("source", shipped(), ids=lambda path: path.stem)
def test_a_copy_holds_the_same_cells(source, tmp_path):
    copy_missing(tmp_path)
    copy = nbformat.read(tmp_path / source.name, as_version=4)
    nbformat.validate(copy)
    assert copy.cells == nbformat.read(source, as_version=4).cells


def test_a_notebook_that_somebody_worked_in_is_kept_to_the_byte(tmp_path):
    copy_missing(tmp_path)
    mine = tmp_path / NAMES[0]
    edited = json.loads(mine.read_text("utf-8"))
    edited["cells"][0]["source"] = ["# My own title\n"]
    mine.write_text(json.dumps(edited), "utf-8")
    octets = mine.read_bytes()
    copied = copy_missing(tmp_path)
    assert mine.read_bytes() == octets
    assert copied.written == copied.behind == ()
    assert copied.kept == NAMES
    assert str(copied) == f"kept your {', '.join(NAMES)}"


def test_a_notebook_that_was_removed_comes_back_alone(tmp_path):
    copy_missing(tmp_path)
    (tmp_path / NAMES[-1]).unlink()
    copied = copy_missing(tmp_path)
    assert copied.written == NAMES[-1:]
    assert copied.kept == NAMES[:-1]


def test_a_copy_of_another_version_is_kept_and_named(tmp_path):
    copy_missing(tmp_path)
    old = tmp_path / NAMES[0]
    notebook = json.loads(old.read_text("utf-8"))
    notebook["metadata"]["voicelab"]["copied_from_sha256"] = "0" * 64
    old.write_text(json.dumps(notebook), "utf-8")
    copied = copy_missing(tmp_path)
    assert copied.behind == NAMES[:1]
    assert f"a newer {NAMES[0]} ships: rename yours to get it" in str(copied)


@pytest.mark.parametrize("octets", [b"", b"\xff", b"[]", b'{"metadata": {}}', b'{"metadata": []}'])
def test_a_file_that_is_no_copy_is_kept_without_a_word_about_its_version(octets, tmp_path):
    (tmp_path / NAMES[0]).write_bytes(octets)
    copied = copy_missing(tmp_path)
    assert (tmp_path / NAMES[0]).read_bytes() == octets
    assert copied.kept == NAMES[:1]
    assert copied.behind == ()


@pytest.mark.parametrize("source", shipped(), ids=lambda path: path.stem)
def test_beside_a_room_a_copy_reads_that_room_and_shows_no_figures_of_another(source, tmp_path):
    copy_missing(tmp_path, reads_folder=True)
    cells = code(tmp_path / source.name)
    assert not any("samples.room()" in cell.source for cell in cells)
    assert sum('room = vl.read_room(".")' in cell.source for cell in cells) == 1
    assert not any(cell.outputs or cell.execution_count for cell in cells)


@pytest.mark.parametrize("source", shipped(), ids=lambda path: path.stem)
def test_but_for_its_room_a_copy_beside_one_is_the_shipped_notebook(source, tmp_path):
    copy_missing(tmp_path, reads_folder=True)
    changed = [
        (before.source, after.source)
        for before, after in zip(code(source), code(tmp_path / source.name), strict=True)
        if before.source != after.source
    ]
    assert len(changed) == 1
    assert "vl.samples.room()" in changed[0][0]
