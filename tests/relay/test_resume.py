"""A page keeps one socket, and one conversation, while connections come and go behind it."""

import asyncio
import base64
import contextlib
import json
from collections import Counter

import numpy as np
import psutil
import pytest
from relaying import PAGES, a_page, a_relay, closed, counts, until

from voicelab.audio import Recording, to_pcm16
from voicelab.profiles import Limits
from voicelab.relay import GateLimits, Relay, RelayRules, Resuming, SessionGate
from voicelab.simulator import Manner, Service, Simulator, Speech, read_faults
from voicelab.simulator.faults import CloseSession, CutConnection, ExpireSession
from voicelab.simulator.when import When
from voicelab.streaming import endpoint
from voicelab.tuning import Tuning

SPEED = 10.0
RATE_HZ = 24_000
CHUNK_MS = 50


def tone(ms):
    t = np.arange(RATE_HZ * ms // 1000) / RATE_HZ
    return 0.3 * np.sin(2 * np.pi * 300 * t)


ANSWER = Speech("Yes.", Recording(tone(1000), RATE_HZ, "answer"))
PROFILE = Tuning.from_profile("voice-live-2026-07-15")


@contextlib.asynccontextmanager
async def kept(faults="", *, limits=None, tuning=PROFILE, gate=None, url="voice_live_url", **rules):
    """A relay that resumes, in front of a service with faults."""
    service = Service(
        faults=faults if isinstance(faults, tuple) else read_faults(faults),
        limits=limits or Limits(session_s=3600),
        manner=Manner(reply=lambda prompt: ANSWER),
    )
    async with Simulator(service, speed=SPEED) as simulator:
        relay = Relay(
            endpoint.local(getattr(simulator, url)),
            rules=RelayRules(origins=PAGES, messages_per_s=100 * SPEED, **rules),
            gate=gate or SessionGate(),
            resuming=Resuming(tuning=tuning, speed=SPEED, seed=7),
        )
        async with relay:
            yield relay, service


class Talker:
    """A page's program: it says sentences and writes down what it is told."""

    def __init__(self, page):
        self.page, self.told = page, []
        self.ears = asyncio.create_task(self.listen())

    async def listen(self):
        with contextlib.suppress(Exception):
            while True:
                self.told.append(json.loads(await self.page.recv()))

    async def send(self, kind, **fields):
        await self.page.send(json.dumps({"type": kind, **fields}))

    async def hear(self, samples):
        """Send sound as a microphone gives it."""
        step = RATE_HZ * CHUNK_MS // 1000
        for first in range(0, len(samples), step):
            octets = to_pcm16(samples[first : first + step]).octets
            audio = base64.b64encode(octets).decode()
            await self.send("input_audio_buffer.append", audio=audio)
            await asyncio.sleep(CHUNK_MS / 1000 / SPEED)

    async def converse(self, sentences):
        for _ in range(sentences):
            await self.hear(np.concatenate((np.zeros(12_000), tone(1200), np.zeros(84_000))))

    def of(self, kind):
        return [each for each in self.told if each["type"] == kind]

    def sound_of(self, response_id):
        pieces = [
            e["delta"] for e in self.of("response.audio.delta") if e["response_id"] == response_id
        ]
        return b"".join(base64.b64decode(each) for each in pieces)


def talked(sentences=4, faults="", *, then=None, **settings):
    async def talk():
        async with kept(faults, **settings) as (relay, service), a_page(relay) as page:
            talker = Talker(page)
            await until(lambda: talker.of("relay.ready"))
            await talker.converse(sentences)
            async with asyncio.timeout(60):
                while len(talker.of("relay.turn_settled")) < sentences:
                    await talker.hear(np.zeros(2400))
            if then is not None:
                await then(talker)
            assert page.close_code is None
            await page.close()
            await until(lambda: counts(relay).calls == 0 and service.open_sessions == 0)
            assert counts(relay).connections == 0
            return talker

    return asyncio.run(talk())


def settled(talker):
    return [each["state"] for each in talker.of("relay.turn_settled")]


def whys(talker):
    return Counter(each["why"] for each in talker.of("relay.ready"))


def is_one_session(talker):
    """What a page may lean on, whatever happened behind the relay."""
    assert talker.told[0]["type"] == "session.created"
    assert len(talker.of("session.created")) == 1
    assert "expires_at" not in talker.told[0]["session"]
    items = [each["item"]["id"] for each in talker.of("conversation.item.created")]
    assert not any(each.startswith("vl_") for each in items)
    begun = [each["response"]["id"] for each in talker.of("response.created")]
    ended = [each["response"]["id"] for each in talker.of("response.done")]
    assert begun == ended
    assert len(set(begun)) == len(begun)
    return True


def test_a_session_without_trouble_is_the_services_own():
    talker = talked(2)
    assert is_one_session(talker)
    assert settled(talker) == ["answered"] * 2
    assert whys(talker) == {"first": 1}
    assert talker.of("error") == []
    (first, _) = talker.of("response.created")
    assert len(talker.sound_of(first["response"]["id"])) == 2 * RATE_HZ


def once(fault, after_s, **settings):
    """Something that befalls the first connection only."""
    return (fault(when=When(connection=1, after_s=after_s), **settings),)


@pytest.mark.parametrize(
    "faults",
    [
        once(CutConnection, 3, how="drop"),
        once(CutConnection, 5, how="reset"),
        once(CutConnection, 4, how="half-open"),
        once(ExpireSession, 6),
        once(CloseSession, 4, code=1011),
        read_faults("drop@answer=1+300ms"),
        once(CutConnection, 3) + read_faults("refuse:429@connect=2"),
    ],
    ids=["drop", "reset", "half-open", "expired", "1011", "in an answer", "and refused"],
)
def test_a_page_talks_on_through_what_befalls_the_service(faults):
    talker = talked(4, faults)
    assert is_one_session(talker)
    assert whys(talker)["reconnect"] >= 1
    assert set(settled(talker)) <= {"answered", "answered in part", "superseded"}
    assert len(settled(talker)) >= 4
    assert talker.of("relay.audio_dropped") == []


def test_rotation_is_not_heard():
    tuning = Tuning.from_profile("voice-live-2026-07-15").with_value("/session/rotate_before_s", 4)
    talker = talked(4, limits=Limits(session_s=12), tuning=tuning)
    assert is_one_session(talker)
    assert whys(talker)["rotation"] >= 1
    assert all(
        each["gap_ms"] == 0 for each in talker.of("relay.ready") if each["why"] == "rotation"
    )
    assert settled(talker) == ["answered"] * 4


def test_times_in_the_users_audio_are_the_pages_own():
    talker = talked(3, once(CutConnection, 6))
    starts = [each["audio_start_ms"] for each in talker.of("input_audio_buffer.speech_started")]
    # Sentences begin every 5.2 s, half a second in; the service pads by 400 ms.
    assert starts == sorted(starts)
    assert starts[-1] == pytest.approx(2 * 5200 + 100, abs=300)


def test_settings_of_the_page_hold_on_the_next_connection_too():
    async def change(talker):
        await talker.send("session.update", session={"instructions": "Be brief."})
        await until(lambda: talker.of("session.updated"))
        (updated,) = talker.of("session.updated")
        assert updated["session"]["instructions"] == "Be brief."

    talked(1, then=change)


def test_an_item_with_its_wish_for_an_answer_is_answered():
    async def ask(talker):
        answers = len(talker.of("response.done"))
        text = {"type": "input_text", "text": "And now?"}
        item = {"type": "message", "role": "user", "content": [text]}
        await talker.send("conversation.item.create", item=item)
        await talker.send("response.create")
        await until(lambda: len(talker.of("response.done")) > answers)
        assert [e for e in talker.of("conversation.item.created") if e["item"]["id"] == "page_1"]

    assert is_one_session(talked(1, then=ask))


def test_a_page_may_ask_for_an_answer_before_anybody_spoke():
    async def greet(talker):
        answers = len(talker.of("response.done"))
        await talker.send("response.create")
        await until(lambda: len(talker.of("response.done")) > answers)

    assert is_one_session(talked(1, then=greet))


CANNOT_BE_KEPT = [
    ("conversation.item.delete", {"item_id": "x"}),
    ("input_audio_buffer.commit", {}),
    ("session.update", {"session": {"turn_detection": None}}),
    ("session.update", {"session": {"input_audio_format": "g711_ulaw"}}),
    ("input_audio_buffer.append", {"audio": "AAAA"}),
    ("input_audio_buffer.append", {"audio": "*"}),
    ("relay.played", {"response_id": "x"}),
    ("no.such.event", {}),
]


def test_what_cannot_be_kept_is_refused_in_words():
    async def ask(talker):
        for number, (kind, fields) in enumerate(CANNOT_BE_KEPT, start=1):
            await talker.send(kind, **fields)
            await until(lambda number=number: len(talker.of("error")) == number)
        sentences = [each["error"]["message"] for each in talker.of("error")]
        assert all(len(each) > 40 for each in sentences)
        assert "no.such.event" not in str(sentences)

    talked(1, then=ask)


def test_a_button_ends_a_turn_and_the_answer_comes_by_itself():
    tuning = PROFILE.with_value("/turn_detection", None)

    async def press():
        async with kept(tuning=tuning) as (relay, _), a_page(relay) as page:
            talker = Talker(page)
            await until(lambda: talker.of("relay.ready"))
            for _ in range(2):
                answers = len(talker.of("response.done"))
                await talker.hear(tone(800))
                await talker.send("input_audio_buffer.commit")
                await talker.send("response.create")
                await until(lambda answers=answers: len(talker.of("response.done")) > answers)
                await asyncio.sleep(1.2 / SPEED + 0.1)
            await until(lambda: len(talker.of("relay.turn_settled")) == 2)
            return talker

    talker = asyncio.run(press())
    assert settled(talker) == ["answered"] * 2
    assert talker.of("error") == []


def test_the_other_dialect_is_kept_as_well():
    talker = talked(2, once(CutConnection, 4), url="openai_url")
    assert talker.of("response.output_audio.delta")
    assert len(settled(talker)) == 2


def test_a_page_that_is_barged_into_says_how_much_it_had_played():
    async def interrupt(talker):
        answers = len(talker.of("response.created"))
        await talker.send("response.create")
        await until(lambda: len(talker.of("response.created")) > answers)
        response = talker.of("response.created")[-1]["response"]["id"]
        await until(lambda: talker.sound_of(response))
        await talker.send("relay.played", response_id=response, ms=120)
        await talker.send("response.cancel")
        await until(lambda: talker.of("relay.flush"))
        assert talker.of("relay.flush")[-1]["response_id"] == response

    talked(1, then=interrupt)


def test_a_service_that_refuses_the_key_is_told_and_nothing_is_tried_again():
    async def refused():
        async with kept("refuse:401") as (relay, _), a_page(relay) as page:
            return await closed(page), counts(relay)

    ((event,), code, _), left = asyncio.run(refused())
    assert event["error"]["status"] == 401
    assert "key" in event["error"]["remedy"]
    assert code == 1011
    assert (left.calls, left.connections_last_min) == (0, 1)


def test_a_service_that_never_comes_back_ends_the_session_in_words():
    async def lost():
        gate = SessionGate(GateLimits(connections_per_min=100))
        tuning = PROFILE.with_value("/session/attempts", 2)
        async with (
            kept(
                "drop@1s;" + ";".join(f"refuse:503@connect={n}" for n in range(2, 9)),
                gate=gate,
                tuning=tuning,
            ) as (relay, _),
            a_page(relay) as page,
        ):
            return await closed(page)

    events, code, _ = asyncio.run(lost())
    assert events[-1]["type"] == "error"
    assert "could not keep the session" in events[-1]["error"]["message"]
    assert code == 1013


def test_a_gate_without_room_makes_a_session_wait_and_keeps_it():
    """The one connection of this minute is spent: the policy is told as the service would."""

    async def wait():
        gate = SessionGate(GateLimits(connections_per_min=1))
        async with kept(once(CutConnection, 1), gate=gate) as (relay, _), a_page(relay) as page:
            talker = Talker(page)
            await until(lambda: len(talker.of("relay.retrying")) >= 2)
            return talker.of("relay.retrying"), page.close_code, counts(relay)

    (lost, put_off, *_), code, left = asyncio.run(wait())
    assert (lost["why"], put_off["why"]) == ("1006", "429")
    assert put_off["wait_ms"] > 50_000
    assert code is None
    assert (left.calls, left.put_off) == (1, 1)


def test_a_page_that_takes_nothing_is_let_go_before_it_costs_memory():
    """The policy never waits, so what the page leaves lying is kept, up to a bound."""
    told = json.dumps({"type": "rate_limits.updated", "rate_limits": [], "x": "x" * 100_000})

    async def flood(peer):
        await peer.send('{"type": "session.created", "session": {}}')
        await peer.recv()
        await peer.send('{"type": "session.updated", "session": {}}')
        with contextlib.suppress(Exception):
            while True:
                await peer.send(told)

    async def leave_lying():
        settings = {"resuming": Resuming(tuning=PROFILE)}
        async with a_relay(flood, relay=settings) as relay:
            page = await a_page(relay, max_queue=1)
            await page.recv()
            page.transport.pause_reading()
            before = psutil.Process().memory_info().rss
            await until(lambda: counts(relay).calls == 0)
            page.transport.abort()
            return psutil.Process().memory_info().rss - before

    assert asyncio.run(leave_lying()) < 60e6
