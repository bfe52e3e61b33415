"""Judging: from what a check's expressions came to, to the state that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from waypost.facts.model import Facts
from waypost.scorecards.exemptions.covering import NO_COVER, Cover
from waypost.scorecards.model import ANSWERED, Check, Limits, State
from waypost.scorecards.results import Outcome
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.rules.guard import Answer
from waypost.scorecards.rules.messages import parse_message

MISSING = object()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the expressions of one check came to; None where it has no such expression.

    ``limits`` are there where the rule gives a number that they judge.
    """

    rule: Answer
    evidence: Answer | None = None
    min_sample: Answer | None = None
    message: tuple[Answer, ...] = ()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entity: its facts, as they are kept and as rules see them.

    ``unread`` are the declared paths whose source was never read: nobody knows that they are absent.
    """

    facts: Facts
    tree: Mapping[str, Any]
    unread: frozenset[str] = frozenset()


def judge(check: Check, answers: Answers, known: Known, *, now: datetime, cover: Cover = NO_COVER) -> Outcome:
    """Return the outcome of *check*, which applies to the entity.

    Args:
        check: The check.
        answers: What its expressions came to.
        known: What is known of the entity.
        now: The time to judge at.
        cover: The exemptions that are active now.
    """
    state, message = _state(check, answers, known, now)
    if state in ANSWERED and check.message:
        message = parse_message(check.message).fill([answer.value for answer in answers.message])
    evidence = answers.evidence.value if answers.evidence else None
    if check.is_upcoming(now.date()):
        return Outcome(check.id, State.UPCOMING, message, evidence, would=state)
    if cover.whole is not None:
        return Outcome(check.id, State.EXEMPT, message, evidence, would=state, exemption=cover.whole.name)
    if cover.partial and state is State.FAIL:
        return _failing(Outcome(check.id, state, message, evidence), cover)
    return Outcome(check.id, state, message, evidence)


def _failing(outcome: Outcome, cover: Cover) -> Outcome:
    """Return *outcome* with the findings that are exempt taken into account; exempt where all of them are."""
    found = cover.find(outcome.evidence)
    if found.is_whole:
        return replace(outcome, state=State.EXEMPT, would=State.FAIL, exemption=found.names)
    message = "; ".join(text for text in (outcome.message, found.text) if text)
    return replace(outcome, message=message, exemption=found.names)


def _state(check: Check, answers: Answers, known: Known, now: datetime) -> tuple[State, str]:
    sample = answers.min_sample
    if sample is not None and not _is_answer(sample):
        return _broken(check.min_sample, sample, known.tree)
    is_enough = sample is None or sample.value
    if is_enough and not (_is_number if answers.limits else _is_answer)(answers.rule):
        needed = "a number" if answers.limits else "true or false"
        return _broken(check.rule, answers.rule, known.tree, needed)
    untold = ", ".join(_untold(check.rule, known))
    if untold:
        return State.NO_DATA, f"no data: {untold}"
    too_old = "; ".join(_too_old(check, known.facts, now))
    if too_old:
        return State.STALE, too_old
    if not is_enough:
        return State.INSUFFICIENT_DATA, "too few to judge by"
    return _verdict(answers.rule.value, answers.limits)


def _verdict(value: Any, limits: Limits | None) -> tuple[State, str]:
    if limits is not None:
        return limits.state(value), _beside(value, limits)
    return (State.PASS if value else State.FAIL), ""


def _beside(value: float, limits: Limits) -> str:
    """Return *value* with where it passes and warns, for checks without a message of their own."""
    word = "at most" if limits.is_lower_better else "at least"
    return f"{value:g}: {word} {limits.passes:g} passes, {limits.warns:g} warns"


def _is_answer(answer: Answer) -> bool:
    return not answer.error and isinstance(answer.value, bool)


def _is_number(answer: Answer) -> bool:
    return not answer.error and isinstance(answer.value, (int, float)) and not isinstance(answer.value, bool)


def _broken(
    source: str, answer: Answer, tree: Mapping[str, Any], needed: str = "true or false"
) -> tuple[State, str]:
    """Return why there is no answer: a fact is missing, or the expression itself broke."""
    missing = list(missing_facts(source, tree))
    if answer.error and missing:
        return State.NO_DATA, f"no data: {', '.join(missing)}"
    told = answer.error or f"gives {type(answer.value).__name__} where {needed} is needed"
    return State.ERROR, f"the rule broke: {told}"


def missing_facts(source: str, tree: Mapping[str, Any]) -> Iterator[str]:
    """Give the paths that the expression *source* reads and *tree* lacks; what ``has()`` tests does not count."""
    for reference in compile_rule(source).facts:
        if reference.path and not reference.is_tested and _value(tree, reference.path) in (MISSING, None):
            yield ".".join(reference.path)


def _untold(source: str, known: Known) -> Iterator[str]:
    """Give what the rule tests with ``has()``, and nobody has looked for yet."""
    if not known.unread:
        return
    for reference in compile_rule(source).facts:
        path = ".".join(reference.path)
        if reference.is_tested and path in known.unread and _value(known.tree, reference.path) is MISSING:
            yield path


def _value(tree: Any, path: Sequence[str]) -> Any:
    for key in path:
        if not isinstance(tree, Mapping) or key not in tree:
            return MISSING
        tree = tree[key]
    return tree


def _too_old(check: Check, facts: Facts, now: datetime) -> Iterator[str]:
    for path, max_age in check.max_age.items():
        fact = facts.get(path)
        if fact is not None and fact.age(now) > max_age:
            days = max_age.total_seconds() / 86_400
            yield f"{path} is as of {fact.as_of:%Y-%m-%d %H:%M} UTC, older than {days:g} days"
