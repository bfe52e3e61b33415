"""``waypost review``: what wants reading again, and that it was read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from waypost.core.clock import utc_now
from waypost.core.errors import InputError, suggest
from waypost.core.host import Host, load_knowledge
from waypost.core.plugin import Knowledge
from waypost.core.terminaltext import printable

SHOWN = 5


class _Day(click.ParamType[date]):
    """A day as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that *value* names."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is no day; write one like 2026-11-02", param, ctx)


@click.group(invoke_without_command=True)
@click.option(
    "--all", "show_all", is_flag=True, help=f"All, and not the {SHOWN} most pressing of each owner."
)
@click.option("--owner", default="", help="Only what this group answers for, such as platform.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@click.pass_context
def review(ctx: click.Context, owner: str, form: str, *, show_all: bool) -> None:
    """List by owner the pages and decisions that want reading again, the most pressing first.

    Each comes with what speaks against it, and with what settles that. What is known to be wrong goes before what
    is in doubt, and that before what is only old; runbooks, tier-1 and alerts that wake somebody weigh more.
    """
    if ctx.invoked_subcommand is not None:
        return
    from waypost.documents.judging import judgement
    from waypost.documents.reviewlist import FORMATS, by_owner

    host: Host = ctx.obj
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    found = judgement(knowledge, utc_now()).to_read(_group(owner, knowledge) if owner else None)
    click.echo(printable(FORMATS[form](by_owner(found, most=None if show_all else SHOWN))))


@review.command()
@click.argument("path")
@click.option("--method", default="read", show_default=True, help="How it was done: read, walked through, …")
@click.option(
    "--by", default="", help="The group that did it. Without it: the one that did so last, or the owner."
)
@click.option("--on", type=_Day(), help="The day on which it was done. Without it: today.")
@click.option(
    "--every", default="", help="After how long it is due again, such as P180D. Without it: as before."
)
@click.pass_context
def done(ctx: click.Context, path: str, *, method: str, by: str, on: date | None, every: str) -> None:
    """Write into the page or decision at PATH that it was read against the truth.

    Only the 'review' of its front matter changes; of a decision, the day 'review-by'. Commit it by itself: a
    change that marks many pages at once, and changes nothing else of them, is not believed.
    """
    from waypost.catalog.model import EntityRef
    from waypost.core.durations import parse_duration
    from waypost.documents.recording import Reading, record_reading

    host: Host = ctx.obj
    today = utc_now().date()
    # East of Greenwich the day has begun before it has in UTC.
    if on is not None and on > today + timedelta(days=1):
        raise InputError("--on", [f"{on} is still to come"])
    reading = Reading(
        on=on or today,
        method=method,
        by=EntityRef.parse(by, default_kind="group") if by else None,
        every=parse_duration(every) if every else None,
    )
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    click.echo(record_reading(host.workspace, knowledge, relative_path(host.workspace.root, path), reading))


def relative_path(root: Path, path: str) -> str:
    """Return *path* below *root*; it is taken from the current folder, or else from the root.

    Raises:
        InputError: There is no such file in the workspace.
    """
    for start in (Path.cwd(), root):
        full = (start / path).resolve()
        if full.is_file() and full.is_relative_to(root.resolve()):
            return full.relative_to(root.resolve()).as_posix()
    raise InputError(path, ["no such file in the workspace"])


def _group(name: str, knowledge: Knowledge) -> str:
    """Return the reference that *name* stands for.

    Raises:
        InputError: The catalog has no such owner.
    """
    from waypost.catalog.model import Catalog, EntityRef

    ref = EntityRef.parse(name, default_kind="group")
    catalog = knowledge[Catalog]
    if catalog.find(ref) is None:
        raise InputError(
            f"{ref} is not in the catalog", [suggest(str(ref), catalog.entities, "Name a group of it.")]
        )
    return str(ref)
