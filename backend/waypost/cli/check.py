"""``waypost check``: every problem of the workspace, with its place and how to mend it."""

from __future__ import annotations

from pathlib import Path

import click

from waypost.cli.reports import FORMATS, default_format, total_of
from waypost.core.errors import InputError, Severity
from waypost.core.host import Host


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--changed-since",
    metavar="REV",
    help="Compare with the commit where HEAD left REV, such as origin/main: only what the change brings counts.",
)
@click.option("--fix", is_flag=True, help="Mend what has one right answer, and tell what was done.")
@click.option("--dry-run", is_flag=True, help="With --fix: change nothing, and show the differences.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=default_format,
    show_default="text; github inside GitHub Actions",
    help="How to tell the problems.",
)
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    changed_since: str | None,
    form: str,
    *,
    fix: bool,
    dry_run: bool,
) -> None:
    """Check what the workspace's files say.

    References to entities from elsewhere are right where the workspace's database has them.

    With PATHs, only problems in those files and folders are told. With --changed-since, problems that were there
    before are told apart and fail nothing; those that the change brings to files it does not touch count too.
    Exits 1 where there is an error that counts; warnings alone exit 0.
    """
    from waypost.cli.checking import open_checking
    from waypost.cli.mending import mend, show_mending

    if dry_run and not fix:
        raise click.UsageError("--dry-run needs --fix.")
    host: Host = ctx.obj
    wanted = tuple(_relative(host.workspace.root, path) for path in paths)
    with open_checking(host, wanted, changed_since) as checking:
        report = show_mending(checking) if dry_run else mend(checking, form) if fix else checking.report()
        if not dry_run and (told := FORMATS[form](report)):
            click.echo(told)
    if dry_run or form != "text":
        click.echo(total_of(report), err=True)
    if any(problem.severity is Severity.ERROR for problem in report.problems):
        ctx.exit(1)


def _relative(root: Path, path: Path) -> str:
    """Return *path* below *root*; it is taken from the current folder, or else from the root.

    Raises:
        InputError: It is not there, or not in the workspace.
    """
    for start in (Path.cwd(), root):
        full = (start / path).resolve()
        if full.exists() and full.is_relative_to(root.resolve()):
            return full.relative_to(root.resolve()).as_posix()
    raise InputError(str(path), ["no such file or folder in the workspace"])
