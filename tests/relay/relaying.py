"""What tests of the relay share: services that misbehave, and pages that come through it."""

import asyncio
import contextlib
import json

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from voicelab.relay import GateLimits, Origins, Relay, RelayRules, SessionGate
from voicelab.streaming import endpoint

ORIGIN = "https://app.example"
PAGES = Origins.of([ORIGIN])
EVERYBODY = Origins.of([ORIGIN], without_origin=True)


@contextlib.asynccontextmanager
async def a_service(handle, **settings):
    """A service on loopback, as a relay reaches it."""
    settings = {"max_size": None, "compression": None, "ping_interval": None} | settings
    async with serve(handle, "127.0.0.1", 0, **settings) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield endpoint.local(f"ws://127.0.0.1:{port}/voice-live/realtime")


@contextlib.asynccontextmanager
async def a_relay(handle, *, limits=None, settings=None, relay=None, **rules):
    """A relay in front of a service that is made here."""
    async with a_service(handle, **settings or {}) as upstream:
        rules = RelayRules(**{"origins": PAGES} | rules)
        gate = SessionGate(limits or GateLimits(reserve_sessions=0))
        async with Relay(upstream, rules=rules, gate=gate, **relay or {}) as running:
            yield running


def a_page(relay, *, path="/api/voice", origin=ORIGIN, **settings):
    """A page's socket; without an origin it is another client's."""
    settings = {"max_size": None, "compression": None, "ping_interval": None} | settings
    url = relay.url.replace("http", "ws") + path
    return connect(url, origin=origin, proxy=None, open_timeout=30, **settings)


async def echo(peer):
    async for message in peer:
        await peer.send(message)


async def closed(page):
    """All that a page is told until its socket is closed: events, code, reason."""
    events = [json.loads(message) async for message in forever(page)]
    return events, page.close_code, page.close_reason


async def forever(page):
    while True:
        try:
            yield await page.recv()
        except Exception as error:
            if page.close_code is None:
                raise AssertionError("a page must end by a close") from error
            return


def counts(relay):
    return relay.gate.counts(now_ms=1000 * asyncio.get_running_loop().time())


async def until(holds, *, within_s=30.0):
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.01)
