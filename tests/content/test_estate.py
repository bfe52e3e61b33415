"""The example estate is as large, as whole and as uneven as it says."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine

from waypost.adr.model import Decisions, State
from waypost.catalog.model import Catalog, Entity
from waypost.core.database import open_engine, reading, upgrade
from waypost.core.host import Host, load_knowledge, run_jobs
from waypost.core.markdownfile import parse_markdown
from waypost.core.plugin import Knowledge, Plugin
from waypost.core.progress import SilentProgress
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace
from waypost.scorecards.model import Scorecards
from waypost.scorecards.reading.index import build_index
from waypost.scorecards.reading.overview import scorecard_detail
from waypost.scorecards.service import list_scorecards

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
TIERS = {"tier-1", "tier-2", "tier-3"}
REQUIRED = ("uid", "title", "status", "implementation", "summary", "scope")


@pytest.fixture(scope="module")
def knowledge(plugins: tuple[Plugin, ...]) -> Knowledge:
    return load_knowledge(Workspace(ROOT), plugins)


@pytest.fixture(scope="module")
def catalog(knowledge: Knowledge) -> Catalog:
    return knowledge[Catalog]


@pytest.fixture(scope="module")
def components(catalog: Catalog) -> list[Entity]:
    return list(catalog.of_kind("component"))


def test_there_are_eight_teams_three_domains_and_ten_systems(catalog: Catalog) -> None:
    teams = [group for group in catalog.of_kind("group") if group.spec["type"] == "team"]

    assert (len(teams), len(catalog.of_kind("domain")), len(catalog.of_kind("system"))) == (8, 3, 10)


def test_there_are_about_forty_components_of_every_type(components: list[Entity]) -> None:
    types = Counter(component.spec["type"] for component in components)

    assert 38 <= len(components) <= 45
    assert set(types) == {"service", "worker", "website", "library", "job"}


def test_components_are_of_three_tiers_but_for_one_that_has_none(components: list[Entity]) -> None:
    tiers = Counter(component.metadata.get("labels", {}).get("tier") for component in components)

    assert set(tiers) == TIERS | {None}
    assert tiers[None] == 1


def test_every_component_is_owned_by_a_group_of_the_catalog(
    components: list[Entity], catalog: Catalog
) -> None:
    owners = [catalog.find(component.owner) for component in components if component.owner]

    assert len(owners) == len(components)
    assert {owner.ref.kind for owner in owners if owner} == {"group"}
    assert None not in owners


def test_no_team_is_without_work(catalog: Catalog, components: list[Entity]) -> None:
    owners = {str(component.owner) for component in components}
    teams = {str(group.ref) for group in catalog.of_kind("group") if group.spec["type"] == "team"}

    assert teams <= owners


def test_no_person_is_named(catalog: Catalog) -> None:
    assert list(catalog.of_kind("user")) == []


def test_every_reference_leads_to_an_entity(catalog: Catalog) -> None:
    targets = {
        relation["targetRef"]
        for entity in catalog.entities.values()
        for relation in entity.document.get("relations", ())
    }

    assert targets <= set(catalog.entities)


def test_waypost_is_in_its_own_catalog(catalog: Catalog) -> None:
    waypost = catalog.get("component:default/waypost")

    assert str(waypost.owner) == "group:default/platform"
    assert waypost.spec["providesApis"] == ["waypost-api"]


def test_decisions_are_counted_on_and_say_all_that_a_decision_must(knowledge: Knowledge) -> None:
    decisions = knowledge[Decisions].ordered

    missing = {d.id: [key for key in REQUIRED if not getattr(d, key)] for d in decisions}

    assert missing == {f"{number:04}": [] for number in range(1, len(decisions) + 1)}
    assert all(d.proposed and d.review_by and d.deciders and d.affects for d in decisions)
    assert [d.id for d in decisions if not d.decided] == [
        d.id for d in decisions if d.state is State.PROPOSED
    ]


def test_decisions_were_proposed_before_they_were_decided(knowledge: Knowledge) -> None:
    for decision in knowledge[Decisions].ordered:
        assert decision.proposed is not None
        assert decision.review_by is not None
        decided = decision.decided or decision.proposed
        assert decision.proposed <= decided < decision.review_by


def test_checks_and_decisions_name_each_other(knowledge: Knowledge) -> None:
    cards, decisions = knowledge[Scorecards].scorecards, knowledge[Decisions]
    checks = {f"{card.name}/{check.id}": check.because for card in cards for check in card.checks}
    named = {name: f"adr:{d.id}" for d in decisions.ordered for name in d.checks}

    assert set(named) <= set(checks)
    assert {name: checks[name] for name in named} == named


def test_every_check_has_tests_beside_it(knowledge: Knowledge) -> None:
    for card in knowledge[Scorecards].scorecards:
        tested = {name for test in card.tests for name in test.expect}

        assert tested == {check.id for check in card.checks}


@pytest.fixture(scope="module")
def evaluated(
    plugins: tuple[Plugin, ...], knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The database of the workspace, synced and evaluated."""
    file = tmp_path_factory.mktemp("estate") / "waypost.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine, plugins)
    host = Host(workspace=Workspace(ROOT), settings=Settings(), plugins=plugins, engine=engine)
    for stage in ("ingest", "sync", "evaluate"):
        run_jobs(stage, host, knowledge, now=NOW, progress=SilentProgress())
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def rolled(evaluated: Engine) -> dict[str, dict[str, Any]]:
    """Each scorecard with its roll-up, after the workspace was synced and evaluated."""
    with reading(evaluated) as connection:
        cards = list_scorecards(connection)
        return {card["name"]: scorecard_detail(build_index(connection, card)) for card in cards}


@pytest.mark.parametrize("page", ["how-to/query-the-api.md", "guide/scorecard-api.md"])
def test_every_request_that_a_page_shows_is_answered(
    evaluated: Engine, plugins: tuple[Plugin, ...], page: str
) -> None:
    app = create_app(
        Settings(), plugins=plugins, engine=evaluated, workspace=Workspace(ROOT), clock=lambda: NOW
    )
    client = app.test_client()
    text = (ROOT / "site" / page).read_text(encoding="utf-8")
    fences = [fence.text for fence in parse_markdown(page, text).fences if fence.language == "sh"]

    asked = [
        _request(line)
        for fence in fences
        for line in fence.replace("\\\n", " ").splitlines()
        if "curl" in line
    ]

    answers = {json.dumps(request): client.open(**request) for request in asked}
    assert len(asked) >= 10
    assert {
        request: answer.status_code for request, answer in answers.items() if answer.status_code != 200
    } == {}
    assert not any(b'"items":[]' in answer.get_data() for answer in answers.values())


def _request(line: str) -> dict[str, Any]:
    """Return what a call of curl asks, for a test client."""
    words = shlex.split(line)
    pairs = list(pairwise(words))
    given = [value for word, value in pairs if word == "--data-urlencode"]
    bodies = [value for word, value in pairs if word == "--data"]
    [address] = [word for word in words if word.startswith("$BASE")]
    path, _, query = address.removeprefix("$BASE").partition("?")
    known = [pair.partition("=")[::2] for pair in [*given, *query.split("&")] if pair]
    request: dict[str, Any] = {"path": path, "query_string": urlencode(known)}
    return request | ({"method": "POST", "json": json.loads(bodies[0])} if bodies else {})


@pytest.mark.parametrize("name", ["production-readiness", "documentation"])
def test_every_level_is_reached_and_some_reach_none(rolled: dict[str, dict[str, Any]], name: str) -> None:
    levels = rolled[name]["rollUp"]["levels"]

    assert set(levels) == {"none", "bronze", "silver", "gold"}
    assert all(count > 0 for count in levels.values()), levels


def test_no_rule_breaks_on_the_estate(rolled: dict[str, dict[str, Any]]) -> None:
    broken = {
        f"{name}/{check['id']}": check["counts"]["error"]
        for name, card in rolled.items()
        for check in card["checks"]
        if "error" in check["counts"]
    }

    assert broken == {}


def test_every_fact_that_a_rule_reads_was_collected(rolled: dict[str, dict[str, Any]]) -> None:
    missing = {
        f"{name}/{check['id']}"
        for name, card in rolled.items()
        for check in card["checks"]
        if "no-data" in check["counts"]
    }

    assert missing == set()


def test_exemptions_and_announced_checks_are_seen(rolled: dict[str, dict[str, Any]]) -> None:
    states = {state for check in rolled["production-readiness"]["checks"] for state in check["counts"]}

    assert {"exempt", "upcoming"} <= states
