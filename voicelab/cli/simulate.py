"""``voicelab simulate``: the embedded service on loopback."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from voicelab.cli.main import app, one_sentence

if TYPE_CHECKING:
    from voicelab.simulator import Simulator

__all__ = ["simulate"]

Preset = TypeVar("Preset")


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="Where it listens; 0 takes a free port.")] = 0,
    host: Annotated[
        str, typer.Option(help="On which address; anything but loopback can be reached by others.")
    ] = "127.0.0.1",
    profile: Annotated[
        str, typer.Option(help="Whose defaults and limits hold.")
    ] = "voice-live-2026-07-15",
    faults: Annotated[
        str, typer.Option(help="What goes wrong, such as 'drop@40s;refuse:429@connect=2'.")
    ] = "",
    speed: Annotated[float, typer.Option(help="How fast its clock runs.")] = 1.0,
    detector: Annotated[
        str, typer.Option(help="Who hears the turns: level, level-adaptive, webrtc or silero.")
    ] = "level",
    sender: Annotated[
        str, typer.Option(help="How answers are sent: steady, burst, duplex or slow.")
    ] = "steady",
    link: Annotated[
        str, typer.Option(help="The way to the client: none, wire, wifi, cell, ...")
    ] = "none",
    verbose: Annotated[bool, typer.Option("--verbose", help="Say who comes and goes.")] = False,
) -> None:
    """Play the service: Voice Live and OpenAI's relatives, keyless, able to fail on demand.

    Prints its URL once it listens; Ctrl-C stops it. What you see on it is the
    simulator's doing, never a service's.
    """
    with one_sentence():
        from voicelab.jitter import LINKS, SENDERS
        from voicelab.simulator import (
            Manner,
            ModelledPace,
            Network,
            Service,
            Simulator,
            SteadyPace,
            read_faults,
        )
        from voicelab.vad import detector as detector_named

        pace = SteadyPace() if sender == "steady" else ModelledPace(sender=_of(SENDERS, sender))
        service = Service(
            profile_name=profile,
            manner=Manner(detector=detector_named(detector), pace=pace),
            faults=read_faults(faults),
            network=None if link == "none" else Network(link=_of(LINKS, link)),
        )
        if verbose:
            logging.basicConfig(format="%(message)s", level=logging.INFO)
        asyncio.run(_listen(Simulator(service, host=host, port=port, speed=speed)))


async def _listen(simulator: "Simulator") -> None:
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with simulator:
        typer.echo(simulator.url)
        await stopped.wait()


def _of(presets: Mapping[str, Preset], name: str) -> Preset:
    if name not in presets:
        raise ValueError(f"there must be a preset of that name, got {name!r}: {', '.join(presets)}")
    return presets[name]
