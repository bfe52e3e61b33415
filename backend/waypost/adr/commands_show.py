"""``waypost adr show``: one decision with all that is on record of it."""

from __future__ import annotations

import shutil

import click
import orjson

from waypost.core.clock import utc_now
from waypost.core.host import Host, load_knowledge
from waypost.core.terminaltext import printable


@click.command("show")
@click.argument("name")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text for a terminal, json as the API has it, markdown for the text alone.",
)
@click.pass_obj
def show_command(host: Host, name: str, form: str) -> None:
    """Show the decision NAME: its number, id, uid, path, or a name it has or had."""
    from waypost.adr.finding import choose
    from waypost.adr.model import Decisions
    from waypost.adr.service import document_of
    from waypost.adr.showing import LONGEST, told_decision
    from waypost.adr.standings import find_standing

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    decisions = knowledge[Decisions]
    decision = choose(decisions, name)
    if form == "markdown":
        click.echo(printable(decision.body.strip("\n")))
        return
    standing = find_standing(host.workspace, knowledge, decision, utc_now().date())
    if form == "json":
        click.echo(orjson.dumps(document_of(decision, standing), option=orjson.OPT_INDENT_2))
        return
    width = min(shutil.get_terminal_size().columns, LONGEST)
    for line in told_decision(decision, decisions, standing, width=width):
        click.echo(printable(line))
