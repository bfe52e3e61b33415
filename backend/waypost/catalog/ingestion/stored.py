"""The catalog as the database holds it: entities are parsed only when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Connection, Text, select, type_coerce

from waypost.catalog.ingestion.details import conflict_problem, kept_definitions, kept_problems
from waypost.catalog.ingestion.reading import line_in
from waypost.catalog.ingestion.relationstore import list_conflicts
from waypost.catalog.ingestion.sourcestore import Source, workspace_sources
from waypost.catalog.model import Catalog, Definition, Entity, EntityRef, LineOf
from waypost.catalog.store import heads_of_refs
from waypost.catalog.tables import catalog_entity, catalog_source
from waypost.core.errors import InputError, NotFoundError, Problem
from waypost.core.plugin import Loaded
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml

# How many files and entities stay parsed: whoever asks for one soon asks for it again.
_FILES: Final = 8
_ENTITIES: Final = 2_000
_CHUNK: Final = 5_000

Parse = Callable[[bytes], Mapping[str, Any]]
_Row = tuple[str, int, str, bytes, str | None]


class StoredEntity(Entity):
    """An entity whose document is parsed when it is asked for, and forgotten when many others were."""

    __slots__ = ("_body", "_parse")

    def __init__(self, body: bytes, parse: Parse, **fields: Any) -> None:
        for name, value in {"_body": body, "_parse": parse, **fields}.items():
            object.__setattr__(self, name, value)

    @property
    def document(self) -> Mapping[str, Any]:
        """The processed entity, its relations included."""
        return self._parse(self._body)  # type: ignore[attr-defined,no-any-return]


class StoredEntities(Mapping[str, Entity]):
    """Entities by reference, in its order, each made when it is asked for.

    Args:
        rows: The reference of each, its line, its parents as JSON, its body and the path of its file.
    """

    def __init__(self, rows: Iterable[_Row], lines: _Lines | None) -> None:
        self._rows = {row[0]: row for row in sorted(rows, key=itemgetter(0))}
        self._lines = lines
        self._made: dict[str, Entity] = {}
        self._parse = lru_cache(_ENTITIES)(orjson.loads)

    def __getitem__(self, ref: str) -> Entity:
        """Return the entity *ref*."""
        if ref not in self._made:
            self._made[ref] = self._make(self._rows[ref])
        return self._made[ref]

    def __iter__(self) -> Iterator[str]:
        """Give the references, sorted."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def _make(self, row: _Row) -> Entity:
        ref, line, parents, body, path = row
        kind, _, rest = ref.partition(":")
        namespace, _, name = rest.partition("/")
        return StoredEntity(
            bytes(body),
            self._parse,
            ref=EntityRef(kind, namespace, name),
            path=path or "",
            line=line,
            parents=tuple(orjson.loads(parents)),
            lines=self._lines.of(path or "", line) if self._lines else _no_line,
        )


def stored_catalog(connection: Connection, workspace: Workspace) -> Loaded[Catalog]:
    """Return the catalog that the database holds, with the problems of the files of *workspace*."""
    lines = _Lines(workspace)
    sources = workspace_sources(connection)
    definitions = tuple(
        definition for path in sorted(sources) for definition in _definitions(sources[path], lines)
    )
    entities = StoredEntities(_rows(connection), lines)
    return Loaded(Catalog(entities, definitions), sorted(_problems(connection, sources)))


def elsewhere(connection: Connection) -> Mapping[str, Entity]:
    """Return the entities that were read from outside of the workspace."""
    return StoredEntities(_rows(connection, catalog_source.c.path == ""), None)


def _rows(connection: Connection, condition: ColumnElement[bool] | None = None) -> Iterator[_Row]:
    table, source = catalog_entity.c, catalog_source.c
    query = select(table.ref, table.line, type_coerce(table.parents, Text), table.body, source.path)
    query = query.outerjoin(catalog_source, source.id == table.source)
    if condition is not None:
        query = query.where(condition)
    rows: Iterator[Any] = iter(connection.execute(query.execution_options(yield_per=_CHUNK)))
    return map(tuple, rows)


def _no_line(*_keys: str | int) -> int:
    return 0


def _definitions(source: Source, lines: _Lines) -> Iterator[Definition]:
    for stored in kept_definitions(source.details):
        yield Definition.of(stored.document, source.path, stored.line, lines.of(source.path, stored.line))


def _problems(connection: Connection, sources: Mapping[str, Source]) -> Iterator[Problem]:
    for path, source in sources.items():
        yield from kept_problems(path, source.details)
    paths = {source.id: path for path, source in sources.items()}
    conflicts = list_conflicts(connection)
    holders = {head.ref: head for head in heads_of_refs(connection, {c.ref for c in conflicts})}
    for conflict in conflicts:
        holder = holders.get(conflict.ref)
        if conflict.source in paths and holder is not None:
            winner = f"{paths.get(holder.source or 0, 'another source')}:{holder.line}"
            yield conflict_problem(paths[conflict.source], conflict.line, conflict.ref, winner)


class _Lines:
    """Where keys stand in files, which are read again when somebody asks."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._documents = lru_cache(_FILES)(self._read)

    def of(self, path: str, line: int) -> LineOf:
        """Return what tells the lines in the document that begins in *line* of the file at *path*."""
        return partial(self._line_of, path, line)

    def _line_of(self, path: str, line: int, *keys: str | int) -> int:
        document = self._documents(path).get(line) if path and keys else None
        return line_in(document, *keys) if document else line

    def _read(self, path: str) -> dict[int, YamlDocument]:
        try:
            documents, _ = parse_yaml(self._workspace.read_text(path))
        except (InputError, NotFoundError):
            return {}
        return {document.line: document for document in documents}
