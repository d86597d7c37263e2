"""Figures: every picture says whose numbers it shows, has units, and is as wide as a page."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from voicelab import views
from voicelab.audio import Recording, Span, Turn
from voicelab.diagnose import diagnose
from voicelab.diagnose.log_session import log_timeline
from voicelab.filters import Chain, HighPass, Notch
from voicelab.jitter import Answer, Arrivals, Player, heard_from_ms
from voicelab.jitter.outcome import outcomes
from voicelab.vad import Activity, Setting, TurnDetection, scenes, sweep
from voicelab.vad.judged import FATES, JudgedTurn
from voicelab.views import figures
from voicelab.views.figures import palette
from voicelab.views.figures.palette import KIND_STROKES
from voicelab.wire import SESSION_LOG_HEADER

SAYS_WHOSE = re.compile("local model|simulator|service")
UNIT = re.compile(r"\((s|ms|Hz|kHz|dB|dBFS|%|dBFS\), gain \(dB|full scale 1|0 to 1)\)| a minute")
UNITLESS = {"threshold", "amplitude", "underruns, all answers", ""}
NOISE = np.random.default_rng(3).normal(0, 0.1, 24_000).astype(np.float32)
SPOKEN = Recording(NOISE, 24_000, "me", turns=(Turn((Span(200, 500),)),))
STEADY = Arrivals(
    "steady",
    tuple(Answer(str(n), 10_000 * n + 100.0 * np.arange(9), np.full(9, 2_400)) for n in range(3)),
)

LOG = [
    SESSION_LOG_HEADER,
    *(
        json.dumps({"recv_ms": 50 * n, "direction": "out", "connection": 1, "samples": 1200,
                    "type": "input_audio_buffer.append", "levels": [-40] * 5})
        for n in range(40)
    ),
]  # fmt: skip
DIAGNOSIS = diagnose(log_timeline(LOG))


@pytest.fixture(scope="module")
def swept():
    fan = Recording(NOISE, 24_000, "fan", kind="fan")
    return sweep(scenes([SPOKEN, fan], snr_db=[10]), detectors=["level"])


def staircase():
    drawn = figures.Staircase(source="simulator")
    drawn.arrive(STEADY.answers[0], rate_hz=24_000)
    player = Player(prefill_ms=20)
    drawn.play(heard_from_ms(STEADY, player=player)[0], title="steady")
    drawn.weigh(outcomes([STEADY], players=[player, Player(prefill_ms=300)]), promised_ms=100)
    drawn.mark(outcomes([STEADY], players=[player])[0])
    return drawn


def lanes(fates=FATES):
    drawn = figures.TurnLanes(["fan"])
    drawn.hear(SPOKEN, Activity(np.linspace(0, 1, 50, dtype=np.float32), 20.0, "level"))
    turns = [JudgedTurn(100.0 * n, 100.0 * n + 80, fate, None) for n, fate in enumerate(fates)]
    drawn.show(turns, threshold=0.5, title="local model (level): me")
    return drawn


def every_figure(swept):
    setting = Setting("level", TurnDetection())
    yield figures.draw_waveform(SPOKEN)
    yield figures.draw_spectrogram(SPOKEN, source="service")
    yield figures.draw_response(HighPass(80), Chain(HighPass(80), Notch(150)))
    yield figures.Filtered(SPOKEN, HighPass(80)).figure
    yield figures.ThresholdCurves(swept, setting).figure
    yield lanes().figure
    yield staircase().figure
    yield figures.draw_session(DIAGNOSIS, source="simulator")


def test_every_picture_says_whose_numbers_it_shows(swept):
    for figure in every_figure(swept):
        titles = [axes.get_title(loc="left") for axes in figure.axes]
        assert any(SAYS_WHOSE.search(title) for title in titles), titles


def test_every_axis_says_its_unit(swept):
    labels = {
        label
        for figure in every_figure(swept)
        for axes in figure.axes
        for label in (axes.get_xlabel(), axes.get_ylabel())
    }
    assert {label for label in labels if not UNIT.search(label)} <= UNITLESS


def test_every_picture_is_1000_pixels_wide(swept):
    for figure in every_figure(swept):
        saved = io.BytesIO()
        figure.savefig(saved, format="png")
        assert Image.open(saved).width == 1000


def grey(color):
    """Lightness as a grey printer sees it, 0 to 1."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_kinds_of_noise_differ_in_hue_dashes_and_mark():
    for feature in zip(*KIND_STROKES.values(), strict=True):
        assert len(set(map(str, feature))) >= len(KIND_STROKES) - 1  # speech is never beside noise


def test_arrived_played_and_dry_differ_in_grey():
    tones = sorted(map(grey, (palette.PALE, palette.RED, palette.BLUE)))
    assert min(np.diff(tones)) > 0.1


def test_a_click_of_one_sample_is_in_the_envelope_wherever_it_lies():
    for at in range(0, 60_000, 1_237):
        samples = np.zeros(60_000, np.float32)
        samples[at] = 1
        assert figures.envelope(Recording(samples, 24_000), columns=500).high.max() == 1


def test_an_envelope_is_the_lowest_and_highest_of_each_column():
    found = figures.envelope(Recording(NOISE, 24_000), columns=100)
    columns = NOISE.reshape(100, 240)
    assert np.array_equal(found.low, columns.min(axis=1))
    assert np.array_equal(found.high, columns.max(axis=1))
    assert found.at_s == pytest.approx((np.arange(100) + 0.5) / 100)


def test_an_envelope_of_few_samples_is_the_samples():
    found = figures.envelope(Recording(NOISE[:7], 24_000))
    assert np.array_equal(found.low, NOISE[:7])
    assert np.array_equal(found.high, NOISE[:7])


def test_a_full_scale_tone_stands_at_0_dbfs_in_its_own_band():
    tone = np.sin(2 * np.pi * 1_000 * np.arange(48_000) / 24_000)
    found = figures.spectrum(Recording(tone, 24_000))
    assert found.level_dbfs.max() == pytest.approx(0, abs=0.1)
    assert found.frequencies_hz[found.mean_dbfs.argmax()] == 1_000


def test_a_spectrogram_is_measured_once_a_recording():
    take = Recording(NOISE, 24_000)
    assert figures.spectrum(take) is figures.spectrum(take)


def test_a_moved_picture_is_the_picture_drawn_afresh():
    moved = figures.Filtered(SPOKEN, HighPass(80))
    moved.png()
    moved.show(HighPass(300))
    afresh = figures.Filtered(SPOKEN, HighPass(300))
    assert moved.png() == afresh.png()


def test_moving_an_artist_back_gives_the_same_picture():
    drawn = figures.Filtered(SPOKEN, HighPass(80))
    before = drawn.png()
    drawn.show(None)
    assert drawn.png() != before
    drawn.show(HighPass(80))
    assert drawn.png() == before


def test_a_saved_figure_holds_what_moves():
    drawn = figures.Filtered(SPOKEN, HighPass(80))
    drawn.png()
    saved = []
    for sound_filter in (HighPass(80), HighPass(400)):
        drawn.show(sound_filter)
        file = io.BytesIO()
        drawn.figure.savefig(file, format="png")
        saved.append(np.asarray(Image.open(file)).astype(int))
    moved = (saved[0] != saved[1]).any(axis=2)
    assert moved[:250].any()  # the outline
    assert moved[250:, :480].any()  # the bands


@pytest.mark.parametrize("fate", FATES)
def test_each_fate_of_a_turn_looks_otherwise_even_in_grey(fate):
    def in_grey(fates):
        return np.asarray(Image.open(io.BytesIO(lanes(fates).png())).convert("L"))

    others = [in_grey([other]) for other in FATES if other != fate]
    assert all((in_grey([fate]) != other).any() for other in others)


def test_where_the_player_runs_dry_the_line_is_red():
    late = Answer("late", np.array([0.0, 700.0]), np.array([2_400, 2_400]))
    drawn = figures.Staircase()
    drawn.arrive(late, rate_hz=24_000)
    drawn.play(np.array([0.0, 704.0]), title="late")
    dry = next(line for line in drawn.figure.axes[0].lines if line.get_label() == "ran dry")
    assert dry.get_xdata()[:2] == pytest.approx([0.1, 0.704])
    assert dry.get_ydata()[:2] == pytest.approx([0.1, 0.1])


def test_a_response_of_no_filter_is_refused():
    with pytest.raises(ValueError, match="at least one filter, got none"):
        figures.draw_response()


def test_a_dollar_in_a_files_name_is_a_dollar():
    named = replace(SPOKEN, name=r"$\frac$ fan")
    drawn = figures.draw_waveform(named)
    drawn.savefig(io.BytesIO())
    assert r"$\frac$ fan" in drawn.axes[0].get_title(loc="left")
    assert views.Waveform(named, HighPass(80)).png
