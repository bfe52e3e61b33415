"""``waypost build``: the site as a folder of files."""

from __future__ import annotations

from pathlib import Path

import click

from waypost.core.host import Host
from waypost.core.progress import open_progress


@click.command()
@click.option("--strict", is_flag=True, help="Fail on warnings: dead links, missing values.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put it; 'build/site' in the workspace where not said.",
)
@click.pass_obj
def build(host: Host, out: Path | None, *, strict: bool) -> None:
    """Build the site: static files for any web server, complete without the backend.

    Values of embeds come from the backend that 'site.backend' names, else from the workspace. What was
    built before stays until the new site is whole. Exit code 1 where it could not be built.
    """
    from waypost.site.build import build_site

    folder = out or host.workspace.root / "build" / "site"
    with open_progress() as progress:
        report = build_site(host, folder, strict=strict, progress=progress)
    click.echo(f"{folder}: {report.pages} pages in {report.seconds:.1f} s, {report.warnings} warnings")
