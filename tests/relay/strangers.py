"""What strangers send, byte by byte, while somebody else goes on talking."""

import asyncio
import contextlib

from relaying import ORIGIN, a_page

STILL_HERE = '{"type":"response.create"}'


UPGRADE = {
    "Host": "relay",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}


@contextlib.asynccontextmanager
async def somebody_talks(relay):
    """A page that is answered all the while, and afterwards."""
    slowest_s = 0.0

    async def talk():
        nonlocal slowest_s
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            await page.send(STILL_HERE)
            assert await page.recv() == STILL_HERE
            slowest_s = max(slowest_s, loop.time() - began_s)
            await asyncio.sleep(0.01)

    async with a_page(relay) as page:
        talking = asyncio.create_task(talk())
        yield
        assert not talking.done()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        assert slowest_s < 2.0


async def raw(relay, octets, *, within_s=10.0):
    """Send bytes; give all that comes back until the relay ends the connection."""
    host, port = relay.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(octets)
            await writer.drain()
        async with asyncio.timeout(within_s):
            with contextlib.suppress(ConnectionError):
                return await reader.read()
            return b""
    finally:
        writer.transport.abort()


def request(path="/api/voice", *, without=(), extra=(), **headers):
    lines = {**UPGRADE, "Origin": ORIGIN} | headers
    told = [f"{name}: {value}" for name, value in lines.items() if name not in without]
    return "\r\n".join([f"GET {path} HTTP/1.1", *told, *extra, "", ""]).encode()


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer else None
