"""The reference pages: settings, commands, checks and the API, made from what they describe."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

import click

from waypost.core.errors import NotFoundError
from waypost.core.host import all_settings, find_plugins
from waypost.core.pages import api_page, checks_page, commands_page, settings_page
from waypost.core.plugin import SiteContext, SitePage

_INDEX = """# Reference

Made from what it describes, with every build.

- [Settings](settings.md): what can be set, and where.
- [Commands](commands.md): everything that `waypost` does in a terminal.
- [Checks](checks.md): every problem that `waypost check` can find.
- [API](api.md): everything that can be asked over HTTP.
"""


def reference_pages(context: SiteContext) -> Iterator[SitePage]:
    """Make the reference of all installed plugins; the API's as the backend itself describes it."""
    plugins = find_plugins()
    yield SitePage("reference/index.md", "Reference", _INDEX)
    yield settings_page(all_settings(plugins))
    yield commands_page(_command_line())
    yield checks_page(plugins)
    yield api_page(context.api.get("/openapi.json"))


def _command_line() -> click.Group:
    """Return the command that is installed as ``waypost``: it stands above this feature, so it is found by name."""
    found = next(iter(entry_points(group="console_scripts", name="waypost")), None)
    return _as_group(found.load() if found else None)


def _as_group(command: object) -> click.Group:
    if not isinstance(command, click.Group):
        raise NotFoundError("command", "waypost")
    return command
