"""``waypost init``: a new workspace that checks clean, builds and serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError
from waypost.core.progress import open_progress
from waypost.core.settings import FILE_NAME

if TYPE_CHECKING:
    from waypost.cli.adopting.command import Said

# Names that a package cannot carry, or that tools would take for their own while they lie in ours.
_STORED_AS = {"gitignore.txt": ".gitignore", "github": ".github", "gitlab-ci.yml": ".gitlab-ci.yml"}

_NAME = re.compile(r"[^\W\d_][\w .,'&()+/-]*")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--name", default="Our platform", show_default=True, help="What the site calls this knowledge base."
)
@click.option(
    "--adopt/--no-adopt",
    default=None,
    help="Write what is proposed for pages that are there; or leave them alone and write the starter.",
)
@click.option(
    "--owner",
    default="",
    metavar="REF",
    help="Who owns pages that are there and name nobody, such as group:platform.",
)
@click.option(
    "--pages",
    default="",
    metavar="FOLDER",
    help="The folder of the pages that are there; else the likeliest.",
)
@click.option(
    "--decisions",
    default="",
    metavar="FOLDER",
    help="The folder of the decisions that are there; else the likeliest.",
)
@click.option("--all", "in_full", is_flag=True, help="Show every proposal, and the whole diff.")
def init(
    *, folder: Path, name: str, adopt: bool | None, owner: str, pages: str, decisions: str, in_full: bool
) -> None:
    """Start a workspace in DIR.

    In a folder without pages it writes a team, a service, a scorecard, a runbook, a decision and a home page to
    begin from. No file that is there already is touched: where one is in the way nothing is written.

    Where DIR holds pages or decisions, it shows what it would make of them: the settings that point at them, and
    front matter with kind, title, owner and subject, each with its reason and as a diff. Nothing of that is written
    unless --adopt is given, or somebody at the terminal says yes.
    """
    _check_name(name)
    is_new = adopt is None and not (folder / FILE_NAME).exists()
    if folder.is_dir() and (adopt or is_new):
        from waypost.cli.adopting.command import Said

        said = Said(name=name, owner=owner, pages=pages, decisions=decisions)
        if _adopt(folder, said, adopt=adopt, in_full=in_full):
            return
    if adopt:
        raise InputError(str(folder), ["holds no folder of pages or decisions to adopt; --pages names one"])
    written = write_starter(folder, name, utc_now().date())
    for path in written:
        click.echo(f"  {path}")
    click.echo(f"\n{len(written)} files written to {folder}. Next:")
    click.echo(
        f"  cd {folder} && git init --initial-branch main && git add . && git commit -m 'Start the knowledge base'"
    )
    click.echo("  waypost up")


def _adopt(folder: Path, said: Said, *, adopt: bool | None, in_full: bool) -> bool:
    """Offer to adopt what *folder* holds; False where it holds nothing of that sort."""
    from waypost.cli.adopting import command

    with open_progress() as progress:
        adoption = command.look_at(folder, said, progress)
    if adoption.found.is_empty:
        return False
    command.show(adoption, folder, in_full=in_full)
    if not command.is_wanted(adopt):
        click.echo(
            "\nNothing was written. With --adopt all this is; with --no-adopt the starter is, and no page is touched."
        )
        return True
    written = command.write(adoption, folder)
    for path, message in written.put_back.items():
        click.echo(f"\n{path} was put back as it was: with this front matter, {message}.")
    click.echo(f"\n{len(written.paths)} files written. Next:")
    click.echo(f"  cd {folder} && git diff")
    click.echo("  waypost check")
    click.echo("  waypost up")
    return True


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"the name {name!r}", ["begin it with a letter, and use letters, digits, spaces and .,'&()+/-"]
        )


def write_starter(folder: Path, name: str, today: date) -> list[str]:
    """Write the starter files below *folder*, and return their paths, sorted.

    Raises:
        ConflictError: Some of them are there already. Nothing was written.
        InputError: *name* would not stand in TOML, YAML and Markdown as it is.
    """
    _check_name(name)
    wanted = {
        path: text.replace("@NAME@", name)
        .replace("@TODAY@", today.isoformat())
        .replace("@YEAR@", str(today.year + 1))
        for path, text in _starter()
    }
    there = sorted(path for path in wanted if (folder / path).exists())
    if there:
        raise ConflictError(f"{folder} already has {', '.join(there)}; nothing was written")
    for path, text in wanted.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return sorted(wanted)


def _starter() -> Iterator[tuple[str, str]]:
    def walk(place: Traversable, at: PurePosixPath) -> Iterator[tuple[str, str]]:
        for item in place.iterdir():
            path = at / _STORED_AS.get(item.name, item.name)
            if item.is_dir():
                yield from walk(item, path)
            else:
                yield str(path), item.read_text(encoding="utf-8")

    return walk(files("waypost.cli") / "starter", PurePosixPath())
