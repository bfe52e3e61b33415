"""Finding: which entities' grades are asked for, in pages that hold every one once, with the exact total."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from pyroaring import BitMap

from waypost.catalog.model import EntityRef
from waypost.core.errors import Fault, InputError, suggest
from waypost.scorecards.model import UNSET_TIER
from waypost.scorecards.reading.index import LETTERS, CardIndex
from waypost.scorecards.reading.rollups import NO_LEVEL

_KINDS: Mapping[str, str | None] = {
    "entity": None, "owner": "group", "under": "group", "system": "system", "domain": "domain",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which grades are asked for; "" and None are any. ``groups`` are those that ``under`` means."""

    entity: str = ""
    owner: str = ""
    groups: frozenset[str] | None = None
    system: str = ""
    domain: str = ""
    tier: str = ""
    level: str = ""
    check: str = ""
    state: str = ""
    meets_target: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found: places by scorecard; how many there are in all; where it goes on, "" for nowhere."""

    places: Sequence[tuple[CardIndex, Sequence[int]]]
    total: int
    cursor: str


def read_wanted(query: Mapping[str, Any], groups: frozenset[str] | None) -> Wanted:
    """Return what *query* asks for, its references in full.

    Raises:
        InputError: A reference cannot be read.
    """
    refs = {name: reference(query, name) for name in ("entity", "owner", "system", "domain")}
    texts = {name: query[name] for name in ("tier", "level", "check", "state")}
    return Wanted(**refs, **texts, groups=groups, meets_target=query["meets_target"])


def reference(query: Mapping[str, Any], name: str) -> str:
    """Return the reference that *query* has under *name* in full, "" for none.

    Raises:
        InputError: It cannot be read.
    """
    return str(EntityRef.parse(query[name], _KINDS[name])) if query[name] else ""


def check_names(wanted: Wanted, indexes: Collection[CardIndex]) -> None:
    """See that what *wanted* names is in any of *indexes*: a misspelt name finds nothing, and looks like good news.

    Raises:
        InputError: A check, state, level or tier is not known; it tells the nearest.
    """
    faults = list(_faults(wanted, indexes))
    if faults:
        raise InputError("the query", faults)


def _faults(wanted: Wanted, indexes: Collection[CardIndex]) -> Iterator[Fault]:
    if wanted.state and wanted.state not in LETTERS:
        yield _fault("state", wanted.state, LETTERS)
    if not indexes:
        return
    if wanted.check:
        yield from _missing("check", wanted.check, {check for index in indexes for check in index.checks})
    if wanted.level:
        yield from _missing("level", wanted.level, {NO_LEVEL, *(each for i in indexes for each in i.levels)})
    if wanted.tier:
        yield from _missing("tier", wanted.tier, {tier for index in indexes for tier in tiers_of(index)})


def tiers_of(index: CardIndex) -> set[str]:
    """Return every tier that an entity has, or that the scorecard names."""
    targets = {target["tier"] for target in index.document["targets"]} - {"*"}
    return {UNSET_TIER, *targets, *index.by("tier")}


def _missing(what: str, name: str, known: Iterable[str]) -> Iterator[Fault]:
    names = sorted(known)
    if name not in names:
        yield _fault(what, name, names)


def _fault(what: str, name: str, known: Iterable[str]) -> Fault:
    names = list(known)
    otherwise = f"There are {', '.join(names)}."
    return Fault(what, f"no {what} is named '{name}'. {suggest(name, names, otherwise)}")


def fitting(index: CardIndex, wanted: Wanted) -> BitMap:
    """Return the places of *index* that *wanted* means."""
    if wanted.check and wanted.check not in index.checks:
        return BitMap()
    sets = list(_sets(index, wanted))
    return BitMap.intersection(*sets) if len(sets) > 1 else sets[0] if sets else index.everyone


def _sets(index: CardIndex, wanted: Wanted) -> Iterator[BitMap]:
    nobody = BitMap()
    if wanted.entity:
        place = index.place_of(wanted.entity)
        yield nobody if place is None else BitMap([place])
    for name in ("owner", "system", "domain", "tier"):
        value = getattr(wanted, name)
        if value:
            yield index.by(name).get(value, nobody)
    if wanted.groups is not None:
        owners = index.by("owner")
        yield BitMap.union(nobody, *(owners[group] for group in wanted.groups if group in owners))
    if wanted.level:
        yield index.by("level").get("" if wanted.level == NO_LEVEL else wanted.level, nobody)
    if wanted.meets_target is not None:
        yield index.meeting().get(str(wanted.meets_target), nobody)
    if wanted.state:
        letter = LETTERS[wanted.state]
        yield index.of_check(wanted.check).get(letter, nobody) if wanted.check else index.of_state(letter)


def find(indexes: Sequence[CardIndex], wanted: Wanted, *, limit: int, cursor: str) -> Found:
    """Return a page of the grades that *wanted* means, by scorecard and entity, from *cursor* on.

    A cursor names the last grade that was given: what comes or goes between two pages moves nothing else.

    Raises:
        InputError: The cursor is not one of ours, or what is wanted names what there is not.
    """
    check_names(wanted, indexes)
    card, entity = read_cursor(cursor)
    pages: list[tuple[CardIndex, Sequence[int]]] = []
    total, left, last = 0, limit, ""
    for index in sorted(indexes, key=lambda index: index.name):
        places = fitting(index, wanted)
        total += len(places)
        if index.name < card:
            continue
        begin = index.place_behind(entity) if index.name == card else 0
        taken = _from(places, begin, left + 1)
        if len(taken) > left:
            last = last or _last(pages, index, taken[:left])
        if left and taken:
            pages.append((index, taken[:left]))
        left -= min(left, len(taken))
    return Found(pages, total, last)


def _from(places: BitMap, begin: int, count: int) -> list[int]:
    rank = places.rank(begin - 1) if begin else 0
    return list(islice(places[rank : rank + count], count)) if rank < len(places) else []


def _last(pages: Sequence[tuple[CardIndex, Sequence[int]]], index: CardIndex, taken: Sequence[int]) -> str:
    """Return the cursor of the last grade of a page that is full."""
    if taken:
        return to_cursor(index.name, index.entities[taken[-1]])
    before, places = pages[-1]
    return to_cursor(before.name, before.entities[places[-1]])


def to_cursor(scorecard: str, entity: str) -> str:
    """Return the cursor of what comes behind *entity* in *scorecard*."""
    return base64.urlsafe_b64encode(orjson.dumps([scorecard, entity])).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[str, str]:
    """Return the scorecard and the entity that *cursor* names, "" and "" for none.

    Raises:
        InputError: It is not one of ours.
    """
    if not cursor:
        return "", ""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:  # No base64, or no JSON below it.
        parts = None
    if isinstance(parts, list) and [type(part) for part in parts] == [str, str]:
        return parts[0], parts[1]
    raise InputError("the query", [Fault("cursor", "is not one that this list gave")])
