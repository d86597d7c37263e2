"""The small rules: origins, rates, what may be screened, what may be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.relay import Origins, RelayRules
from voicelab.relay.bucket import Bucket
from voicelab.relay.folder import Folder
from voicelab.relay.screening import Screening, events_of
from voicelab.relay.told import farewell_after, may_be_sent


@pytest.mark.parametrize(
    ("origins", "asked", "sentence"),
    [
        (["*"], {}, "asked for twice"),
        (["https://app.example"], {"any_origin": True}, "asked for twice"),
        (["null"], {}, "must be http"),
        (["app.example"], {}, "must be http"),
        (["https://app.example/"], {}, "leave path"),
        (["https://app.example/page"], {}, "leave path"),
        (["https://me:secret@app.example"], {}, "must be http"),
        (["https://app.example:443"], {}, "default port"),
        (["http://app.example:80"], {}, "default port"),
        (["https://app.example:port"], {}, "must be http"),
        (["wss://app.example"], {}, "must be http"),
        ([""], {}, "must be http"),
    ],
)
def test_a_list_of_origins_that_cannot_be_meant_is_refused(origins, asked, sentence):
    with pytest.raises(ValueError, match=sentence):
        Origins.of(origins, **asked)


@given(st.text(max_size=40))
def test_no_other_text_is_an_origin_of_the_list(text):
    origins = Origins.of(["https://app.example", "http://127.0.0.1:8080"])
    assert (origins.judge([text]) == "browser") == (text in origins.allowed)


def test_a_wildcard_asked_for_twice_lets_any_page_in_but_null():
    origins = Origins.of(["*"], any_origin=True)
    assert origins.judge(["https://anybody.example"]) == "browser"
    assert origins.judge(["null"]) is None
    assert origins.judge([]) is None


@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(0, 500)), min_size=1, max_size=60),
    st.floats(1, 1000),
)
def test_whoever_waits_as_told_stays_within_the_rate(sent, per_s):
    bucket, now_ms, begun, total = Bucket(per_s=per_s, burst_s=2), 0.0, 0.0, 0
    for amount, pause_ms in sent:
        total += amount
        now_ms += bucket.take(amount, now_ms=now_ms)
        # What was sent by now is at most the burst and what the time since has let in.
        assert total <= per_s * (2 + (now_ms - begun) / 1000) + 1e-6 * total + 1e-6
        now_ms += pause_ms


def test_a_screen_takes_only_events_of_its_dialect():
    with pytest.raises(ValueError, match=r"client event of openai-ga, got 'input_text\.delta'"):
        Screening("enforce", dialect="openai-ga", allowed=["input_text.delta"])
    assert "input_text.delta" in events_of("voice-live")
    screen = Screening("enforce", dialect="openai-ga", own=["relay.played"])
    assert screen.objection('{"type": "relay.played"}') is None


def test_every_close_code_ends_as_itself_or_as_1011():
    for code in range(1000, 5000):
        farewell = farewell_after(code, "why")
        assert farewell.code == (code if may_be_sent(code) else 1011)
        assert bool(farewell.error) != may_be_sent(code)


@given(st.text(max_size=300))
def test_a_reason_is_cut_to_what_a_close_frame_holds(reason):
    cut = farewell_after(1001, reason).reason
    assert len(cut.encode()) <= 123
    assert reason.startswith(cut)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"ping_s": 0}, "ping_s must be positive"),
        ({"most_message_bytes": -1}, "most_message_bytes must be positive"),
        ({"path": "api"}, "path must begin with a slash"),
    ],
)
def test_rules_that_cannot_be_are_refused(asked, sentence):
    with pytest.raises(ValueError, match=sentence):
        RelayRules(**asked)


def test_a_folder_without_a_page_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"must hold an index\.html"):
        Folder(tmp_path)
