from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from scorecards.estate import LEDGER, TILL, Estate
from waypost.core.markdownfile import parse_markdown
from waypost.core.settings import Settings
from waypost.core.web import create_app

ROOT = Path(__file__).parents[2]
GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
Samples = dict[tuple[str, ...], float]
_ORDER = ("scorecard", "check", "tier", "level", "state", "source", "entity")


def samples(text: str, parse: object = text_string_to_metric_families) -> Samples:
    families = parse(text)  # type: ignore[operator]
    return {
        (sample.name, *(sample.labels[name] for name in _ORDER if name in sample.labels)): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_tell_levels_scores_checks_and_targets(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    answer = client.get("/metrics")

    assert answer.content_type.startswith("text/plain; version=")
    found = samples(answer.get_data(as_text=True))
    assert found["waypost_scorecard_entities", "ready", "silver"] == 1
    assert found["waypost_scorecard_entities", "ready", "none"] == 0
    assert found["waypost_scorecard_score_median_ratio", "ready"] == (1 + 1 / 4) / 2
    assert (
        found["waypost_scorecard_asked_checks", "ready"]
        == found["waypost_scorecard_evaluated_checks", "ready"]
        == 4
    )
    assert found["waypost_scorecard_check_entities", "ready", "precise", "fail"] == 1
    assert found["waypost_scorecard_target_met_entities", "ready", "tier-1"] == 1
    assert found["waypost_scorecard_evaluated_timestamp_seconds", "ready"] == estate.now.timestamp()
    assert found["waypost_fact_source_read_timestamp_seconds", "meter"] == estate.now.timestamp()
    assert found["waypost_fact_source_failing", "meter"] == 0
    assert found["waypost_exemptions", "active"] == 0
    assert not any(name.startswith("waypost_entity") for name, *_ in found)


def test_nothing_evaluated_is_no_sample_of_a_scorecard(client: FlaskClient) -> None:
    found = samples(client.get("/metrics").get_data(as_text=True))

    assert not any(name.startswith("waypost_scorecard") for name, *_ in found)


def test_openmetrics_is_answered_to_who_asks_for_it(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.content_type.startswith("application/openmetrics-text; version=1.0.0")
    found = samples(answer.get_data(as_text=True), openmetrics.text_string_to_metric_families)
    assert found["waypost_scorecard_entities", "ready", "silver"] == 1


@pytest.mark.parametrize(("most", "told"), [(1, [LEDGER]), (5, [LEDGER, TILL])])
def test_entities_are_told_one_by_one_up_to_a_bound(estate: Estate, most: int, told: list[str]) -> None:
    estate.run(*GOOD)
    settings = Settings({"metrics.entities": most})
    app = create_app(settings, engine=estate.engine, workspace=estate.workspace)

    found = samples(app.test_client().get("/metrics").get_data(as_text=True))

    assert [entity for name, *rest in found if name == "waypost_entity_level" for entity in rest[1:]] == told
    assert found["waypost_entity_level", "ready", LEDGER] == 1
    assert found["waypost_entity_score_ratio", "ready", LEDGER] == 0.25
    assert found["waypost_scorecard_untold_entities", "ready"] == 2 - len(told)


def promtool(*words: str, given: str = "", at: Path | None = None) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    ran = subprocess.run(
        [program, *words], input=given, cwd=at, capture_output=True, text=True, check=False, timeout=30
    )
    assert (ran.returncode, ran.stderr.strip()) == (0, ""), ran.stdout + ran.stderr


def test_prometheus_finds_nothing_to_say_about_the_metrics(estate: Estate) -> None:
    estate.run(*GOOD)
    settings = Settings({"metrics.entities": 5})
    app = create_app(settings, engine=estate.engine, workspace=estate.workspace)

    promtool("check", "metrics", given=app.test_client().get("/metrics").get_data(as_text=True))


def guide() -> str:
    return (ROOT / "site/guide/scorecard-api.md").read_text(encoding="utf-8")


def test_the_alert_rules_of_the_guide_fire_when_they_should(tmp_path: Path) -> None:
    rules, tests = (
        fence.text
        for fence in parse_markdown("guide.md", guide()).fences
        if fence.language == "yaml" and ("groups:" in fence.text or "rule_files:" in fence.text)
    )
    (tmp_path / "scorecards.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "scorecards.test.yaml").write_text(tests, encoding="utf-8")

    promtool("test", "rules", "scorecards.test.yaml", at=tmp_path)


def test_every_metric_is_in_the_guide(estate: Estate) -> None:
    estate.run(*GOOD)
    app = create_app(Settings({"metrics.entities": 5}), engine=estate.engine, workspace=estate.workspace)

    found = samples(app.test_client().get("/metrics").get_data(as_text=True))

    assert {name for name, *_ in found if f"`{name}" not in guide()} == set()
