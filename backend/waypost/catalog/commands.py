"""``waypost location``: what the catalog reads from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from waypost.catalog.settings import LOCATION_TYPES, read_forges
from waypost.core.clock import utc_now
from waypost.core.durations import duration_words
from waypost.core.errors import NotFoundError
from waypost.core.host import Host
from waypost.core.later import later

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from waypost.catalog.ingestion.sourcestates import SourceState
    from waypost.catalog.locations.store import RegisteredLocation
    from waypost.catalog.rules.annotations import LocationRef

_open_reader: Final = later("waypost.catalog.remote.readers:open_reader")
_WIDE: Final = 10_000
_WHICH: Final = "WHICH is its target, its id, or the reference of its Location entity."


@click.group()
def location() -> None:
    """Say what the catalog reads from elsewhere, and see how that goes."""


@location.command("add")
@click.argument("target")
@click.option("--type", "kind", default="url", show_default=True, help="What kind of location it is.")
@click.option("--dry-run", is_flag=True, help="Only read it, and list the entities that it would bring.")
@click.option(
    "--again", is_flag=True, help="Where it is registered already, read it again instead of refusing."
)
@click.pass_obj
def add_location(host: Host, target: str, kind: str, *, dry_run: bool, again: bool) -> None:
    """Register the YAML file at TARGET, a web address.

    A running 'waypost serve' reads it within a second; 'waypost sync' reads what is due, too. Its host must be
    in the setting fetch.allow.
    """
    from waypost.catalog.locations import registering as locations
    from waypost.catalog.locations.bodies import location_of
    from waypost.core.database import transaction, upgrade

    types = host.settings[LOCATION_TYPES]
    wanted = location_of({"type": kind, "target": target})
    locations.check_type(wanted, types)
    if dry_run:
        _show_dry_run(host, wanted, types)
        return
    upgrade(host.engine, host.plugins)
    with transaction(host.engine) as connection:
        added = locations.register(connection, wanted, utc_now(), is_refreshed=again)
    click.echo(f"{added.id}  {added.location}  {added.ref}")


def _show_dry_run(host: Host, wanted: LocationRef, types: tuple[str, ...]) -> None:
    from waypost.catalog.locations.dryrun import dry_run
    from waypost.catalog.rules.relations import self_ref

    with _open_reader(host.settings) as reader:
        for document in dry_run(reader, wanted, types, read_forges(host.settings)):
            click.echo(self_ref(document))


@location.command("list")
@click.option("--all", "is_all", is_flag=True, help="The files of the workspace, too.")
@click.pass_obj
def show_locations(host: Host, *, is_all: bool) -> None:
    """List every source outside of the workspace: its state, when it was read, and when it will be again.

    With the number of readings that failed one after the other, and the error of the last. The sources are those
    that are registered, those that discovery found, and those that Location entities lead to.
    """
    from waypost.catalog.ingestion.sourcestates import list_sources
    from waypost.core.database import reading, upgrade

    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        sources = [s for s in list_sources(connection) if is_all or s.root != "workspace"]
    if not sources:
        click.echo("The catalog reads nothing from elsewhere ('waypost location add').")
        return
    _print_table(sources, utc_now())


def _print_table(sources: Iterable[SourceState], at: datetime) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "source", "asked by", "state", "read", "next", "failures", "error", box=None, pad_edge=False
    )
    for source in sources:
        table.add_row(*map(Text, _cells(source, at)))
    # A file or a pipe has no width: nothing is broken there.
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def _cells(source: SourceState, at: datetime) -> tuple[str, ...]:
    read = f"{_span(at - source.read_at)} ago" if source.read_at else "never"
    following = f"in {_span(source.due_at - at)}" if source.due_at else ""
    error = source.errors[0]["message"] if source.errors else ""
    return source.name, source.root, source.state, read, following, str(source.failures or ""), error


def _span(span: timedelta) -> str:
    whole = timedelta(seconds=max(0, round(span.total_seconds())))
    return duration_words(whole) if whole else "0 seconds"


@location.command("show", help=f"Show one registered location and what it led to.\n\n{_WHICH}")
@click.argument("which")
@click.pass_obj
def show_location(host: Host, which: str) -> None:
    """Show one registered location: its source, the errors of the last reading, and its entities."""
    from waypost.catalog.ingestion.sourcestates import entities_from, list_sources
    from waypost.core.database import reading, upgrade

    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        found = _find(connection, which)
        source = next((s for s in list_sources(connection) if s.name == str(found.location)), None)
        entities = entities_from(connection, found.location)
    click.echo(f"{found.id}  {found.location}\n  entity  {found.ref}")
    if source is not None:
        click.echo(f"  state   {source.state}, failures: {source.failures}")
        for error in source.errors:
            click.echo(f"  error   {error['name']}: {error['message']}")
    for ref in entities:
        click.echo(f"  holds   {ref}")


@location.command("remove", help=f"Take a registered location away, and all that only it led to.\n\n{_WHICH}")
@click.argument("which")
@click.pass_obj
def remove_location(host: Host, which: str) -> None:
    """Take a registered location away, and all that only it led to."""
    from waypost.catalog.locations import registering as locations

    with _changing(host, which) as (connection, found):
        locations.forget(connection, found.id, utc_now())
    click.echo(f"{found.location} is no longer registered.")


@location.command("refresh", help=f"Have a registered location read as soon as possible.\n\n{_WHICH}")
@click.argument("which")
@click.pass_obj
def refresh_location(host: Host, which: str) -> None:
    """Have a registered location read as soon as possible."""
    from waypost.catalog.locations import registering as locations

    with _changing(host, which) as (connection, found):
        locations.refresh(connection, found.ref, utc_now())
    click.echo(f"{found.location} is due now.")


@contextmanager
def _changing(host: Host, which: str) -> Iterator[tuple[Connection, RegisteredLocation]]:
    """Give a connection that may write, and the registered location that *which* names."""
    from waypost.core.database import transaction, upgrade

    upgrade(host.engine, host.plugins)
    with transaction(host.engine) as connection:
        yield connection, _find(connection, which)


def _find(connection: Connection, which: str) -> RegisteredLocation:
    """Return the registered location with this target, id or reference.

    Raises:
        NotFoundError: There is none.
    """
    from waypost.catalog.locations import store as locationstore

    known = locationstore.list_locations(connection)
    for found in known:
        if which in (found.target, str(found.location), found.id, found.ref):
            return found
    raise NotFoundError("registered location", which)
