from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import build
from waypost.catalog.model import Catalog, Entity, EntityRef
from waypost.core.columns import metadata
from waypost.core.database import open_engine, transaction, upgrade
from waypost.core.host import find_plugins
from waypost.core.plugin import Knowledge
from waypost.facts.model import FactDeclaration, FactSource, FactSources
from waypost.facts.writing import put_facts
from waypost.scorecards.evaluation.recording import Evaluation, Tally
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import (
    AppliesTo,
    Check,
    ExemptionPolicy,
    Level,
    Scorecard,
    Scorecards,
    Target,
)
from waypost.scorecards.reading.tables import scorecards_trend
from waypost.scorecards.tables import scorecards_change, scorecards_grade

PATHS = {"a": "number", "b.c": "boolean", "b.d": "timestamp", "e": "list"}
SOURCES = (
    FactSource("one", "one", (FactDeclaration("a", "number"), FactDeclaration("b.c", "boolean"))),
    FactSource("two", "two", (FactDeclaration("b.d", "timestamp"), FactDeclaration("e", "list"))),
)
REFS = tuple(f"component:default/{name}" for name in "pqr")
LEVELS = (Level("low", "Low"), Level("high", "High"))

RULES: tuple[dict[str, Any], ...] = (
    {"rule": "facts.a > params.least", "params": {"least": {"tier-1": 5.0, "*": 2.0}}, "message": "${facts.a} of ${params.least}"},
    {"rule": "facts.b.c", "max_age": {"b.c": timedelta(days=3)}},
    {"rule": "now - timestamp(facts.b.d) < duration('48h')", "evidence": "facts.b.d"},
    {"rule": "has(facts.b.c) && entity.metadata.tags.size() > 0"},
    {"rule": "facts.e.size() == 0", "evidence": "facts.e", "min_sample": "facts.a > 0.0"},
    {"rule": "facts.a > 3.0", "applies_to": AppliesTo(types=("service",))},
    {"rule": "true", "not_before": date(2026, 11, 6)},
    {"rule": "'x' in entity.metadata.tags", "applies_to": AppliesTo(when="facts.b.c")},
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """All that an evaluation depends on."""

    now: datetime = build.NOON
    entities: tuple[tuple[str, str, str, bool], ...] = tuple((ref, "tier-1", "service", True) for ref in REFS)
    rules: tuple[int, ...] = (0, 1, 2, 4)
    weights: tuple[int, ...] = (1, 2)
    when: str = ""
    exemptions: tuple[Exemption, ...] = ()
    longest: int = 30
    facts: tuple[tuple[str, str, Any], ...] = field(default=())
    read: tuple[str, ...] = ()

    def knowledge(self, order: random.Random) -> Knowledge:
        """Return what is loaded of it, in some order of files."""
        entities = list(map(self._entity, self.entities))
        order.shuffle(entities)
        cards = [
            self._card("first"),
            replace(self._card("second"), checks=self._card("second").checks[:1], tier=""),
        ]
        order.shuffle(cards)
        known = Knowledge()
        known.put(Catalog({str(one.ref): one for one in entities}))
        known.put(FactSources(SOURCES))
        known.put(Scorecards(tuple(cards), self.exemptions))
        return known

    def _entity(self, given: tuple[str, str, str, bool]) -> Entity:
        ref, tier, kind, has_tag = given
        metadata = {"name": ref[-1], "labels": {"tier": tier}, "tags": ["x"] if has_tag else []}
        return Entity(
            EntityRef.parse(ref), {"kind": "Component", "metadata": metadata, "spec": {"type": kind}}
        )

    def _card(self, name: str) -> Scorecard:
        checks = tuple(
            Check(
                f"c{number}", "C", level=("low", "high", "")[place % 3],
                weight=self.weights[place % len(self.weights)], **RULES[number],
            )
            for place, number in enumerate(self.rules)
        )  # fmt: skip
        return Scorecard(
            name, name, checks, levels=LEVELS, applies_to=AppliesTo(types=("service", "worker"), when=self.when),
            tier="entity.metadata.labels['tier']", targets=(Target("*", "low", date(2027, 1, 1)),),
            exemptions=ExemptionPolicy({"*": timedelta(days=self.longest)}),
        )  # fmt: skip


class Base:
    """A database in which one world after the other is evaluated."""

    def __init__(self, engine: Engine, *, is_anew: bool) -> None:
        self.engine = engine
        self._is_anew = is_anew
        self._read: tuple[str, ...] = ()
        self.order = random.Random(is_anew)  # noqa: S311 - any order will do
        self.watched: set[tuple[str, str, int]] = set()

    def evaluate(self, before: World, world: World) -> Tally:
        """Bring the facts up to date, and evaluate."""
        for source in SOURCES:
            given = {path for path in PATHS if path in {fact.path for fact in source.declarations}}
            own = {(ref, path): (value, None) for ref, path, value in world.facts if path in given}
            was = {(ref, path): (value, None) for ref, path, value in before.facts if path in given}
            if source.name in world.read and (own != was or source.name not in before.read):
                with transaction(self.engine) as connection:
                    put_facts(connection, source.name, own, at=world.now, refused=[])
        self.watched = set()
        with Evaluation(world.knowledge(self.order)) as evaluation, transaction(self.engine) as connection:
            context = build.context(connection, now=world.now)
            return evaluation.run(context, is_anew=self._is_anew, watch=self._watch)

    def _watch(self, key: tuple[str, str], places: Collection[int]) -> None:
        self.watched |= {(*key, place) for place in places}

    def rows(self) -> list[list[tuple[Any, ...]]]:
        """Return all that is kept, and every change of it.

        When something is due is left out: where a source says again what it said, it may be kept too early.
        """
        with transaction(self.engine) as connection:
            grades = connection.execute(select(scorecards_grade).order_by("scorecard", "entity")).all()
            columns = [column for column in scorecards_change.c if column.name != "id"]
            changes = connection.execute(select(*columns).order_by("at", "scorecard", "entity", "id")).all()
        kept = [(*row[:15], row.states, _without_due(row.details)) for row in grades]
        return [kept, list(map(tuple, changes))]


def _without_due(details: str) -> dict[str, Any]:
    return {name: part for name, part in json.loads(details).items() if name != "due"}


numbers = st.sampled_from([0.0, 1.0, 2.5, 4.0, 9.0])


@st.composite
def facts(draw: st.DrawFn) -> tuple[str, str, Any]:
    path = draw(st.sampled_from(sorted(PATHS)))
    days = draw(st.integers(-3, 6))
    value = {
        "a": draw(numbers),
        "b.c": draw(st.booleans()),
        "b.d": (build.NOON + timedelta(days=days)).isoformat(),
        "e": draw(st.sampled_from([[], ["f1"], ["f1", "f2"]])),
    }
    return draw(st.sampled_from(REFS)), path, value[path]


@st.composite
def exemptions(draw: st.DrawFn) -> Exemption:
    name = draw(st.sampled_from(["m", "n"]))
    begin = build.NOON + timedelta(hours=draw(st.integers(-48, 96)))
    numbers_ = draw(st.lists(st.integers(0, len(RULES) - 1), min_size=1, max_size=3))
    return Exemption(
        name, draw(st.sampled_from(["first", "second"])), tuple(f"c{number}" for number in numbers_),
        tuple(draw(st.lists(st.sampled_from(REFS), min_size=1, max_size=2))), begin,
        begin + timedelta(hours=draw(st.integers(1, 96))), findings=draw(st.sampled_from([(), ("f1",)])),
    )  # fmt: skip


@st.composite
def steps(draw: st.DrawFn, world: World) -> World:  # noqa: PLR0911 - one for each kind of change
    """Change one thing or two of *world*."""
    kind = draw(st.sampled_from(["fact", "fact", "gone", "entity", "rules", "weights", "when", "exemption", "time", "time", "read"]))  # fmt: skip
    after = replace(world, now=world.now + timedelta(minutes=draw(st.integers(1, 90))))
    if kind == "fact":
        new = draw(facts())
        kept = tuple(fact for fact in world.facts if fact[:2] != new[:2])
        return replace(after, facts=(*kept, new))
    if kind == "gone":
        return replace(after, facts=world.facts[1:])
    if kind == "entity":
        return replace(
            after, entities=tuple(draw(st.lists(entities(), max_size=3, unique_by=lambda one: one[0])))
        )
    if kind == "rules":
        chosen = draw(st.lists(st.integers(0, len(RULES) - 1), min_size=1, max_size=5, unique=True))
        return replace(after, rules=tuple(chosen))
    if kind == "weights":
        return replace(
            after,
            weights=draw(st.sampled_from([(1,), (1, 2), (3, 1)])),
            longest=draw(st.sampled_from([1, 30])),
        )
    if kind == "when":
        return replace(
            after,
            when=draw(st.sampled_from(["", "facts.b.c", "entity.metadata.tags.size() > 0", "facts.a > 1.0"])),
        )
    if kind == "exemption":
        kept_ones = {one.name: one for one in world.exemptions}
        new_one = draw(exemptions())
        if draw(st.booleans()):
            kept_ones.pop(new_one.name, None)
        else:
            kept_ones[new_one.name] = new_one
        return replace(after, exemptions=tuple(kept_ones.values()))
    if kind == "read":
        return replace(after, read=tuple(sorted({*world.read, draw(st.sampled_from(["one", "two"]))})))
    return replace(after, now=world.now + timedelta(hours=draw(st.sampled_from([3, 13, 24, 60, 200]))))


@st.composite
def entities(draw: st.DrawFn) -> tuple[str, str, str, bool]:
    tier, kind = st.sampled_from(["tier-1", "tier-2"]), st.sampled_from(["service", "worker", "library"])
    return draw(st.sampled_from(REFS)), draw(tier), draw(kind), draw(st.booleans())


@st.composite
def histories(draw: st.DrawFn) -> list[World]:
    worlds = [replace(World(), facts=tuple(draw(st.lists(facts(), max_size=6, unique_by=lambda f: f[:2]))), read=draw(st.sampled_from([("one", "two"), ("one",), ()])))]  # fmt: skip
    for _ in range(draw(st.integers(1, 6))):
        worlds.append(draw(steps(worlds[-1])))
    return worlds


def check_history(engines: Sequence[Engine], worlds: Sequence[World]) -> None:
    """Evaluate *worlds* one after the other, once what changed and once everything: both keep the same."""
    step, whole = Base(engines[0], is_anew=False), Base(engines[1], is_anew=True)
    for before, world in zip([World(), *worlds], worlds, strict=False):
        step.evaluate(before, world)
        whole.evaluate(before, world)
        assert step.rows() == whole.rows()


def _emptied(engine: Engine) -> Engine:
    with transaction(engine) as connection:
        for table in metadata.sorted_tables:
            if table.name.startswith(("scorecards_", "facts_", "core_revision")):
                connection.execute(table.delete())
    return engine


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """Two databases with all tables."""
    root: Path = tmp_path_factory.mktemp("incremental")
    found = [open_engine(f"sqlite:///{root / name}.db") for name in ("step", "whole")]
    for engine in found:
        upgrade(engine, find_plugins())
    yield found
    for engine in found:
        engine.dispose()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(histories())
def test_evaluating_what_changed_keeps_what_evaluating_everything_would(
    engines: list[Engine], worlds: list[World]
) -> None:
    check_history([_emptied(engine) for engine in engines], worlds)


STEADY = replace(
    World(),
    facts=tuple(
        (ref, path, value)
        for ref in REFS
        for path, value in (("a", 4.0), ("b.c", True), ("b.d", build.NOON.isoformat()), ("e", []))
    ),
    read=("one", "two"),
    rules=(0, 1, 2, 4, 5),
)
P = REFS[0]


def fact_changed(ref: str, path: str, value: Any) -> World:
    kept = tuple(fact for fact in STEADY.facts if fact[:2] != (ref, path))
    return replace(STEADY, facts=(*kept, (ref, path, value)))


def exempted() -> World:
    begin = STEADY.now - timedelta(days=1)
    one = Exemption("m", "first", ("c1", "c2"), (P,), begin, begin + timedelta(days=9))
    return replace(STEADY, exemptions=(one,))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(STEADY, {}, id="nothing"),
        pytest.param(fact_changed(P, "b.c", value=False), {P: {"first": {1}}}, id="a fact: the checks that read it, of one entity"),
        pytest.param(fact_changed(P, "a", 1.0), {P: {"first": {0, 3, 4}, "second": {0}}}, id="a fact that several read, also for a sample"),
        pytest.param(
            replace(STEADY, entities=((P, "tier-1", "service", False), *STEADY.entities[1:])), {P: {"first": {4}}},
            id="an entity: the checks that read it",
        ),
        pytest.param(replace(STEADY, weights=(5,)), {}, id="a weight: no check, only the grades"),
        pytest.param(exempted(), {P: {"first": {1, 2}}}, id="an exemption: what it covers"),
        pytest.param(
            replace(STEADY, now=STEADY.now + timedelta(hours=13)), {ref: {"first": {2}} for ref in REFS},
            id="a day: the checks that read it",
        ),
        pytest.param(
            replace(STEADY, now=STEADY.now + timedelta(days=3, hours=1)), {ref: {"first": {1, 2}} for ref in REFS},
            id="days: what grew old as well",
        ),
        pytest.param(replace(STEADY, rules=(0, 1, 2, 4, 6)), {ref: {"first": {4}} for ref in REFS}, id="another check: it alone"),
        pytest.param(replace(STEADY, rules=(5, 4, 2, 1, 0)), {ref: {"second": {0}} for ref in REFS}, id="the order: only what came to another scorecard"),
    ],
)  # fmt: skip
def test_no_more_is_evaluated_than_what_depends(
    engines: list[Engine], after: World, expected: dict[str, dict[str, set[int]]]
) -> None:
    base = Base(_emptied(engines[0]), is_anew=False)
    base.evaluate(World(), STEADY)

    tally = base.evaluate(STEADY, after)

    wanted = {
        (card, ref, place) for ref, cards in expected.items() for card, own in cards.items() for place in own
    }
    assert base.watched == wanted
    assert (tally.checks, tally.entities) == (len(wanted), len(expected))


def test_evaluating_what_changed_does_so_on_either_database(engine: Engine, tmp_path: Path) -> None:
    other = open_engine(f"sqlite:///{tmp_path / 'whole.db'}")
    upgrade(other, find_plugins())
    worlds = [
        STEADY, fact_changed(P, "a", 1.0), exempted(), replace(STEADY, now=STEADY.now + timedelta(days=4)),
        replace(STEADY, now=STEADY.now + timedelta(days=12), rules=(1, 2, 7)),
    ]  # fmt: skip
    check_history([engine, other], worlds)
    other.dispose()


def test_a_limited_evaluation_leaves_the_others_for_later(engines: list[Engine]) -> None:
    base = Base(_emptied(engines[0]), is_anew=False)
    base.evaluate(World(), STEADY)
    changed = tuple((ref, path, 1.0 if path == "a" else value) for ref, path, value in STEADY.facts)
    after = replace(STEADY, facts=changed, now=STEADY.now + timedelta(minutes=1))
    with transaction(base.engine) as connection:
        own = {(ref, path): (value, None) for ref, path, value in changed if path in {"a", "b.c"}}
        put_facts(connection, "one", own, at=after.now, refused=[])
    with Evaluation(after.knowledge(base.order)) as evaluation:
        with transaction(base.engine) as connection:
            first = evaluation.run(build.context(connection, now=after.now), {P})
        with transaction(base.engine) as connection:
            rest = evaluation.run(build.context(connection, now=after.now))

    assert (first.entities, rest.entities) == (1, 3)


def test_the_day_is_closed_before_anything_of_the_next_is_written(engines: list[Engine]) -> None:
    base = Base(_emptied(engines[0]), is_anew=False)
    base.evaluate(World(), STEADY)
    base.evaluate(STEADY, replace(fact_changed(P, "a", 1.0), now=STEADY.now + timedelta(days=1)))

    with transaction(base.engine) as connection:
        days = connection.execute(select(scorecards_trend.c.day).distinct()).scalars().all()
        whole = connection.execute(
            select(scorecards_trend.c.levels).where(
                scorecards_trend.c.by == "whole", scorecards_trend.c.scorecard == "second"
            )
        ).scalar_one()

    assert days == [STEADY.now.date()]
    assert whole["high"] == len(REFS), "and not one fewer, as of the day after"
