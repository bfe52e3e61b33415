"""``waypost adr``: decisions on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import orjson

from waypost.adr.commands_approve import approve_command, standing_command
from waypost.adr.commands_cycle import cycle_time_command
from waypost.adr.commands_new import new_command
from waypost.adr.commands_number import number_command
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.adr.model import Decision


@click.group()
def adr() -> None:
    """Write, number and read the decisions of the workspace."""


@adr.command("list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell them.",
)
@click.option("--status", default="", help="Only those in this state, or with this word as their status.")
@click.pass_context
def list_command(ctx: click.Context, form: str, status: str) -> None:
    """List the decisions, one a line: number, status, date, title."""
    from waypost.adr.model import Decisions
    from waypost.adr.schemas import DecisionWire

    host: Host = ctx.obj
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    wanted = status.lower()
    found = [d for d in knowledge[Decisions].ordered if not wanted or wanted in (d.status, d.state)]
    if form == "json":
        click.echo(orjson.dumps(DecisionWire(many=True).dump(found), option=orjson.OPT_INDENT_2))
        return
    for decision in found:
        click.echo(_line(decision))


def _line(decision: Decision) -> str:
    return f"{decision.id:<6} {decision.status or '-':<12} {decision.date or '-'!s:<10} {decision.title}"


for _command in (new_command, number_command, approve_command, standing_command, cycle_time_command):
    adr.add_command(_command)
