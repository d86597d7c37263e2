"""Players by name, what a queue costs them, and the device they play on."""

import numpy as np
import pytest

from voicelab.jitter import (
    LINKS,
    PRESETS,
    SENDERS,
    Answer,
    Arrivals,
    Device,
    Player,
    model_arrivals,
    play,
    quantum_cost_ms,
    queue_limit_ms,
    smallest_hold_ms,
    smallest_prefill_ms,
)

QUANTUM_MS = 128 / 24


def one(*packets):
    """One answer of ``(quantum, samples)`` packets."""
    quanta, samples = zip(*packets, strict=True)
    return Arrivals("one", (Answer("a", QUANTUM_MS * np.array(quanta), np.array(samples)),))


def test_every_preset_says_where_it_was_read_and_what_it_leaves_out():
    for name, preset in PRESETS.items():
        assert preset.name == name
        assert preset.source
        assert preset.remark.endswith(".")


def test_players_without_a_buffer_stutter_alike_whatever_they_are_made_of():
    rng = np.random.default_rng(5)
    arrivals = model_arrivals(20, sender=SENDERS["duplex"], link=LINKS["wan_1_percent"], rng=rng)
    names = ("slice", "scheduled", "no_buffer")
    playout = play(arrivals, *(PRESETS[name].player for name in names))
    assert playout.underruns.sum() > 0
    assert (playout.silent_ms == playout.silent_ms[:, :1]).all()


def test_a_list_of_blocks_loses_the_end_that_fills_none():
    playout = play(one((0, 300), (1, 100)), PRESETS["block_list"].player)
    assert playout.stuck_samples[0, 0] == 400 - 3 * 128
    assert not playout.smooth[0, 0]


def test_refilling_without_a_flush_clips_the_last_word():
    # The last 200 samples come after an underrun, and are fewer than the prefill of 480.
    arrivals = one((0, 480), (20, 200))
    clipped = Player(prefill_ms=20, on_underrun="refill", flush_at_end=False)
    whole = Player(prefill_ms=20, on_underrun="refill", flush_at_end=True)
    assert play(arrivals, clipped, whole).stuck_samples.tolist() == [[200, 0]]


def test_a_ratchet_stutters_once_and_never_again_of_the_same():
    arrivals = Arrivals.from_rows(
        [
            (str(answer), 3000.0 * answer + QUANTUM_MS * quantum, samples, False)
            for answer in range(3)
            for quantum, samples in ((0, 480), (8, 480), (9, 480), (10, 480))
        ]
    )
    refill = Player(prefill_ms=20, on_underrun="refill")
    ratchet = Player(prefill_ms=20, on_underrun="ratchet", ratchet_ms=20)
    assert play(arrivals, refill, ratchet).underruns.T.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_a_ratchet_stops_where_it_is_told_to():
    player = Player(prefill_ms=20, on_underrun="ratchet", ratchet_ms=30, ratchet_to_ms=70)
    assert [player.grown(n).start_ms for n in range(4)] == [20, 50, 70, 70]
    assert Player(prefill_ms=20, on_underrun="refill").grown(5).start_ms == 20


def test_a_cap_is_as_dangerous_as_a_small_prefill():
    rng = np.random.default_rng(6)
    arrivals = model_arrivals(20, sender=SENDERS["burst"], link=LINKS["wire"], rng=rng)
    free, capped = Player(hold_ms=60), Player(hold_ms=60, max_queue_ms=2000)
    playout = play(arrivals, free, capped)
    assert playout.smooth[:, 0].all()
    assert playout.dropped_samples[:, 1].sum() / 24 > 10_000
    assert playout.longest_queue_ms[:, 1].max() <= 2000 + 1e-9


def test_dropping_the_newest_loses_the_end_and_dropping_the_oldest_the_beginning():
    arrivals = one((0, 1000), (1, 1000))
    newest = Player(prefill_ms=0, max_queue_ms=50, on_overflow="drop_newest")
    oldest = Player(prefill_ms=0, max_queue_ms=50, on_overflow="drop_oldest")
    playout = play(arrivals, newest, oldest)
    # At quantum 1, 872 samples wait and 1000 come, where 1200 fit.
    assert playout.dropped_samples.tolist() == [[672, 672]]
    assert playout.longest_queue_ms[0] == pytest.approx([50, 50])


def test_a_limit_below_the_prefill_waits_for_the_end_of_the_answer():
    arrivals = Arrivals.from_rows([("a", 0.0, 480, False), ("a", 50.0, 480, False)])
    player = Player(prefill_ms=30, max_queue_ms=20)
    playout = play(arrivals, player)
    assert playout.start_delay_ms[0, 0] >= 50
    assert playout.dropped_samples[0, 0] == 480


def test_an_underrun_of_150_ms_is_an_interruption():
    quanta = 4 + np.ceil(150 / QUANTUM_MS)
    playout = play(one((0, 512), (quanta, 512), (quanta + 8, 512)), Player(prefill_ms=0))
    assert (playout.interruptions[0, 0], playout.glitches[0, 0]) == (1, 1)


@pytest.mark.parametrize("drift_ppm", [-300, 0, 300])
def test_a_slow_clock_needs_less_buffer_and_a_fast_one_more(drift_ppm):
    minutes = Arrivals("paced", (Answer("a", 16.0 * np.arange(6000), np.full(6000, 384)),))
    (hold_ms,) = smallest_hold_ms(minutes, device=Device(drift_ppm=drift_ppm))
    # 96 s at 300 parts per million are 28.8 ms.
    assert hold_ms == pytest.approx(max(0, 96e3 * drift_ppm * 1e-6), abs=2 * QUANTUM_MS)


@pytest.mark.parametrize("context_rate_hz", [16_000, 44_100, 48_000])
def test_the_smallest_buffers_hold_in_a_context_of_another_rate(context_rate_hz):
    rng = np.random.default_rng(8)
    arrivals = model_arrivals(10, sender=SENDERS["duplex"], link=LINKS["wifi"], rng=rng)
    device = Device(context_rate_hz=context_rate_hz, drift_ppm=100)
    for closed_form, start in ((smallest_hold_ms, "hold"), (smallest_prefill_ms, "prefill")):
        enough_ms = closed_form(arrivals, device=device).max()
        player = Player(start=start, start_ms=enough_ms * 1.0002)
        assert play(arrivals, player, device=device).smooth.all()


def test_a_page_that_does_not_resample_runs_dry_for_ever():
    steady = Arrivals("paced", (Answer("a", 20.0 * np.arange(100), np.full(100, 480)),))
    wrong = Device(context_rate_hz=48_000, resamples=False)
    player = Player(prefill_ms=40)
    assert play(steady, player).underruns[0, 0] == 0
    assert play(steady, player, device=wrong).underruns[0, 0] > 90


def test_shifting_an_array_is_cheap_until_seconds_are_queued():
    assert quantum_cost_ms(500, queue="shift") < 0.5
    assert quantum_cost_ms(10_000, queue="shift") == pytest.approx(8.9)
    assert quantum_cost_ms(80_000, queue="shift") == pytest.approx(68)
    assert 5_000 < queue_limit_ms("shift") < 10_000
    assert queue_limit_ms("ring") == np.inf
    costs = [quantum_cost_ms(20_000, queue=PRESETS[name].queue) for name in ("guide", "ours")]
    assert costs[0] > QUANTUM_MS > 1000 * costs[1]


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="queue must be one of shift"):
        quantum_cost_ms(1, queue="heap")
    with pytest.raises(ValueError, match="did you pass kilohertz"):
        Device(context_rate_hz=48)
    with pytest.raises(ValueError, match="drift_ppm must lie in -10000 to 10000, got 20000"):
        Device(drift_ppm=20_000)
