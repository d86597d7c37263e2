"""Whether a take is a file: where in it it lies, and by how much it differs.

A fake microphone plays a file round and round, and nobody knows at which
sample a take began.  So the take is laid along the file where they agree best,
to a fraction of a sample, and scaled; what is left over is the error.  A
sample that is missing anywhere moves everything after it: then the two agree
at one place before and at another one after.
"""

from dataclasses import dataclass

import numpy as np

RATE_HZ = 24_000
BAND_HZ = (100.0, 9000.0)  # both resamplers pass it unchanged
PIECE = RATE_HZ  # samples in which a place is looked for on its own
EDGE = 480  # where a piece of the take begins in silence that the file does not have


@dataclass(frozen=True)
class Sameness:
    """How a take compares with the file that was played.

    ``error_db`` is the power that is left over against the power of the take,
    ``moved`` how far, in samples, its places lie apart, piece by piece.
    """

    error_db: float
    moved: float
    pieces: int


def compare(take, played):
    """Compare a take with what was played round and round, both at 24 kHz."""
    take, played = band(take), band(played)
    round_and_round = np.tile(played, take.size // played.size + 2)
    places, errors, power = [], 0.0, 0.0
    for begin in range(0, take.size - PIECE + 1, PIECE):
        piece = take[begin : begin + PIECE]
        if np.sqrt(np.mean(piece**2)) < 1e-3:
            continue  # nothing but silence tells nothing of its place
        at = place(piece, round_and_round[: played.size + PIECE])
        whole = int(np.floor(at))
        model = shifted(round_and_round[whole : whole + PIECE + 2], at - whole)[:PIECE]
        inside = slice(EDGE, PIECE - EDGE)
        gain = np.dot(piece[inside], model[inside]) / np.dot(model[inside], model[inside])
        errors += np.sum((piece[inside] - gain * model[inside]) ** 2)
        power += np.sum(piece[inside] ** 2)
        places.append((at - begin) % played.size)
    places = np.array(places)
    # Round and round: places lie on a circle.
    apart = (places - places[0] + played.size / 2) % played.size - played.size / 2
    return Sameness(10 * np.log10(errors / power), float(np.ptp(apart)), len(places))


def band(samples):
    """Keep what both sides of the comparison hold."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(hertz < BAND_HZ[0]) | (hertz > BAND_HZ[1])] = 0
    return np.fft.irfft(spectrum, len(samples))


def place(piece, played):
    """Find where a piece lies, to a fraction of a sample."""
    size = 1 << int(np.ceil(np.log2(played.size + piece.size)))
    likeness = np.fft.irfft(np.fft.rfft(played, size) * np.conj(np.fft.rfft(piece, size)), size)
    likeness = likeness[: played.size - piece.size + 1]
    # By energy, or the loudest place wins.
    energy = np.cumsum(np.concatenate([[0.0], played**2]))
    energy = energy[piece.size :] - energy[: -piece.size]
    likeness = likeness / np.sqrt(np.maximum(energy, 1e-6 * energy.max()))
    at = float(np.clip(np.argmax(likeness), 1, likeness.size - 2))
    for step in (0.5, 0.1, 0.02):
        low, middle, high = (misfit(piece, played, at + by) for by in (-step, 0.0, step))
        bend = low - 2 * middle + high
        if bend > 0:
            at += float(np.clip(0.5 * (low - high) / bend, -2, 2)) * step
    return max(at, 0.0)


def misfit(piece, played, at):
    whole = int(np.floor(max(at, 0.0)))
    if whole + piece.size + 2 > played.size:
        whole = played.size - piece.size - 2
    model = shifted(played[whole : whole + piece.size + 2], at - whole)[: piece.size]
    inside = slice(EDGE, piece.size - EDGE)
    a, b = piece[inside], model[inside]
    return float(np.dot(a, a) - np.dot(a, b) ** 2 / max(np.dot(b, b), 1e-12))


def shifted(samples, by):
    """Read samples a fraction of one later."""
    turn = np.exp(2j * np.pi * np.fft.rfftfreq(samples.size) * by)
    return np.fft.irfft(np.fft.rfft(samples) * turn, samples.size)
