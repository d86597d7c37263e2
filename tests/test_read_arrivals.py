"""Arrivals from files: the way in, and files that are none."""

import pytest

from voicelab.arrivals import read_arrivals

TABLE = "response,recv_ms,samples\na,10,2400\na,20,2400\nb,500,480\n"


def test_a_table_is_read_and_named_like_its_file(tmp_path):
    path = tmp_path / "monday.CSV"
    path.write_text(TABLE)
    arrivals = read_arrivals(path)
    assert arrivals.name == "monday.CSV"
    assert [answer.total_samples for answer in arrivals.answers] == [4800, 480]
    assert repr(read_arrivals(str(path))) == repr(arrivals)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv must hold arrivals, got an empty file"),
        ("blank.csv", b" \n\n", "got an empty file"),
        ("sound.csv", b"RIFF\xff\xfe\x00", "sound.csv must be UTF-8 text"),
        ("prose.csv", b"dear diary", "prose.csv: line 1 must name the columns"),
        ("header.csv", b"response,recv_ms,samples\n", "at least one answer with audio, got none"),
        (
            "back.csv",
            b"response,recv_ms,samples\na,2,1\na,1,1\n",
            "back.csv: packets of answer 'a' must arrive in order",
        ),
        ("trace.xlsx", b"PK", "trace.xlsx must end in .csv .* got '.xlsx'"),
        ("trace", b"PK", "got 'no suffix'"),
    ],
)
def test_a_file_without_arrivals_is_refused(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        read_arrivals(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="must be a file with arrivals, got a folder"):
        read_arrivals(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        read_arrivals(tmp_path / "gone.csv")
