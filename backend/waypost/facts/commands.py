"""``waypost facts``: what is known of an entity, where it comes from, and facts from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from waypost.catalog.refs import EntityRef
from waypost.core.clock import utc_now
from waypost.core.errors import InputError
from waypost.core.host import Host
from waypost.core.jobcontext import job_context
from waypost.core.terminaltext import on_one_line
from waypost.core.words import counted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from waypost.facts.sending import Sent

_LONGEST_VALUE = 100
_FORMAT = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How to print."
)


@click.group("facts")
def facts_group() -> None:
    """See what is known of an entity, have it collected anew, and bring facts from elsewhere."""


@facts_group.command("show")
@click.argument("entity")
@click.option(
    "--history", "path", metavar="PATH", default="", help="Every value that the fact at PATH has had."
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="As it stood then, in UTC.",
)
@_FORMAT
@click.pass_obj
def show_facts(host: Host, entity: str, *, path: str, at: datetime | None, shape: str) -> None:
    """Show what is known of ENTITY: each fact with its source and how old it is."""
    import orjson

    from waypost.facts import service, wire

    ref, now = EntityRef.parse(entity, "component"), utc_now()
    then = at.replace(tzinfo=UTC) if at else None
    with _reading(host) as connection:
        items = (
            service.history_of(connection, ref, path)
            if path
            else service.facts_of(connection, ref, now=now, at=then)
        )
    if shape == "json":
        schema = wire.FactHistorySchema if path else wire.FactListSchema
        click.echo(orjson.dumps(schema().dump({"items": items}), option=orjson.OPT_INDENT_2))
        return
    if not items:
        click.echo(f"{ref}: nothing is known" + (f" of '{path}'" if path else ""))
    for item in items:
        click.echo(on_one_line(_past(item) if path else _fact(item)))


def _fact(item: dict[str, Any]) -> str:
    unit = f" {item['unit']}" if item["unit"] else ""
    old = f"{item['age']} old" + (", stale" if item["is_stale"] else "")
    return f"{item['path']}: {_shown(item['value'])}{unit}  ({item['source']}, {old})"


def _past(item: dict[str, Any]) -> str:
    ended = f"{item['ended_at']:%Y-%m-%d %H:%M}" if item["ended_at"] else "now"
    return (
        f"{item['collected_at']:%Y-%m-%d %H:%M} to {ended} UTC: {_shown(item['value'])}  ({item['source']})"
    )


def _shown(value: Any) -> str:
    import orjson

    text = orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


@facts_group.command("sources")
@_FORMAT
@click.pass_obj
def show_sources(host: Host, shape: str) -> None:
    """List where facts come from: when each source was read, what it refused, and why it failed."""
    import orjson

    from waypost.facts import service, wire

    with _reading(host) as connection:
        items = service.list_sources(connection)
    if shape == "json":
        dumped = wire.FactSourceListSchema().dump({"items": items})
        click.echo(orjson.dumps(dumped, option=orjson.OPT_INDENT_2))
        return
    for item in items:
        read = f"read {item['collected_at']:%Y-%m-%d %H:%M} UTC" if item["collected_at"] else "never read"
        paths = ", ".join(fact["path"] for fact in item["facts"])
        click.echo(on_one_line(f"{item['name']} ({item['collector']}): {read}  {paths}"))
        for reason in item["refused"]:
            click.echo(on_one_line(f"  refused: {reason}"))
        if item["error"]:
            click.echo(on_one_line(f"  failed {item['error_at']:%Y-%m-%d %H:%M} UTC: {item['error']}"))


@facts_group.command("refresh")
@click.argument("entity")
@click.pass_obj
def refresh(host: Host, entity: str) -> None:
    """Collect the facts of ENTITY anew, and evaluate what depends on them."""
    from waypost.core.host import load_knowledge, run_jobs
    from waypost.core.progress import open_progress
    from waypost.facts.refreshing import refresh_entity

    ref = str(EntityRef.parse(entity, "component"))
    with open_progress() as progress:
        _upgrade(host)
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
        with _context(host, knowledge, progress) as context:
            progress.say(refresh_entity(context, ref))
        run_jobs("evaluate", host, knowledge, now=utc_now(), progress=progress, tell=progress.say)


@facts_group.command("push")
@click.argument("file", type=click.File("rb"))
@click.option("--source", default="", help="The FactSource whose facts they are, where FILE does not say.")
@click.option(
    "--full", "is_full", is_flag=True, help="They are everything that the source knows: its other facts end."
)
@click.option(
    "--server",
    metavar="URL",
    default="",
    help="The backend to send them to. Default: this workspace's database.",
)
@click.option(
    "--token",
    "variable",
    metavar="VARIABLE",
    default="FACTS_TOKEN",
    show_default=True,
    help="The environment variable that holds the server's token.",
)
@click.pass_context
def push(
    ctx: click.Context, file: IO[bytes], *, source: str, is_full: bool, server: str, variable: str
) -> None:
    """Push the facts in FILE, '-' for what is piped in.

    FILE is JSON as POST /api/facts takes it, a list of facts, or one fact a line. A server wants a token:
    'waypost token create --scope facts' makes one. Exits with 1 where a fact is refused.
    """
    from waypost.facts.sending import read_batches, send

    is_refused = False
    for whose, items in read_batches(_name(file), file.read(), source).items():
        if server:
            sent = send(server, _token(variable), whose, items, is_full=is_full)
        else:
            sent = _push_here(ctx.obj, whose, items, is_full=is_full)
        told = ", ".join(f"{count} {result}" for result, count in sorted(sent.counts.items()))
        click.echo(on_one_line(f"{whose}: {told or 'nothing to push'}"))
        for reason, count in sorted(sent.reasons.items()):
            click.echo(on_one_line(f"  refused: {reason} ({counted(count, 'fact')})"), err=True)
        is_refused = is_refused or bool(sent.reasons)
    ctx.exit(1 if is_refused else 0)


def _name(file: IO[bytes]) -> str:
    return str(getattr(file, "name", "<stdin>"))


def _token(variable: str) -> str:
    token = os.environ.get(variable, "").strip()
    if not token:
        raise InputError("--server", [f"needs a token: put one into the variable {variable}"])
    return token


def _push_here(host: Host, source: str, items: list[Any], *, is_full: bool) -> Sent:
    from waypost.core.bulk import chunks
    from waypost.core.database import transaction
    from waypost.facts import pushing
    from waypost.facts.pushed import MOST_ITEMS, read_items
    from waypost.facts.sending import Sent

    _upgrade(host)
    sent = Sent()
    for part in [items] if is_full else chunks(items, MOST_ITEMS):
        with transaction(host.engine) as connection:
            outcomes = pushing.push(connection, source, list(read_items(part)), at=utc_now(), is_full=is_full)
        sent.add((outcome.result, outcome.reason) for outcome in outcomes)
    return sent


@facts_group.command("export")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: print."
)
@click.pass_obj
def export(host: Host, out: Path | None) -> None:
    """Write every fact that is known as a line of JSON: for another database, or for 'waypost score --diff'."""
    from waypost.core.database import reading
    from waypost.facts.exporting import export_facts

    _upgrade(host)
    with click.open_file(str(out) if out else "-", "wb", atomic=out is not None) as file:
        for piece in export_facts(lambda: reading(host.engine)):
            file.write(piece)


@facts_group.command("import")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def import_exported(host: Host, file: IO[bytes]) -> None:
    """Take over the facts in FILE, which 'waypost facts export' or GET /api/facts/export wrote; '-' is what is piped in.

    They replace what is known of the sources that they name, with the ages that they had.
    """
    from waypost.core.host import load_knowledge
    from waypost.core.progress import open_progress
    from waypost.facts.exporting import import_facts, read_lines

    with open_progress() as progress:
        _upgrade(host)
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
        with _context(host, knowledge, progress) as context:
            progress.say(import_facts(context, read_lines(_name(file), file)))


def _upgrade(host: Host) -> None:
    from waypost.core.database import upgrade

    upgrade(host.engine, host.plugins)


@contextmanager
def _reading(host: Host) -> Iterator[Connection]:
    from waypost.core.database import reading

    _upgrade(host)
    with reading(host.engine) as connection:
        yield connection


@contextmanager
def _context(host: Host, knowledge: Any, progress: Any) -> Iterator[Any]:
    from waypost.core.database import transaction

    with transaction(host.engine) as connection:
        yield job_context(host, knowledge, connection, now=utc_now(), progress=progress)
