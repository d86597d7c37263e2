"""How long the relay waits for whom: silence is no sign, and a slow reader holds up itself."""

import asyncio
import socket
import time

import psutil
import pytest
from relaying import a_page, a_relay, closed, counts, until


class IdleProxy:
    """What stands before many relays: it cuts a connection on which nothing moved for a while."""

    def __init__(self, target, *, idle_s):
        self.target, self.idle_s, self.cut = target, idle_s, 0

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, near, near_out):
        far, far_out = await asyncio.open_connection("127.0.0.1", self.target)
        moved = [time.monotonic()]

        async def move(source, sink):
            while octets := await source.read(65_536):
                moved[0] = time.monotonic()
                sink.write(octets)

        jobs = [asyncio.create_task(move(near, far_out)), asyncio.create_task(move(far, near_out))]
        while not any(job.done() for job in jobs):
            await asyncio.sleep(self.idle_s / 20)
            if time.monotonic() - moved[0] > self.idle_s:
                self.cut += 1
                break
        for job in jobs:
            job.cancel()
        near_out.transport.abort()
        far_out.transport.abort()


@pytest.mark.parametrize("pinged", [True, False])
def test_a_muted_session_lives_for_half_an_hour_behind_a_proxy_that_cuts_after_a_minute(pinged):
    """Two hundred times faster than the world: nine seconds, pings every 100 ms, cut after 300."""
    scale = 1 / 200

    async def keep_silent():
        async def greet(peer):
            await peer.send("hello")
            await peer.wait_closed()

        ping_s = 20 * scale if pinged else 3600.0
        async with a_relay(greet, ping_s=ping_s, first_message_s=3600.0) as relay:
            port = int(relay.url.rpartition(":")[2])
            async with IdleProxy(port, idle_s=60 * scale) as proxy:
                front = type("Front", (), {"url": f"http://127.0.0.1:{proxy.port}"})
                async with a_page(front) as page:
                    assert await page.recv() == "hello"
                    await page.send('{"type":"input_audio_buffer.clear"}')
                    gone = asyncio.create_task(page.wait_closed())
                    await asyncio.wait((gone,), timeout=1800 * scale)
                    return page.close_code, proxy.cut

    code, cut = asyncio.run(keep_silent())
    assert (code, cut) == ((None, 0) if pinged else (1006, 1))


@pytest.mark.parametrize("deaf", ["page", "service"])
def test_a_peer_that_answers_no_ping_is_gone_and_one_that_is_silent_is_not(deaf):
    async def miss():
        peers = []

        async def note(peer):
            peers.append(peer)
            await peer.wait_closed()

        async with (
            a_relay(note, ping_s=0.1, first_message_s=3600.0) as relay,
            a_page(relay) as page,
        ):
            await until(lambda: peers)
            await asyncio.sleep(0.6)
            assert page.close_code is None
            (page if deaf == "page" else peers[0]).transport.pause_reading()
            await until(lambda: counts(relay).calls == 0)
            if deaf == "service":
                told = await closed(page)
                peers[0].transport.abort()
                return told
            page.transport.abort()
            await until(lambda: peers[0].close_code is not None)
            return peers[0].close_code

    if deaf == "page":
        assert asyncio.run(miss()) == 1001
    else:
        (event,), code, _ = asyncio.run(miss())
        assert (event["error"]["close_code"], code) == (1006, 1011)


def test_a_slow_reader_holds_up_the_service_and_not_the_relays_memory():
    sent = 0

    async def flood(peer):
        nonlocal sent
        for _ in range(400):
            await peer.send(b"\x00" * 500_000)
            sent += 1

    async def read_late():
        small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)]
        async with a_relay(flood) as relay, a_page(relay, max_queue=1) as page:
            page.transport.get_extra_info("socket").setsockopt(*small[0])
            before = psutil.Process().memory_info().rss
            await asyncio.sleep(1.0)
            held = sent
            grown = psutil.Process().memory_info().rss - before
            async with asyncio.timeout(30):
                got = [len(await page.recv()) for _ in range(400)]
            return held, grown, got

    held, grown, got = asyncio.run(read_late())
    assert got == [500_000] * 400
    # 200 MB were to be sent; what lies in sockets' buffers, and ours, is all that was.
    assert held < 100
    assert grown < 50e6


def test_a_page_that_is_faster_than_allowed_is_slowed_down_and_loses_nothing():
    async def hurry():
        got = []

        async def count(peer):
            async for message in peer:
                got.append(message)

        async with a_relay(count, messages_per_s=100.0) as relay, a_page(relay) as page:
            began = time.monotonic()
            for number in range(500):
                await page.send(str(number))
            await until(lambda: len(got) == 500)
            return got, time.monotonic() - began

    got, took_s = asyncio.run(hurry())
    assert got == [str(each) for each in range(500)]
    assert took_s > 0.9  # 400 at once, and 100 in the second after them
