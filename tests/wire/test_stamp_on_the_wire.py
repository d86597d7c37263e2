import pytest

from voicelab.wire import LoggedEvent, read_stamp, redacted_event, stamp_event_id, stamp_metadata

STAMP = "0123456789abcdef"
FLAT = {"type": "session.updated", "session": {"metadata": stamp_metadata(STAMP)}}
BY_ID = {"type": "session.update", "event_id": stamp_event_id(STAMP), "session": {}}


@pytest.mark.parametrize("event", [FLAT, BY_ID])
def test_what_was_stamped_is_read_back(event):
    assert read_stamp(event) == STAMP


@pytest.mark.parametrize("event", [FLAT, BY_ID])
def test_a_stamp_outlives_redaction_and_the_log(event):
    assert read_stamp(redacted_event(event)) == STAMP
    logged = LoggedEvent.of(event, recv_ms=0.0, direction="out")
    assert read_stamp(logged.event) == STAMP


def test_of_metadata_redaction_leaves_the_stamp_alone():
    metadata = {"customer": "ada", **stamp_metadata(STAMP), "token": "sk-1"}
    event = {"type": "session.updated", "session": {"metadata": metadata}}
    assert redacted_event(event)["session"] == {"metadata": {"voicelab_tuning": STAMP}}


@pytest.mark.parametrize("value", ["sk-live-secret", "0123456789ABCDEF", STAMP + "0", 7, None])
def test_what_is_no_stamp_is_neither_read_nor_kept(value):
    event = {"type": "session.updated", "session": {"metadata": {"voicelab_tuning": value}}}
    assert read_stamp(event) is None
    assert "metadata" not in redacted_event(event)["session"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.done", "session": {"metadata": stamp_metadata(STAMP)}},
        {"type": "session.updated", "event_id": stamp_event_id(STAMP), "session": {}},
        {"type": "session.update", "event_id": "evt_1"},
        {"type": "session.created", "session": "none"},
        {},
    ],
)
def test_other_events_carry_no_stamp(event):
    assert read_stamp(event) is None


@pytest.mark.parametrize("write", [stamp_metadata, stamp_event_id])
def test_only_a_stamp_can_be_written(write):
    with pytest.raises(ValueError, match="a stamp must be 16 hexadecimal digits, got 'a key'"):
        write("a key")
