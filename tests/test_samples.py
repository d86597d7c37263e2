import hashlib
import json
import re

import numpy as np
import pytest

from voicelab import samples
from voicelab.audio import draft_turns, level_dbfs, parse_labels, read_recording

FOLDER = samples.folder()
SHORT_MS = 700
NAMES = [sample.name for sample in samples.manifest()]
SPOKEN = [sample.name for sample in samples.manifest() if sample.kind == "speech"]


@pytest.fixture(scope="module")
def room():
    return samples.room()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("sample", samples.manifest(), ids=NAMES)
def test_a_recording_is_what_the_manifest_says(sample, room):
    recording = room[sample.name]
    assert digest(FOLDER / sample.file) == sample.sha256
    assert recording.kind == sample.kind
    assert recording.rate_hz == 24_000
    assert recording.duration_ms == pytest.approx(1000 * sample.seconds, abs=0.5)
    assert recording.unique_ms == 1000 * sample.unique_seconds <= recording.duration_ms + 0.5
    assert all([sample.source, sample.done, sample.remarks])


@pytest.mark.parametrize("sample", samples.manifest(), ids=NAMES)
def test_a_licence_is_named_and_its_words_are_there(sample):
    assert sample.licence in {"public domain", "MIT", "CC0-1.0", "CC-BY-4.0"}
    assert sample.licence_files
    for file in sample.licence_files:
        assert (FOLDER / file).read_text(encoding="utf-8").strip()


def test_nothing_lies_among_the_samples_that_the_manifest_does_not_know():
    known = {sample.file for sample in samples.manifest()} | {
        trace.file for trace in samples.traces()
    }
    labels = {f"recordings/{name}.labels.txt" for name in SPOKEN}
    found = {
        path.relative_to(FOLDER).as_posix()
        for shelf in ("recordings", "arrivals")
        for path in (FOLDER / shelf).iterdir()
    }
    assert found == known | labels
    licences = {file for sample in samples.manifest() for file in sample.licence_files}
    assert {f"LICENSES/{path.name}" for path in (FOLDER / "LICENSES").iterdir()} == licences


def test_who_asks_for_credit_gets_it():
    credit = (FOLDER / "CREDITS.md").read_text(encoding="utf-8")
    for sample in samples.manifest():
        assert sample.name in credit
    for author in ("klankbeeld", "Anton", "Thomas Lai", "Sehili", "The ggml authors"):
        assert author in credit


@pytest.mark.parametrize(
    ("name", "period_ms"), [("noise_3d_printer_fan", 7559), ("noise_keyboard_typing", 5928)]
)
def test_what_is_said_to_repeat_itself_does(name, period_ms, room):
    recording = room[name]
    period = period_ms * recording.rate_hz // 1000
    piece = slice(5 * recording.rate_hz, 7 * recording.rate_hz)
    later = slice(piece.start + period, piece.stop + period)
    shifts = [
        np.corrcoef(recording.samples[piece], np.roll(recording.samples, by)[later])[0, 1]
        for by in range(-24, 25)
    ]
    assert max(shifts) > 0.98


@pytest.mark.parametrize("trace", samples.traces(), ids=lambda trace: trace.name)
def test_an_arrival_trace_is_what_the_manifest_says(trace, room):
    assert digest(FOLDER / trace.file) == trace.sha256
    assert trace.licence == "MIT"
    assert "not a recording of any service" in trace.source
    arrivals = {each.name.removesuffix(".csv"): each for each in room.arrivals}
    assert len(arrivals[trace.name].answers) == trace.answers


def test_speech_is_labelled_and_noise_is_not(room):
    for recording in room:
        if recording.kind == "speech":
            assert recording.turns
            assert recording.labels == "checked"
        else:
            assert recording.turns is None


@pytest.mark.parametrize("name", SPOKEN)
def test_labels_lie_within_their_recording(name, room):
    spans = [span for turn in room[name].turns for span in turn.spans]
    assert spans[0].start_ms >= 0
    assert spans[-1].end_ms <= room[name].duration_ms


@pytest.mark.parametrize("name", SPOKEN)
def test_speech_is_louder_inside_its_spans_than_outside(name, room):
    recording = room[name]
    time_ms = np.arange(recording.samples.size) * 1000 / recording.rate_hz
    inside = np.zeros(recording.samples.size, bool)
    for turn in recording.turns:
        for start_ms, end_ms in turn.spans:
            inside |= (time_ms >= start_ms) & (time_ms < end_ms)
    outside_dbfs = 10 * np.log10(np.mean(recording.samples[~inside] ** 2))
    assert level_dbfs(recording) > outside_dbfs + 15


@pytest.mark.parametrize("name", SPOKEN)
def test_every_edge_that_is_not_the_drafts_is_explained(name, room):
    told = (FOLDER / "LABELS.md").read_text(encoding="utf-8")
    table = told[told.index(f"## {name}") :].split("\n## ")[0]
    labelled = {round(edge) for turn in room[name].turns for span in turn.spans for edge in span}
    drafted = {
        round(edge) for turn in draft_turns(room[name]) for span in turn.spans for edge in span
    }
    rows = [re.split(r" *\| *", line)[1:-1] for line in table.splitlines() if "set |" in line]
    assert labelled - drafted == {
        int(label) for _, energy, _, label, _ in rows if label not in ("none", energy)
    }
    assert drafted - labelled == {
        int(energy) for _, energy, _, label, _ in rows if energy not in ("-", label)
    }


def test_the_short_turns_are_as_many_as_the_labels_page_counts(room):
    spans = [span for name in SPOKEN for turn in room[name].turns for span in turn.spans]
    lengths_ms = [round(end_ms - start_ms) for start_ms, end_ms in spans]
    short_ms = sorted(length for length in lengths_ms if length <= SHORT_MS)
    assert short_ms == [440, 550, 630, 660]
    told = (FOLDER / "LABELS.md").read_text(encoding="utf-8")
    assert all(f"({length})" in told for length in short_ms)


def test_the_manifest_and_the_labels_are_plain_text():
    entries = json.loads((FOLDER / "manifest.json").read_text(encoding="ascii"))
    assert [entry["name"] for entry in entries["recordings"]] == sorted(NAMES)
    for name in SPOKEN:
        text = (FOLDER / "recordings" / f"{name}.labels.txt").read_text(encoding="ascii")
        recording = read_recording(FOLDER / "recordings" / f"{name}.flac")
        assert len(parse_labels(text, duration_ms=recording.duration_ms)) == 1
