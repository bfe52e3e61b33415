"""Reference pages, made from what they describe: settings, commands, checks and the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any

import click

from waypost.core.apipage import api_page
from waypost.core.plugin import Plugin, SitePage
from waypost.core.settings import FILE_NAME, Setting, Settings

__all__ = ["api_page", "checks_page", "commands_page", "settings_page"]

_AS_WRITTEN = str.maketrans({"|": "&#124;", "*": "&#42;", "_": "&#95;"})
"""What would end a cell or emphasise words, so that ``__name__`` and ``**`` are shown as they are written."""


def settings_page(settings: Iterable[Setting[Any]]) -> SitePage:
    """Return the page of all *settings*, a section for each table of the file."""
    lines = [
        "# Settings",
        "",
        (
            f"A setting is read from `{FILE_NAME}` at the workspace's root, from the environment, and from the"
            " command line; the later one wins. A name that nobody reads is an error, which says the nearest"
            " name that is known."
        ),
        "",
        "```toml",
        "[server]",
        "port = 8080",
        "```",
        "",
        "`WAYPOST_SERVER_PORT=8080` and `waypost --set server.port=8080` say the same.",
    ]
    by_table = groupby(sorted(settings, key=lambda each: each.name), lambda each: each.name.partition(".")[0])
    for table, members in by_table:
        lines += ["", f"## {table}", "", "| Setting | Variable | Kind | Default | What it does |"]
        lines += ["| --- | --- | --- | --- | --- |", *map(_setting_row, members)]
    return SitePage("reference/settings.md", "Settings", "\n".join(lines) + "\n")


def _setting_row(setting: Setting[Any]) -> str:
    shown = Settings().shown(setting)
    told = setting.help + (" Never shown." if setting.secret else "")
    default = _code(shown) if shown else "empty"
    cells = [f"`{setting.name}`", f"`{setting.variable}`", setting.type_name, default, _cell(told)]
    return f"| {' | '.join(cells)} |"


def commands_page(group: click.Group) -> SitePage:
    """Return the page of every command below *group*, with its arguments and options."""
    context = click.Context(group, info_name="waypost")
    lines = ["# Commands", "", _prose(group.help), "", *_options(group, context)]
    for name, command, below in _walk(group, context):
        usage = " ".join([name, *command.collect_usage_pieces(below)])
        lines += ["", f"## {name}", "", "```text", usage, "```", "", _prose(command.help), ""]
        lines += _options(command, below)
    return SitePage("reference/commands.md", "Commands", "\n".join(lines).rstrip() + "\n")


def _walk(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        below = click.Context(command, info_name=name, parent=context)
        # A group may be a command too, which does something when none of its own is named.
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield below.command_path, command, below
        if isinstance(command, click.Group):
            yield from _walk(command, below)


def _options(command: click.Command, context: click.Context) -> list[str]:
    records = [
        record
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts
        for record in [parameter.get_help_record(context)]
        if record is not None
    ]
    if not records:
        return []
    rows = [f"| {_code(names)} | {_cell(told)} |" for names, told in records]
    return ["| Option | What it does |", "| --- | --- |", *rows]


def _prose(text: str | None) -> str:
    # Click marks paragraphs that it must not wrap with this control character.
    lines = (text or "").replace("\b", "").strip().splitlines()
    return escape("\n".join(line.strip() for line in lines), quote=False)


def checks_page(plugins: Iterable[Plugin]) -> SitePage:
    """Return the page of every rule that ``waypost check`` holds content to, by plugin."""
    lines = [
        "# Checks",
        "",
        "`waypost check` reports each problem with its file and line, and the rule that found it.",
    ]
    for plugin in plugins:
        if plugin.checks:
            lines += ["", f"## {plugin.name}", "", _cell(plugin.summary), ""]
            lines += ["| Rule | What must be so |", "| --- | --- |"]
            lines += [f"| `{check.rule}` | {_cell(check.summary)} |" for check in plugin.checks]
    return SitePage("reference/checks.md", "Checks", "\n".join(lines) + "\n")


def _cell(text: str) -> str:
    return escape(" ".join(text.split()), quote=False).translate(_AS_WRITTEN)


def _code(text: str) -> str:
    # A bar ends a cell, also in code; only HTML can write it so that every builder shows it.
    return f"<code>{_cell(text)}</code>" if "|" in text else f"`{text}`"
