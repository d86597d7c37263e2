"""Every fault at its moment, the same in every run."""

import pytest
from voices import only, sentence, types

from voicelab.jitter import Hop, Link
from voicelab.profiles import Limits
from voicelab.simulator import Close, Cut, Network, Rehearsal, Service, read_faults


def client_of(script, **settings):
    return Rehearsal(Service(faults=read_faults(script), **settings)).connect()


def times_of(client, event_type):
    return [
        each.at_ms
        for each in client.received
        if getattr(getattr(each.output, "event", None), "type", None) == event_type
    ]


@pytest.mark.parametrize(
    ("script", "ending", "at_ms"),
    [
        ("drop@40s", Cut("drop"), 40_000),
        ("reset@500ms", Cut("reset"), 500),
        ("half-open@2min", Cut("half-open"), 120_000),
        ("close:1008@1s", Close(1008, "Policy violation"), 1000),
        ("close:1009@1s", Close(1009, "Message too big"), 1000),
        ("close:1011@1s", Close(1011, "Internal error"), 1000),
        (
            "close:1013@1s",
            Close(1013, "No tokens available for passthrough, try again later"),
            1000,
        ),
    ],
)
def test_a_connection_ends_as_the_script_says(script, ending, at_ms):
    client = client_of(script)
    client.wait(3_000_000)
    assert (client.received[-1].at_ms, client.ending) == (at_ms, ending)


def test_an_expiry_on_demand_is_an_error_event_and_close_1001():
    client = client_of("expire@10s")
    client.wait(20_000)
    assert client.events()[-1].fields["error"]["code"] == "session_expired"
    assert client.ending.code == 1001
    assert client.ending.reason == client.events()[-1].fields["error"]["message"]


def test_greet_then_drop_strikes_every_client_for_ever():
    service = Service(faults=read_faults("drop@greeting"))
    for _ in range(3):
        client = Rehearsal(service).connect()
        assert types(client.events()) == ["session.created"]
        assert client.ending == Cut("drop")


def test_an_answer_is_dropped_in_its_middle():
    client = client_of("drop@answer=2+500ms")
    client.send("response.create")
    client.wait(10_000)
    client.send("response.create")
    client.wait(10_000)
    first_sound_ms = next(at for at in times_of(client, "response.audio.delta") if at >= 10_000)
    assert client.ending == Cut("drop")
    assert client.received[-1].at_ms == first_sound_ms + 500


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503])
def test_a_handshake_is_refused_with_a_status(status):
    refused = client_of(f"refuse:{status}").refused
    assert refused.status == status
    assert ("Retry-After" in refused.headers) == (status in (429, 503))


def test_a_fault_may_strike_one_connection_only():
    service = Service(faults=read_faults("refuse:429@connect=2;drop@1s,connect=3"))
    endings = []
    for _ in range(4):
        client = Rehearsal(service).connect()
        client.wait(2000)
        endings.append(client.refused.status if client.refused else client.ending)
    assert endings == [None, 429, Cut("drop"), None]


def test_an_error_event_leaves_the_session_alive():
    client = client_of("error:rate_limit_exceeded@1s")
    (error,) = client.wait(2000)
    assert error.fields["error"]["type"] == "rate_limit_error"
    client.send("response.create")
    client.wait_for("response.done")


def test_a_filtered_answer_is_incomplete():
    client = client_of("filter@answer=1")
    client.send("response.create")
    done = client.wait_for("response.done").fields["response"]
    assert done["status_details"] == {"type": "incomplete", "reason": "content_filter"}
    client.send("response.create")
    assert client.wait_for("response.done").fields["response"]["status"] == "completed"


def test_a_deaf_type_is_accepted_and_never_fires():
    client = client_of("deaf:semantic_vad")
    (updated,) = client.send("session.update", session={"turn_detection": {"type": "semantic_vad"}})
    assert updated.fields["session"]["turn_detection"]["type"] == "semantic_vad"
    assert client.speak(sentence()) == []
    client.send("session.update", session={"turn_detection": {"type": "server_vad"}})
    assert "input_audio_buffer.speech_started" in types(client.speak(sentence()))


def test_a_disobeyed_field_is_echoed_and_not_obeyed():
    patient = {"type": "server_vad", "silence_duration_ms": 3000}
    client = client_of("disobey:silence_duration_ms")
    (updated,) = client.send("session.update", session={"turn_detection": patient})
    assert updated.fields["session"]["turn_detection"]["silence_duration_ms"] == 3000
    assert "input_audio_buffer.speech_stopped" in types(client.speak(sentence()))


@pytest.mark.parametrize(
    ("script", "lasts_ms"),
    [
        ("", 250 + 9600 / 4),
        ("slow:0.5", 250 + 9600 / 0.5),
        ("at-once", 250),
        ("stall:900ms@answer=1", 250 + 9600 / 4 + 900),
        ("stall:900ms@answer=2", 250 + 9600 / 4),
    ],
)
def test_sound_is_slow_at_once_or_stalled(script, lasts_ms):
    client = client_of(script)
    client.send("response.create")
    client.wait(30_000)
    assert times_of(client, "response.audio.delta")[-1] == pytest.approx(lasts_ms)


def test_items_are_announced_again_and_again():
    client = client_of("duplicate")
    heard = client.speak(sentence())
    ids = [e.fields["item"]["id"] for e in heard if e.type == "conversation.item.created"]
    assert [ids.count(each) for each in dict.fromkeys(ids)] == [3, 3]


def test_items_are_announced_before_what_should_come_first():
    honest, swapped = client_of(""), client_of("out-of-order")
    for client in (honest, swapped):
        client.speak(sentence())
    assert sorted(types(honest.events())) == sorted(types(swapped.events()))
    order = types(swapped.events())
    assert order.index("conversation.item.created") + 1 == order.index(
        "input_audio_buffer.committed"
    )


GUIDES = [
    "session_expired",
    "rate_limit_exceeded",
    "invalid_audio_format",
    "model_not_deployed",
    "content_filter",
    "connection_error",
]


@pytest.mark.parametrize("name", GUIDES)
def test_the_guides_names_come_literally_as_error_events(name):
    error = only(client_of(f"guide:{name}").events(), "error").fields["error"]
    assert (error["type"], error["code"]) == (name, name)


def test_the_guides_names_have_a_real_form():
    def real(name):
        client = client_of(f"wire:{name}")
        if client.refused:
            return client.refused.status
        if client.ending:
            return client.ending.code
        if client.events()[-1].type == "error":
            return client.events()[-1].fields["error"]["code"]
        client.send("response.create")
        return client.wait_for("response.done").fields["response"]["status_details"]["reason"]

    assert [real(name) for name in GUIDES] == [
        1001,
        429,
        "invalid_value",
        404,
        "content_filter",
        503,
    ]


def test_a_script_fails_the_same_way_twice():
    script = "error:server_error@2s;stall:700ms;drop@answer=1+2s;duplicate"
    runs = []
    for _ in range(2):
        client = client_of(script)
        client.speak(sentence())
        client.wait(20_000)
        runs.append(client.received)
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "script",
    [
        "explode",
        "drop@soon",
        "drop@answer=0",
        "refuse:200",
        "refuse:499",
        "close:70",
        "disobey:voice",
        "slow:never",
        "guide:unknown",
        "deaf@40s",
        "refuse:401@10s",
    ],
)
def test_what_is_no_script_is_said_in_a_sentence(script):
    with pytest.raises(ValueError, match=r"must|are"):
        read_faults(script)


def test_time_taken_back_is_announced_and_holds():
    client = client_of("shorten:20s@10s")
    told = client.events()[0].fields["session"]["expires_at"]
    (updated,) = client.wait(15_000)
    assert updated.type == "session.updated"
    assert updated.fields["session"]["expires_at"] == told - 3600 + 30
    client.wait(20_000)
    assert (client.received[-1].at_ms, client.ending.code) == (30_000, 1001)


def test_a_session_that_is_short_enough_is_not_prolonged():
    client = client_of("shorten:20s@10s", limits=Limits(session_s=15))
    client.wait(20_000)
    assert client.received[-1].at_ms == 15_000


def test_a_fault_can_be_planted_while_clients_are_there():
    service = Service()
    early, late = Rehearsal(service).connect(), Rehearsal(service, now_ms=5000.0).connect()
    (expire,) = read_faults("expire@1s")
    service.plant(expire, now_ms=8000.0)
    for client in (early, late):
        client.wait(20_000)
        assert (client.received[-1].at_ms, client.ending.code) == (9000.0, 1001)
    assert Rehearsal(service, now_ms=30_000.0).connect().wait(20_000) == []


def test_a_planted_refusal_meets_the_next_client_alone():
    service = Service()
    Rehearsal(service).connect()
    (refuse,) = read_faults("refuse:429")
    service.plant(refuse, now_ms=0.0)
    refused = [Rehearsal(service).connect().refused for _ in range(2)]
    assert [each and each.status for each in refused] == [429, None]


def test_the_way_to_a_client_can_change_and_keeps_the_order():
    service = Service()
    client = Rehearsal(service).connect()
    service.lay(Network(link=Link(name="far", stages=(Hop(delay_ms=500),))))
    assert client.send("session.update", session={"instructions": "One."}) == []
    service.lay(None)
    assert client.send("session.update", session={"instructions": "Two."}) == []
    heard = client.wait(500)
    assert [each.fields["session"]["instructions"] for each in heard] == ["One.", "Two."]
