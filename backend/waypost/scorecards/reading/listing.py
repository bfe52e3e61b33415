"""Lists of grades as the API answers them: in pages, as CSV, of an entity, and of an owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from pyroaring import BitMap

from waypost.core import web
from waypost.core.csvtext import CSV, csv_pieces
from waypost.core.reply import Flow, Reply
from waypost.scorecards.reading.current import Cards, current_cards
from waypost.scorecards.reading.finding import check_names, find, fitting, read_wanted, reference
from waypost.scorecards.reading.grades import csv_heads, csv_rows, grades_at
from waypost.scorecards.reading.groups import groups_below
from waypost.scorecards.reading.index import CardIndex
from waypost.scorecards.reading.overview import roll_up_document
from waypost.scorecards.reading.rollups import roll_up

Document = dict[str, Any]


def list_grades(names: Sequence[str], query: Mapping[str, Any]) -> Reply:
    """Return the grades of the scorecards called *names* that *query* asks for, as JSON or CSV.

    Raises:
        NotFoundError: There is no such scorecard.
        InputError: A name or a reference in the query is none, or the cursor is not one of ours.
    """
    cards = current_cards(web.edge())
    # What is below a group does not change with the results: that answer is identified by what it says.
    etag = "" if query["under"] else cards.etag
    if etag and web.is_current(etag):
        return Reply(b"", etag)
    indexes = [cards.index(name) for name in names]
    if query["format"] == "csv":
        return _csv(indexes, query, etag)
    return Reply(orjson.dumps(_page(indexes, query)), etag)


def _page(indexes: Sequence[CardIndex], query: Mapping[str, Any]) -> Document:
    wanted = read_wanted(query, _groups(query))
    found = find(indexes, wanted, limit=query["limit"], cursor=query["cursor"])
    return {
        "items": _told(found.places, query["show"]),
        "totalItems": found.total,
        "pageInfo": {"nextCursor": found.cursor} if found.cursor else {},
    }


def _groups(query: Mapping[str, Any]) -> frozenset[str] | None:
    if not query["under"]:
        return None
    with web.reading() as connection:
        return groups_below(connection, reference(query, "under"))


def _told(pages: Sequence[tuple[CardIndex, Sequence[int]]], show: str = "all") -> list[Document]:
    with web.reading() as connection:
        return [grade for index, places in pages for grade in grades_at(connection, index, places, show)]


def _csv(indexes: Sequence[CardIndex], query: Mapping[str, Any], etag: str) -> Reply:
    wanted = read_wanted(query, _groups(query))
    check_names(wanted, indexes)
    pages = [(index, list(fitting(index, wanted))) for index in indexes]
    only = indexes[0] if len(indexes) == 1 else None
    heads = csv_heads(only)
    name = only.name if only else "scorecards"
    return Reply(
        Flow(lambda: csv_pieces(heads, csv_rows(pages, with_checks=only is not None))),
        f"{etag}-csv" if etag else "",
        (("Content-Disposition", f'attachment; filename="{name}.csv"'),),
        content_type=CSV,
    )


def grades_of_entity(cards: Cards, entity: str, include: str = "") -> list[Document]:
    """Return the grades of *entity* by scorecard; none where no scorecard that is shown applies to it."""
    return _told([(index, places) for index, places in _places(cards, include, entity)])


def _places(cards: Cards, include: str, entity: str) -> Iterator[tuple[CardIndex, Sequence[int]]]:
    for index in _indexes(cards, include):
        place = index.place_of(entity)
        if place is not None:
            yield index, [place]


def _indexes(cards: Cards, include: str) -> list[CardIndex]:
    return [cards.index(name) for name in sorted(cards.names(include))]


def grades_of_owner(cards: Cards, owner: str, include: str = "") -> Document:
    """Return the grades of what *owner* owns, and what they say together by scorecard."""
    owned = [(index, index.by("owner").get(owner, BitMap())) for index in _indexes(cards, include)]
    pages = [(index, list(places)) for index, places in owned if places]
    rolled = {
        index.name: roll_up(index.levels, (index.rows[place].graded for place in places))
        for index, places in pages
    }
    return {
        "items": _told(pages),
        "rollUp": {name: roll_up_document(each) for name, each in rolled.items()},
    }
