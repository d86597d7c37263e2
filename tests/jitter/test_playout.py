"""Playing arrivals: against a player that plays sample by sample, then by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_player import played

from voicelab.jitter import (
    GUIDE_PLAYER,
    NO_BUFFER,
    QUANTUM_SAMPLES,
    Answer,
    Arrivals,
    Device,
    Player,
    heard_from_ms,
    play,
)

RATE_HZ = 24_000
QUANTUM_MS = 1000 * QUANTUM_SAMPLES / RATE_HZ
COUNTS = ("underruns", "interruptions", "silent_quanta", "stuck_samples", "dropped_samples")
TIMES = ("start_delay_ms", "silent_ms", "longest_wait_ms", "longest_queue_ms")
PLAYERS = tuple(
    Player(start=start, start_ms=start_ms, on_underrun=on_underrun, flush_at_end=flush_at_end)
    for start, start_ms, on_underrun, flush_at_end in product(
        ("prefill", "hold"),
        (0, 4, 20, 47),
        ("play_on", "refill", "guide"),
        (True, False),
    )
)


def session(*answers):
    """Arrivals from the packets ``(quantum, samples)`` of each answer."""
    return Arrivals(
        "session",
        tuple(
            Answer(
                str(number),
                np.array([QUANTUM_MS * quantum for quantum, _ in packets]),
                np.array([samples for _, samples in packets]),
            )
            for number, packets in enumerate(answers)
        ),
    )


def random_session(rng):
    """A few short answers over a bad line: small packets, runs of late ones, bunches."""
    answers = []
    clock_ms = rng.uniform(0, 50)
    for number in range(rng.integers(1, 4)):
        packets = int(rng.integers(1, 9))
        largest = rng.choice([40, 128, 300, 700])
        samples = rng.integers(1, largest, packets, endpoint=True)
        if rng.random() < 0.3:  # packets that end where a quantum does
            samples = QUANTUM_SAMPLES * rng.integers(1, 4, packets)
        late_ms = rng.exponential(rng.choice([2, 8, 25, 90]), packets)
        late_ms *= rng.random(packets) < 0.8
        arrived_ms = clock_ms + np.cumsum(late_ms)
        if rng.random() < 0.5:  # exactly at the start of a quantum
            arrived_ms = QUANTUM_MS * np.ceil(arrived_ms / QUANTUM_MS)
        done_ms = arrived_ms[-1] + rng.choice([0, 3, 30]) if rng.random() < 0.7 else None
        answers.append(Answer(str(number), arrived_ms, samples, done_ms))
        clock_ms = arrived_ms[-1] + rng.choice([0, 5, 40, 120])
    return Arrivals("random", tuple(answers))


def random_player(rng):
    """Any policy at all; limits small enough to bind, fades are no part of it."""
    return Player(
        start=str(rng.choice(["prefill", "hold"])),
        start_ms=float(rng.choice([0, 4, 20, 47])),
        on_underrun=str(rng.choice(["play_on", "refill", "ratchet", "guide"])),
        flush_at_end=bool(rng.random() < 0.5),
        ratchet_ms=float(rng.choice([0, 3, 11])),
        ratchet_to_ms=float(rng.choice([10, 40])),
        max_queue_ms=[1e6, 3.0, 12.0, 25.0, 60.0][rng.integers(5)],
        on_overflow=str(rng.choice(["drop_newest", "drop_oldest"])),
        whole_quanta=bool(rng.random() < 0.3),
    )


def random_device(rng):
    if rng.random() < 0.4:
        return Device()
    return Device(
        context_rate_hz=int(rng.choice([16_000, 24_000, 44_100, 48_000])),
        drift_ppm=float(rng.choice([0, -200, 5000])),
        resamples=bool(rng.random() < 0.7),
    )


def test_the_model_equals_a_player_that_plays_sample_by_sample():
    rng = np.random.default_rng(7)
    cases = 0
    seen = dict.fromkeys(COUNTS, 0)
    for _ in range(110):
        arrivals = random_session(rng)
        players, device = [random_player(rng) for _ in range(30)], random_device(rng)
        clock_per_ms = (device.context_rate_hz or RATE_HZ) * (1 + 1e-6 * device.drift_ppm) / 1000
        playout = play(arrivals, *players, device=device)
        for column, player in enumerate(players):
            places = heard_from_ms(arrivals, player=player, device=device)
            for row, (figures, starts) in enumerate(played(arrivals, player, device)):
                found = {name: getattr(playout, name)[row, column] for name in COUNTS}
                for name in TIMES:
                    found[name] = getattr(playout, name)[row, column] * clock_per_ms
                assert found == pytest.approx(figures, abs=1e-5, nan_ok=True), (player, device)
                if not player.whole_quanta:
                    np.testing.assert_allclose(places[row] * clock_per_ms, starts, atol=1e-5)
                for name in COUNTS:
                    seen[name] += figures[name] > 0
            cases += 1
    assert cases >= 3000
    assert min(seen.values()) > 100, seen


def test_a_steady_stream_that_starts_at_once_is_heard_at_once():
    playout = play(session([(0, 256), (2, 256), (4, 256)]), NO_BUFFER)
    assert playout.start_delay_ms[0, 0] == 0
    assert playout.underruns[0, 0] == 0
    assert playout.longest_wait_ms[0, 0] == pytest.approx(2 * QUANTUM_MS)


@pytest.mark.parametrize(
    ("player", "delay", "silent", "underruns"),
    [
        # 256 samples at quantum 0, 256 at 5 where 2 would do, 256 at 6.
        (Player(prefill_ms=0, on_underrun="play_on"), 0, 3, 1),
        (Player(prefill_ms=0, on_underrun="refill"), 0, 3, 1),
        (Player(prefill_ms=11, on_underrun="refill"), 5, 0, 0),
        (Player(hold_ms=QUANTUM_MS, on_underrun="play_on"), 1, 2, 1),
        # The second start waits for 2 quanta more, or for the hold again.
        (Player(hold_ms=QUANTUM_MS, on_underrun="refill"), 1, 3, 1),
        (Player(prefill_ms=10, on_underrun="refill"), 0, 3, 1),
        (Player(hold_ms=3 * QUANTUM_MS, on_underrun="play_on"), 3, 0, 0),
    ],
)
def test_what_the_buffer_does_not_take_the_silence_does(player, delay, silent, underruns):
    playout = play(session([(0, 256), (5, 256), (6, 256)]), player)
    assert playout.start_delay_ms[0, 0] == pytest.approx(delay * QUANTUM_MS)
    assert playout.silent_ms[0, 0] == pytest.approx(silent * QUANTUM_MS)
    assert playout.silent_quanta[0, 0] == silent
    assert playout.underruns[0, 0] == underruns


def test_the_guide_notices_an_empty_queue_only_at_the_start_of_a_quantum():
    # 480 samples drain midway through quantum 3.  With 100 more at quantum 4 the guide plays
    # on, with 100 more at quantum 5 it waits until 480 are there.
    unnoticed = play(session([(0, 480), (4, 100), (20, 480)]), GUIDE_PLAYER)
    assert unnoticed.silent_ms[0, 0] * RATE_HZ / 1000 == pytest.approx(32 + 15 * 128 + 28)
    assert unnoticed.underruns[0, 0] == 2
    noticed = play(session([(0, 480), (5, 100), (20, 480)]), GUIDE_PLAYER)
    assert noticed.silent_ms[0, 0] * RATE_HZ / 1000 == pytest.approx(32 + 16 * 128)
    assert noticed.underruns[0, 0] == 1


def test_the_guide_leaves_a_short_rest_for_the_next_answer():
    arrivals = session([(0, 480), (9, 300)], [(500, 480)])
    playout = play(arrivals, GUIDE_PLAYER, Player(prefill_ms=20, on_underrun="refill"))
    np.testing.assert_array_equal(playout.stuck_samples, [[300, 0], [0, 0]])
    assert playout.start_delay_ms[1, 0] * RATE_HZ / 1000 == pytest.approx(300)
    rest, following = (heard[-1] for heard in heard_from_ms(arrivals, player=GUIDE_PLAYER))
    assert rest == pytest.approx(500 * QUANTUM_MS)
    assert following == pytest.approx(500 * QUANTUM_MS + 300 / 24)


def test_a_short_answer_is_silent_without_a_flush_and_whole_with_one():
    arrivals = session([(0, 100), (3, 100)])
    mute, heard = Player(prefill_ms=20, flush_at_end=False), Player(prefill_ms=20)
    playout = play(arrivals, mute, heard)
    np.testing.assert_array_equal(playout.stuck_samples, [[200, 0]])
    np.testing.assert_array_equal(playout.smooth, [[False, True]])
    assert np.isnan(playout.start_delay_ms[0, 0])
    assert playout.start_delay_ms[0, 1] == pytest.approx(3 * QUANTUM_MS)
    assert np.isinf(heard_from_ms(arrivals, player=mute)[0]).all()


def test_an_answer_with_one_queue_waits_behind_the_one_before():
    arrivals = session([(0, 128 * 100)], [(10, 480)])
    playout = play(arrivals, GUIDE_PLAYER, NO_BUFFER)
    assert playout.start_delay_ms[1] == pytest.approx([90 * QUANTUM_MS, 0])
    apart = play(arrivals.apart(), GUIDE_PLAYER, NO_BUFFER)
    assert apart.start_delay_ms[1] == pytest.approx([0, 0])


def test_480_samples_change_nothing_when_the_first_delta_is_20_ms():
    rng = np.random.default_rng(3)
    quanta = np.cumsum(rng.integers(1, 12, 40))
    arrivals = session([(quantum, 480) for quantum in quanta])
    figures = play(arrivals, Player(prefill_ms=20), NO_BUFFER)
    np.testing.assert_array_equal(figures.silent_ms[:, 0], figures.silent_ms[:, 1])
    assert figures.underruns[0, 0] > 0


@st.composite
def schedules(draw):
    """One answer of up to twelve packets, some of them late."""
    steps = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 700)), min_size=1, max_size=12)
    waits, samples = zip(*draw(steps), strict=True)
    return session(list(zip(np.cumsum(waits), samples, strict=True)))


@settings(deadline=None)
@given(schedules(), st.integers(0, 60))
def test_a_later_clock_changes_nothing(arrivals, quanta):
    (answer,) = arrivals.answers
    later = Arrivals(
        "later", (Answer("0", answer.arrived_ms + quanta * QUANTUM_MS, answer.samples),)
    )
    for figure in ("start_delay_ms", "underruns", "silent_ms", "stuck_samples"):
        np.testing.assert_allclose(
            getattr(play(arrivals, *PLAYERS), figure), getattr(play(later, *PLAYERS), figure)
        )


@settings(deadline=None)
@given(schedules())
def test_playing_on_a_longer_hold_moves_silence_to_the_front_and_never_adds_any(arrivals):
    holds = [Player(hold_ms=quanta * QUANTUM_MS, flush_at_end=False) for quanta in range(30)]
    playout = play(arrivals, *holds)
    assert (np.diff(playout.silent_ms[0]) <= 1e-9).all()
    assert (np.diff(playout.end_lag_ms[0]) >= -1e-9).all()


@settings(deadline=None)
@given(schedules())
def test_players_do_not_hear_each_other(arrivals):
    together = play(arrivals, *PLAYERS).silent_ms
    alone = [play(arrivals, player).silent_ms for player in PLAYERS]
    np.testing.assert_array_equal(together, np.hstack(alone))


def test_many_answers_are_heard_like_few():
    rng = np.random.default_rng(11)
    quanta = 100 * np.arange(6000)[:, np.newaxis] + np.cumsum(rng.integers(0, 9, (6000, 6)), axis=1)
    everyone = session(*([(quantum, 600) for quantum in row] for row in quanta))
    players = [player for player in PLAYERS if not player.has_one_queue]
    last = Arrivals("last", everyone.answers[-10:])
    np.testing.assert_array_equal(
        play(everyone, *players).silent_ms[-10:], play(last, *players).silent_ms
    )


def test_results_cannot_be_changed():
    playout = play(session([(0, 128)]), NO_BUFFER)
    with pytest.raises(ValueError, match="read-only"):
        playout.silent_ms[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        playout.underruns[0, 0] = 1


def test_a_player_of_another_rate_is_refused():
    with pytest.raises(ValueError, match="rate of session, 24000 Hz, got 48000"):
        play(session([(0, 128)]), Player(rate_hz=48_000))
    with pytest.raises(ValueError, match="24000 Hz, got 16000"):
        heard_from_ms(session([(0, 128)]), player=Player(rate_hz=16_000))


def test_nobody_playing_is_refused():
    with pytest.raises(ValueError, match="at least one player"):
        play(session([(0, 128)]))
