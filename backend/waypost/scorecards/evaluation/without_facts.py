"""Finds checks that pass where nothing is known of an entity: absence looks like success to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from waypost.facts.model import FactSources, nested
from waypost.scorecards.evaluation.plans import entity_view
from waypost.scorecards.model import UNSET_TIER, Check, Scorecard, State
from waypost.scorecards.rules.compiling import Rule, compile_rule
from waypost.scorecards.rules.expression import walk
from waypost.scorecards.rules.guard import Answer, Ask, Evaluator, Question

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_FORGIVING: Final = frozenset({"_||_", "_?_:_"})
"""Calls that may have an answer where a part of them has none."""


def passing_without_facts(
    cards: Iterable[Scorecard], sources: FactSources
) -> Iterator[tuple[Scorecard, int]]:
    """Give each check, by its number, whose rule reads facts and passes without any."""
    asked = [(card, n, check) for card in cards for n, check in enumerate(card.checks) if _may_pass(check)]
    if not asked:
        return
    rules = [
        compile_rule(source) for _, _, check in asked for source in (check.rule, check.min_sample or "true")
    ]
    tree = nested({}, sources.declarations)
    with Evaluator(rules) as evaluator:
        questions = [
            Question(_plain_entity(card), tree, [_asks(rules, 2 * place, check)])
            for place, (card, _, check) in enumerate(asked)
        ]
        for (card, number, check), reply in zip(asked, evaluator.answer(questions, _NOW), strict=True):
            if _passes(check, reply[0], reply[1]):
                yield card, number


def _may_pass(check: Check) -> bool:
    rule = compile_rule(check.rule)
    return bool(rule.facts) and any(
        node.tested or node.kind == "loop" or (node.kind == "call" and node.name in _FORGIVING)
        for node in walk(rule.tree)
    )


def _asks(rules: list[Rule], place: int, check: Check) -> list[Ask]:
    params = check.params_for(UNSET_TIER)
    return [(number, params if rules[number].uses_params else None) for number in (place, place + 1)]


def _passes(check: Check, rule: Answer, sample: Answer) -> bool:
    if rule.error or sample.value is not True:
        return False
    if check.bands is None:
        return rule.value is True
    return (
        isinstance(rule.value, (int, float))
        and check.bands.limits(UNSET_TIER).state(rule.value) is State.PASS
    )


def _plain_entity(card: Scorecard) -> dict[str, Any]:
    scope = card.applies_to
    return entity_view(
        {
            "kind": next(iter(scope.kinds), "Component"),
            "metadata": {"name": "plain"},
            "spec": {
                "type": next(iter(scope.types), "service"),
                "lifecycle": next(iter(scope.lifecycles), "production"),
                "owner": "group:default/owners",
            },
        }
    )
