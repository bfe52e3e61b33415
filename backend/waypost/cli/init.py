"""``waypost init``: a new workspace that checks clean, builds and serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

import click

from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError

# Names that a package cannot carry, or that tools would take for their own while they lie in ours.
_STORED_AS = {"gitignore.txt": ".gitignore", "github": ".github", "gitlab-ci.yml": ".gitlab-ci.yml"}

_NAME = re.compile(r"[^\W\d_][\w .,'&()+/-]*")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--name", default="Our platform", show_default=True, help="What the site calls this knowledge base."
)
def init(folder: Path, name: str) -> None:
    """Start a workspace in DIR.

    Writes a team, a service, a scorecard, a runbook, a decision and a home page to begin from. No file that
    is there already is touched: where one is in the way nothing is written.
    """
    written = write_starter(folder, name, utc_now().date())
    for path in written:
        click.echo(f"  {path}")
    click.echo(f"\n{len(written)} files written to {folder}. Next:")
    click.echo(
        f"  cd {folder} && git init --initial-branch main && git add . && git commit -m 'Start the knowledge base'"
    )
    click.echo("  waypost up")


def write_starter(folder: Path, name: str, today: date) -> list[str]:
    """Write the starter files below *folder*, and return their paths, sorted.

    Raises:
        ConflictError: Some of them are there already. Nothing was written.
        InputError: *name* would not stand in TOML, YAML and Markdown as it is.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"the name {name!r}", ["begin it with a letter, and use letters, digits, spaces and .,'&()+/-"]
        )
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
