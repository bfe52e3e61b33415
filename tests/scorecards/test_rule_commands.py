from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorecards.conftest import MakeEstate
from scorecards.estate import TILL, Estate
from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError, NotFoundError
from waypost.core.host import Host, find_plugins, load_knowledge
from waypost.core.settings import Settings
from waypost.scorecards.checks import check_scorecards
from waypost.scorecards.model import Lifecycle, Scorecards
from waypost.scorecards.rules.checks import check_rules
from waypost.scorecards.rules.commands import rule
from waypost.scorecards.rules.compiling import RuleError

APP_CONFIG = """\
app: {title: Portal}
techInsights:
  factChecker:
    checks:
      titleCheck:
        type: json-rules-engine
        name: Title
        description: Names tell nothing.
        factIds: [entityMetadataFactRetriever]
        metadata: {category: meta, note: seldom}
        links: [{title: Guide, url: "https://example.com/title"}]
        successMetadata: {note: has one}
        failureMetadata: {note: has none}
        rule: {conditions: {all: [{fact: hasTitle, operator: equal, value: true}]}}
      coverage:
        type: json-rules-engine
        name: Coverage
        factIds: [coverage-retriever]
        filter: [{kind: component, spec.type: [service, worker]}]
        rule:
          conditions:
            any:
              - {fact: line_coverage, operator: greaterThanInclusive, value: 80}
              - not: {fact: languages, operator: contains, value: go}
      odd:
        type: json-rules-engine
        name: Odd
        factIds: [coverage-retriever]
        rule: {conditions: {all: [{fact: line_coverage, operator: startsWith, value: x}]}}
      other: {type: opa, name: Other, factIds: [], rule: {}}
"""


@pytest.fixture
def estate(make_estate: MakeEstate) -> Estate:
    """The tiny estate with facts, by the real clock."""
    estate = make_estate({})
    estate.now = utc_now()
    estate.run((TILL, "slo.target", 99.5))
    return estate


def run(runner: CliRunner, estate: Estate, *arguments: str) -> Result:
    host = Host(workspace=estate.workspace, settings=Settings(), plugins=find_plugins(), engine=estate.engine)
    return runner.invoke(rule, arguments, obj=host)


def test_a_rule_is_tried_on_the_facts_of_one_entity(runner: CliRunner, estate: Estate) -> None:
    found = run(
        runner,
        estate,
        "try",
        "facts.slo.target >= params.least && !has(facts.ops.runbook)",
        "till",
        "--param",
        "least=99",
    )

    assert found.exit_code == 0, found.output
    assert found.output.splitlines() == [
        "value: true",
        "  facts.slo.target = 99.5  (meter, 0 min old)",
        "  facts.ops.runbook = absent  (nothing is known)",
    ]


def test_a_rule_that_misses_a_fact_says_which(runner: CliRunner, estate: Estate) -> None:
    found = run(runner, estate, "try", "facts.slo.events > 1 && facts.slo.tarjet > 1.0", "component:till")

    assert found.exit_code == 1
    assert "no data: slo.events, slo.tarjet" in found.output.splitlines()
    assert "  facts.slo.tarjet = absent  (no fact source declares it)" in found.output.splitlines()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(["facts.", "till"], RuleError, id="no CEL"),
        pytest.param(["true", "nothing"], NotFoundError, id="an unknown entity"),
        pytest.param(["true", "till", "--param", "least"], InputError, id="no pair"),
    ],
)
def test_what_cannot_be_tried_is_told(
    runner: CliRunner, estate: Estate, arguments: list[str], error: type[Exception]
) -> None:
    assert isinstance(run(runner, estate, "try", *arguments).exception, error)


def test_checks_of_tech_insights_become_a_scorecard_that_checks_clean(
    runner: CliRunner, estate: Estate, tmp_path: Path
) -> None:
    config = tmp_path / "app-config.yaml"
    config.write_text(APP_CONFIG)

    found = run(runner, estate, "import", str(config), "--owner", "pay")

    assert found.exit_code == 1
    assert found.stdout.splitlines() == ["catalog/scorecards/tech-insights.yaml: 2 checks, 2 facts to push"]
    assert found.stderr.splitlines() == [
        f"{config}:25: check 'odd' is left out: 'startsWith' is no operator of json-rules-engine",
        f"{config}:30: check 'other' is left out: its type is 'opa', not json-rules-engine",
    ]
    knowledge = load_knowledge(estate.workspace, find_plugins())
    card = knowledge[Scorecards].get("tech-insights")
    title, coverage = card.checks
    assert (card.lifecycle, card.owner) == (Lifecycle.SHADOW, "group:default/pay")
    assert (title.id, title.category, title.rule) == (
        "title-check",
        "meta",
        "(has(entity.metadata.title) && entity.metadata.title != '')",
    )
    assert title.description == "Names tell nothing.\nnote: seldom\nSee Guide: https://example.com/title"
    assert title.message == f'${{{title.rule} ? "has one" : "has none"}}'
    assert coverage.rule == (
        '(facts.coverageRetriever.lineCoverage >= 80 || !("go" in facts.coverageRetriever.languages))'
    )
    assert (coverage.applies_to.kinds, coverage.applies_to.types) == (("component",), ("service", "worker"))
    problems = [*check_scorecards(estate.workspace, knowledge), *check_rules(estate.workspace, knowledge)]
    assert {problem.rule for problem in problems if problem.path.endswith("tech-insights.yaml")} == {
        "scorecards/no-fix"
    }
    text = estate.workspace.read_text("catalog/scorecards/tech-insights.yaml")
    assert text.splitlines()[-1].startswith(f"# {config}:30: check 'other' is left out")


def test_the_answers_of_its_api_are_read_with_the_types_of_facts(
    runner: CliRunner, estate: Estate, tmp_path: Path
) -> None:
    condition = {"fact": "age", "operator": "lessThan", "value": {"fact": "limit"}}
    checks = [
        {"id": "age", "name": "Age", "factIds": ["a", "b"], "rule": {"conditions": {"all": [condition]}}}
    ]
    schemas = [
        {
            "id": "a",
            "version": "1.0.0",
            "entityFilter": [],
            "age": {"type": "integer", "description": "In days."},
        },
        {"id": "b", "version": "1.0.0", "entityFilter": [], "limit": {"type": "float", "description": ""}},
    ]
    for name, value in (("checks", checks), ("schemas", schemas)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value))

    found = run(runner, estate, "import", str(tmp_path / "checks.json"), str(tmp_path / "schemas.json"))

    assert found.exit_code == 0, found.output
    text = estate.workspace.read_text("catalog/scorecards/tech-insights.yaml")
    assert "rule: facts.a.age < facts.b.limit" in text
    assert "a.age:\n      type: integer\n      description: In days." in text


@pytest.mark.parametrize(
    "text", [pytest.param("techInsights: {}", id="no checks"), pytest.param("{", id="no YAML")]
)
def test_what_holds_no_checks_is_told(runner: CliRunner, estate: Estate, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text)

    assert isinstance(run(runner, estate, "import", str(tmp_path / "x.yaml")).exception, InputError)


def test_a_file_that_is_there_is_not_written_over(runner: CliRunner, estate: Estate, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(APP_CONFIG)

    found = run(runner, estate, "import", str(tmp_path / "x.yaml"), "--to", "catalog/ready.yaml")

    assert isinstance(found.exception, ConflictError)
