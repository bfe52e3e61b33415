"""The group of all commands: it finds them, opens the workspace, and words what goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from waypost import __version__
from waypost.cli.check import check
from waypost.cli.comment import comment
from waypost.cli.failing import worded
from waypost.cli.init import init
from waypost.cli.report import report
from waypost.cli.serve import serve
from waypost.cli.sync import sync
from waypost.cli.up import up
from waypost.core.commands import db, token
from waypost.core.errors import InputError, WaypostError
from waypost.core.host import find_plugins, open_host
from waypost.core.telemetry import configure_logging

# These make or need no workspace, so none is opened for them.
_WITHOUT_WORKSPACE = frozenset({"comment", "init"})


class WaypostGroup(click.Group):
    """Commands of the host and of the installed plugins; errors of ours become one line and exit code 1."""

    @cached_property
    def _of_plugins(self) -> dict[str, click.Command]:
        return {str(command.name): command for plugin in find_plugins() for command in plugin.commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._of_plugins})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command named *cmd_name*; the host's own are never replaced."""
        return super().get_command(ctx, cmd_name) or self._of_plugins.get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with worded():
            return super().invoke(ctx)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Parse and run; an unknown plugin is told like any other error, and so are words that are no text."""
        try:
            refuse_bytes(sys.argv[1:])
            return super().main(*args, **extra)
        except WaypostError as error:
            click.ClickException(str(error)).show()
            raise SystemExit(1) from error


def refuse_bytes(words: Iterable[str]) -> None:
    """Return where *words*, as the system hands them over, are text: no database or file could keep others.

    Raises:
        InputError: The bytes of one are not UTF-8.
    """
    for word in words:
        data = os.fsencode(word)
        try:
            data.decode()
        except UnicodeDecodeError as error:
            shown = data.decode(errors="backslashreplace")
            raise InputError(f"'{shown}' is not UTF-8 text") from error


@click.group(
    cls=WaypostGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="waypost")
@click.option(
    "--workspace",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="The folder that holds site/, catalog/ and adr/.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a setting for this run, over waypost.toml and the environment. Repeatable.",
)
@click.pass_context
def main(ctx: click.Context, workspace: Path, overrides: tuple[str, ...]) -> None:
    """A platform team's knowledge base, software catalog and scorecards from one Git repository."""
    configure_logging()
    if ctx.invoked_subcommand not in _WITHOUT_WORKSPACE:
        root = workspace.resolve()
        refuse_bytes([str(root)])
        ctx.obj = ctx.with_resource(open_host(root, overrides))


for _command in (check, comment, db, init, report, serve, sync, token, up):
    main.add_command(_command)
