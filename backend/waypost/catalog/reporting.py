"""What a change does to the catalog: entities that come and go, their owners, and their relations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.rules.relations import REVERSES
from waypost.core.plugin import Before, Knowledge
from waypost.core.report import ReportPart, code, table, told
from waypost.core.words import counted
from waypost.core.workspace import Workspace

_ORDER: Final = 30
_LONGEST: Final = 60
# Told on their own, or said by a relation.
_SAID: Final = frozenset({"owner", "relations", "annotations"})
_MOST_CHANGES: Final = 6
# What an entity says of itself, or is said of it to the same end; an owner is told on its own.
_FORWARD: Final = frozenset({"partOf", "providesApi", "consumesApi", "dependsOn", "memberOf", "childOf"})


def report_catalog(_workspace: Workspace, knowledge: Knowledge, _at: datetime) -> Iterator[ReportPart]:
    """Give the entities of the workspace's files that the change adds, changes or takes away; nothing for none."""
    now = _own(knowledge[Catalog])
    before = _own(knowledge[Before].knowledge[Catalog])
    rows = [
        *(_row(now[ref], "added", now) for ref in sorted(now.keys() - before.keys())),
        *(
            _row(before[ref], f"**removed**{_left(ref, now)}", now)
            for ref in sorted(before.keys() - now.keys())
        ),
        *(
            _row(now[ref], "; ".join(changes), now)
            for ref in sorted(now.keys() & before.keys())
            if (changes := list(_changes(before[ref], now[ref])))
        ),
    ]
    if rows:
        text = table(("Entity", "Change", "Owner"), rows)
        yield ReportPart(_ORDER, "Catalog", counted(len(rows), "entity"), text)


def _own(catalog: Catalog) -> Mapping[str, Entity]:
    """Return what the workspace's own files hold: what lies elsewhere changes without it."""
    return {str(entity.ref): entity for entity in catalog.written if entity.path}


def _row(entity: Entity, change: str, now: Mapping[str, Entity]) -> tuple[str, str, str]:
    owner = entity.owner
    known = now.get(str(owner)) if owner else None
    who = told(known.title) if known else told(str(owner)) if owner else "**nobody**"
    return code(str(entity.ref)), change, "" if entity.kind in ("Group", "User") else who


def _left(ref: str, now: Mapping[str, Entity]) -> str:
    """Tell who still names the entity *ref*, which is gone."""
    found = [code(other) for other, entity in sorted(now.items()) if ref in _targets(entity)]
    if not found:
        return ""
    rest = f" and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - as many as one takes in
    return f", and still named by {', '.join(found[:3])}{rest}"


def _changes(before: Entity, now: Entity) -> Iterator[str]:
    if before.owner != now.owner:
        yield f"owner {_value(before.owner)} → {_value(now.owner)}"
    if before.path != now.path:
        yield f"moved to {code(now.path)}"
    yield from _related(before, now)
    values = [
        *_different(before.metadata, now.metadata),
        *_annotations(before, now),
        *_different(before.spec, now.spec),
    ]
    yield from values[:_MOST_CHANGES]
    if len(values) > _MOST_CHANGES:
        yield f"and {len(values) - _MOST_CHANGES} more"


def _related(before: Entity, now: Entity) -> Iterator[str]:
    for word, some, others in (("now", now, before), ("no longer", before, now)):
        for kind, target in sorted(_declared(some) - _declared(others)):
            yield f"{word} {code(kind)} {code(target)}"


def _declared(entity: Entity) -> set[tuple[str, str]]:
    """Return the relations that say what an entity is to others; the way back says the same once more."""
    return {
        (relation["type"], relation["targetRef"])
        for relation in entity.document.get("relations", ())
        if relation["type"] in _FORWARD
    }


def _targets(entity: Entity) -> set[str]:
    relations = entity.document.get("relations", ())
    return {relation["targetRef"].lower() for relation in relations if relation["type"] in REVERSES}


def _different(before: Mapping[str, Any], now: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key in sorted((before.keys() | now.keys()) - _SAID - _RELATED):
        old, new = before.get(key), now.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping) and not within:
            yield from _different(old, new, f"{key}.")
        elif old != new:
            yield _difference(within + key, old, new)


def _annotations(before: Entity, now: Entity) -> Iterator[str]:
    """Give the annotations that a person wrote; those that the catalog writes tell where the file lies."""
    old, new = (entity.metadata.get("annotations") or {} for entity in (before, now))
    for key in sorted(old.keys() | new.keys()):
        if not key.startswith("backstage.io/") and old.get(key) != new.get(key):
            yield _difference(key, old.get(key), new.get(key))


def _difference(key: str, old: Any, new: Any) -> str:
    if new is None:
        return f"{code(key)} taken out"
    if old is None:
        return f"{code(key)} {_value(new)}" if _is_short(new) else f"{code(key)} added"
    if _is_short(old) and _is_short(new):
        return f"{code(key)} {_value(old)} → {_value(new)}"
    return f"{code(key)} changed"


def _is_short(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and len(str(value)) <= _LONGEST


def _value(value: Any) -> str:
    return "nobody" if value is None else told(str(value))


_RELATED: Final = frozenset(
    {"system", "domain", "dependsOn", "dependencyOf", "providesApis", "consumesApis", "subcomponentOf"}
    | {"subdomainOf", "memberOf", "parent", "children", "members", "uid", "etag"}
)
