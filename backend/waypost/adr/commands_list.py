"""``waypost adr list``: the decisions of a folder, or what was read of each record as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from waypost.core.errors import InputError
from waypost.core.host import Host
from waypost.core.terminaltext import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waypost.adr.model import Decision, Decisions


@click.command("list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to tell them; json and csv have each field as it was read, and where it stands.",
)
@click.option("--folder", default="", metavar="DIR", help="Read this folder instead of adr.folder.")
@click.option("--others", is_flag=True, help="List the pages of the folder that are no decisions instead.")
@click.option("--status", default="", help="Only those in this state, or with this word as their status.")
@click.option("--scope", default="", help="Only those of this scope.")
@click.option("--tag", default="", help="Only those with this tag.")
@click.option("--owner", default="", metavar="NAME", help="Only those that this group or person decided.")
@click.option("--affects", default="", metavar="REF", help="Only those that affect this entity.")
@click.pass_obj
def list_command(host: Host, /, *, form: str, folder: str, others: bool, **wanted: str) -> None:
    """List the decisions, one a line: number, status, date, title.

    Records of every format are read, without any setting: --folder docs/adr --format json does for a repository
    that Waypost has never seen.
    """
    decisions = load_folder(host, folder_inside(host, folder) if folder else "")
    if others:
        _tell(list(decisions.others), form)
        return
    found = [decision for decision in decisions.ordered if _fits(decision, wanted)]
    if form == "text":
        _tell(map(_line, found), form)
    elif form == "csv":
        from waypost.adr.extraction import as_csv

        click.echo(as_csv(found), nl=False)
    else:
        from waypost.adr.extraction import extracted

        _tell(extracted(found), form)


def _tell(rows: Iterable[Any], form: str) -> None:
    if form == "json":
        click.echo(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2))
        return
    for row in rows:
        click.echo(on_one_line(str(row)))


def load_folder(host: Host, folder: str) -> Decisions:
    """Return the decisions of *folder*, "" for that of the settings; files that cannot be read are told on standard error."""
    from waypost.adr.load import load_decisions
    from waypost.adr.settings import FOLDER
    from waypost.core.plugin import Knowledge

    knowledge = Knowledge()
    knowledge.put(host.settings.having({FOLDER.name: folder}) if folder else host.settings)
    loaded = load_decisions(host.workspace, knowledge)
    for problem in loaded.problems:
        if problem.rule == "adr/unreadable":
            click.echo(str(problem), err=True)
    return loaded.value


def folder_inside(host: Host, folder: str) -> str:
    """Return *folder* as a path of the workspace; it may be given from the workspace or from where one stands.

    Raises:
        InputError: It is no folder, or lies outside.
    """
    root = host.workspace.root.resolve()
    for start in (root, Path.cwd()):
        path = (start / folder).resolve()
        if path.is_dir():
            if not path.is_relative_to(root):
                raise InputError(folder, [f"lies outside of the workspace {root}; use --workspace"])
            return path.relative_to(root).as_posix()
    raise InputError(folder, ["there is no such folder"])


def _fits(decision: Decision, wanted: dict[str, str]) -> bool:
    """Tell whether *decision* has every value that is asked for, in letters of any case."""
    given = {
        "status": {decision.status, str(decision.state or "")},
        "scope": {decision.scope},
        "tag": {tag.lower() for tag in decision.tags},
        "owner": {form for decider in decision.deciders for form in _forms(decider, "group")},
        "affects": {form for ref in decision.affects for form in _forms(str(ref), "component")},
    }
    return all(not wanted[name] or wanted[name].lower() in values for name, values in given.items())


def _forms(name: str, default_kind: str) -> tuple[str, ...]:
    """Return *name* in every way in which it may be asked for: in full, and without what goes without saying."""
    from waypost.catalog.refs import EntityRef

    text = name.lower()
    try:
        ref = EntityRef.parse(name, default_kind=default_kind)
    except InputError:
        return (text,)
    short = (f"{ref.kind}:{ref.name}", f"{ref.namespace}/{ref.name}", ref.name)
    return (text, *(part.lower() for part in (str(ref), *short)))


def _line(decision: Decision) -> str:
    return f"{decision.id:<6} {decision.status or '-':<12} {decision.date or '-'!s:<10} {decision.title}"
