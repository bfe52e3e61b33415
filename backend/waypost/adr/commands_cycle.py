"""``waypost adr cycle-time``: how long decisions take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import orjson

from waypost.adr.commands_approve import parse_day
from waypost.core.clock import utc_now
from waypost.core.host import Host, load_knowledge
from waypost.core.terminaltext import on_one_line

if TYPE_CHECKING:
    from waypost.adr.cycle import CycleTime, Figures


@click.command("cycle-time")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@click.option(
    "--since", metavar="DAY", help="Leave out what was decided before this day, such as 2026-08-01."
)
@click.pass_obj
def cycle_time_command(host: Host, form: str, since: str | None) -> None:
    """Tell how long decisions take from proposed to decided, by scope, and which proposals are open.

    The days come from front matter and, where that is silent, from the commits that set the state. Each figure
    comes with the number of decisions behind it.
    """
    from waypost.adr.cycle import find_cycle_time
    from waypost.adr.cycle_wire import CycleTimeWire

    day = parse_day("--since", since)
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    found = find_cycle_time(host.workspace, knowledge, utc_now().date(), day)
    if form == "json":
        click.echo(orjson.dumps(CycleTimeWire().dump(found), option=orjson.OPT_INDENT_2))
        return
    for line in _told(found):
        click.echo(on_one_line(line))


def _told(found: CycleTime) -> Iterator[str]:
    yield "From proposed to decided, in days:"
    yield f"  {'scope':<14} {'n':>5} {'p50':>5} {'p90':>5}"
    yield _row("all", found.overall)
    for figures in found.scopes:
        yield _row(figures.scope or "(none)", figures)
    if found.undated:
        yield f"Left out: {found.undated} decided, of which the day of proposal or decision is not known."
    if found.retrospective:
        yield f"Left out: {found.retrospective} recorded after they were decided."
    if found.asked:
        yield f"Approved as their scope asks: {found.approved} of {found.asked}."
    yield f"Open proposals: {len(found.ageing)}."
    for ageing in found.ageing:
        age = f"{ageing.days} days, since {ageing.since}" if ageing.since else "since when is not known"
        missing = f", lacks {ageing.missing} approvals" if ageing.missing else ""
        yield f"  {ageing.decision} {ageing.title}: {age}{missing}"


def _row(name: str, figures: Figures) -> str:
    p50, p90 = ("-" if days is None else str(days) for days in (figures.p50_days, figures.p90_days))
    return f"  {name:<14} {figures.n:>5} {p50:>5} {p90:>5}"
