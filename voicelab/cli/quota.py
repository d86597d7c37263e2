"""``voicelab quota``: how many calls fit into a service's limits."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.main import app, one_sentence

if TYPE_CHECKING:
    from voicelab.quota import Measured
    from voicelab.wire import Price

__all__ = ["quota"]


@app.command()
def quota(
    logs: Annotated[
        list[Path] | None,
        typer.Argument(help="Session logs or HARs, one a call; or give the figures."),
    ] = None,
    tokens_per_min: Annotated[
        float | None, typer.Option(help="Tokens a minute of one call.")
    ] = None,
    call_min: Annotated[float | None, typer.Option(help="Minutes that a call lasts.")] = None,
    answer_tokens: Annotated[float | None, typer.Option(help="Tokens of one answer.")] = None,
    drops_per_h: Annotated[
        float | None, typer.Option(help="Connections that a call loses in an hour.")
    ] = None,
    profile: Annotated[
        str, typer.Option(help="Whose documented limits hold.")
    ] = "voice-live-2026-07-15",
    tokens_limit: Annotated[int | None, typer.Option(help="Tokens a minute, as granted.")] = None,
    connections_limit: Annotated[
        int | None, typer.Option(help="New connections a minute, as granted.")
    ] = None,
    sessions_limit: Annotated[int | None, typer.Option(help="Sessions at a time.")] = None,
    calls: Annotated[
        int | None, typer.Option(help="Calls on average, for which to say what to request.")
    ] = None,
    risk: Annotated[
        float, typer.Option(help="Share of minutes, or calls, that may hit a limit.")
    ] = 0.01,
    config: Annotated[
        Path | None, typer.Option(help="A tuned config: its evidence of false triggers.")
    ] = None,
    false_triggers_per_min: Annotated[
        float | None, typer.Option(help="False triggers a minute, instead of evidence.")
    ] = None,
    exposed: Annotated[
        float, typer.Option(help="Part of a call in which there is noise and nobody speaks.")
    ] = 1.0,
    price: Annotated[
        str | None,
        typer.Option(help="For a million tokens: audio_in=32,audio_out=64,... or any=10."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how many calls fit, which limit binds first, what to request, what false triggers cost.

    Figures come from session logs or HARs, or from options, which win. Limits are the
    profile's, with the day of each paper; an option replaces one.
    """
    with one_sentence():
        from voicelab.profiles import profile as profile_named
        from voicelab.quota import Demand, measure, plan, read_call, trigger_costs
        from voicelab.tuning import Tuning

        measured = measure([read_call(path) for path in logs]) if logs else None
        given = {
            "tokens_per_min": tokens_per_min,
            "call_s": None if call_min is None else 60 * call_min,
            "lump_tokens": answer_tokens,
            "drops_per_min": None if drops_per_h is None else drops_per_h / 60,
        }
        chosen = {key: value for key, value in given.items() if value is not None}
        if measured is not None:
            demand = replace(measured.demand, **chosen)
        elif tokens_per_min is not None and call_min is not None:
            demand = Demand(**chosen)
        else:
            raise ValueError("there must be a log, or --tokens-per-min and --call-min, got neither")
        base, tuning = profile_named(profile), None if config is None else Tuning.load(config)
        own = {
            "tokens_per_min": tokens_limit,
            "connections_per_min": connections_limit,
            "concurrent_sessions": sessions_limit,
        }
        granted = {key: value for key, value in own.items() if value is not None}
        if any(value < 1 for value in granted.values()):
            raise ValueError(f"a limit must be at least 1, got {min(granted.values())}")
        answer, cost = _answer(measured, answer_tokens, price)
        if answer is None and (config is not None or false_triggers_per_min is not None):
            raise ValueError("false triggers must be priced by an answer; give --answer-tokens")
        triggers = trigger_costs(
            tuning,
            answer_tokens=answer or 0.0,
            answer_price=cost,
            given_per_min=false_triggers_per_min,
            exposed_share=exposed,
        )
        found = plan(
            demand,
            base,
            limits=replace(base.limits, **granted) if granted else None,
            settings=None if tuning is None else tuning.session,
            wanted_calls=calls,
            risk_share=risk,
            triggers=triggers,
            notes=_notes(measured),
        )
        typer.echo(json.dumps(found.as_dict(), indent=2) if as_json else str(found))


def _notes(measured: "Measured | None") -> tuple[str, ...]:
    if measured is None:
        return ("figures as given",)
    said = [
        f"measured on {_counted(measured.calls, 'call')} with "
        f"{_counted(len(measured.answers), 'answer')}, "
        f"mean {measured.mean_answer_tokens:,.0f} tokens"
    ]
    if measured.untold:
        said.append(f"{_counted(measured.untold, 'answer')} told no usage and are not counted")
    if measured.cached_share > 0:
        said.append(
            f"{measured.cached_share:.0%} of the tokens were cached; they are counted, for no "
            "paper says that a limit does not"
        )
    return ("\n".join(said),)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


def _answer(
    measured: "Measured | None", tokens: float | None, price: str | None
) -> tuple[float | None, float | None]:
    """Give the tokens of an answer, and what they cost."""
    prices = None if price is None else _price(price)
    if tokens is None and measured is not None:
        cost = None if prices is None else measured.mean_answer_price(prices)
        return measured.mean_answer_tokens, cost
    if tokens is None or prices is None:
        return tokens, None
    kinds = {getattr(prices, each.name) for each in fields(prices)}
    if len(kinds) > 1:
        raise ValueError("a price by kind needs session logs, which tell the kinds; give any=...")
    return tokens, tokens * kinds.pop() / 1e6


def _price(text: str) -> "Price":
    from voicelab.wire import Price

    names = [each.name for each in fields(Price)]
    values: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name not in ("any", *names) or not 0 <= value < float("inf"):
            raise ValueError(
                f"a price must be any or {', '.join(names)} with = and a number, got {part[:40]!r}"
            )
        values |= dict.fromkeys(names, value) if name == "any" else {name: value}
    return Price(**values)
