"""``waypost report``: what a change means, as one comment for those who review it."""

from __future__ import annotations

from pathlib import Path

import click

from waypost.core.clock import utc_now
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
@click.pass_context
def report(ctx: click.Context, base: str, output: Path | None) -> None:
    """Tell what a change means to those who review it.

    Compares the files as they are with those where HEAD left REV, and writes Markdown for a comment: decisions
    with their state and who must approve them, pages and what wants reading because of them, alerts, the catalog,
    and the problems that the change brings, each with how to mend it. Exits 0 whatever it finds: 'waypost check
    --changed-since REV' is what blocks.
    """
    from waypost.cli.reportpage import report_markdown

    host: Host = ctx.obj
    # What turns the direction of writing would turn what the comment says.
    text = printable(report_markdown(host, base, utc_now()))
    if output is None:
        click.echo(text)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
