import threading
from dataclasses import replace
from pathlib import Path

import pytest

from voicelab.tuning import Evidence, RecordingUsed, Tuning, TuningError

TUNED = Path(__file__).with_name("tuned.json")


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def tuned():
    return Tuning.load(TUNED)


def test_what_is_saved_is_what_is_loaded(tuned, tmp_path):
    tuned.save(tmp_path / "tuned.json")
    assert Tuning.load(tmp_path / "tuned.json") == tuned
    assert Tuning.load(str(tmp_path / "tuned.json")) == tuned
    assert names(tmp_path) == ["tuned.json"]


def test_saving_again_replaces_the_whole_file(tuned, tmp_path):
    file = tmp_path / "tuned.json"
    file.write_text("x" * 100_000)
    tuned.save(file)
    assert file.read_text() == tuned.to_json()


def test_a_file_from_an_editor_with_a_byte_order_mark_is_read(tuned, tmp_path):
    file = tmp_path / "tuned.json"
    file.write_text(tuned.to_json(), encoding="utf-8-sig")
    assert Tuning.load(file) == tuned


def test_saving_through_a_link_keeps_the_link(tuned, tmp_path):
    (tmp_path / "shared").mkdir()
    link = tmp_path / "tuned.json"
    link.symlink_to(tmp_path / "shared" / "tuned.json")
    tuned.save(link)
    assert link.is_symlink()
    assert Tuning.load(tmp_path / "shared" / "tuned.json") == tuned


def test_where_a_directory_stands_nothing_is_written(tuned, tmp_path):
    place = tmp_path / "tuned.json"
    place.mkdir()
    with pytest.raises(TuningError, match=r"tuned\.json must be a file in a folder"):
        tuned.save(place)
    assert names(tmp_path) == ["tuned.json"]
    assert names(place) == []


@pytest.mark.parametrize("place", ["missing/tuned.json", "a_file/tuned.json", "x" * 250])
def test_a_place_that_cannot_be_written_to_is_named(tuned, tmp_path, place):
    (tmp_path / "a_file").write_text("")
    with pytest.raises(TuningError, match="can be written to, got "):
        tuned.save(tmp_path / place)
    assert names(tmp_path) == ["a_file"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tuned, tmp_path):
    resource = pytest.importorskip("resource")
    file = tmp_path / "tuned.json"
    file.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(TuningError, match="can be written to, got File too large"):
            tuned.save(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_text() == "old"
    assert names(tmp_path) == ["tuned.json"]


@pytest.mark.parametrize(
    ("sha256", "seconds", "match"),
    [
        ("not a fingerprint", 1, "/evidence/recordings/0/sha256 must be a SHA-256"),
        ("0" * 64, float("nan"), "/evidence/recordings/0/seconds must be a finite number"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path, sha256, seconds, match):
    used = RecordingUsed(name="fan", kind="fan", seconds=seconds, sha256=sha256)
    tuning = replace(Tuning.from_profile("guide"), evidence=Evidence(recordings=(used,)))
    with pytest.raises(TuningError, match=match):
        tuning.save(tmp_path / "tuned.json")
    assert names(tmp_path) == []


def test_a_reader_beside_two_writers_never_sees_half_a_file(tuned, tmp_path):
    file = tmp_path / "tuned.json"
    tuned.save(file)
    other = tuned.with_value("/turn_detection/threshold", 0.7)
    writers = [
        threading.Thread(target=lambda each=each: [each.save(file) for _ in range(20)])
        for each in (tuned, other)
    ]
    for writer in writers:
        writer.start()
    seen = []
    while any(writer.is_alive() for writer in writers):
        seen.append(Tuning.load(file))
    for writer in writers:
        writer.join()
    assert set(seen) <= {tuned, other}
    assert names(tmp_path) == ["tuned.json"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TuningError, match=r"none\.json must be a file, got nothing"):
        Tuning.load(tmp_path / "none.json")


def test_a_directory_is_not_a_config(tmp_path):
    with pytest.raises(TuningError, match="must be a file, got a directory; name the config in it"):
        Tuning.load(tmp_path)


def test_other_bytes_are_not_a_config(tmp_path):
    file = tmp_path / "tuned.json"
    file.write_bytes(b"RIFF\xff\xfe\x00")
    with pytest.raises(TuningError, match="must be UTF-8 text"):
        Tuning.load(file)


def test_a_file_far_too_large_is_not_read(tmp_path):
    file = tmp_path / "tuned.json"
    with file.open("wb") as stream:
        stream.truncate(5_000_000_000)
    with pytest.raises(TuningError, match="must be smaller than 4 MB"):
        Tuning.load(file)


def test_a_place_inside_a_file_cannot_be_read(tmp_path):
    (tmp_path / "a_file").write_text("")
    with pytest.raises(TuningError, match="must be readable, got Not a directory"):
        Tuning.load(tmp_path / "a_file" / "tuned.json")


def test_an_error_inside_a_file_names_the_file(tmp_path):
    file = tmp_path / "tuned.json"
    file.write_text("{}")
    with pytest.raises(
        TuningError, match=r"tuned\.json: /format must be 'voicelab-tuning/1'"
    ) as caught:
        Tuning.load(file)
    assert caught.value.path == "/format"
    assert caught.value.file == str(file)
