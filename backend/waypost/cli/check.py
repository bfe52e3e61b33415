"""``waypost check``: every problem of the workspace, with its place and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from waypost.cli.reports import FORMATS, count_of, default_format
from waypost.core.clock import utc_now
from waypost.core.errors import InputError, Problem, Severity
from waypost.core.host import Host, check_workspace, load_knowledge


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=default_format,
    show_default="text; github inside GitHub Actions",
    help="How to tell the problems.",
)
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Check what the workspace's files say.

    References to entities from elsewhere are right where the workspace's database has them.

    With PATHs, only problems in those files and folders are told. Exits 1 where there is an error;
    warnings alone exit 0.
    """
    host: Host = ctx.obj
    wanted = [_relative(host.workspace.root, path) for path in paths]
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    problems = _within(check_workspace(host.workspace, host.plugins, knowledge, at=utc_now()), wanted)
    told = FORMATS[form](
        problems, {check.rule: check.summary for plugin in host.plugins for check in plugin.checks}
    )
    if told:
        click.echo(told)
    if form != "text":
        click.echo(f"{count_of(problems)}.", err=True)
    if any(problem.severity is Severity.ERROR for problem in problems):
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


def _within(problems: Sequence[Problem], wanted: Sequence[str]) -> list[Problem]:
    def is_wanted(path: str) -> bool:
        return any(at in (".", path) or path.startswith(f"{at}/") for at in wanted)

    return [problem for problem in problems if not wanted or is_wanted(problem.path)]
