"""``waypost runbook``, ``waypost pack``: runbooks in a terminal, and in a bag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from waypost.core.clock import utc_now
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.core.plugin import Knowledge


@click.group()
def runbook() -> None:
    """Read runbooks in the terminal, and drill them."""


@runbook.command("list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell them.",
)
@click.pass_obj
def list_command(host: Host, form: str) -> None:
    """List the alerts with their runbooks, one a line; then runbooks without an alert."""
    from waypost.catalog.model import Catalog
    from waypost.runbooks.addresses import make_addresses
    from waypost.runbooks.addresspages import list_text
    from waypost.runbooks.briefs import document_of
    from waypost.runbooks.model import Runbooks
    from waypost.runbooks.schemas import RunbookWire

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    found = knowledge[Runbooks].ordered
    if form == "json":
        click.echo(orjson.dumps(RunbookWire(many=True).dump(found), option=orjson.OPT_INDENT_2))
    else:
        catalog = knowledge[Catalog]
        click.echo(list_text(make_addresses(document_of(each, catalog) for each in found)), nl=False)


@runbook.command("show")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="Fill a variable. Repeatable.")
@click.pass_obj
def show_command(host: Host, name: str, given: tuple[str, ...]) -> None:
    """Show a runbook as text: who to call, its sections, its commands.

    NAME is the runbook's, or that of an alert, in any case.
    """
    from waypost.runbooks.drill.command import brief_by_name, read_values
    from waypost.runbooks.plaintext import plain_text

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    brief = brief_by_name(knowledge, name)
    click.echo(plain_text(brief, read_values(brief, given)), nl=False)


@runbook.command("drill")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="Fill a variable. Repeatable.")
@click.option("--environment", default="", help="Where it is done, such as staging. Asked where not said.")
@click.option("--by", default="", metavar="GROUP", help="The group that does it. Asked where not said.")
@click.option("--print", "prints", is_flag=True, help="Print a sheet to tick off, and do nothing else.")
@click.option(
    "--from", "start", default="", metavar="STEP", help="Begin at this step: its number or section."
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the record; beside the others where not said.",
)
@click.option("--yes-read", is_flag=True, help="Run commands that only read without asking.")
@click.option(
    "--limit",
    type=click.FloatRange(1),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="Stop a command after this long.",
)
@click.option("--keep-values", is_flag=True, help="Write the values that were given into the record.")
@click.pass_context
def drill_command(  # noqa: PLR0913 - an argument for each option
    ctx: click.Context,
    *,
    name: str,
    given: tuple[str, ...],
    environment: str,
    by: str,
    prints: bool,
    start: str,
    record: Path | None,
    yes_read: bool,
    limit: float,
    keep_values: bool,
) -> None:
    """Go through a runbook step by step, and record how it went.

    NAME is the runbook's, or that of an alert, in any case. Each command is shown with its values. Nothing
    runs that you do not say is to run: what changes something is asked for each time, what is destructive
    wants a word typed. The record goes to site/runbooks/exercises/. A drill that is broken off can be gone
    on with. Without a terminal only the sheet is printed.
    """
    from waypost.runbooks.drill.command import Wanted, brief_by_name, is_terminal, read_values, run_drill
    from waypost.runbooks.drill.sheet import sheet
    from waypost.runbooks.drill.walk import make_walk

    host: Host = ctx.obj
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    brief = brief_by_name(knowledge, name)
    values = read_values(brief, given)
    if prints or not is_terminal():
        click.echo(sheet(brief, make_walk(brief), values), nl=False)
        return
    wanted = Wanted(
        by=by,
        environment=environment,
        start=start,
        record=record,
        limit_s=limit,
        may_read=yes_read,
        keeps_values=keep_values,
    )
    ctx.exit(run_drill(host, knowledge, brief, values=values, wanted=wanted, now=utc_now()))


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR|FILE.zip",
    help="Where to put it; 'build/incident-pack' in the workspace where not said.",
)
@click.pass_obj
def pack(host: Host, output: Path | None) -> None:
    """Make the incident pack: all runbooks as files that open from a USB stick, without a server.

    It holds a page for each runbook, one file to print for each tier, the same as plain text, owners and
    escalation as of now, which alert leads where, and what depends on what. It is dated, with the commit; with
    SOURCE_DATE_EPOCH set the same workspace gives the same bytes. An older pack at the same place is replaced.
    """
    from waypost.core.errors import NotFoundError
    from waypost.runbooks.offline.pack import make_pack
    from waypost.runbooks.offline.packfiles import pack_time, write_folder, write_zip

    at = pack_time(utc_now())
    knowledge = _knowledge_from_elsewhere(host)
    files = make_pack(host.workspace, knowledge, at)
    if not files:
        raise NotFoundError("runbook below", host.workspace.root)
    target = output or host.workspace.root / "build" / "incident-pack"
    if target.suffix.lower() == ".zip":
        write_zip(files, at, target)
    else:
        write_folder(files, target)
    size = sum(map(len, files.values())) / 1000
    click.echo(f"{target}: {len(files)} files, {size:.0f} kB, valid as of {at:%Y-%m-%d %H:%M} UTC")


def _knowledge_from_elsewhere(host: Host) -> Knowledge:
    """Return what the workspace knows, with what its database has from elsewhere; without that where it is away."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    except SQLAlchemyError:
        click.echo(
            "The database cannot be reached: what the catalog has from elsewhere is left out.", err=True
        )
        return load_knowledge(host.workspace, host.plugins, host.settings)
