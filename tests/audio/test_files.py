"""Files: what is read, forty that are not, and writing whole or not at all."""

import contextlib
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicelab.audio import (
    AUDIO_SUFFIXES,
    AudioFileError,
    Recording,
    Span,
    Turn,
    read_recording,
    write_recording,
)

RATE_HZ = 24_000
TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE_HZ) / RATE_HZ)
STEREO = np.stack([TONE, 0.5 * TONE], axis=1)


def audio(folder, name="take.wav", samples=TONE, rate_hz=RATE_HZ, **how):
    """A file that libsndfile wrote."""
    soundfile.write(folder / name, samples, rate_hz, **how)
    return folder / name


def octets(folder, name, content):
    """A file that holds what we say."""
    (folder / name).write_bytes(content)
    return folder / name


def wav_header(sound_bytes, *, channels=1, rate_hz=RATE_HZ, codec=1):
    """44 bytes that promise 16-bit sound."""
    form = struct.pack(
        "<HHIIHH", codec, channels, rate_hz, 2 * channels * rate_hz, 2 * channels, 16
    )
    chunks = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", sound_bytes)
    return b"RIFF" + struct.pack("<I", len(chunks) + sound_bytes) + chunks


def cut(path, size):
    """The beginning of a file, as a share or in bytes."""
    whole = path.read_bytes()
    path.write_bytes(whole[: size if isinstance(size, int) else int(size * len(whole))])
    return path


def flac_that_says(folder, samples):
    """A FLAC file with another count of samples in its header: 36 bits from the 21st byte on."""
    content = bytearray(audio(folder, "take.flac").read_bytes())
    content[21:26] = bytes([content[21] & 0xF0]) + struct.pack(">I", samples)
    return octets(folder, "take.flac", bytes(content))


def linked(folder, to):
    (folder / "take.wav").symlink_to(folder / to)
    return folder / "take.wav"


@contextlib.contextmanager
def nobody():
    """Root may read everything, so for once it is somebody else."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if mine == 0:
            os.seteuid(mine)


def pipe(folder):
    os.mkfifo(folder / "take.wav")
    return folder / "take.wav"


def float_wav(folder, *odd, subtype="FLOAT"):
    return audio(folder, samples=np.array([0.0, 0.5, *odd]), subtype=subtype)


NOT_AUDIO = "take.* must be audio that libsndfile reads .*got something else or a damaged file"
PCM16 = (TONE * 32_767).astype("<i2").tobytes()
QUIET_PCM16 = (TONE * 327).astype("<i2").tobytes()
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 1, 1, 8, 2, 0, 0, 0)

BAD_FILES = {
    "missing": (lambda f: f / "none.wav", "none.wav must exist, got nothing there; check"),
    "in a missing folder": (lambda f: f / "none" / "a.wav", "a.wav must exist, got nothing there"),
    "in a file": (lambda f: audio(f) / "a.wav", "a.wav must exist, got nothing there"),
    "a folder": (lambda f: f, "must be an audio file, got a folder; name a file in it"),
    "a broken link": (lambda f: linked(f, "none.wav"), "take.wav must exist, got nothing there"),
    "a link to itself": (lambda f: linked(f, "take.wav"), "take.wav must exist, got nothing"),
    "a name beyond reason": (lambda f: f / f"{'a' * 300}.wav", "must be readable, got: File name"),
    "a pipe": (pipe, "take.wav must hold audio, got an empty file"),
    "empty": (lambda f: octets(f, "take.wav", b""), "must hold audio, got an empty file; record"),
    "text": (lambda f: octets(f, "take.wav", b"to be done"), NOT_AUDIO),
    "a page": (lambda f: octets(f, "take.mp3", b"<!doctype html><p>Not Found"), NOT_AUDIO),
    "a picture": (lambda f: octets(f, "take.png", PNG), NOT_AUDIO),
    "an archive": (lambda f: octets(f, "take.flac", b"PK\x03\x04" + bytes(60)), NOT_AUDIO),
    "zeros": (lambda f: octets(f, "take.ogg", bytes(4_096)), NOT_AUDIO),
    "one byte": (lambda f: octets(f, "take.wav", b"R"), NOT_AUDIO),
    "a magic word alone": (lambda f: octets(f, "take.wav", b"RIFF"), NOT_AUDIO),
    "bare samples named wav": (lambda f: octets(f, "take.wav", PCM16), NOT_AUDIO),
    "bare samples named raw": (lambda f: octets(f, "take.raw", PCM16), NOT_AUDIO),
    "a WAV of another codec": (
        lambda f: octets(f, "take.wav", wav_header(4, codec=0x9999) + bytes(4)),
        NOT_AUDIO,
    ),
    "a WAV without channels": (
        lambda f: octets(f, "take.wav", wav_header(4, channels=0) + bytes(4)),
        NOT_AUDIO,
    ),
    "a WAV without a chunk of sound": (
        lambda f: octets(f, "take.wav", wav_header(0)[:36]),
        NOT_AUDIO,
    ),
    "a WAV without sound": (
        lambda f: octets(f, "take.wav", wav_header(0)),
        "take.wav must hold sound, got zero samples; record it again",
    ),
    "a WAV cut after its header": (
        lambda f: octets(f, "take.wav", wav_header(48_000)),
        "take.wav is cut off: its header promises 48000 bytes of audio, 0 are there; copy",
    ),
    "half a WAV": (
        lambda f: cut(audio(f), 44 + 1_000),
        "take.wav is cut off: its header promises 48000 bytes of audio, 1000 are there",
    ),
    "a WAV that was never finished": (
        lambda f: octets(f, "take.wav", wav_header(0) + PCM16),
        "take.wav was never finished: its header promises no audio, 48000 bytes follow; import",
    ),
    "half an AIFF": (lambda f: cut(audio(f, "take.aiff"), 0.5), "take.aiff is cut off: its header"),
    "half a FLAC": (lambda f: cut(audio(f, "take.flac"), 0.5), NOT_AUDIO),
    "a FLAC cut in its header": (lambda f: cut(audio(f, "take.flac"), 30), NOT_AUDIO),
    "a FLAC that promises too much": (lambda f: flac_that_says(f, 50_000), NOT_AUDIO),
    "five hours": (
        lambda f: flac_that_says(f, 5 * 3_600 * RATE_HZ),
        "take.flac must be shorter than 4 hours, got 5.0; cut out the part that matters",
    ),
    "a FLAC from a pipe": (
        lambda f: flac_that_says(f, 0),
        "take.flac must say how long it is, got a stream that was written into a pipe",
    ),
    "half an OGG": (lambda f: cut(audio(f, "take.ogg"), 0.5), NOT_AUDIO),
    "a crumb of MP3": (lambda f: cut(audio(f, "take.mp3"), 60), NOT_AUDIO),
    "NaN": (lambda f: float_wav(f, np.nan), "must hold finite samples, got NaN or Inf; .* PCM16"),
    "infinity": (lambda f: float_wav(f, -np.inf), "must hold finite samples, got NaN or Inf"),
    "beyond a float": (lambda f: float_wav(f, 1e300, subtype="DOUBLE"), "finite samples, got NaN"),
    "Int16 bytes declared as Float32": (
        lambda f: audio(f, samples=np.frombuffer(QUIET_PCM16, "<f4"), subtype="FLOAT"),
        "NaN or Inf; .* holds 16-bit integers declared as floats: export it as PCM16",
    ),
    "no samples": (lambda f: audio(f, samples=TONE[:0]), "got zero samples; record it again"),
    "one hertz": (
        lambda f: audio(f, samples=TONE[:99], rate_hz=1),
        "take.wav: rate_hz must lie in 4000 to 384000, got 1; did you pass kilohertz",
    ),
    "two megahertz": (lambda f: audio(f, rate_hz=2_000_000), "4000 to 384000, got 2000000"),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_is_refused_with_one_sentence(what, tmp_path):
    make, sentence = BAD_FILES[what]
    with pytest.raises(AudioFileError, match=sentence) as refused:
        read_recording(make(tmp_path))
    assert "\n" not in str(refused.value)


def test_somebody_else_s_file_is_refused_with_one_sentence(tmp_path):
    path = audio(tmp_path)
    path.chmod(0)
    with nobody(), pytest.raises(AudioFileError, match="must be readable, got: Permission denied"):
        read_recording(path)


def test_forty_bad_files_are_tried():
    assert len(BAD_FILES) == 40


@pytest.mark.parametrize(
    ("name", "subtype", "error"),
    [
        ("a.wav", "PCM_U8", 1 / 128),
        ("a.wav", "PCM_16", 1 / 32_768),
        ("a.wav", "PCM_24", 1e-6),
        ("a.wav", "PCM_32", 1e-7),
        ("a.wav", "FLOAT", 1e-7),
        ("a.wav", "DOUBLE", 1e-7),
        ("a.wav", "ULAW", 0.02),
        ("a.aiff", "PCM_16", 1 / 32_768),
        ("a.flac", "PCM_16", 1 / 32_768),
        ("a.flac", "PCM_24", 1e-6),
        ("a.ogg", "VORBIS", 0.04),
        ("a.opus", "OPUS", 0.04),
        ("a.mp3", "MPEG_LAYER_III", 0.04),
    ],
)
def test_every_common_encoding_is_read(name, subtype, error, tmp_path):
    container = "OGG" if name == "a.opus" else None
    path = audio(tmp_path, name, STEREO, subtype=subtype, format=container)
    recording = read_recording(path, kind="fan")
    middle = slice(2_000, -2_000)  # codecs blur the beginning and the end
    assert recording.samples[middle] == pytest.approx(0.75 * TONE[middle], abs=error)
    assert (recording.name, recording.kind, recording.rate_hz) == ("a", "fan", RATE_HZ)
    assert recording.turns is None
    assert recording.source.encoding == subtype
    assert recording.source.channels == 2


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_the_rate_stays_what_the_file_says(rate_hz, tmp_path):
    assert read_recording(audio(tmp_path, rate_hz=rate_hz)).rate_hz == rate_hz


def test_six_channels_at_96_kilohertz_are_averaged(tmp_path):
    channels = TONE[:, np.newaxis] * np.arange(6)
    recording = read_recording(audio(tmp_path, samples=channels / 5, rate_hz=96_000))
    assert recording.samples == pytest.approx(0.5 * TONE, abs=1e-4)
    assert recording.source == ("WAV", "PCM_16", 6)


def test_one_sample_is_a_recording(tmp_path):
    assert read_recording(audio(tmp_path, samples=[0.5])).samples.tolist() == [0.5]


@pytest.mark.parametrize("promised", [0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_wav_from_a_pipe_is_read_to_its_end(promised, tmp_path):
    content = bytearray(wav_header(len(PCM16)) + PCM16)
    content[40:44] = struct.pack("<I", promised)
    recording = read_recording(octets(tmp_path, "take.wav", bytes(content)))
    assert recording.samples == pytest.approx(TONE, abs=1e-4)


def test_chunks_before_and_after_the_sound_are_passed_over(tmp_path):
    plain = wav_header(len(PCM16))
    note = b"LIST" + struct.pack("<I", 5) + b"hello\x00"
    content = plain[:36] + note + plain[36:] + PCM16 + note
    recording = read_recording(octets(tmp_path, "take.wav", content))
    assert recording.samples == pytest.approx(TONE, abs=1e-4)


def test_the_fingerprint_is_that_of_the_file(tmp_path):
    first, again = audio(tmp_path, "a.wav"), audio(tmp_path, "b.wav")
    other = audio(tmp_path, "c.wav", samples=-TONE)
    fingerprints = [read_recording(path).fingerprint for path in (first, again, other)]
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "A.WAV"])
def test_what_is_written_is_read_again(name, tmp_path):
    turns = (Turn((Span(0, 500),)),)
    clipped = write_recording(Recording(TONE, RATE_HZ, turns=turns), tmp_path / name)
    again = read_recording(str(tmp_path / name))
    assert clipped == 0
    assert again.samples == pytest.approx(TONE, abs=0.5 / 32_768 + 1e-7)
    assert (again.rate_hz, again.source.encoding, again.turns) == (RATE_HZ, "PCM_16", None)


def test_sixteen_bits_survive_reading_and_writing(tmp_path):
    source = audio(tmp_path)
    write_recording(read_recording(source), tmp_path / "again.wav")
    assert (tmp_path / "again.wav").read_bytes() == source.read_bytes()


def test_writing_counts_what_it_had_to_clip(tmp_path):
    loud = Recording([0.0, 1.5, -1.0, -2.0], RATE_HZ)
    assert write_recording(loud, tmp_path / "a.wav") == 2


def test_a_written_file_belongs_to_whom_any_new_file_would(tmp_path):
    write_recording(Recording(TONE, RATE_HZ), tmp_path / "a.wav")
    plain = octets(tmp_path, "plain", b"")
    assert (tmp_path / "a.wav").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.mp3", r"a.mp3 must end in .wav or .flac, got '.mp3'"),
        ("a", r"a must end in .wav or .flac, got ''"),
        ("none/a.wav", "a.wav could not be written .*No such file.*; choose a folder that exists"),
        ("folder.wav", "folder.wav could not be written .*directory"),
        ("file/a.wav", "a.wav could not be written .*Not a directory"),
        ("a" * 300 + ".wav", "could not be written .*File name too long"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_left(name, sentence, tmp_path):
    (tmp_path / "folder.wav").mkdir()
    octets(tmp_path, "file", b"mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(AudioFileError, match=sentence):
        write_recording(Recording(TONE, RATE_HZ), tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits a file's size as only POSIX can")
@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_write_that_fails_midway_leaves_the_old_file_as_it_was(name, tmp_path):
    import resource

    write_recording(Recording(TONE[:100], RATE_HZ), tmp_path / name)
    before = (tmp_path / name).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(AudioFileError, match=r"could not be written \(File too large\)"):
            write_recording(Recording(TONE, RATE_HZ), tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before


def test_the_endings_of_what_is_read_and_written_are_lower_case():
    assert {".wav", ".flac", ".ogg", ".mp3"} <= AUDIO_SUFFIXES
    assert all(ending == Path("a" + ending).suffix.lower() for ending in AUDIO_SUFFIXES)
