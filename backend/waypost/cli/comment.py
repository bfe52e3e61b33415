"""``waypost comment``: a report as one comment of its pull or merge request, kept up to date."""

from __future__ import annotations

import os
from pathlib import Path

import click

from waypost.core.errors import InputError


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", type=click.IntRange(min=1), help="The pull request; GitLab's jobs know theirs.")
@click.option("--head", default="", help="Do nothing where the request's last commit is another than this.")
def comment(file: Path, number: int | None, head: str) -> None:
    """Post the report in FILE as a comment of its pull request or merge request.

    An earlier report's comment is replaced, so that there is one. For jobs of GitHub Actions (GITHUB_TOKEN with
    the permission 'pull-requests: write') and of GitLab CI (WAYPOST_TOKEN, a token with scope 'api'); the address
    of the forge and the repository are those that its jobs have in the environment.
    """
    from waypost.cli.forges import forge_of, post_report

    text = file.read_text(encoding="utf-8")
    forge = forge_of(os.environ, number)
    if head and (last := forge.head()) != head:
        click.echo(
            f"The request's last commit is {last[:12]}, not {head[:12]}: its own report is on the way."
        )
        return
    if not text.strip():
        raise InputError(str(file), ["is empty: there is nothing to post"])
    done = post_report(forge, text)
    click.echo(f"The comment is {done}.")
