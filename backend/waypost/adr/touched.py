"""What a change touches: files, pages and entities, each with how it changed and where that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from waypost.catalog.model import Catalog, Definition, Entity
from waypost.core.baseline import Change
from waypost.core.markdownfile import MarkdownFile
from waypost.core.plugin import Before, Knowledge
from waypost.documents.model import Documents, Page

_ENDED = frozenset({"deprecated", "retired"})
_DEEPEST = 3
_SAME_TEXT = 0.6
LineOf = Callable[..., int]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One thing that a change touches.

    ``what`` is ``file``, ``page`` or ``entity``; ``kinds`` and ``types`` are those that it had or has.
    ``lost`` are the titles of sections that a page has no more. ``was`` and ``now`` are its front matter, or its metadata and spec; empty where it was not, or is gone.
    """

    what: str
    name: str
    path: str
    paths: tuple[str, ...]
    changes: frozenset[str]
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    owner: str = ""
    lost: tuple[str, ...] = ()
    was: Mapping[str, Any] = field(default_factory=dict, repr=False)
    now: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lines: LineOf | None = field(default=None, compare=False, repr=False)

    def line_of(self, *keys: str | int) -> int:
        """Return the line of *keys* in the file as it is now; 1 where the thing is gone."""
        return max(self.lines(*keys), 1) if self.lines else 1


def touched_by(before: Before, knowledge: Knowledge) -> tuple[Touched, ...]:
    """Return everything that differs since *before*: files first, then entities, each by path."""
    return (*_files(before, knowledge), *_entities(before, knowledge))


def _files(before: Before, knowledge: Knowledge) -> Iterator[Touched]:
    pages, old_pages = knowledge[Documents].pages, before.knowledge[Documents].pages
    for change in before.changes:
        old = None if change.status == "added" else old_pages.get(change.old_path or change.path)
        now = pages.get(change.path)
        if old is None and now is None:
            yield _file(change)
        else:
            yield _page(change, old, now)


def _file(change: Change) -> Touched:
    moved = change.status == "renamed"
    status = {"deleted": "removed", "renamed": "modified"}.get(change.status, change.status)
    return Touched(
        what="file",
        name=change.path,
        path=change.path,
        paths=(change.path, change.old_path) if moved else (change.path,),
        changes=frozenset({status}),
    )


def _page(change: Change, old: Page | None, now: Page | None) -> Touched:
    known = [page for page in (now, old) if page is not None]
    lost = tuple(_lost_sections(old.file, now.file)) if old and now else ()
    file = _file(change)
    changes = set(file.changes)
    if old and now and now.status in _ENDED and old.status not in _ENDED:
        changes.add("deprecated")
    if lost:
        changes.add("section-removed")
    return replace(
        file,
        what="page",
        name=known[0].title,
        changes=frozenset(changes),
        kinds=frozenset(page.kind for page in known if page.kind),
        owner=str(known[0].owner or ""),
        lost=lost,
        was=old.front if old else {},
        now=now.front if now else {},
        lines=now.file.line_of if now else None,
    )


def _lost_sections(old: MarkdownFile, now: MarkdownFile) -> Iterator[str]:
    """Give the sections of *old* that *now* has neither by title nor, under another title, by text."""
    titles = {heading.text.casefold() for heading in now.headings}
    earlier = {heading.text.casefold() for heading in old.headings}
    fresh = [section for section in now.sections if section.heading.text.casefold() not in earlier]
    for section in old.sections:
        title = section.heading.text
        if not 1 < section.heading.level <= _DEEPEST or title.casefold() in titles:
            continue
        words = section.text.split()
        if not any(_is_like(words, other.text.split()) for other in fresh):
            yield title


def _is_like(one: list[str], other: list[str]) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME_TEXT


class _Thing(NamedTuple):
    """An entity, or a definition of one of Waypost's own kinds, as far as a change is seen in it."""

    kind: str
    name: str
    path: str
    owner: str
    document: Mapping[str, Any]
    lines: LineOf


def _entities(before: Before, knowledge: Knowledge) -> Iterator[Touched]:
    new_paths = {change.path for change in before.changes if change.status != "deleted"}
    old_paths = {change.old_path or change.path for change in before.changes if change.status != "added"}
    catalog, old_catalog = knowledge[Catalog], before.knowledge[Catalog]
    now, old = _things(catalog, new_paths), _things(old_catalog, old_paths)
    for key in sorted(now.keys() | old.keys()):
        # What moved stands in a file of one side only, and is looked up on the other.
        touched = _entity(old.get(key) or _find(old_catalog, key), now.get(key) or _find(catalog, key))
        if touched:
            yield touched


def _things(catalog: Catalog, paths: Collection[str]) -> dict[_Key, _Thing]:
    entities = (_of_entity(entity) for entity in catalog.entities.values() if entity.path in paths)
    own = (_of_definition(definition) for definition in catalog.definitions if definition.path in paths)
    return {(thing.kind.lower(), thing.name): thing for thing in (*entities, *own)}


def _find(catalog: Catalog, key: _Key) -> _Thing | None:
    kind, name = key
    entity = catalog.entities.get(name)
    if entity is not None and entity.path:
        return _of_entity(entity)
    own = (definition for definition in catalog.definitions if definition.kind.lower() == kind)
    return next((thing for thing in map(_of_definition, own) if thing.name == name), None)


def _of_entity(entity: Entity) -> _Thing:
    owner = str(entity.owner or "")
    return _Thing(entity.kind, str(entity.ref), entity.path, owner, entity.document, entity.line_of)


def _of_definition(definition: Definition) -> _Thing:
    kind, name = definition.kind, f"{definition.kind.lower()}:{definition.name}"
    owner = definition.document.get("metadata", {}).get("owner")
    return _Thing(kind, name, definition.path, str(owner or ""), definition.document, definition.line_of)


def _entity(old: _Thing | None, now: _Thing | None) -> Touched | None:
    was, is_now = _written(old), _written(now)
    if was == is_now:
        return None
    known = [thing for thing in (now, old) if thing is not None]
    changes = {"added" if old is None else "removed" if now is None else "modified"}
    if old and now and _lifecycle(is_now) in _ENDED and _lifecycle(was) not in _ENDED:
        changes.add("deprecated")
    specs = [thing.document.get("spec") or {} for thing in known]
    return Touched(
        what="entity",
        name=known[0].name,
        path=known[0].path,
        paths=tuple(dict.fromkeys(thing.path for thing in known)),
        changes=frozenset(changes),
        kinds=frozenset(thing.kind.lower() for thing in known),
        types=frozenset(str(spec["type"]) for spec in specs if "type" in spec),
        owner=known[0].owner,
        was=was,
        now=is_now,
        lines=now.lines if now else None,
    )


def _written(thing: _Thing | None) -> dict[str, Any]:
    """Return what people wrote of *thing*; its relations follow from others as well."""
    return {key: thing.document.get(key) for key in ("metadata", "spec")} if thing else {}


def _lifecycle(document: Mapping[str, Any]) -> str:
    return str((document.get("spec") or {}).get("lifecycle", ""))


def value_at(document: Mapping[str, Any], key: str) -> Any:
    """Return what *document* has at *key*, dotted; None where it has nothing there.

    In a list of mappings a name chooses those of that type, name or id, and ``*`` all: ``metadata.links.on-call``
    are the links of that type, ``spec.checks.*.id`` the ids of all checks.
    """
    value: Any = document
    for part in key.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list):
            value = _chosen(value, part)
        else:
            return None
    return None if value == [] else value


def _chosen(items: list[Any], part: str) -> list[Any]:
    mappings = [item for item in items if isinstance(item, Mapping)]
    if part == "*":
        return mappings
    named = [item for item in mappings if part in (item.get("type"), item.get("name"), item.get("id"))]
    return named or [item[part] for item in mappings if part in item]
