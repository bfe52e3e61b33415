"""Tries an expression on what is known of one entity, as an evaluation would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Knowledge
from waypost.facts import service as facts
from waypost.facts.model import Fact, Facts, FactSources, nested
from waypost.scorecards.evaluation.judging import missing_facts
from waypost.scorecards.evaluation.plans import entity_view
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.rules.guard import Evaluator, Question

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Read:
    """A fact that an expression reads: its path, its value and how old it is, both as texts."""

    path: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression came to, what it read, and what of that is missing."""

    value: Any
    error: str
    missing: tuple[str, ...]
    facts: tuple[Read, ...]


def try_expression(
    connection: Connection,
    knowledge: Knowledge,
    source: str,
    ref: EntityRef,
    *,
    params: Mapping[str, Any],
    now: datetime,
) -> Tried:
    """Evaluate the expression *source* for the entity *ref*.

    Raises:
        RuleError: It does not compile.
        NotFoundError: The catalog has no such entity.
    """
    rule = compile_rule(source)
    entity = knowledge[Catalog].find(ref)
    if entity is None:
        raise NotFoundError("entity", ref)
    known = facts.latest(connection, [str(entity.ref)]).get(str(entity.ref), {})
    sources = knowledge[FactSources]
    tree = nested({path: fact.value for path, fact in known.items()}, sources.declarations)
    day = datetime.combine(now.date(), time(), now.tzinfo)
    with Evaluator([rule]) as evaluator:
        [reply] = evaluator.answer([Question(entity_view(entity.document), tree, [[(0, params)]])], day)
    read = tuple(_read(sources, known, [".".join(one.path) for one in rule.facts], now))
    return Tried(reply[0].value, reply[0].error, tuple(missing_facts(source, tree)), read)


def _read(sources: FactSources, known: Facts, paths: list[str], now: datetime) -> Iterator[Read]:
    declared = {path: sources.declared(path.split(".")) for path in paths}
    for fact_path in dict.fromkeys(one.path if one else path for path, one in declared.items()):
        fact = known.get(fact_path)
        if fact is not None:
            yield Read(fact_path, _short(fact), f"{fact.source}, {_age(fact, now)} old")
        else:
            is_declared = fact_path in sources.declarations
            yield Read(
                fact_path, "absent", "nothing is known" if is_declared else "no fact source declares it"
            )


def _short(fact: Fact) -> str:
    text = orjson.dumps(fact.value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _age(fact: Fact, now: datetime) -> str:
    minutes = max(int(fact.age(now).total_seconds()) // 60, 0)
    hours, days = minutes // 60, minutes // (60 * 24)
    return f"{days} d" if days else f"{hours} h" if hours else f"{minutes} min"
