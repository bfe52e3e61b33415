"""What is told of rules that are seldom meant, and what is not told of those that are."""

from __future__ import annotations

import pytest

from conftest import MakeWorkspace
from scorecards.estate import FILES, load
from waypost.core.errors import Severity
from waypost.scorecards.checks import check_scorecards
from waypost.scorecards.rules.checks import check_rules
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.rules.numbers import mixed_arithmetic

SOURCES = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: meter}
spec:
  collector: push
  facts:
    slo.target: {type: number}
    slo.events: {type: integer}
    ops.runbook:
      type: object
      properties:
        path: {type: string}
        at: {type: timestamp, optional: true}
        drill: {type: object, optional: true, properties: {at: {type: timestamp}, by: {type: string, optional: true}}}
    ops.pages:
      type: list
      items: {type: object, properties: {path: {type: string}, owner: {type: string, optional: true}}}
"""

CARD = """\
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready}
spec:
  appliesTo: {kinds: [Component], types: [service]}
  levels: [{name: bronze}]
  checks:
    - id: c
      title: C
      level: bronze
      rule: RULE
      fix: {doc: how-to/own.md}
"""
LABEL = "'tier' in entity.metadata.labels"


def told(make_workspace: MakeWorkspace, rule: str, more: str = "") -> list[tuple[str, str]]:
    card = CARD.replace("      rule: RULE\n", f"      rule: >-\n        {rule}\n{more}")
    return [(rule, message) for rule, message, _ in told_of(make_workspace, card)]


def told_of(make_workspace: MakeWorkspace, card: str) -> list[tuple[str, str, Severity]]:
    workspace = make_workspace({**FILES, "catalog/facts.yaml": SOURCES, "catalog/ready.yaml": card})
    knowledge = load(workspace)
    assert [found for found in knowledge.problems if found.rule.startswith("scorecards/")] == []
    found = [*check_scorecards(workspace, knowledge), *check_rules(workspace, knowledge)]
    return [(one.rule.removeprefix("scorecards/"), one.message, one.severity) for one in found]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("has(entity.spec.system) && entity.spec.system != ''", id="asked for"),
        pytest.param("entity.spec.owner.startsWith('group:')", id="every component has an owner"),
        pytest.param("entity.spec.type == 'service'", id="the scorecard is for some types"),
        pytest.param("'core' in entity.metadata.tags", id="tags are always there"),
        pytest.param(f"{LABEL} && entity.metadata.labels['tier'] == 'x'", id="a label asked for"),
        pytest.param("facts.ops.runbook.path != ''", id="a part that is always there"),
        pytest.param("facts.slo.target >= 99.0", id="a fact: its absence is no data"),
        pytest.param("has(facts.ops.runbook) && has(facts.ops.runbook.at)", id="a fact's part asked for"),
        pytest.param(
            "now > timestamp('2026-01-31T00:00:00Z') - duration('336h')", id="constants that can be read"
        ),
        pytest.param("facts.ops.pages.all(page, page.path != '')", id="a part that each item has"),
        pytest.param(
            "facts.ops.pages.all(page, has(page.owner) && page.owner != '')", id="asked for of each item"
        ),
        pytest.param(
            "has(entity.spec.uses) && entity.spec.uses.all(used, used.name != '')",
            id="items of nobody knows what",
        ),
        pytest.param("double(facts.slo.events) * 1.5 > facts.slo.target", id="converted"),
        pytest.param("facts.slo.events > 5.5", id="numbers of two kinds may be compared"),
    ],
)
def test_a_sound_rule_is_not_told(make_workspace: MakeWorkspace, rule: str) -> None:
    assert told(make_workspace, rule) == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("entity.spec.system == 's'", ("missing-has", "'entity.spec.system' may be absent, and the check is an error then")),
        (
            "entity.metadata.labels['tier'] == 'x'",
            ("missing-has", "'entity.metadata.labels['tier']' may be absent, and the check is an error then"),
        ),
        (
            "entity.metadata.annotations['a/b'] == 'x'",
            ("missing-has", "'entity.metadata.annotations['a/b']' may be absent, and the check is an error then"),
        ),
        (
            "timestamp(facts.ops.runbook.at) < now",
            ("missing-has", "'facts.ops.runbook.at' may be absent, and the check is no-data then"),
        ),
        (
            "has(facts.ops.runbook.drill.by)",
            ("missing-has", "'facts.ops.runbook.drill' may be absent, and the check is no-data then"),
        ),
        (
            "facts.ops.pages.filter(page, page.path != '').all(page, page.path != '') && facts.ops.pages.all(page, page.owner != '')",
            ("missing-has", "'page.owner' may be absent, and the check is an error then"),
        ),
        ("facts.slo.events * 1.5 > 2.0", ("mixed-numbers", "'*' has a whole number on one side and a decimal on the other")),
        ("now - duration('14d') < now", ("constant", "duration('14d') can never be read")),
        ("timestamp('2026-01-31') < now", ("constant", "timestamp('2026-01-31') can never be read")),
        ("1 < 2", ("reads-nothing", "the rule of check 'c' reads nothing of an entity: it is the same for all")),
        (
            "has(facts.ops.runbook) ? facts.ops.runbook.path != '' : true",
            ("passes-without-facts", "check 'c' passes where nothing is known of the entity: absence looks like success"),
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_seldom_meant_is_told(
    make_workspace: MakeWorkspace, rule: str, expected: tuple[str, str]
) -> None:
    assert told(make_workspace, rule) == [expected]


def test_what_a_check_applies_to_has_been_asked_for(make_workspace: MakeWorkspace) -> None:
    more = f'      appliesTo: {{when: "{LABEL}"}}\n'

    assert told(make_workspace, "entity.metadata.labels['tier'] == 'x'", more) == []


@pytest.mark.parametrize(
    ("rule", "params", "expected"),
    [
        ("facts.slo.target > params.least", "{least: 99.0}", []),
        (
            "facts.slo.target > params.leest",
            "{least: 99.0}",
            [
                ("params", "check 'c' reads params.leest, which it does not declare"),
                ("params", "no expression of check 'c' reads params.least"),
            ],
        ),
        (
            "facts.slo.target > params.least",
            "{least: {tier-1: 99.0}}",
            [
                (
                    "params",
                    "params.least of check 'c' has no value for other tiers: the check is an error there",
                )
            ],
        ),
        (
            "facts.slo.target * params.factor > 1.0",
            "{factor: {tier-1: 2, '*': 3}}",
            [("mixed-numbers", "'*' has a whole number on one side and a decimal on the other")],
        ),
    ],
)
def test_parameters_are_declared_read_and_there_for_every_tier(
    make_workspace: MakeWorkspace, rule: str, params: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(told(make_workspace, rule, f"      params: {params}\n")) == sorted(expected)


def test_what_can_never_be_right_is_an_error_and_the_rest_a_warning(make_workspace: MakeWorkspace) -> None:
    wrong = CARD.replace("RULE", "facts.slo.events * 1.5 > 2.0 && now - duration('14d') < now")
    odd = CARD.replace("RULE", "entity.spec.system == 's'").replace(
        "{name: bronze}", "{name: bronze}, {name: gold}"
    )

    assert [severity for _, _, severity in told_of(make_workspace, wrong)] == [Severity.ERROR] * 2
    assert {severity for _, _, severity in told_of(make_workspace, odd)} == {Severity.WARNING}


def test_a_level_that_no_check_asks_for_is_told(make_workspace: MakeWorkspace) -> None:
    card = CARD.replace("RULE", "facts.slo.target > 1.0").replace(
        "{name: bronze}", "{name: bronze}, {name: gold}"
    )

    [(rule, message, _)] = told_of(make_workspace, card)

    assert rule == "empty-level"
    assert (
        message
        == "nobody can be told by level 'gold': no check asks for it, and whoever has 'bronze' has it too"
    )


def test_a_check_that_never_applies_is_told_with_the_level_it_leaves_empty(
    make_workspace: MakeWorkspace,
) -> None:
    rule = "facts.slo.target > 1.0\n      appliesTo: {types: [library]}"

    found = [(rule, message) for rule, message, _ in told_of(make_workspace, CARD.replace("RULE", rule))]

    assert found == [
        ("never-applies", "check 'c' applies to nothing that scorecard 'ready' applies to"),
        ("empty-level", "nobody can be told by level 'bronze': no check asks for it, and everything has it"),
    ]


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        pytest.param("facts.count * 1.5 > 1.0", True, id="a fact"),
        pytest.param("1.5 + params.whole > 1.0", True, id="a parameter"),
        pytest.param("size(facts.list) * facts.share > 1", True, id="a size"),
        pytest.param("facts.share / facts.list.size() > 1", True, id="a size of something"),
        pytest.param("now.getHours() + facts.share > 1", True, id="the hours of a time"),
        pytest.param("double(facts.count) * facts.count > 1.0", True, id="a converted number"),
        pytest.param("(facts.count + facts.other) * 1.5 > 1.0", True, id="a sum in a sum"),
        pytest.param("-facts.count * 1.5 > 1.0", True, id="a negative number"),
        pytest.param("(has(facts.share) ? facts.share : 0.0) * facts.count > 1.0", True, id="a choice"),
        pytest.param("facts.list.exists(one, one + facts.count * 1.5 > 1.0)", True, id="inside a loop"),
        pytest.param("facts.count * 2 > 1", False, id="whole numbers"),
        pytest.param("facts.share * 2.0 > 1.0", False, id="decimals"),
        pytest.param("facts.other + 1 > 2", False, id="a type that nobody knows"),
        pytest.param("int(facts.share) + 1 > 2", False, id="converted"),
        pytest.param("now - duration('1h') < now", False, id="times"),
        pytest.param("facts.list.exists(count, count * 1.5 > 1.0)", False, id="a loop's own name"),
    ],
)
def test_whole_and_decimal_numbers_in_one_sum_are_found(source: str, *, is_found: bool) -> None:
    kinds = {"facts.count": "integer", "facts.share": "number", "params.whole": "integer"}
    rule = compile_rule(source)

    found = list(mixed_arithmetic(rule, lambda read: kinds.get(".".join((read.root, *read.path)), "")))

    assert bool(found) is is_found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("{at: '2026-01-01T00:00:00Z'}", [], id="in part"),
        pytest.param("{at: never}", [("undeclared-fact", "test 't': 'ops.runbook': at must be a timestamp, not 'never'")], id="wrong"),
    ],
)  # fmt: skip
def test_a_test_gives_the_parts_of_an_object_that_its_rules_read(
    make_workspace: MakeWorkspace, value: str, expected: list[tuple[str, str]]
) -> None:
    card = CARD.replace("RULE", "has(facts.ops.runbook.at)") + (
        "  tests:\n    - name: t\n      entity: {kind: Component, spec: {type: service}}\n"
        f"      facts: {{ops.runbook: {value}}}\n      now: '2026-02-01T00:00:00Z'\n      expect: {{c: pass}}\n"
    )

    assert [(rule, message) for rule, message, _ in told_of(make_workspace, card)] == expected
