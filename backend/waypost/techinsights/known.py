"""Checks as Tech Insights lists them, made from the definitions of scorecards that are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.adr.service import get_decision
from waypost.core.errors import NotFoundError
from waypost.core.pageaddress import url_of
from waypost.facts import service as facts
from waypost.scorecards import service
from waypost.scorecards.reading.explaining import read_paths
from waypost.techinsights.model import TYPE, check_id, conditions, evaluated_conditions, retriever_id


@dataclass(frozen=True)
class KnownCheck:
    """A check with all that its answers share; *listed* is how the list of checks tells it."""

    scorecard: str
    name: str
    title: str
    paths: tuple[str, ...]
    listed: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What Tech Insights knows it by."""
        return check_id(self.scorecard, self.name)

    @cached_property
    def met(self) -> Mapping[str, Any]:
        """How a result tells it that is true; what costs time to write is written already."""
        return self._told(is_met=True)

    @cached_property
    def unmet(self) -> Mapping[str, Any]:
        """How a result tells it that is false."""
        return self._told(is_met=False)

    def _told(self, *, is_met: bool) -> dict[str, Any]:
        ready = {"rule": {"conditions": evaluated_conditions(self.id, is_met=is_met)}}
        ready |= {key: self.listed[key] for key in ("links", "factIds")}
        return {**self.listed, **{key: orjson.Fragment(orjson.dumps(value)) for key, value in ready.items()}}


@dataclass(frozen=True)
class Known:
    """Every check that is told, by its id in order, and the declared facts by path, each with its source's name."""

    checks: Mapping[str, KnownCheck]
    declared: Mapping[str, Mapping[str, Any]]

    @cached_property
    def scorecards(self) -> tuple[str, ...]:
        """The scorecards that have checks, in order."""
        return tuple(dict.fromkeys(check.scorecard for check in self.checks.values()))

    def choose(self, ids: Collection[str] | None) -> list[KnownCheck]:
        """Return the checks with *ids*, all where None.

        Raises:
            NotFoundError: There is none with one of them.
        """
        for unknown in (name for name in ids or () if name not in self.checks):
            error = NotFoundError("check", unknown)
            error.args = (f"Tech insight check with id '{unknown}' is not registered.",)
            raise error
        return [check for check in self.checks.values() if ids is None or check.id in ids]


def known_checks(connection: Connection, site: str) -> Known:
    """Return the checks of every scorecard that is active or deprecated.

    Args:
        site: Where the built site is found: an address that ends in a slash, or "/".
    """
    declared = {
        fact["path"]: {**fact, "source": source["name"]}
        for source in facts.list_sources(connection)
        for fact in source["facts"]
    }
    decisions: dict[str, tuple[str, str] | None] = {}
    found: dict[str, KnownCheck] = {}
    for card in service.list_scorecards(connection):
        for check in card["checks"]:
            because = check["because"]
            if because and because not in decisions:
                decisions[because] = _decision(connection, because)
            links = list(_links(card, check, decisions.get(because), site))
            paths = tuple(read_paths(check, declared))
            sources = dict.fromkeys(declared[path]["source"] for path in paths)
            listed = _listed(card, check, links, [*sources])
            found[listed["id"]] = KnownCheck(card["name"], check["id"], check["title"], paths, listed)
    return Known(found, declared)


def _listed(
    card: Mapping[str, Any], check: Mapping[str, Any], links: list[dict[str, str]], sources: list[str]
) -> dict[str, Any]:
    name = check_id(card["name"], check["id"])
    metadata = {
        "scorecard": card["name"],
        "scorecardTitle": card["title"],
        "category": check["category"],
        "level": check["level"],
        "weight": check["weight"],
        "rule": check["rule"],
    }
    return {
        "id": name,
        "type": TYPE,
        "name": check["title"],
        "description": check["description"] or f"{card['title']}: {check['title']}",
        "factIds": [retriever_id(card["name"]), *sources],
        "metadata": {key: value for key, value in metadata.items() if value != ""},
        "rule": {"conditions": conditions(name)},
        "links": links,
    }


def _decision(connection: Connection, because: str) -> tuple[str, str] | None:
    """Return the title and the page of the decision that *because* names, None where there is none."""
    try:
        found = get_decision(connection, because.removeprefix("adr:"))
    except NotFoundError:
        return None
    return f"Decision {found['id']}: {found['title']}", found["page"]


def _links(
    card: Mapping[str, Any], check: Mapping[str, Any], decision: tuple[str, str] | None, site: str
) -> Iterator[dict[str, str]]:
    if check["fix"]:
        uri, mark, anchor = check["fix"]["doc"].partition("#")
        yield {"title": "How to fix it", "url": f"{site}{url_of(uri)}{mark}{anchor}"}
    if decision:
        yield {"title": decision[0], "url": site + url_of(decision[1])}
    yield {"title": "Who meets it", "url": f"{site}scorecards/{card['name']}/{check['id']}/"}
