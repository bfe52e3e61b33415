"""Shows what adopting a folder would write, asks, and writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from waypost.catalog.model import Catalog
from waypost.cli.adopting.finding import Found, find_content
from waypost.cli.adopting.owners import read_owners
from waypost.cli.adopting.proposing import SETTINGS_FILE, Adoption, propose
from waypost.core.clock import utc_now
from waypost.core.errors import InputError, Severity
from waypost.core.host import all_settings, check_workspace, find_plugins, load_knowledge, open_host
from waypost.core.plugin import Progress
from waypost.core.settings import FILE_NAME, read_settings
from waypost.core.words import counted
from waypost.core.workspace import Workspace

_SHOWN = 20
"""How many of many things are shown where nobody asked for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says instead of leaving it to be found: *owner* is whose pages are that name nobody."""

    name: str
    owner: str = ""
    pages: str = ""
    decisions: str = ""


def look_at(folder: Path, said: Said, progress: Progress) -> Adoption:
    """Return what adopting *folder* would write."""
    workspace = Workspace(folder.resolve())
    found = find_content(workspace, progress, pages=said.pages, decisions=said.decisions)
    plugins = find_plugins()
    settings = read_settings(all_settings(plugins), workspace.root / FILE_NAME)
    catalog_only = [plugin for plugin in plugins if plugin.name == "catalog"]
    catalog = load_knowledge(workspace, catalog_only, settings)[Catalog]
    owners = read_owners(workspace, found.entities, said.owner)
    return propose(workspace, found, owners, catalog, name=said.name, progress=progress)


def show(adoption: Adoption, folder: Path, *, in_full: bool) -> None:
    """Print what was found and what would be written."""
    _show_found(adoption.found, folder)
    if adoption.proposals:
        click.echo(f"\nFront matter for {_count(adoption.proposals, 'page')}:")
        _show_some(
            [
                f"  {each.path}: {each.guess.kind}, since {each.guess.reason}; {each.owner.ref} ({each.owner.reason})"
                for each in adoption.proposals
            ],
            in_full=in_full,
        )
    if adoption.left:
        click.echo(f"\n{_count(adoption.left, 'page')} left as they are:")
        _show_some([f"  {path}: {why}" for path, why in adoption.left.items()], in_full=in_full)
    click.echo()
    _show_some([each.diff for each in adoption.proposals], in_full=in_full, what="diffs")
    for path, text in adoption.files.items():
        click.echo(f"\nnew file {path}")
        click.echo("".join(f"+{line}\n" for line in text.splitlines()), nl=False)
    for path in adoption.in_the_way:
        click.echo(f"\n{path} is there already and stays as it is.")
        if path == SETTINGS_FILE:
            click.echo(f"These settings belong into it:\n{adoption.settings}", nl=False)
    if _builds_otherwise(folder):
        click.echo(
            "\nmkdocs.yml stays as it is, and builds the site: add the plugin 'waypost' to it, or remove it."
        )


def _builds_otherwise(folder: Path) -> bool:
    """Tell whether the site has a configuration that knows nothing of Waypost."""
    try:
        return "waypost" not in (folder / "mkdocs.yml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _show_found(found: Found, folder: Path) -> None:
    click.echo(f"Found in {folder}:")
    if found.pages:
        click.echo(f"  {found.folder}: {_count(found.pages, 'page')}")
    if found.decisions:
        click.echo(f"  {found.decisions}: {_count(found.records, 'file')} of decisions, read as they are")
    if found.entities:
        click.echo(f"  {_count(found.entities, 'file')} with entities")
    if found.elsewhere:
        click.echo(f"  {_count(found.elsewhere, 'page')} elsewhere, left where they are:")
        _show_some([f"    {path}" for path in found.elsewhere], in_full=False)


def _show_some(lines: Sequence[str], *, in_full: bool, what: str = "") -> None:
    shown = lines if in_full else lines[:_SHOWN]
    for line in shown:
        click.echo(line)
    if len(lines) > len(shown):
        click.echo(f"    … and {len(lines) - len(shown)} more{f' {what}' if what else ''}; --all shows them")


def _count(items: Iterable[object], word: str) -> str:
    return counted(len(list(items)), word)


def is_wanted(adopt: bool | None) -> bool:  # noqa: FBT001 - what the option says, None where it is not given
    """Tell whether to write: as the option says, or as somebody at the terminal answers."""
    if adopt is None and sys.stdin.isatty():
        return click.confirm("\nWrite all this?", default=False)
    return bool(adopt)


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and pages that were put back, each with the error that it would have had."""

    paths: tuple[str, ...]
    put_back: Mapping[str, str]


def write(adoption: Adoption, folder: Path) -> Written:
    """Write all that *adoption* proposes. A page in which more is wrong afterwards than before is put back.

    Raises:
        InputError: A file cannot be written, or has changed meanwhile. What was written before stays.
    """
    for path, text in adoption.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="") as opened:
            opened.write(text)
    before = _errors(folder)
    for proposal in adoption.proposals:
        _replace(folder, proposal.path, proposal.old, proposal.new)
    new = dict(_errors(folder) - before)
    put_back = {proposal.path: new[proposal.path] for proposal in adoption.proposals if proposal.path in new}
    for proposal in adoption.proposals:
        if proposal.path in put_back:
            _replace(folder, proposal.path, proposal.new, proposal.old)
    kept = (proposal.path for proposal in adoption.proposals if proposal.path not in put_back)
    return Written((*kept, *adoption.files), put_back)


def _replace(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    try:
        if file.read_bytes() != old.encode():
            raise InputError(path, ["has changed meanwhile; it and those behind it were not written"])
        file.write_bytes(new.encode())
    except OSError as error:
        told = f"cannot be written: {error.strerror}; those behind it were not written either"
        raise InputError(path, [told]) from error


def _errors(folder: Path) -> set[tuple[str, str]]:
    """Return the errors of the workspace in *folder*: path and message. Lines move, and do not count."""
    with open_host(folder.resolve()) as host:
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
        problems = check_workspace(host.workspace, host.plugins, knowledge, at=utc_now())
    return {(each.path, each.message) for each in problems if each.severity is Severity.ERROR}
