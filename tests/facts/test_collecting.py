from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

import build
from conftest import MakeWorkspace
from facts.conftest import FILES, SOURCES, TILL, context
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.core.workspace import Workspace
from waypost.facts.collecting import collect_entity, collect_facts
from waypost.facts.service import latest, list_sources
from waypost.facts.tables import facts_source

HOUR = timedelta(hours=1)
ORPHAN = "component:default/orphan"
BOTH = (CollectedFact(TILL, "slo.events", 1), CollectedFact(ORPHAN, "slo.events", 2))


def breaks(context: Context) -> Iterator[CollectedFact]:
    context.connection.execute(facts_source.insert().values(name="left behind", document={}))
    yield CollectedFact(TILL, "use.events", 7)
    raise KeyError("no such meter")


@pytest.fixture
def workspace(make_workspace: MakeWorkspace) -> Workspace:
    """The small estate, with two sources."""
    text = SOURCES.replace("meter", "gauge").replace("Meter", "Gauge").replace("slo.", "use.")
    return make_workspace(FILES | {"catalog/facts.yaml": SOURCES, "catalog/more.yaml": text})


def test_a_collector_that_fails_keeps_its_facts_and_stops_no_other(
    workspace: Workspace, connection: Connection
) -> None:
    meter = Collector("meter", "", lambda _: BOTH)
    sound = Collector("gauge", "", lambda _: [CollectedFact(TILL, "use.events", 3)])
    collect_facts(context(workspace, connection), {"meter": meter, "gauge": sound})

    later = context(workspace, connection, build.NOON + HOUR)
    said = collect_facts(later, {"meter": meter, "gauge": Collector("gauge", "", breaks)})

    found = latest(connection)[TILL]
    assert (found["use.events"].value, found["use.events"].collected_at) == (3, build.NOON)
    assert found["slo.events"].collected_at == build.NOON + HOUR
    assert "Failed: gauge: KeyError: 'no such meter' (test_collecting.py:" in said
    gauge, known = list_sources(connection)
    assert (gauge["name"], gauge["collected_at"], gauge["error_at"]) == (
        "gauge",
        build.NOON,
        build.NOON + HOUR,
    )
    assert gauge["error"].startswith("KeyError: 'no such meter'")
    assert (known["name"], known["error"]) == ("meter", "")


def test_a_failure_is_forgotten_when_its_source_can_be_read_again(
    workspace: Workspace, connection: Connection
) -> None:
    collect_facts(context(workspace, connection), {"gauge": Collector("gauge", "", breaks)})
    [failed] = [each for each in list_sources(connection) if each["name"] == "gauge"]
    assert (failed["collected_at"], bool(failed["error"])) == (None, True)

    collect_facts(context(workspace, connection), {"gauge": Collector("gauge", "", lambda _: [])})

    [read] = [each for each in list_sources(connection) if each["name"] == "gauge"]
    assert (read["collected_at"], read["error"]) == (build.NOON, "")


def test_the_facts_of_one_entity_are_collected_on_their_own(
    workspace: Workspace, connection: Connection
) -> None:
    collect_facts(context(workspace, connection), {"meter": Collector("meter", "", lambda _: BOTH)})
    newer = Collector("meter", "", lambda _: [CollectedFact(TILL, "slo.events", 5)])

    said = collect_entity(context(workspace, connection, build.NOON + HOUR), TILL, {"meter": newer})

    assert said.startswith(f"Collected 1 fact of {TILL}; 1 changed.")
    found = latest(connection)
    assert found[TILL]["slo.events"].value == 5
    assert (found[ORPHAN]["slo.events"].value, found[ORPHAN]["slo.events"].collected_at) == (2, build.NOON)


def test_a_collector_may_find_the_facts_of_one_entity_with_less_work(
    workspace: Workspace, connection: Connection
) -> None:
    asked: list[str] = []

    def collect_one(_: Context, ref: str) -> Iterator[CollectedFact]:
        asked.append(ref)
        yield CollectedFact(ref, "slo.events", 6)

    meter = Collector("meter", "", lambda _: pytest.fail("nobody asked for all"), collect_one)

    collect_entity(context(workspace, connection), TILL, {"meter": meter})

    assert asked == [TILL]
    assert latest(connection)[TILL]["slo.events"].value == 6


def test_a_value_inside_that_is_of_another_shape_is_refused_with_its_place(
    make_workspace: MakeWorkspace, connection: Connection
) -> None:
    shape = "{type: object, properties: {at: {type: timestamp}}}"
    sources = SOURCES.replace("slo.events: {type: integer}", f"slo.events: {shape}")
    workspace = make_workspace(FILES | {"catalog/facts.yaml": sources})
    meter = Collector("meter", "", lambda _: [CollectedFact(TILL, "slo.events", {"at": "noon"})])

    said = collect_facts(context(workspace, connection), {"meter": meter})

    assert "meter: 'slo.events': at must be a timestamp, not 'noon'" in said
    assert latest(connection) == {}
