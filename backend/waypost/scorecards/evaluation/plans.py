"""Plans: the expressions that a scorecard evaluates in a tier, and where their answers are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waypost.scorecards.evaluation.judging import Answers
from waypost.scorecards.model import Check, Limits, Scorecard
from waypost.scorecards.rules.compiling import Rule, compile_rule
from waypost.scorecards.rules.guard import Answer, Ask
from waypost.scorecards.rules.messages import parse_message


@dataclass(frozen=True, slots=True)
class Places:
    """Where among a plan's answers those of one check are; None for an expression that it has not."""

    rule: int
    evidence: int | None
    min_sample: int | None
    when: int | None
    message: tuple[int, ...]
    limits: Limits | None = None

    def read(self, answers: Sequence[Answer], start: int) -> Answers:
        """Return the check's own answers from an entity's, where the plan's begin at *start*."""
        return Answers(
            answers[start + self.rule],
            None if self.evidence is None else answers[start + self.evidence],
            None if self.min_sample is None else answers[start + self.min_sample],
            tuple([answers[start + place] for place in self.message]) if self.message else (),
            self.limits,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask for one scorecard in one tier, and where each check's answers are."""

    asks: tuple[Ask, ...]
    places: tuple[Places, ...]


class Planner:
    """Numbers every expression of some scorecards once, and makes the plans, each once."""

    def __init__(self, scorecards: Iterable[Scorecard]) -> None:
        self._numbers: dict[str, int] = {}
        for card in scorecards:
            for source in _sources_of(card):
                self._numbers.setdefault(source, len(self._numbers))
        self.rules: tuple[Rule, ...] = tuple(map(compile_rule, self._numbers))
        self._plans: dict[tuple[str, str], Plan] = {}

    def scope(self, card: Scorecard) -> tuple[Ask, ...]:
        """Return what to ask before anything else: whether *card* applies, and the tier, where it says."""
        return tuple((self._numbers[source], None) for source in (card.applies_to.when, card.tier) if source)

    def plan(self, card: Scorecard, tier: str) -> Plan:
        """Return the plan of *card* in *tier*."""
        key = (card.name, tier)
        if key not in self._plans:
            asks: list[Ask] = []
            places = tuple(self._place(check, tier, asks) for check in card.checks)
            self._plans[key] = Plan(tuple(asks), places)
        return self._plans[key]

    def _place(self, check: Check, tier: str, asks: list[Ask]) -> Places:
        params = check.params_for(tier)

        def ask(source: str) -> int:
            number = self._numbers[source]
            asks.append((number, params if params and self.rules[number].uses_params else None))
            return len(asks) - 1

        def ask_any(source: str) -> int | None:
            return ask(source) if source else None

        return Places(
            rule=ask(check.rule),
            evidence=ask_any(check.evidence),
            min_sample=ask_any(check.min_sample),
            when=ask_any(check.applies_to.when),
            message=tuple(map(ask, parse_message(check.message).expressions)),
            limits=check.bands.limits(tier) if check.bands else None,
        )


def _sources_of(card: Scorecard) -> Iterator[str]:
    sources = [card.applies_to.when, card.tier]
    for check in card.checks:
        sources += [check.rule, check.evidence, check.min_sample, check.applies_to.when]
        sources += parse_message(check.message).expressions
    return (source for source in sources if source)


def entity_view(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entity *document* as rules see it: what metadata may leave out is there, empty."""
    metadata = METADATA_DEFAULTS | dict(document.get("metadata") or {})
    return {"spec": {}, "relations": [], **document, "metadata": metadata}


METADATA_DEFAULTS: dict[str, Any] = {
    "namespace": "default", "labels": {}, "annotations": {}, "tags": [], "links": [],
}  # fmt: skip
"""What rules find in every entity's metadata, so that asking for a tag is no error where there are none."""
