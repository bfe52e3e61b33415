"""The examples of the pages about facts, held true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from conftest import MakeWorkspace
from facts.conftest import FILES, TILL
from waypost.core.host import find_plugins, load_knowledge
from waypost.facts.checks import check_fact_sources
from waypost.facts.collecting import known_collectors
from waypost.facts.model import FactSources
from waypost.facts.pushed import read_item
from waypost.facts.schemas import FactSourceSpecSchema
from waypost.facts.shapes import find_fault

SITE = Path(__file__).resolve().parents[2] / "site"
GUIDE = (SITE / "guide" / "facts.md").read_text(encoding="utf-8")
HOW_TO = (SITE / "how-to" / "push-facts.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)```", text, re.DOTALL | re.MULTILINE)


def test_the_source_of_the_guide_is_sound(make_workspace: MakeWorkspace) -> None:
    [source] = blocks(GUIDE, "yaml")
    workspace = make_workspace(FILES | {"catalog/facts.yaml": source})
    knowledge = load_knowledge(workspace, find_plugins())

    assert [p for p in knowledge.problems if p.rule.startswith("facts/")] == []
    assert list(check_fact_sources(workspace, knowledge)) == []
    shape = knowledge[FactSources].declarations["scan.image"].shape
    fault = find_fault(shape, {"name": "x", "severity": "mid"})
    assert f"`'scan.image': {fault}`" in GUIDE


def test_the_facts_that_the_pages_push_can_be_taken() -> None:
    [source], [body], [line] = blocks(GUIDE, "yaml"), blocks(GUIDE, "json"), blocks(HOW_TO, "json")
    declared = FactSourceSpecSchema().load(yaml.safe_load(source)["spec"])
    items = [read_item(item) for item in (*json.loads(body)["facts"], json.loads(line))]

    assert [(item.fault, item.entity) for item in items] == [("", TILL)] * 2
    shapes = {fact.path: fact.shape for fact in declared.declarations}
    assert all(find_fault(shapes[item.path], item.value) is None for item in items)


def test_every_collector_and_what_it_gives_is_in_the_guide() -> None:
    for name, collector in known_collectors().items():
        assert f"| `{name}` |" in GUIDE
        for path in re.findall(r"\b[a-z]+\.[a-zA-Z]+\b", collector.summary):
            assert f"`{path}`" in GUIDE
