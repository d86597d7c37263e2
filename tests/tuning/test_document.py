import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.filters import BandPass, HighPass, LowPass, Notch, Peaking
from voicelab.jitter.player import Player
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning, TuningError
from voicelab.vad.turn_detection import TurnDetection
from voicelab.wire.session import SessionSettings

TUNED = Path(__file__).with_name("tuned.json")

times_ms = st.integers(0, 60_000)
waits_s = st.floats(0, 1e6)
turn_detections = st.builds(
    TurnDetection,
    threshold=st.floats(0, 1),
    prefix_padding_ms=times_ms,
    silence_duration_ms=st.integers(10, 60_000),
    speech_duration_ms=times_ms,
    create_response=st.booleans(),
    interrupt_response=st.booleans(),
)
filters = st.lists(
    st.builds(HighPass, st.floats(1e-3, 1e5), q_db=st.floats(-40, 40))
    | st.builds(LowPass, st.floats(1e-3, 1e5), q_db=st.floats(-40, 40))
    | st.builds(Notch, st.floats(1e-3, 1e5), q=st.floats(0.01, 1000))
    | st.builds(BandPass, st.floats(1e-3, 1e5), q=st.floats(0.01, 1000))
    | st.builds(Peaking, st.floats(1e-3, 1e5), st.floats(-40, 40), q=st.floats(0.01, 1000)),
    max_size=3,
).map(tuple)
players = st.builds(
    Player,
    rate_hz=st.integers(8_000, 48_000),
    start=st.sampled_from(["prefill", "hold"]),
    start_ms=st.floats(0, 60_000),
    on_underrun=st.sampled_from(["play_on", "refill", "guide"]),
    flush_at_end=st.booleans(),
    max_queue_ms=st.floats(60_000, 1e7),
)
sessions = st.builds(
    SessionSettings,
    attempts=st.integers(0, 1000),
    backoff_ms=st.tuples(waits_s, waits_s).map(lambda ends: tuple(sorted(ends))),
    rotate_before_s=waits_s,
    resend_s=waits_s,
    chunk_ms=st.floats(0.1, 1000),
)


@given(
    name=st.sampled_from(sorted(PROFILES)),
    turn_detection=st.none() | turn_detections,
    filters=filters,
    player=players,
    session=sessions,
)
def test_any_settings_come_back_from_their_text_unchanged(
    name, turn_detection, filters, player, session
):
    tuning = Tuning.from_profile(name)
    for section, value in (
        ("/turn_detection", turn_detection),
        ("/filters", filters),
        ("/player", player),
        ("/session", session),
    ):
        tuning = tuning.with_value(section, value)
    assert tuning.turn_detection == turn_detection
    assert tuning.filters == filters
    assert tuning.player == player
    assert tuning.session == session
    text = tuning.to_json()
    back = Tuning.from_json(text)
    assert back == tuning
    assert back.to_json() == text
    assert back.digest() == tuning.digest()


def test_a_tuned_config_comes_back_with_its_evidence():
    tuning = Tuning.load(TUNED)
    assert Tuning.from_json(tuning.to_json()) == tuning
    given, written = json.loads(TUNED.read_text()), json.loads(tuning.to_json())
    assert written["evidence"] == given["evidence"]
    assert written["origin"].items() >= given["origin"].items()
    for section in ("format", "made", "target", "filters", "turn_detection", "player", "session"):
        assert written[section] == given[section]


def test_a_setting_that_is_left_out_is_the_profiles_default():
    short = {
        "format": "voicelab-tuning/1",
        "made": {"voicelab": "0.1.0"},
        "target": {"profile": "guide", "api_version": "2026-07-15"},
        "turn_detection": {"threshold": 0.8},
    }
    tuning = Tuning.from_json(json.dumps(short))
    assert tuning.turn_detection.silence_duration_ms == 450
    assert tuning.player == PROFILES["guide"].player
    assert list(tuning.origin) == ["/turn_detection/threshold"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "must be JSON, got something else in line 1, column 1"),
        ("threshold = 0.65", "must be JSON"),
        ('{"format": "voicelab-tuning/1"', "was the file cut off"),
        ("[" * 100_000, "nesting"),
        ("1" * 5000, "huge number"),
        ("[]", "must be a JSON object, got a list of 0"),
        ("null", "must be a JSON object, got null"),
        ("{}", "/format must be 'voicelab-tuning/1', got nothing; is this a tuned config"),
        ('{"format": 1}', "/format must be 'voicelab-tuning/1', got 1"),
        ('{"format": "voicelab-tuning/2"}', "got 'voicelab-tuning/2'; another version"),
        ('{"format": "voicelab-tuning/1", "format": 2}', "each key once .* got 'format' again"),
        ('{"type": "session.update", "session": {}}', "is this a tuned config"),
    ],
)
def test_a_text_that_is_no_config_is_refused_in_a_sentence(text, match):
    with pytest.raises(TuningError, match=match):
        Tuning.from_json(text)


def damaged(path, value):
    """The tuned config with one place changed; ``...`` takes the key away."""
    document = json.loads(TUNED.read_text())
    *parents, last = path.split("/")[1:]
    inner = document
    for key in parents:
        inner = inner[int(key) if isinstance(inner, list) else key.replace("~1", "/")]
    if value is ...:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last.replace("~1", "/")] = value
    return json.dumps(document)


SHA = "0" * 64
DAMAGE = [
    ("/made", ..., "/made is missing"),
    ("/made", [], "/made must be an object, got a list of 0"),
    ("/made/at", "yesterday", "/made/at must be a time in UTC such as .*, got 'yesterday'"),
    ("/made/at", "2026-11-22T14:03:11", "/made/at must be a time in UTC"),
    ("/made/at", "2026-13-22T14:03:11Z", "/made/at must be a time in UTC"),
    ("/made/at", 1_790_000_000, "/made/at must be a time in UTC .* got 1790000000"),
    ("/made/voicelab", "newest", "/made/voicelab must be a version"),
    ("/target/profile", ..., "/target/profile is missing"),
    ("/target/profile", "guides", "/target/profile must be one of guide, .*, got 'guides'"),
    ("/target/profile", 3, "/target/profile must be small letters"),
    ("/target/api_version", "2026-04-10", "/target/api_version must be '2026-07-15'"),
    ("/target/model", "gpt-realtime", "/target/model is not known to this voicelab"),
    ("/filters", {}, "/filters must be a valid array, got an object"),
    ("/filters/0", "highpass", "/filters/0 must be an object, got 'highpass'"),
    ("/filters/0/frequency_hz", ..., "/filters/0/frequency_hz is missing"),
    ("/filters/0/frequency_hz", -80, "/filters/0/frequency_hz must be positive, got -80"),
    ("/filters/0/frequency_hz", True, "/filters/0/frequency_hz must be a valid number, got true"),
    ("/filters/0/type", "highshelf", "/filters/0/type must be one of 'highpass', 'lowpass'"),
    ("/filters/0/type", ..., "/filters/0/type is missing"),
    ("/filters/0/type", "notch", "/filters/0/q_db is not known"),
    ("/filters/0/Q", 1, "/filters/0/Q is not known"),
    ("/turn_detection", "none", "/turn_detection must be an object, got 'none'"),
    ("/turn_detection/threshold", 1.01, r"/turn_detection/threshold must lie in \[0, 1\]"),
    ("/turn_detection/threshold", None, "/turn_detection/threshold must be a valid number"),
    ("/turn_detection/threshold", "0.65", "must be a valid number, got '0.65'"),
    ("/turn_detection/silence_duration_ms", 0.45, "must be a valid integer, got 0.45"),
    ("/turn_detection/silence_duration_ms", 1, "at least 10, got 1; did you pass seconds"),
    ("/turn_detection/type", "loud_vad", "type must be one of 'server_vad', .*, got 'loud_vad'"),
    ("/turn_detection/create_response", 1, "must be a valid boolean, got 1"),
    ("/player/rate_hz", 24, "/player/rate_hz must lie in .*did you pass kilohertz"),
    ("/player/start", "now", "/player/start must be 'prefill' or 'hold', got 'now'"),
    ("/player/prefill_ms", 20, "/player/prefill_ms is not known"),
    ("/player/hold_ms", None, "/player/hold_ms is not known"),
    ("/session/backoff_ms", [500], "/session/backoff_ms/1 is missing"),
    ("/session/backoff_ms", [1, 2, 3], "/session/backoff_ms must hold 2 values, got 3"),
    ("/session/backoff_ms", [8000, 500], "/session/backoff_ms must be .shortest, longest."),
    ("/session/attempts", -1, "/session/attempts must not be negative"),
    ("/origin", [], "/origin must be an object"),
    ("/origin/player", {"how": "set_by_hand"}, "/origin/player must be the path of a value"),
    ("/origin/~1player~1gain", {"how": "set_by_hand"}, "/origin/~1player~1gain must be the path"),
    ("/origin/~1filters~10/how", "guessed", "/origin/~1filters~10/how must be 'tuned', 'kept'"),
    ("/origin/~1filters~10/verdict", "shown", "got how set_by_hand, verdict shown"),
    ("/origin/~1filters~10/why", "because", "/origin/~1filters~10/why is not known"),
    ("/evidence/turns", ..., "no /evidence/turns"),
    ("/evidence/buffer", ..., "no /evidence/buffer"),
    ("/evidence/notes", "my remarks", "/evidence/notes is not known"),
    ("/evidence/recordings/0/kind", "dog", "/evidence/recordings/0/kind must be 'speech', 'fan'"),
    ("/evidence/recordings/0/seconds", -1, "/evidence/recordings/0/seconds must be greater"),
    ("/evidence/recordings/0/sha256", "ab", "must be a SHA-256 of 64 small hexadecimal digits"),
    ("/evidence/recordings/1/turns", 4.5, "must be a valid integer, got 4.5"),
    ("/evidence/arrivals/0/pacing", "quick", "must be 'burst' or 'paced', got 'quick'"),
    ("/evidence/turns/detector", "My VAD", "/evidence/turns/detector must be small letters"),
    ("/evidence/turns/plateau/threshold", [0.4], "/evidence/turns/plateau/threshold/1 is missing"),
    ("/evidence/turns/metrics/missed_short_turns/low", 0.5, "low must not be above high"),
    ("/evidence/turns/assumptions", {"mood": 1}, "/evidence/turns/assumptions/mood is not known"),
    ("/evidence/buffer/smooth", 90, "/evidence/buffer/smooth must be less than or equal to 1"),
    ("/evidence/not_tested/0", "the moon", "/evidence/not_tested/0 must be 'turns'"),
    ("/threshold", 0.65, "/threshold is not known to this voicelab; was it misspelt"),
]


@pytest.mark.parametrize(("path", "value", "match"), DAMAGE)
def test_a_damaged_config_is_refused_with_place_and_reason(path, value, match):
    with pytest.raises(TuningError, match=match) as caught:
        Tuning.from_json(damaged(path, value))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 320


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_refused(number):
    text = TUNED.read_text().replace("0.62", number)
    with pytest.raises(TuningError, match="/turn_detection/threshold must be a finite number"):
        Tuning.from_json(text)


def test_half_a_character_is_refused():
    text = TUNED.read_text().replace('"fan",\n        "kind"', '"\\ud800",\n        "kind"')
    with pytest.raises(TuningError, match="half of a surrogate pair"):
        Tuning.from_json(text)


SECRETS = [
    "sk-proj-" + "aB3dE6gH9jK2mN5pQ8sT" * 3,
    "0123456789abcdef" * 2,
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "path",
    [
        "/made/voicelab",
        "/target/profile",
        "/target/api_version",
        "/filters/0/type",
        "/turn_detection/type",
        "/player/start",
        "/evidence/recordings/0/name",
        "/evidence/recordings/0/sha256",
        "/evidence/arrivals/0/name",
        "/evidence/turns/detector",
        "/evidence/turns/hold_out",
        "/evidence/not_tested/0",
        "/evidence/buffer/measured_on",
    ],
)
def test_a_key_pasted_anywhere_is_refused_and_not_repeated(path, secret):
    with pytest.raises(TuningError, match=path) as caught:
        Tuning.from_json(damaged(path, secret))
    assert not any(secret[i : i + 12] in str(caught.value) for i in range(len(secret) - 12))


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "parent", ["", "/player", "/origin", "/evidence/turns/metrics", "/evidence/turns/budget"]
)
def test_a_key_pasted_as_a_key_is_refused_and_not_repeated(parent, secret):
    with pytest.raises(TuningError) as caught:
        Tuning.from_json(damaged(f"{parent}/{secret}", 1))
    assert not any(secret[i : i + 12] in str(caught.value) for i in range(len(secret) - 12))


def test_a_long_value_is_cut():
    with pytest.raises(TuningError, match=r"got 'very very .*\.\.\.$") as caught:
        Tuning.from_json(damaged("/player/start", "very " * 1000))
    assert len(str(caught.value)) < 120
