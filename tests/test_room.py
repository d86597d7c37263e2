"""Rooms: what a folder holds, told by names, labels and a manifest."""

import json

import numpy as np
import pytest

from voicelab.audio import AudioFileError, Recording, Span, Turn, format_labels, write_recording
from voicelab.room import gather, kind_from_name, labels_path, read_room, read_take

RATE_HZ = 16_000


def voice(seconds: float = 3.0) -> Recording:
    """Half a second of a buzz that a drafter takes for a voice, then silence."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 150 * n * time_s) / n for n in range(1, 15))
    hiss = 1e-3 * np.random.default_rng(0).standard_normal(time_s.size)
    return Recording(0.2 * buzz * ((time_s > 1) & (time_s < 1.6)) + hiss, RATE_HZ)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "recordings").mkdir()
    for name in ("fan_desk", "keyboard", "me"):
        write_recording(voice(), tmp_path / "recordings" / f"{name}.wav")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("noise_fan_ventilation", "fan"),
        ("kbd_zoom_4", "keyboard"),
        ("office keyboard", "keyboard"),
        ("cafe-2", "babble"),
        ("speech_in_a_cafe", "speech"),
        ("AC01", "fan"),
        ("rec001", None),
        ("fantastic", None),
    ],
)
def test_a_word_in_the_name_tells_the_kind(name, kind):
    assert kind_from_name(name) == kind


def test_a_room_is_read_in_the_order_of_its_files(folder):
    room = read_room(folder)
    assert [(take.name, take.kind) for take in room] == [
        ("fan_desk", "fan"),
        ("keyboard", "keyboard"),
        ("me", "speech"),
    ]


def test_a_recording_is_found_by_name_or_as_the_first_of_its_kind(folder):
    room = read_room(folder)
    assert room["fan"] is room["fan_desk"] is room.recordings[0]
    with pytest.raises(KeyError, match="babble must be a recording or a kind"):
        room["babble"]


def test_speech_without_labels_is_drafted_and_says_so(folder):
    me = read_room(folder)["me"]
    assert me.labels == "drafted"
    assert len(me.turns) == 1
    assert me.turns[0].start_ms == pytest.approx(1000, abs=60)


def test_a_label_file_beside_the_audio_is_believed_and_fingerprinted(folder):
    turns = (Turn((Span(200, 900),), "hello"),)
    labels_path(folder / "recordings" / "me.wav").write_text(format_labels(turns))
    me = read_room(folder)["me"]
    assert (me.labels, me.turns) == ("checked", turns)
    assert len(me.labels_sha256) == 64


def test_noise_is_never_drafted(folder):
    assert read_room(folder)["fan"].turns is None


def test_a_flat_folder_is_a_room_too(folder):
    flat = read_room(folder / "recordings")
    assert [take.name for take in flat] == ["fan_desk", "keyboard", "me"]


def test_a_manifest_tells_the_kind_and_how_much_is_no_repeat(folder):
    entry = {"name": "fan_desk", "kind": "babble", "unique_seconds": 1.5}
    (folder / "manifest.json").write_text(json.dumps({"recordings": [entry]}))
    take = read_room(folder)["fan_desk"]
    assert (take.kind, take.unique_ms) == ("babble", 1500)


def test_files_from_anywhere_make_a_room_of_two_sides(folder):
    shelf = folder / "recordings"
    room = gather(noise=[shelf / "me.wav"], speech=[shelf / "fan_desk.wav"])
    assert [(take.name, take.kind) for take in room] == [("me", "room"), ("fan_desk", "speech")]


def test_hidden_files_and_notes_are_passed_over(folder):
    (folder / "recordings" / "._me.wav").write_bytes(b"x")
    (folder / "recordings" / "notes.md").write_text("hello")
    assert len(read_room(folder)) == 3


def test_arrivals_belong_to_the_room(folder):
    (folder / "arrivals").mkdir()
    rows = "response,recv_ms,samples\na,0,2400\na,90,2400\n"
    (folder / "arrivals" / "monday.csv").write_text(rows)
    assert [each.name for each in read_room(folder).arrivals] == ["monday.csv"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda f: f / "nowhere", "a room must be a folder, got nothing there"),
        (lambda f: f / "recordings" / "me.wav", "a room must be a folder, got a file"),
        (lambda f: make(f / "empty"), "must hold audio files, got none"),
        (lambda f: twin(f), "names of their own, got me twice"),
        (lambda f: labelled(f, "one"), r"me\.labels\.txt: line 1"),
        (lambda f: labelled(f, "1000\t2000\tspeech"), "were milliseconds written as seconds"),
        (lambda f: labelled(f, b"\xff\xfe\x00"), "must be text in UTF-8"),
        (lambda f: manifest(f, "[1]"), "must be JSON with a list of recordings"),
        (lambda f: manifest(f, "{"), "must be JSON with a list of recordings"),
    ],
)
def test_a_room_that_cannot_be_read_is_refused_in_a_sentence(folder, spoil, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_room(spoil(folder))


def make(folder):
    folder.mkdir()
    return folder


def twin(folder):
    write_recording(voice(), folder / "recordings" / "me.flac")
    return folder


def labelled(folder, text):
    octets = text if isinstance(text, bytes) else text.encode()
    (folder / "recordings" / "me.labels.txt").write_bytes(octets)
    return folder


def manifest(folder, text):
    (folder / "manifest.json").write_text(text)
    return folder


def test_a_single_take_that_is_missing_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(AudioFileError, match="must exist, got nothing there"):
        read_take(tmp_path / "me.wav")
