"""Plans: the expressions that a scorecard evaluates in a tier, and where their answers are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.scorecards.evaluation.judging import Answers
from waypost.scorecards.model import Check, Limits, Scorecard
from waypost.scorecards.rules.compiling import Rule, compile_rule
from waypost.scorecards.rules.guard import Ask, Reply
from waypost.scorecards.rules.messages import Message, parse_message


@dataclass(frozen=True, slots=True)
class Places:
    """Where among a plan's answers those of one check are; None for an expression that it has not.

    ``is_plain`` tells that the check's state is what its rule says, if that is true or false.
    """

    rule: int
    evidence: int | None
    min_sample: int | None
    when: int | None
    message: tuple[int, ...]
    text: Message | None = None
    limits: Limits | None = None
    is_plain: bool = False

    def read(self, reply: Reply, start: int) -> Answers:
        """Return the check's own answers from an entity's, where the plan's begin at *start*."""
        return Answers(
            reply[start + self.rule],
            None if self.evidence is None else reply[start + self.evidence],
            None if self.min_sample is None else reply[start + self.min_sample],
            tuple([reply[start + place] for place in self.message]) if self.message else (),
            self.limits,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask for some checks of one scorecard in one tier, and where each one's answers are.

    ``checks`` are the places of the checks in their scorecard, ``keys`` the same as texts.
    """

    asks: tuple[Ask, ...]
    checks: tuple[int, ...]
    keys: tuple[str, ...]
    places: tuple[Places, ...]


KEPT_PLANS = 2_000
"""Plans for single checks are made when something changes; nobody needs more than these at once."""


class Planner:
    """Numbers every expression of some scorecards once, and makes the plans, each once."""

    def __init__(self, scorecards: Iterable[Scorecard]) -> None:
        self._numbers: dict[str, int] = {}
        for card in scorecards:
            for source in _sources_of(card):
                self._numbers.setdefault(source, len(self._numbers))
        self.rules: tuple[Rule, ...] = tuple(map(compile_rule, self._numbers))
        self._plans: dict[tuple[str, str, tuple[int, ...] | None], Plan] = {}
        self._unread: frozenset[str] = frozenset()

    def set_unread(self, unread: frozenset[str]) -> None:
        """Hold it against rules that they ask whether one of the paths *unread* is there."""
        if unread != self._unread:
            self._unread = unread
            self._plans.clear()

    def scope(self, card: Scorecard) -> tuple[Ask, ...]:
        """Return what to ask before anything else: whether *card* applies, and the tier, where it says."""
        return tuple((self._numbers[source], None) for source in (card.applies_to.when, card.tier) if source)

    def plan(self, card: Scorecard, tier: str, wanted: tuple[int, ...] | None = None) -> Plan:
        """Return the plan of *card* in *tier* for the checks at the places *wanted*; None for all."""
        key = (card.name, tier, wanted)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= KEPT_PLANS:
                self._plans.clear()
            found = self._plans[key] = self._make(card, tier, wanted)
        return found

    def _make(self, card: Scorecard, tier: str, wanted: tuple[int, ...] | None) -> Plan:
        checks = tuple(range(len(card.checks))) if wanted is None else wanted
        asks: list[Ask] = []
        for place in checks:
            self._ask(card.checks[place], card.checks[place].rule, tier, asks)
        places = tuple(
            self._place(card.checks[place], tier, number, asks) for number, place in enumerate(checks)
        )
        return Plan(tuple(asks), checks, tuple(map(str, checks)), places)

    def _ask(self, check: Check, source: str, tier: str, asks: list[Ask]) -> int:
        number = self._numbers[source]
        params = check.params_for(tier)
        asks.append((number, params if params and self.rules[number].uses_params else None))
        return len(asks) - 1

    def _place(self, check: Check, tier: str, rule: int, asks: list[Ask]) -> Places:
        def ask(source: str) -> int:
            return self._ask(check, source, tier, asks)

        def ask_any(source: str) -> int | None:
            return ask(source) if source else None

        text = parse_message(check.message) if check.message else None
        return Places(
            rule=rule,
            evidence=ask_any(check.evidence),
            min_sample=ask_any(check.min_sample),
            when=ask_any(check.applies_to.when),
            message=tuple(map(ask, text.expressions)) if text else (),
            text=text,
            limits=check.bands.limits(tier) if check.bands else None,
            is_plain=self._is_plain(check),
        )

    def _is_plain(self, check: Check) -> bool:
        asked = (check.min_sample, check.bands, check.max_age, check.applies_to.when, check.not_before)
        if any(asked):
            return False
        tested = (".".join(r.path) for r in compile_rule(check.rule).facts if r.is_tested)
        return not any(path in self._unread for path in tested)


def _sources_of(card: Scorecard) -> Iterator[str]:
    sources = [card.applies_to.when, card.tier]
    for check in card.checks:
        sources += sources_of(check)
    return (source for source in sources if source)


def sources_of(check: Check) -> Iterator[str]:
    """Give every expression of *check*."""
    sources = (check.rule, check.evidence, check.min_sample, check.applies_to.when)
    yield from (source for source in sources if source)
    yield from parse_message(check.message).expressions


def entity_view(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entity *document* as rules see it: what metadata may leave out is there, empty."""
    metadata = METADATA_DEFAULTS | dict(document.get("metadata") or {})
    return {"spec": {}, "relations": [], **document, "metadata": metadata}


METADATA_DEFAULTS: dict[str, Any] = {
    "namespace": "default", "labels": {}, "annotations": {}, "tags": [], "links": [],
}  # fmt: skip
"""What rules find in every entity's metadata, so that asking for a tag is no error where there are none."""
