from __future__ import annotations

import pytest

from conftest import MakeWorkspace
from facts.conftest import FILES, SOURCES
from waypost.core.host import find_plugins, load_knowledge
from waypost.facts.checks import check_fact_sources

GOOD = SOURCES.replace("collector: meter", "collector: catalog")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param("collector: catalog", "collector: catalogue", 5, "no collector is named 'catalogue'", id="collector"),
        pytest.param(
            "example: 99.9", "example: much", 9, "the example of 'slo.target' must be a number, not 'much'", id="example"
        ),
        pytest.param("ttl: P2D", "ttl: 2 days", 7, "ttl: Must be a duration, like P180D", id="duration"),
        pytest.param(
            "{type: integer}", "{type: intger}", 10, "Did you mean 'integer'?", id="type"
        ),
        pytest.param("slo.events:", "events:", 10, "Must be words joined by dots", id="path"),
        pytest.param("slo.events:", "slo.target:", 0, "", id="a key twice is the file's own fault"),
        pytest.param("ttl:", "tll:", 7, "tll: Unknown field.", id="unknown key"),
    ],
)  # fmt: skip
def test_a_fault_of_a_source_is_told_with_its_line(
    make_workspace: MakeWorkspace, *, old: str, new: str, line: int, message: str
) -> None:
    workspace = make_workspace(FILES | {"catalog/facts.yaml": GOOD.replace(old, new)})
    knowledge = load_knowledge(workspace, find_plugins())

    found = [*knowledge.problems, *check_fact_sources(workspace, knowledge)]

    told = [(problem.line, problem.message) for problem in found if problem.rule.startswith("facts/")]
    assert [where for where, _ in told] == ([line] if line else [])
    assert all(message in text for _, text in told)


def test_a_sound_source_has_no_problems(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(FILES | {"catalog/facts.yaml": GOOD})

    assert list(check_fact_sources(workspace, load_knowledge(workspace, find_plugins()))) == []


def test_a_fact_has_one_source(make_workspace: MakeWorkspace) -> None:
    again = GOOD.replace("name: meter", "name: again")
    workspace = make_workspace(FILES | {"catalog/facts.yaml": GOOD, "catalog/more.yaml": again})

    found = load_knowledge(workspace, find_plugins()).problems

    assert [(p.path, p.line, p.message) for p in found if p.rule == "facts/duplicate"] == [
        ("catalog/facts.yaml", 9, "'slo.target' is already declared by fact source 'again'"),
        ("catalog/facts.yaml", 10, "'slo.events' is already declared by fact source 'again'"),
    ]
