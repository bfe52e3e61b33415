from __future__ import annotations

from pathlib import Path

import pytest

from conftest import MakeWorkspace
from scorecards.estate import load
from waypost.core.markdownfile import parse_markdown
from waypost.core.schemas import WireSchema
from waypost.core.yamlfile import parse_yaml
from waypost.facts.model import TYPES
from waypost.facts.schemas import FactSourceSpecSchema
from waypost.scorecards.campaigns.schemas import CampaignSpecSchema
from waypost.scorecards.checks import check_scorecards
from waypost.scorecards.model import State
from waypost.scorecards.schemas import CheckSchema, ExemptionSpecSchema, ScorecardSpecSchema
from waypost.scorecards.testschemas import RuleTestSchema

ROOT = Path(__file__).parents[2]
PAGES = ("scorecards", "rules", "facts", "exemptions", "campaigns")
FILES = [ROOT / f"site/guide/{name}.md" for name in PAGES]
GUIDES = [parse_markdown(f.name, f.read_text(encoding="utf-8")) for f in FILES if f.exists()]
BODY = "".join(guide.body for guide in GUIDES)
EXAMPLES = {document.value["kind"]: fence.text for guide in GUIDES for fence in guide.fences
            if fence.language == "yaml" for document in parse_yaml(fence.text)[0]
            if "kind" in document.value}  # fmt: skip

SOURCES = (ROOT / "catalog/fact-sources.yaml").read_text(encoding="utf-8")


def test_the_scorecard_of_the_guide_checks_clean_and_its_tests_pass(make_workspace: MakeWorkspace) -> None:
    pages = {f"site/how-to/{name}.md": "# How\n" for name in ("name-an-owner", "describe-a-component")}
    workspace = make_workspace(
        {"catalog/card.yaml": EXAMPLES["Scorecard"], "catalog/facts.yaml": SOURCES, **pages}
    )
    knowledge = load(workspace)

    assert [*knowledge.problems, *check_scorecards(workspace, knowledge)] == []


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("FactSource", FactSourceSpecSchema()),
        ("Exemption", ExemptionSpecSchema()),
        ("Campaign", CampaignSpecSchema()),
    ],
)
def test_the_other_examples_of_the_guide_are_sound(kind: str, schema: WireSchema) -> None:
    [document], _ = parse_yaml(EXAMPLES[kind])

    assert schema.read(kind, document.value["spec"])


@pytest.mark.parametrize(
    "schema",
    [
        ScorecardSpecSchema(),
        CheckSchema(),
        ExemptionSpecSchema(),
        FactSourceSpecSchema(),
        CampaignSpecSchema(),
    ],
)
def test_every_key_is_in_the_guide(schema: WireSchema) -> None:
    keys = {str(field.data_key) for field in schema.fields.values()}

    assert {key for key in keys if f"`{key}`" not in BODY and f"  {key}:" not in BODY} == set()


def test_the_check_and_the_tests_of_the_guide_are_sound() -> None:
    fences = [fence.text for guide in GUIDES for fence in guide.fences if fence.language == "yaml"]
    values = [document.value for text in fences for document in parse_yaml(text)[0]]
    [check] = [value for value in values if "bands" in value]
    [tests] = [value["tests"] for value in values if "tests" in value]

    assert CheckSchema().read("the guide", check).bands
    assert [RuleTestSchema().read("the guide", test).level for test in tests] == ["none"]


def test_every_state_and_every_type_of_fact_is_in_the_guide() -> None:
    assert {name for name in (*State, *TYPES) if f"`{name}`" not in BODY} == set()
