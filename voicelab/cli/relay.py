"""``voicelab relay``: the page's own origin in front of the service, with a gate."""

import asyncio
import contextlib
import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.main import app, one_sentence

if TYPE_CHECKING:
    from voicelab.relay import Relay
    from voicelab.streaming.endpoint import Endpoint
    from voicelab.tuning import Tuning

__all__ = ["relay"]

DEFAULT_PROFILE = "voice-live-2026-07-15"


@app.command()
def relay(
    upstream: Annotated[
        str,
        typer.Option(
            help="'embedded' starts a service here, a ws:// URL names one on this machine, "
            "'service' is the real one, with the environment's key."
        ),
    ] = "embedded",
    origin: Annotated[
        list[str] | None,
        typer.Option(help="A page's origin that may come, exactly; may be repeated."),
    ] = None,
    any_origin: Annotated[
        bool, typer.Option("--any-origin", help="Mean it: with --origin '*'.")
    ] = False,
    no_origin: Annotated[
        bool, typer.Option("--no-origin", help="Let clients in that are no browser, too.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep the page's socket through drops and rotation.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(help="A tuned config; Voice Live's defaults without one.")
    ] = None,
    instructions: Annotated[str, typer.Option(help="For the model, with --resume.")] = "",
    serve: Annotated[
        Path | None,
        typer.Option(help="A folder of static files; a page to start from is put into a new one."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="On which address; anything but loopback can be reached by others.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port; 0 takes a free one.")] = 8080,
    sessions: Annotated[
        int, typer.Option(envvar="MAX_CONCURRENT_SESSIONS", help="Sessions at a time, in all.")
    ] = 10,
    connections_per_min: Annotated[int, typer.Option(help="New connections a minute.")] = 30,
    tokens_per_min: Annotated[int, typer.Option(help="Tokens a minute.")] = 100_000,
    places: Annotated[int, typer.Option(help="Places in the queue.")] = 20,
    relays: Annotated[
        int, typer.Option(help="How many relays share the quota; each takes its part.")
    ] = 1,
    index: Annotated[int, typer.Option(help="Which of them this is, from 0.")] = 0,
    events: Annotated[
        str, typer.Option(help="Events towards the service: off, observe or enforce.")
    ] = "observe",
    allow: Annotated[
        list[str] | None,
        typer.Option(help="An event that may pass; all client events unless told."),
    ] = None,
    logs: Annotated[
        Path | None, typer.Option(help="A folder for session logs, without audio and words.")
    ] = None,
    keep_audio: Annotated[
        bool, typer.Option("--keep-audio", help="Leave the audio in them.")
    ] = False,
    faults: Annotated[
        str, typer.Option(help="What goes wrong at the embedded service, such as 'drop@40s'.")
    ] = "",
) -> None:
    """Stand between pages and the service: keep the key, and admit what the quota carries.

    Prints its URL once it listens. Ctrl-C or SIGTERM lets nobody in any more
    and waits half a minute for running calls. /health tells its counters.
    """
    with one_sentence():
        from voicelab.relay import GateLimits, Origins, Relay, RelayRules, Resuming, SessionGate
        from voicelab.relay.page import write_page
        from voicelab.streaming.endpoint import is_loopback
        from voicelab.tuning import Tuning

        if faults and upstream != "embedded":
            raise ValueError("--faults must be left out unless --upstream is embedded")
        if events not in ("off", "observe", "enforce"):
            raise ValueError(f"--events must be off, observe or enforce, got {events[:40]!r}")
        logging.basicConfig(format="%(message)s", level=logging.INFO)
        tuning = Tuning.from_profile(DEFAULT_PROFILE) if config is None else Tuning.load(config)
        limits = GateLimits(
            sessions=sessions,
            connections_per_min=connections_per_min,
            tokens_per_min=tokens_per_min,
            places=places,
            # Without --resume nothing rotates here: a reserve would lie idle.
            **{} if resume else {"reserve_sessions": 0, "reserve_connections_per_min": 0},
        ).share(relays=relays, index=index)
        if not origin and not no_origin and (serve is None or not is_loopback(host)):
            raise ValueError(
                "--origin must name the page that may come, such as https://app.example; with "
                "--serve the relay's own page on this machine may"
            )
        settings: dict[str, Any] = {
            "rules": RelayRules(
                origins=Origins.of(origin or (), any_origin=any_origin, without_origin=no_origin),
                strictness=events,  # type: ignore[arg-type]
                allowed=None if allow is None else tuple(allow),
            ),
            "gate": SessionGate(limits),
            "resuming": Resuming(tuning=tuning, instructions=instructions) if resume else None,
            "folder": serve,
            "logs": logs,
            "keep_audio": keep_audio,
            "host": host,
            "port": port,
        }

        def make(endpoint: "Endpoint") -> "Relay":
            if serve is not None and not serve.exists():
                write_page(serve, tuning, dialect=endpoint.dialect)
                typer.echo(f"wrote a page to start from into {serve}; it is yours", err=True)
            return Relay(endpoint, **settings)

        asyncio.run(_relay(make, upstream, tuning, faults))


async def _relay(make: Any, upstream: str, tuning: "Tuning", faults: str) -> None:
    from voicelab.simulator import Service, Simulator, read_faults
    from voicelab.streaming import endpoint

    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with contextlib.AsyncExitStack() as resources:
        if upstream == "service":
            there = endpoint.service(tuning, environ=os.environ)
        elif upstream == "embedded":
            service = Service(faults=read_faults(faults))
            simulator = await resources.enter_async_context(Simulator(service))
            there = endpoint.local(simulator.url)
        else:
            there = endpoint.local(upstream)
        relay = await resources.enter_async_context(make(there))
        typer.echo(relay.url)
        typer.echo(f"in front of {there}", err=True)
        await stopped.wait()
        await relay.drain()
