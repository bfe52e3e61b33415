"""Rules over the catalog: owners, references and systems."""

from __future__ import annotations

import build
from catalog.texts import GROUP, WEB
from conftest import MakeWorkspace
from waypost.catalog import plugin
from waypost.catalog.ingestion.reading import STAGES
from waypost.catalog.load import read_catalog
from waypost.core.errors import Problem
from waypost.core.host import check_workspace
from waypost.core.plugin import Knowledge


def told(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.rule) for problem in problems]


def test_checks_tell_owners_and_references_that_do_not_exist(make_workspace: MakeWorkspace) -> None:
    files = {
        "catalog/a.yaml": WEB.replace("owner: payments", "owner: payment"),
        "catalog/b.yaml": WEB.replace("name: web", "name: other").replace(
            "owner: payments", "owner: component:web"
        ),
        "catalog/c.yaml": GROUP,
    }
    workspace, knowledge = make_workspace(files), Knowledge()
    loaded = read_catalog(workspace)
    knowledge.put(loaded.value, loaded.problems)

    problems = check_workspace(workspace, [plugin], knowledge, at=build.NOON)

    assert told(problems) == [
        ("catalog/a.yaml", 5, "catalog/no-system"),
        ("catalog/a.yaml", 8, "catalog/unknown-owner"),
        ("catalog/a.yaml", 10, "catalog/unknown-reference"),
        ("catalog/a.yaml", 11, "catalog/unknown-reference"),
        ("catalog/b.yaml", 5, "catalog/no-system"),
        ("catalog/b.yaml", 8, "catalog/owner-kind"),
        ("catalog/b.yaml", 10, "catalog/unknown-reference"),
        ("catalog/b.yaml", 11, "catalog/unknown-reference"),
    ]
    assert problems[1].fix == "Did you mean 'group:default/payments'?"


def test_every_rule_that_a_problem_carries_is_declared() -> None:
    declared = {check.rule for check in plugin.checks}

    assert {rule for rule, _ in STAGES.values()} <= declared
