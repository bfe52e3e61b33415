"""What the catalog answers: entities, lists, facets and ancestry, as the bytes that are sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from waypost.catalog.reads.cursors import MOST, Cursor, dump_cursor
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.listing import list_ordered, list_page
from waypost.catalog.reads.predicates import Predicate, find
from waypost.catalog.reads.projection import project
from waypost.core.errors import InputError, NotFoundError

DEFAULT_LIMIT = 200
_MOST_VALUES = 1_000_000
Fields = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of an ordered list to give."""

    limit: int | None = None
    offset: int = 0


def get_by_ref(index: EntityIndex, kind: str, namespace: str, name: str) -> int:
    """Return the position of the entity with this reference, in any case.

    Raises:
        NotFoundError: There is none.
    """
    position = index.position_by_ref.get(f"{kind}:{namespace}/{name}".lower())
    if position is None:
        raise _missing(name, f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'")
    return position


def get_by_uid(index: EntityIndex, uid: str) -> int:
    """Return the position of the entity with *uid*.

    Raises:
        NotFoundError: There is none.
    """
    position = index.find_uid(uid)
    if position is None:
        raise _missing(uid, f"No entity with uid {uid}")
    return position


def _missing(name: str, message: str) -> NotFoundError:
    """Return the error with the words that Backstage's catalog has for it."""
    error = NotFoundError("entity", name)
    error.args = (message,)
    return error


def bodies(index: EntityIndex, positions: Iterable[int], fields: Fields) -> list[bytes]:
    """Return the entities at *positions*, whole or only their *fields*."""
    if not fields:
        return [index.bodies[position] for position in positions]  # type: ignore[misc]  # no gap is asked for
    return [_projected(index, position, fields) for position in positions]


def _projected(index: EntityIndex, position: int, fields: Fields) -> bytes:
    body = index.body(position)
    kept = index.derived.projections
    found = kept.get((fields, body))
    if found is None:
        found = orjson.dumps(project(orjson.loads(body), fields))
        # It holds the body as well, which may be of a revision that is gone.
        kept.put((fields, body), found, len(found) + len(body) + sum(map(len, fields)))
    return found


def list_all(index: EntityIndex, predicate: Predicate | None, order: tuple[str, bool] | None) -> list[int]:
    """Return everything that meets *predicate*: by uid, or by *order*, which drops those without the field."""
    if order is None:
        return list(find(index, predicate))
    cursor = Cursor(predicate, order[0], order[1])
    # An entity may be there for each of its values.
    return list_page(index, cursor, len(index.order(order[0].lower()).positions)).positions


def list_slice(
    index: EntityIndex, predicate: Predicate | None, orders: Sequence[tuple[str, bool]], part: Slice
) -> tuple[list[int], str]:
    """Return one part of an ordered list, and the ``after`` that leads on, "" at the end."""
    ordered = list_ordered(index, predicate, orders)
    if part.limit is None:
        return list(islice(ordered, part.offset, None)), ""
    end = part.offset + part.limit
    positions = list(islice(ordered, part.offset, end + 1))
    if len(positions) <= part.limit:
        return positions, ""
    after = base64.b64encode(orjson.dumps({"limit": part.limit, "offset": end})).decode()
    return positions[: part.limit], after


def parse_after(text: str, part: Slice) -> Slice:
    """Return the part that an ``after`` names; what it does not say stays as in *part*.

    Raises:
        InputError: It is not one of ours.
    """
    try:
        wire = orjson.loads(base64.b64decode(text))
        limit, offset = wire.get("limit", part.limit), wire.get("offset", part.offset)
    except (ValueError, AttributeError) as error:
        raise InputError("Malformed after cursor, could not be parsed") from error
    # The words of Backstage, to the letter.
    for name, article, value in (("limit", "an", limit), ("offset", "a", offset)):
        if (value is not None or name == "offset") and (type(value) is not int or value < 0):
            raise InputError(f"Malformed after cursor, {name} was not {article} number")
    return Slice(None if limit is None else min(limit, MOST), min(offset, MOST))


def page_body(
    index: EntityIndex, cursor: Cursor, fields: Fields, part: Slice, *, is_counted: bool = True
) -> bytes:
    """Return one page of a list as ``{"items", "totalItems", "pageInfo"}``."""
    limit = DEFAULT_LIMIT if part.limit is None else part.limit
    page = list_page(index, cursor, limit, part.offset, is_counted=is_counted)
    info: dict[str, str] = {}
    if page.following:
        info["nextCursor"] = dump_cursor(page.following)
    if page.previous:
        info["prevCursor"] = dump_cursor(page.previous)
    end = b'],"totalItems":%d,"pageInfo":%b}' % (page.total, orjson.dumps(info))
    return _joined(b'{"items":[', bodies(index, page.positions, fields), end)


def _joined(begin: bytes, items: list[bytes], end: bytes) -> bytes:
    """Return *items* with commas between, *begin* before and *end* behind them, copied only once."""
    if not items:
        return begin + end
    items[0] = begin + items[0]
    items[-1] += end
    return b",".join(items)


def refs_body(index: EntityIndex, refs: Iterable[str], predicate: Predicate | None, fields: Fields) -> bytes:
    """Return the entities named by *refs*, in that order, null for what is not there, as ``{"items"}``."""
    found = find(index, predicate) if predicate else None
    positions = [index.position_by_ref.get(ref) for ref in refs]
    items = [
        b"null"
        if position is None or (found is not None and position not in found)
        else bodies(index, (position,), fields)[0]
        for position in positions
    ]
    return _joined(b'{"items":[', items, b"]}")


def facets_body(index: EntityIndex, names: Iterable[str], predicate: Predicate | None) -> bytes:
    """Return how many entities have each value of each facet, as ``{"facets"}``.

    Raises:
        InputError: They have more values together than any answer should hold.
    """
    within = find(index, predicate) if predicate else None
    facets: dict[str, Any] = {}
    told = 0
    for name in dict.fromkeys(names):
        counted = index.facet(name.lower(), within)
        told += len(counted)
        if told > _MOST_VALUES:
            raise InputError(f"the facets have more than {_MOST_VALUES:,} values; ask for fewer at once")
        facets[name] = [{"value": value, "count": count} for value, count in counted]
    return orjson.dumps({"facets": facets})


def ancestry_body(index: EntityIndex, kind: str, namespace: str, name: str) -> bytes:
    """Return the entity and all that led to it, as ``{"rootEntityRef", "items"}``.

    Raises:
        NotFoundError: There is no such entity.
    """
    ref = f"{kind}:{namespace}/{name}".lower()
    if ref not in index.position_by_ref:
        raise _missing(ref, f"No such entity {ref}")
    items, waiting, seen = [], [ref], {ref}
    while waiting:
        position = index.position_by_ref[waiting.pop()]
        parents = [parent for parent in index.parents[position] if parent in index.position_by_ref]
        items.append(b'{"entity":%b,"parentEntityRefs":%b}' % (index.body(position), orjson.dumps(parents)))
        waiting += [parent for parent in parents if parent not in seen]
        seen.update(parents)
    return b'{"rootEntityRef":%b,"items":[%b]}' % (orjson.dumps(ref), b",".join(items))
