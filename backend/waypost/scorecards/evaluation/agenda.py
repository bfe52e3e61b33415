"""The agenda of an evaluation: what changed since the last one, and whom that concerns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from waypost.catalog.model import Catalog, Entity
from waypost.facts import changes as facts
from waypost.facts.changes import FactAges
from waypost.scorecards import store
from waypost.scorecards.evaluation.differences import Spoken
from waypost.scorecards.model import STATE_LETTERS, State
from waypost.scorecards.results import Standing

STALE = STATE_LETTERS[State.STALE]
# A check that is exempt or announced may be stale below that.
_MAY_BE_STALE = (STALE, STATE_LETTERS[State.EXEMPT], STATE_LETTERS[State.UPCOMING])


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the last evaluation had seen: revisions of facts, the day, and what was known about sources.

    ``catalog`` identifies the texts of all entities, ``by`` the evaluation itself. ``is_first`` tells that there was
    none.
    """

    facts: int = 0
    ages: int = 0
    day: str = ""
    catalog: str = ""
    unread: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    by: str = ""
    is_first: bool = True

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        names = ("facts", "ages", "day", "catalog", "unread", "declared", "by")
        return {name: getattr(self, name) for name in names}


def read_mark(document: Mapping[str, Any]) -> Mark:
    """Return the mark that was kept as *document*."""
    if not document:
        return Mark()
    told = dict(document)
    unread, declared = tuple(told.pop("unread")), tuple(told.pop("declared"))
    return Mark(**told, unread=unread, declared=declared, is_first=False)


@dataclass(frozen=True, slots=True)
class Texts:
    """The digest of each entity's text, with where it belongs, and of all of them together."""

    digests: Mapping[str, str]
    whole: str


def texts_of(catalog: Catalog) -> Texts:
    """Return the digests of the entities of *catalog*; another one means that rules may find something else."""
    digests = {
        str(entity.ref): _digest([entity.document, standing_parts(catalog, entity)])
        for entity in catalog.written
    }
    return Texts(digests, _digest(sorted(digests.items())))


def _digest(value: Any) -> str:
    text = orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=12).hexdigest()


def standing_parts(catalog: Catalog, entity: Entity) -> tuple[str, str, str]:
    """Return the owner, the system and the domain of *entity*, "" for none.

    Its domain is that of its system where it names none itself.
    """
    parts = entity.relations("partOf")
    systems = [ref for ref in parts if ref.kind == "system"]
    system = catalog.find(systems[0]) if systems else None
    domains = [
        ref for ref in (*parts, *(system.relations("partOf") if system else ())) if ref.kind == "domain"
    ]
    owner = entity.owner
    return (
        str(owner) if owner else "",
        str(systems[0]) if systems else "",
        str(domains[0]) if domains else "",
    )


def standing_of(catalog: Catalog, entity: Entity, tier: str) -> Standing:
    """Return where *entity* of *tier* belongs."""
    return Standing(tier, *standing_parts(catalog, entity))


NO_AGES: Final = FactAges(0, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Agenda:
    """What changed since the last evaluation.

    ``paths`` are the facts that changed, by entity. ``everywhere`` are paths of which something became known of every
    entity at once: that nobody had looked, or that they are declared. ``spoken`` is what changed exemptions speak of.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset()
    spoken: Spoken = field(default_factory=dict)
    ages: FactAges = NO_AGES
    is_first: bool = False
    is_new_day: bool = False
    due: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()

    def entities(self) -> set[str]:
        """Return the entities that something of this concerns, but for what concerns every one."""
        return {*self.texts, *self.paths, *self.spoken, *self.due, *self.stale}


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see now: the entities' texts, what is known about sources, and of what exemptions speak anew."""

    texts: Texts
    unread: frozenset[str]
    declared: frozenset[str]
    spoken: Spoken
    revisions: Mapping[str, int]
    by: str


def read_agenda(connection: Connection, mark: Mark, sight: Sight, now: datetime) -> tuple[Agenda, Mark]:
    """Return what changed since *mark*, and the mark of now."""
    number, ages_number = sight.revisions[facts.REVISION], sight.revisions[facts.AGES]
    changed: Mapping[str, frozenset[str]] = {}
    if number != mark.facts and not mark.is_first:
        changed = facts.changed_since(connection, mark.facts).by_entity
    ages = NO_AGES
    if ages_number != mark.ages and not mark.is_first:
        ages = facts.confirmed_since(connection, mark.ages)
    texts, gone = _changed_texts(connection, mark, sight.texts)
    day = now.astimezone(UTC).date().isoformat()
    others = (sight.unread ^ frozenset(mark.unread)) | (sight.declared ^ frozenset(mark.declared))
    agenda = Agenda(
        texts, gone, changed, _below(others), sight.spoken, ages,
        is_first=mark.is_first,
        is_new_day=day != mark.day,
        due=frozenset(store.due_entities(connection, now)),
        stale=frozenset(store.entities_in(connection, _MAY_BE_STALE)) if ages.sources or ages.entities else frozenset(),
    )  # fmt: skip
    after = Mark(
        number, ages_number, day, sight.texts.whole, tuple(sorted(sight.unread)), tuple(sorted(sight.declared)),
        by=sight.by, is_first=False,
    )  # fmt: skip
    return agenda, after


def _below(paths: frozenset[str]) -> frozenset[str]:
    """Return *paths* by their first names: a fact's siblings become something else to ask for when it is declared."""
    return frozenset(path.split(".", 1)[0] for path in paths)


def _changed_texts(connection: Connection, mark: Mark, texts: Texts) -> tuple[dict[str, str], frozenset[str]]:
    if texts.whole == mark.catalog:
        return {}, frozenset()
    known = store.digests_of(connection)
    changed = {ref: digest for ref, digest in texts.digests.items() if known.get(ref) != digest}
    return changed, frozenset(known.keys() - texts.digests.keys())
