"""``waypost report``: what a change means, as one comment for those who review it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from waypost.core.clock import utc_now
from waypost.core.errors import InputError
from waypost.core.host import Host
from waypost.core.terminaltext import printable


@click.command()
@click.option(
    "--base",
    required=True,
    metavar="REV",
    help="What the change is compared with: the branch it is to be merged into, such as origin/main.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of standard output.",
)
@click.option(
    "--facts",
    metavar="FILE|URL",
    default="",
    help="Facts that 'waypost facts export' wrote, for what is told of scorecards; in place of those in the database.",
)
@click.pass_context
def report(ctx: click.Context, base: str, output: Path | None, facts: str) -> None:
    """Tell what a change means to those who review it.

    Compares the files as they are with those where HEAD left REV, and writes Markdown for a comment: decisions
    with their state and who must approve them, pages and what wants reading because of them, alerts, the catalog,
    whose levels rise and fall and which checks move, and the problems that the change brings, each with how to mend
    it. Exits 0 whatever it finds: 'waypost check --changed-since REV' is what blocks.
    """
    from waypost.cli.reportpage import report_markdown

    host: Host = ctx.obj
    at = utc_now()
    # What turns the direction of writing would turn what the comment says.
    text = printable(report_markdown(host, base, at, given=_given(host, facts, at)))
    if output is None:
        click.echo(text)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")


def _given(host: Host, facts: str, at: datetime) -> tuple[object, ...]:
    """Return what the parts of the report find in their knowledge: the facts at *facts*, where there are some.

    A report has more to tell than what hangs on them: that they cannot be read is said in it.
    """
    if not facts:
        return ()
    from waypost.scorecards.preview.facts import Outside
    from waypost.scorecards.preview.given import read_given

    try:
        return (read_given(facts, host.settings, at),)
    except InputError as error:
        return (Outside(fault="; ".join(map(str, error.faults))),)
