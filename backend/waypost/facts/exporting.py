"""Facts as lines of JSON: what one database knows, taken over by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select, tuple_

from waypost.catalog.model import Catalog
from waypost.core.errors import InputError
from waypost.core.plugin import CollectedFact, Context
from waypost.facts import store
from waypost.facts.accepting import sort_facts
from waypost.facts.changes import lock_facts
from waypost.facts.model import Fact, FactSources
from waypost.facts.tables import facts_fact, facts_run
from waypost.facts.wire import ExportedFactSchema

MEDIA_TYPE: Final = "application/x-ndjson"
_AT_ONCE: Final = 1_000


def export_facts(opened: Callable[[], AbstractContextManager[Connection]]) -> Iterator[bytes]:
    """Give every fact that stands as a line of JSON, by entity and path, some lines at a time.

    Each time a connection is opened for a moment, so that a slow reader holds none up; what changes meanwhile is told
    as it is when its turn comes.
    """
    table, after = facts_fact.c, ("", "")
    while True:
        query = select(facts_fact).where(table.ended_at.is_(None), tuple_(table.entity, table.path) > after)
        with opened() as connection:
            runs = {row.source: row.at for row in connection.execute(select(facts_run))}
            rows = connection.execute(query.order_by(table.entity, table.path).limit(_AT_ONCE)).all()
        if rows:
            yield b"".join(
                _line(row, store.to_fact(row, runs.get(row.source)), runs.get(row.source)) for row in rows
            )
        if len(rows) < _AT_ONCE:
            return
        after = (rows[-1].entity, rows[-1].path)


def _line(row: Any, fact: Fact, read_at: datetime | None) -> bytes:
    said = {
        "entity": row.entity,
        "path": row.path,
        "value": row.value,
        "source": row.source,
        "collectedAt": fact.collected_at,
        "asOf": fact.as_of,
        "readAt": read_at,
    }
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of a line: ``read_at`` is when its source was read in full, None where it never was."""

    fact: CollectedFact
    source: str
    collected_at: datetime
    read_at: datetime | None


def read_lines(name: str, lines: Iterable[bytes]) -> Iterator[Line]:
    """Give the facts of *lines*, which ``export_facts`` wrote and which are called *name*.

    Raises:
        InputError: One is no such line.
    """
    schema = ExportedFactSchema()
    for number, line in enumerate(lines, 1):
        if line.strip():
            said = schema.read(f"{name}:{number}", parse_line(f"{name}:{number}", line))
            fact = CollectedFact(said["entity"], said["path"], said["value"], said["as_of"])
            yield Line(fact, said["source"], said["collected_at"], said["read_at"])


def parse_line(where: str, line: bytes) -> Any:
    """Return what the JSON of *line* holds.

    Raises:
        InputError: It is no JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(where, [f"is no JSON: {error}"]) from error


def import_facts(context: Context, lines: Iterable[Line]) -> str:
    """Take over what *lines* tell of the workspace's sources in place of what is known of those, and say what was done.

    Facts of a source that the workspace has not, or of an entity, a path or a shape that it does not declare, are
    left out; what comes out tells why.
    """
    by_source: dict[str, list[Line]] = {}
    for line in lines:
        by_source.setdefault(line.source, []).append(line)
    sources = {source.name: source for source in context.knowledge[FactSources].sources}
    lock_facts(context.connection, context.now)
    store.put_sources(context.connection, sources.values(), context.now)
    count, changed, left_out = (
        0,
        0,
        [f"no source is named '{name}'" for name in by_source if name not in sources],
    )
    for name in sorted(by_source.keys() & sources.keys()):
        own = by_source[name]
        found = sort_facts((line.fact for line in own), [sources[name]], context.knowledge[Catalog])
        facts, reasons = found.by_source[name], [*found.reasons(name), *found.reasons("")]
        at = max(line.read_at or line.collected_at for line in own)
        changed += store.put_facts(context.connection, name, facts, at=at, refused=reasons)
        count += len(facts)
        left_out += [f"{name}: {reason}" for reason in reasons]
    told = f"Took over {count} facts of {len(by_source.keys() & sources.keys())} sources; {changed} changed."
    return told + (f" Left out: {'; '.join(left_out)}." if left_out else "")
