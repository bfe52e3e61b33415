from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

import build
from facts.conftest import TILL
from waypost.facts.changes import changed_since, confirmed_since, revision_numbers
from waypost.facts.store import latest, put_facts

HOUR = timedelta(hours=1)
OTHER = "component:default/orphan"


def put(
    connection: Connection, found: Mapping[tuple[str, str], Any], at: datetime = build.NOON, **more: Any
) -> int:
    told = {key: value if isinstance(value, tuple) else (value, None) for key, value in found.items()}
    return put_facts(connection, "meter", told, at=at, refused=[], **more)


def test_a_change_tells_its_entities_and_paths(connection: Connection) -> None:
    put(connection, {(TILL, "slo.target"): 99.0, (OTHER, "slo.target"): 98.0})
    before = changed_since(connection, 0)

    put(connection, {(TILL, "slo.target"): 99.5, (TILL, "slo.events"): 3})
    after = changed_since(connection, before.revision)

    assert before.by_entity == {TILL: {"slo.target"}, OTHER: {"slo.target"}}
    assert before.first_read == {"meter"}
    assert after.by_entity == {TILL: {"slo.target", "slo.events"}, OTHER: {"slo.target"}}
    assert (after.first_read, after.revision) == (frozenset(), before.revision + 1)
    assert changed_since(connection, after.revision).by_entity == {}


def test_a_run_that_finds_nothing_new_makes_facts_fresher_and_changes_nothing(connection: Connection) -> None:
    put(connection, {(TILL, "slo.target"): 99.0})
    facts, ages = revision_numbers(connection)

    put(connection, {(TILL, "slo.target"): 99.0}, build.NOON + HOUR)

    assert revision_numbers(connection) == (facts, ages + 1)
    assert changed_since(connection, facts).by_entity == {}
    assert confirmed_since(connection, ages).sources == {"meter"}
    assert latest(connection)[TILL]["slo.target"].as_of == build.NOON + HOUR


def test_a_first_reading_that_finds_nothing_is_a_change(connection: Connection) -> None:
    put(connection, {})

    assert changed_since(connection, 0).first_read == {"meter"}
    assert revision_numbers(connection)[0] == 1


def test_what_is_read_of_one_entity_leaves_the_others_alone(connection: Connection) -> None:
    put(connection, {(TILL, "slo.target"): 99.0, (OTHER, "slo.target"): 98.0, (TILL, "slo.events"): 1})
    facts, ages = revision_numbers(connection)

    changed = put(connection, {(TILL, "slo.target"): 99.0}, build.NOON + HOUR, entities={TILL})

    assert changed == 1
    assert changed_since(connection, facts).by_entity == {TILL: {"slo.events"}}
    confirmed = confirmed_since(connection, ages)
    assert (confirmed.entities, confirmed.sources) == (frozenset({TILL}), frozenset())
    found = latest(connection)
    assert found[TILL]["slo.target"].collected_at == build.NOON + HOUR
    assert found[OTHER]["slo.target"].collected_at == build.NOON


def test_a_fact_that_is_only_as_of_later_is_no_change_but_one_that_is_as_of_earlier_is(
    connection: Connection,
) -> None:
    key = (TILL, "slo.target")
    put(connection, {key: (99.0, build.NOON - HOUR)})
    facts, _ = revision_numbers(connection)

    put(connection, {key: (99.0, build.NOON)})
    assert revision_numbers(connection)[0] == facts
    assert latest(connection)[TILL]["slo.target"].as_of == build.NOON

    put(connection, {key: (99.0, build.NOON - 2 * HOUR)})
    assert revision_numbers(connection)[0] == facts + 1
    assert latest(connection)[TILL]["slo.target"].as_of == build.NOON - 2 * HOUR


def test_values_that_only_look_alike_differ(connection: Connection) -> None:
    put(connection, {(TILL, "a.b"): {"n": 1, "m": [True]}})

    assert put(connection, {(TILL, "a.b"): {"m": [True], "n": 1}}) == 0
    assert put(connection, {(TILL, "a.b"): {"n": 1, "m": [1]}}) == 1
    assert put(connection, {(TILL, "a.b"): {"n": 1.0, "m": [1]}}) == 1
