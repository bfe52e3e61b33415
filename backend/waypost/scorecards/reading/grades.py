"""Grades as the API tells them, made from the index and what is kept of each entity's checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from waypost.scorecards import store
from waypost.scorecards.reading.index import STATES, CardIndex, Row, build_index
from waypost.scorecards.results import MET_LETTERS

ALL, UNMET, NONE = "all", "unmet", "none"
"""Which checks of a grade are told."""

_ALL_LETTERS: Final = frozenset(STATES)
_UNMET_LETTERS: Final = _ALL_LETTERS - MET_LETTERS

Document = dict[str, Any]


def grades_at(
    connection: Connection, index: CardIndex, places: Sequence[int], show: str = ALL
) -> list[Document]:
    """Return the grades at *places* of *index*. One query for every 500 of them; none where no checks are told."""
    if show == NONE:
        return [grade_document(index, index.rows[place], []) for place in places]
    letters = _UNMET_LETTERS if show == UNMET else _ALL_LETTERS
    kept = store.texts_of(connection, index.name, [index.rows[place].entity for place in places])
    return [
        grade_document(index, row, _checks(index, *kept[row.entity], letters))
        for row in (index.rows[place] for place in places)
        # What has gone since the index was built is no longer told.
        if row.entity in kept
    ]


def grades_of(
    connection: Connection, document: Mapping[str, Any], entities: Collection[str]
) -> list[Document]:
    """Return the grades of *entities*, at most 500, in the scorecard *document*. Two queries; for whoever has no index."""
    index = build_index(connection, document, entities)
    return grades_at(connection, index, range(len(index.rows)))


def grade_document(index: CardIndex, row: Row, checks: Sequence[Document]) -> Document:
    """Return the grade of *row* as the API tells it, with *checks*."""
    document, grade = index.document, row.graded
    titles = index.once("titles", _titles)
    return {
        "scorecard": index.name,
        "scorecardTitle": document["title"],
        "lifecycle": document["lifecycle"],
        "entity": row.entity,
        "owner": grade.owner,
        "system": grade.system,
        "domain": grade.domain,
        "tier": grade.tier,
        "level": grade.level or None,
        "levelTitle": titles.get(grade.level),
        "levelSince": row.since,
        "score": grade.score,
        "scoreWithoutExemptions": row.score_without_exemptions,
        "coverage": {"evaluated": grade.evaluated, "applicable": grade.applicable},
        "meetsTarget": grade.meets_target,
        "target": {"level": row.target_level, "by": row.target_by.isoformat()} if row.target_level else None,
        "evaluatedAt": document["as_of"],
        "revision": document["revision"],
        "checks": checks,
    }


def _titles(index: CardIndex) -> Mapping[str, str]:
    return {level["name"]: level["title"] for level in index.document["levels"]}


def _checks(index: CardIndex, states: str, details: str, letters: frozenset[str]) -> list[Document]:
    fixed = index.once("checks", _fixed)
    told = orjson.loads(details)
    part: Callable[[str], Mapping[str, Any]] = lambda name: told.get(name, {})  # noqa: E731 - one line, used at once
    since, message, evidence = part("since"), part("message"), part("evidence")
    would, exemption = part("would"), part("exemption")
    return [
        {
            **same,
            "state": STATES[letter],
            "would": STATES.get(would.get(key, "")),
            "exemption": exemption.get(key),
            "message": message.get(key, ""),
            "evidence": evidence.get(key),
            "since": since.get(key, told["at"]),
        }
        for (key, same), letter in zip(fixed, states, strict=False)
        if letter in letters
    ]


def _fixed(index: CardIndex) -> list[tuple[str, Document]]:
    """Return what is the same of each check for every entity, by its place as a text."""
    same = ("id", "title", "level", "weight", "category", "fix", "because")
    return [
        (str(place), {key: check[key] for key in same} | {"notBefore": check["not_before"]})
        for place, check in enumerate(index.document["checks"])
    ]


HEADS: Final = (
    "scorecard", "entity", "owner", "system", "domain", "tier", "level", "levelSince", "score",
    "scoreWithoutExemptions", "evaluated", "applicable", "meetsTarget", "target", "targetBy", "evaluatedAt", "unmet",
)  # fmt: skip


def csv_heads(index: CardIndex | None) -> list[str]:
    """Return the heads of the table of grades; where all are of *index*, each of its checks has a column."""
    return [*HEADS, *(index.checks if index else ())]


def csv_rows(
    pages: Sequence[tuple[CardIndex, Sequence[int]]], *, with_checks: bool
) -> Iterator[Sequence[str | int | float | bool | None]]:
    """Give the row of each grade of *pages*; nothing is read but the indexes."""
    for index, places in pages:
        checks, as_of = list(index.checks), index.document["as_of"]
        for place in places:
            row = index.rows[place]
            grade = row.graded
            unmet = [c for c, letter in zip(checks, row.states, strict=False) if letter in _UNMET_LETTERS]
            yield (
                index.name, row.entity, grade.owner, grade.system, grade.domain, grade.tier,
                grade.level, row.since.isoformat(), grade.score, row.score_without_exemptions,
                grade.evaluated, grade.applicable, grade.meets_target, row.target_level,
                row.target_by.isoformat() if row.target_by else "", as_of.isoformat() if as_of else "",
                " ".join(unmet), *(map(STATES.get, row.states) if with_checks else ()),
            )  # fmt: skip
