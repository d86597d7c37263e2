"""Service: who may come in, and what all sessions share.

It knows no clock, no socket and no chance: the time of each call is given, in
milliseconds from any origin, and the names it gives out are counted.  A client
is either refused, with an HTTP status, or gets a
:class:`~voicelab.simulator.connection.Connection`.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from voicelab.profiles import Limits, profile
from voicelab.simulator.address import Address, read_address, shows_key
from voicelab.simulator.connection import Connection
from voicelab.simulator.dialogue import Dialogue
from voicelab.simulator.effective import Effective
from voicelab.simulator.faults import Fault, RefuseConnection
from voicelab.simulator.ids import Ids
from voicelab.simulator.manner import Manner
from voicelab.simulator.network import Network
from voicelab.simulator.outputs import Refuse
from voicelab.simulator.reply import sentences
from voicelab.simulator.session import Session
from voicelab.simulator.tokens import Allowance

__all__ = ["Service"]

MINUTE_MS = 60_000.0
NOT_FOUND = Refuse(
    404, "ResourceNotFound", "There is no such path; Voice Live is at /voice-live/realtime."
)


class Service:
    """The embedded service.

    ``epoch_s``, the Unix time at 0 ms, may be set before the first client comes.

    Parameters
    ----------
    profile_name : str
        Whose defaults and limits hold.
    limits : Limits or None
        Other limits than the profile's.
    manner : Manner or None
        How the service goes about what the protocol leaves open.
    faults : tuple of Fault
        What goes wrong, and when.
    network : Network or None
        The way to the client; ``None`` takes no time.
    key : str or None
        The key that clients must show; ``None`` takes any, or none.
    epoch_s : float
        Unix time at 0 ms, for ``expires_at``.
    """

    def __init__(
        self,
        *,
        profile_name: str = "voice-live-2026-07-15",
        limits: Limits | None = None,
        manner: Manner | None = None,
        faults: tuple[Fault, ...] = (),
        network: Network | None = None,
        key: str | None = None,
        epoch_s: float = 0.0,
    ) -> None:
        self.profile = profile(profile_name)
        self.limits = limits or self.profile.limits
        self._manner = manner or Manner()
        self._faults = faults
        self._network = network
        self._key = key
        self.epoch_s = epoch_s
        self._knocks = 0  # how many clients came
        self._opened_ms: deque[float] = deque()  # within the last minute
        self._spent: deque[tuple[float, int]] = deque()  # tokens within the last minute
        self._open: dict[int, Connection] = {}

    @property
    def open_sessions(self) -> int:
        """How many sessions there are now."""
        return len(self._open)

    def warm_up(self) -> None:
        """Load what the first turn would wait for: the detector and the answers."""
        self._manner.detector.stream(rate_hz=24_000).feed(np.zeros(24_000, np.float32))
        for sentence in sentences():
            sentence.octets("pcm16")

    def connect(
        self, path: str, *, headers: Mapping[str, str] | None = None, now_ms: float
    ) -> Connection | Refuse:
        """Let a client in, or not.

        Parameters
        ----------
        path : str
            Path and query of its request.
        headers : mapping of str to str, optional
            Of its request.
        now_ms : float
            The service's clock.

        Returns
        -------
        Connection or Refuse
            Its first outputs are due at once: call ``advance``.
        """
        self._knocks += 1
        number = self._knocks
        for fault in self._faults:
            if isinstance(fault, RefuseConnection) and fault.when.meets(connection=number):
                return fault.refusal
        address = read_address(path, headers=headers or {})
        if address is None:
            return NOT_FOUND
        refused = self._refusal(address, path, headers or {}, now_ms)
        if refused is not None:
            return refused
        self._opened_ms.append(now_ms)
        return self._connection(number, address, now_ms)

    def plant(self, fault: Fault, *, now_ms: float) -> None:
        """Let something go wrong while clients are there.

        A connection that is there is struck as if it had begun now; of those to
        come, the next one is refused.

        Parameters
        ----------
        fault : Fault
            A refusal, or what strikes a connection.
        now_ms : float
            The service's clock.
        """
        if isinstance(fault, RefuseConnection):
            upon = replace(fault.when, connection=self._knocks + 1)
            self._faults = (*self._faults, replace(fault, when=upon))
        for connection in tuple(self._open.values()):
            connection.plant(fault, now_ms=now_ms)

    def lay(self, network: Network | None) -> None:
        """Change the way to all clients, those that are there included.

        Parameters
        ----------
        network : Network or None
            The new way; ``None`` takes no time.
        """
        self._network = network
        for number, connection in self._open.items():
            connection.way = None if network is None else network.way(number)

    def _refusal(
        self, address: Address, path: str, headers: Mapping[str, str], now_ms: float
    ) -> Refuse | None:
        if self._key is not None and not shows_key(self._key, path=path, headers=headers):
            return Refuse(401, "401", "Access denied due to invalid subscription key.")
        if address.service == "Azure OpenAI" and address.api_version is not None:
            return Refuse(401, "401", "This path takes no api-version.")
        limits = self.limits
        while self._opened_ms and self._opened_ms[0] <= now_ms - MINUTE_MS:
            self._opened_ms.popleft()
        a_minute, at_a_time = limits.connections_per_min, limits.concurrent_sessions
        if a_minute is not None and len(self._opened_ms) >= a_minute:
            wait_s = math.ceil((self._opened_ms[0] + MINUTE_MS - now_ms) / 1000)
            return _too_many(f"{a_minute} connections a minute", wait_s)
        if at_a_time is not None and len(self._open) >= at_a_time:
            return _too_many(f"{at_a_time} sessions at a time", 10)
        return None

    def _connection(self, number: int, address: Address, now_ms: float) -> Connection:
        ids = Ids(number)
        expires_s = self.epoch_s + now_ms / 1000 + self.limits.session_s
        identity: dict[str, Any] = {
            "id": ids("sess"),
            "object": "realtime.session",
            "model": address.model,
            "expires_at": int(expires_s),
        }
        if address.agent:
            identity["agent"] = {"type": "agent", "name": address.agent_name}
        settings = Effective(
            identity, dialect=address.dialect, turn_detection=self.profile.turn_detection
        )
        mine = tuple(fault for fault in self._faults if fault.when.meets(connection=number))
        dialogue = Dialogue(
            settings,
            ids=ids,
            dialect=address.dialect,
            manner=self._manner.spoiled_by(mine),
            meter=self._spend,
        )
        session = Session(
            dialogue,
            ids=ids,
            dialect=address.dialect,
            opened_ms=now_ms,
            lasts_s=self.limits.session_s,
        )
        self._open[number] = Connection(
            session,
            address=address,
            faults=mine,
            way=None if self._network is None else self._network.way(number),
            opened_ms=now_ms,
            closed=lambda: self._open.pop(number, None),
        )
        return self._open[number]

    def _spend(self, tokens: int, now_ms: float) -> Allowance:
        """Count tokens of all sessions; those of the last minute count."""
        limit = self.limits.tokens_per_min
        if limit is None:
            return Allowance()
        while self._spent and self._spent[0][0] <= now_ms - MINUTE_MS:
            self._spent.popleft()
        self._spent.append((now_ms, tokens))
        left = limit - sum(each for _, each in self._spent)
        return Allowance(limit, left, (self._spent[0][0] + MINUTE_MS - now_ms) / 1000)


def _too_many(what: str, wait_s: int) -> Refuse:
    return Refuse(429, "429", f"Too many requests: {what}.", {"Retry-After": str(max(1, wait_s))})
