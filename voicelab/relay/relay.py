"""Relay: the page's own origin in front of the service.

A page cannot keep a key, cannot read a status, and is let in by no quota.  So
it speaks to a relay that keeps the key, says what went wrong, and holds a gate
(:mod:`voicelab.relay.gate`).  What the gate cannot let in is told so: a page
after its upgrade, by an ``error`` event and close code 1013; another client
before it, by 503 or 429.

The relay listens on loopback only unless told otherwise, and writes no path,
header or message of anybody into its log.
"""

import asyncio
import contextlib
import logging
import math
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from voicelab.relay.admission import Call, Refusal
from voicelab.relay.folder import GUARDS, Folder, Page, message
from voicelab.relay.gate import SessionGate
from voicelab.relay.health import HEALTH, health
from voicelab.relay.inspection import Inspection
from voicelab.relay.knocking import Knocker, Knocking
from voicelab.relay.leasing import Leasing
from voicelab.relay.lobby import Lobby
from voicelab.relay.passing import Passing
from voicelab.relay.peer import Peer
from voicelab.relay.record import Record
from voicelab.relay.resume import Resumed, Resuming
from voicelab.relay.rules import RelayRules
from voicelab.relay.screening import Screening
from voicelab.relay.told import FAILED, GOING_AWAY, Farewell, error_text
from voicelab.relay.upstream import MOST_AHEAD, reach
from voicelab.relay.wishes import OWN_EVENTS
from voicelab.streaming.endpoint import Endpoint, is_loopback
from voicelab.streaming.handshake import no_delay

__all__ = ["Check", "Relay"]

LOOPBACK = "127.0.0.1"
CLOSE_TIMEOUT_S = 2.0
REALTIME = Subprotocol("realtime")

# Told path (without query) and headers of a request before its upgrade; false keeps it out.
Check = Callable[[str, Headers], bool | Awaitable[bool]]

log = logging.getLogger("voicelab.relay")
# The library would write whole requests at DEBUG, cookies included.
library_log = logging.getLogger("voicelab.relay.websockets")
library_log.setLevel(logging.CRITICAL)


class Relay:
    """A relay that listens; use it in ``async with``.

    Parameters
    ----------
    upstream : Endpoint
        The service, and the key.
    rules : RelayRules
        What pages may do.
    gate : SessionGate
        Who may come in.  Without ``resuming`` nothing rotates here, and a
        reserve is of no use.
    resuming : Resuming or None
        How sessions are kept; ``None`` passes everything through.
    check : callable or None
        Looks at a user before the upgrade.
    folder : path or None
        One folder of static files, served at the same origin, which is on the
        list then if it is this very machine.
    logs : path or None
        A folder for session logs, one a call.
    keep_audio : bool
        Whether audio stays in them.
    host : str
        Where it listens.
    port : int
        On which port; 0 takes a free one.
    """

    def __init__(
        self,
        upstream: Endpoint,
        *,
        rules: RelayRules,
        gate: SessionGate,
        resuming: Resuming | None = None,
        check: Check | None = None,
        folder: Path | None = None,
        logs: Path | None = None,
        keep_audio: bool = False,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        self.gate = gate
        self.screening = Screening(
            rules.strictness,
            dialect=upstream.dialect,
            allowed=rules.allowed,
            own=() if resuming is None else OWN_EVENTS,
        )
        self._upstream = upstream
        self._rules = rules
        self._origins = rules.origins
        self._resuming = resuming
        self._check = check
        self._folder = None if folder is None else Folder(folder)
        self._logs = logs
        self._keep_audio = keep_audio
        self._host, self._port = host, port
        self._lobby = Lobby(gate, rules)
        self._knocking = Knocking(rules.most_half_open)
        self._let_in: dict[ServerConnection, Call] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self._draining = False

    @property
    def url(self) -> str:
        """Where it listens, as ``http://host:port``."""
        if self._server is None:
            raise ValueError("a relay must listen before it has a URL; use it in async with")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def __aenter__(self) -> Self:
        if self._logs is not None:
            self._logs.mkdir(parents=True, exist_ok=True)
        if not is_loopback(self._host):
            log.warning(
                "LISTENING ON %s: everybody who reaches this machine reaches the relay; put TLS "
                "and a check of users in front of it",
                self._host,
            )
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            create_connection=partial(Knocker, knocking=self._knocking),  # type: ignore[arg-type]
            process_request=self._admit,
            select_subprotocol=_subprotocol,
            compression=None,
            max_size=self._rules.most_message_bytes,
            max_queue=MOST_AHEAD,
            ping_interval=None,  # own pings count what was missed
            open_timeout=self._rules.handshake_s,
            close_timeout=CLOSE_TIMEOUT_S,
            server_header=None,
            logger=library_log,
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]
        if self._folder is not None and is_loopback(self._host):
            own = (self.url, f"http://localhost:{self._port}")
            self._origins = replace(self._origins, allowed=self._origins.allowed.union(own))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._stop_admitting()
            for call in self._calls:
                call.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)
            self._server.close()
            await self._server.wait_closed()

    async def drain(self) -> None:
        """Let nobody in any more, and wait for running calls, as long as the rules say."""
        self._stop_admitting()
        log.info("draining: %d calls go on", len(self._calls))
        if self._calls:
            await asyncio.wait(self._calls, timeout=self._rules.drain_s)

    def _stop_admitting(self) -> None:
        self._draining = True
        self._lobby.drain()

    async def _admit(self, peer: ServerConnection, request: Request) -> Response | None:
        """Answer a request: a page, a refusal, or nothing and the socket is upgraded."""
        self._knocking.end(peer)
        path = request.path.partition("?")[0]
        if "websocket" not in request.headers.get("Upgrade", "").lower():
            return _response(self._page(path))
        if not self._rules.leads_to_service(path):
            return _response(message(HTTPStatus.NOT_FOUND, "There is no such socket."))
        visitor = self._origins.judge(request.headers.get_all("Origin"))
        if visitor is None:
            log.warning("refused a page, or a client without one, whose origin is not on the list")
            return _response(message(HTTPStatus.FORBIDDEN, "This origin may not use the relay."))
        if self._check is not None and not await self._is_welcome(path, request.headers):
            return _response(message(HTTPStatus.UNAUTHORIZED, "This user may not use the relay."))
        return None if visitor == "browser" else self._admit_other(peer)

    async def _is_welcome(self, path: str, headers: Headers) -> bool:
        assert self._check is not None
        try:
            answer = self._check(path, headers)
            return bool(await answer if isinstance(answer, Awaitable) else answer)
        except Exception as error:  # a check that fails lets nobody in
            log.error("the check of a user failed: %s", type(error).__name__)
            return False

    def _admit_other(self, peer: ServerConnection) -> Response | None:
        """Let in a client that can read a status, or answer with one."""
        answer = self.gate.knock(now_ms=self._lobby.now_ms(), may_wait=False)
        if isinstance(answer, Call):
            self._let_in[peer] = answer
            # A handshake that fails after this point must not hold a session for ever.
            loop = asyncio.get_running_loop()
            loop.call_later(2 * self._rules.handshake_s, self._forget, peer)
            return None
        assert isinstance(answer, Refusal)
        response = _response(message(HTTPStatus(answer.status), f"Not now: {answer.sentence}."))
        response.headers["Retry-After"] = str(math.ceil(answer.retry_after_ms / 1000))
        return response

    def _forget(self, peer: ServerConnection) -> None:
        if (call := self._let_in.pop(peer, None)) is not None:
            self._lobby.leave(call)

    def _page(self, path: str) -> Page:
        if path == HEALTH:
            return health(
                self.gate.counts(now_ms=self._lobby.now_ms()),
                draining=self._draining,
                half_open=len(self._knocking),
                stopped=self.screening.stopped,
            )
        if self._folder is None:
            return message(HTTPStatus.NOT_FOUND, "There is no such page.")
        return self._folder.page(path)

    async def _serve(self, wire: ServerConnection) -> None:
        no_delay(wire.transport)
        page = Peer(wire, self._rules)
        task = asyncio.current_task()
        assert task is not None
        farewell = Farewell(GOING_AWAY, "the relay stops")
        try:
            answer = self._let_in.pop(wire, None) or await self._lobby.enter(page)
            if isinstance(answer, Farewell):
                farewell = answer
            else:
                self._calls.add(task)
                farewell = await self._call(page, answer)
        except asyncio.CancelledError:
            pass  # the relay stops, and so does the call
        except Exception as error:  # ours: the page is told, and others go on
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("a call failed: %s\n%s", type(error).__name__, where)
            said = "The relay failed; its log says how."
            farewell = Farewell(FAILED, "the relay failed", error_text("server_error", said))
        finally:
            await page.leave(farewell)
            self._calls.discard(task)

    async def _call(self, page: Peer, call: Call) -> Farewell:
        log.info("call %d begins", call.number)
        try:
            with contextlib.ExitStack() as resources:
                record = None
                if self._logs is not None:
                    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
                    name = f"call-{at}-{call.number:06}.jsonl"
                    file = (self._logs / name).open("x", encoding="utf-8", buffering=1)
                    record = Record(resources.enter_context(file), keep_audio=self._keep_audio)
                return await self._converse(page, call, record)
        finally:
            log.info("call %d ends", call.number)
            self._lobby.leave(call)

    async def _converse(self, page: Peer, call: Call, record: Record | None) -> Farewell:
        inspection = Inspection(page, self._rules, self.screening)
        if self._resuming is not None:
            return await Resumed(
                page,
                self._resuming,
                self._upstream,
                rules=self._rules,
                inspection=inspection,
                leasing=Leasing(call, self._lobby),
                spend=self._spend,
                record=record,
            ).run()
        passing = Passing(
            page, rules=self._rules, inspection=inspection, spend=self._spend, record=record
        )
        opened = await reach(self._upstream)
        return opened if isinstance(opened, Farewell) else await passing.run(*opened)

    def _spend(self, tokens: int) -> None:
        self.gate.spend(tokens, now_ms=self._lobby.now_ms())


def _subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return REALTIME if REALTIME in offered else None


def _response(page: Page) -> Response:
    headers = Headers({"Content-Type": page.kind, "Content-Length": str(len(page.body))})
    headers["Connection"] = "close"
    for name, value in GUARDS.items():
        headers[name] = value
    return Response(page.status.value, page.status.phrase, headers, page.body)
