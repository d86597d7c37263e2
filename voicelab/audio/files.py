"""Audio files in and out.

Anything that libsndfile reads becomes a :class:`Recording`: channels are
averaged, samples become float32, the rate stays what the file says.  Written
files are 16-bit WAV or FLAC by the wire's own rounding rule.
"""

import hashlib
import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicelab.audio.pcm16 import to_pcm16
from voicelab.audio.recording import Kind, Recording, SourceFormat

__all__ = ["AUDIO_SUFFIXES", "AudioFileError", "read_recording", "write_recording"]

AUDIO_SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("wav", "w64", "rf64", "flac", "ogg", "oga", "opus", "mp3"),
        *("aif", "aiff", "aifc", "au", "snd", "caf"),
    )
)
WRITTEN_AS = {".wav": "WAV", ".flac": "FLAC"}
LONGEST_S = 4 * 3600
UNKNOWN_FRAMES = 2**63 - 1  # what libsndfile says of a stream whose header does not tell
# How a container begins: the form of its chunks' headers, and the chunk that holds the sound.
CHUNKED = {b"RIFF": ("<4sI", b"data"), b"FORM": (">4sI", b"SSND")}
PIPED_BYTES = 0x7FFF_0000  # from here on: written into a pipe by who could not know the length


class AudioFileError(ValueError):
    """A file that cannot become a recording; the message says why and what to do."""


def read_recording(path: str | Path, *, kind: Kind = "speech") -> Recording:
    """Read an audio file.

    Parameters
    ----------
    path : str or Path
        WAV, FLAC, OGG, MP3 or anything else that libsndfile reads.
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears in it.

    Returns
    -------
    Recording
        Mono, at the file's own rate, unlabelled, named after the file's stem.

    Raises
    ------
    AudioFileError
        If the file is missing, not audio, cut off, empty or not finite.
    """
    path = Path(path)
    try:
        _refuse_what_holds_nothing(path)
        _refuse_what_is_cut(path)
        channels, rate_hz, source = _decode(path)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AudioFileError(
            f"{path} must be readable, got: {_reason(error)}; check its name and whose it is"
        ) from None
    if not np.isfinite(channels).all():
        raise AudioFileError(
            f"{path.name} must hold finite samples, got NaN or Inf; the file was written by "
            "something broken, or holds 16-bit integers declared as floats: export it as PCM16"
        )
    mono = channels.mean(axis=1, dtype=np.float32)
    try:
        return Recording(mono, rate_hz, path.stem, kind, source=source, sha256=sha256)
    except ValueError as error:
        raise AudioFileError(f"{path.name}: {error}") from None


def write_recording(recording: Recording, path: str | Path) -> int:
    """Write a recording as 16-bit WAV or FLAC, whole or not at all.

    Parameters
    ----------
    recording : Recording
        What to write; its labels go elsewhere.
    path : str or Path
        Ends in ``.wav`` or ``.flac``; an existing file is replaced.

    Returns
    -------
    int
        How many samples lay beyond full scale and were clipped.

    Raises
    ------
    AudioFileError
        If the ending is another one, or the folder cannot be written to.
    """
    import soundfile

    path = Path(path)
    container = WRITTEN_AS.get(path.suffix.lower())
    if container is None:
        raise AudioFileError(f"{path.name} must end in .wav or .flac, got {path.suffix!r}")
    pcm = to_pcm16(recording.samples)
    encoded = io.BytesIO()
    beside = path.with_name(f".{path.name}.part")
    try:
        soundfile.write(encoded, pcm.samples, recording.rate_hz, format=container, subtype="PCM_16")
        try:
            beside.write_bytes(encoded.getbuffer())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise AudioFileError(
            f"{path} could not be written ({_reason(error)}); choose a folder that exists, "
            "is yours and has room"
        ) from None
    return pcm.clipped


def _reason(error: BaseException) -> str:
    """Give the library's own words, without the path that it puts in front."""
    return str(getattr(error, "strerror", None) or error).split(": ")[-1].strip().rstrip(".")


def _refuse_what_holds_nothing(path: Path) -> None:
    if path.is_dir():
        raise AudioFileError(f"{path} must be an audio file, got a folder; name a file in it")
    if not path.exists():
        raise AudioFileError(f"{path} must exist, got nothing there; check the name")
    if path.stat().st_size == 0:
        raise AudioFileError(f"{path.name} must hold audio, got an empty file; record it again")


def _refuse_what_is_cut(path: Path) -> None:
    # libsndfile reads what is left of a cut WAV or AIFF without a word; the header knows better.
    with path.open("rb") as file:
        form, sound = CHUNKED.get(file.read(4), ("", b""))
        if not form:
            return
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack(form, header)
            if name == sound:
                break
            file.seek(length + length % 2, 1)
        else:
            return
        there = path.stat().st_size - file.tell()
    if length == 0 < there:
        raise AudioFileError(
            f"{path.name} was never finished: its header promises no audio, {there} bytes follow; "
            "import it as raw data and export it again"
        )
    if there + 1 < length < PIPED_BYTES:
        raise AudioFileError(
            f"{path.name} is cut off: its header promises {length} bytes of audio, "
            f"{there} are there; copy or export it again"
        )


def _decode(path: Path) -> tuple[NDArray[np.float32], int, SourceFormat]:
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            promised = file.frames
            if promised == UNKNOWN_FRAMES:
                raise AudioFileError(
                    f"{path.name} must say how long it is, got a stream that was written into a "
                    "pipe; export it again as WAV"
                )
            if promised > LONGEST_S * file.samplerate:
                raise AudioFileError(
                    f"{path.name} must be shorter than {LONGEST_S // 3600} hours, got "
                    f"{promised / file.samplerate / 3600:.1f}; cut out the part that matters"
                )
            channels = file.read(dtype="float32", always_2d=True)
            source = SourceFormat(file.format, file.subtype, file.channels)
            rate_hz = file.samplerate
    except (soundfile.SoundFileError, TypeError) as error:  # TypeError: the file is named .raw
        raise AudioFileError(
            f"{path.name} must be audio that libsndfile reads (WAV, FLAC, OGG, MP3), got "
            f"something else or a damaged file ({_reason(error)}); export it again as WAV"
        ) from None
    if len(channels) == 0:
        raise AudioFileError(f"{path.name} must hold sound, got zero samples; record it again")
    if len(channels) < promised and source.container != "MP3":  # MP3 headers only estimate
        raise AudioFileError(
            f"{path.name} is cut off: {promised} samples were promised, {len(channels)} are "
            "there; copy or export it again"
        )
    return channels, rate_hz, source
