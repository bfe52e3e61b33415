"""Evaluates both sides of a change, and the second time only what the change could touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from waypost.core.plugin import Progress
from waypost.facts.model import Facts, FactSources
from waypost.scorecards.evaluation.engine import Engine, Evaluated, Subject
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import Check, Scorecard
from waypost.scorecards.preview.definitions import Pair, deciding, is_same_scope
from waypost.scorecards.results import Outcome

BATCH: Final = 250
"""Entities that are evaluated on both sides and compared together: what bounds the memory."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that one side is evaluated from. ``documents`` and ``owners`` are by reference."""

    documents: Mapping[str, Mapping[str, object]]
    owners: Mapping[str, str]
    facts: Mapping[str, Facts]
    unread: frozenset[str]
    sources: FactSources
    exemptions: tuple[Exemption, ...]

    def subject(self, ref: str) -> Subject | None:
        """Return the entity *ref* as it is evaluated, None where this side has none."""
        document = self.documents.get(ref)
        return None if document is None else Subject(ref, document, self.facts.get(ref, {}))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a scorecard came to for an entity on one side: a letter for the state of each check, in their order.

    ``parts`` hold what else is known; of a check that is in two the later counts.
    """

    tier: str
    letters: str
    parts: tuple[Evaluated, ...]

    def outcome(self, check: str) -> Outcome:
        """Return what *check* came to, with its message."""
        return next(
            outcome for part in reversed(self.parts) for outcome in part.outcomes if outcome.check == check
        )

    def outcomes(self, checks: Iterable[str]) -> dict[str, Outcome]:
        """Return what each of *checks* came to, by its id."""
        known = {outcome.check: outcome for part in self.parts for outcome in part.outcomes}
        return {check: known[check] for check in checks}

    @property
    def is_plain(self) -> bool:
        """Whether no exemption and no announcement has a say in it."""
        return not any(part.found.exemption or part.found.would for part in self.parts)


@dataclass(frozen=True, slots=True)
class Both:
    """What a pair of scorecards, by its number, came to for an entity on both sides; None where it does not apply."""

    number: int
    ref: str
    before: Judged | None
    after: Judged | None


def evaluate_both(
    pairs: Sequence[Pair], before: Inputs, after: Inputs, *, now: datetime, progress: Progress
) -> Iterator[Both]:
    """Give what each of *pairs* comes to for each entity that it applies to on a side, in the order of entities."""
    refs = sorted(before.documents.keys() | after.documents.keys())
    batches = [refs[start : start + BATCH] for start in range(0, len(refs), BATCH)]
    with ExitStack() as opened:
        rounds = _Rounds(pairs, before, after, opened)
        for batch in progress.track(batches, "Evaluating both sides", len(batches)):
            yield from rounds.compare(batch, now)


class _Rounds:
    """The engines of both sides, and which answers of the one serve the other."""

    def __init__(self, pairs: Sequence[Pair], before: Inputs, after: Inputs, opened: ExitStack) -> None:
        self._pairs, self._before, self._after = pairs, before, after
        self._shares = [_Share.of(*pair) for pair in pairs]
        self._same_sources = _is_same_ground(before, after)
        self._exempt = _by_place(before.exemptions), _by_place(after.exemptions)
        self._opened = opened
        self._old = self._engine([old for old, _ in pairs], before)
        self._new = self._engine([new for _, new in pairs], after)
        self._rest = self._engine([share.rest for share in self._shares], after)

    def _engine(self, cards: Sequence[Scorecard | None], side: Inputs) -> Engine:
        known = [card for card in cards if card is not None]
        return self._opened.enter_context(Engine(known, side.exemptions, side.sources, side.unread))

    def compare(self, refs: Sequence[str], now: datetime) -> Iterator[Both]:
        """Give what each pair comes to for each of *refs*."""
        old = self._judge(self._old, self._before, refs, now)
        same = {ref for ref in refs if self._is_same(ref)}
        new = self._judge(self._new, self._after, [ref for ref in refs if ref not in same], now)
        rest = self._judge(self._rest, self._after, [ref for ref in refs if ref in same], now)
        for ref in refs:
            for number, (was, card) in enumerate(self._pairs):
                before = old.get((was.name, ref)) if was else None
                if card is None:
                    after = None
                elif ref in same:
                    after = self._shares[number].join(before, rest.get((card.name, ref)))
                else:
                    after = new.get((card.name, ref))
                if before or after:
                    yield Both(number, ref, before, after)

    @staticmethod
    def _judge(
        engine: Engine, side: Inputs, refs: Sequence[str], now: datetime
    ) -> dict[tuple[str, str], Judged]:
        subjects = [subject for ref in refs if (subject := side.subject(ref)) is not None]
        return {(one.scorecard.name, one.subject.ref): _judged(one) for one in engine.evaluate(subjects, now)}

    def _is_same(self, ref: str) -> bool:
        """Tell whether all that rules may read of *ref* is the same on both sides, and so are its exemptions."""
        return (
            self._same_sources
            and self._before.documents.get(ref) == self._after.documents.get(ref)
            and self._before.facts.get(ref, {}) == self._after.facts.get(ref, {})
            and self._exempt[0].get(ref) == self._exempt[1].get(ref)
            and (ref not in self._exempt[0] or all(share.same_terms for share in self._shares))
        )


def _judged(one: Evaluated) -> Judged:
    return Judged(one.tier, "".join(one.found.letters), (one,))


def _is_same_ground(before: Inputs, after: Inputs) -> bool:
    """Tell whether rules find the same maps on both sides, and know as little of what nobody has looked for."""
    return before.unread == after.unread and (
        before.sources.declarations.keys() == after.sources.declarations.keys()
    )


def _by_place(exemptions: Sequence[Exemption]) -> dict[str, list[Exemption]]:
    found: dict[str, list[Exemption]] = {}
    for exemption in sorted(exemptions, key=lambda each: each.name):
        for ref in exemption.entities:
            found.setdefault(ref, []).append(exemption)
    return found


@dataclass(frozen=True, slots=True)
class _Share:
    """What two versions of a scorecard share: ``rest`` holds the checks that have to be evaluated anew.

    It is None where nothing is left to evaluate, and the whole scorecard where the answers of before serve nothing.
    ``sources`` tells for each check whether its letter is one of ``rest``, and its place there or before.
    """

    card: Scorecard | None
    rest: Scorecard | None
    sources: tuple[tuple[bool, int], ...] = ()
    same_terms: bool = True

    @classmethod
    def of(cls, before: Scorecard | None, after: Scorecard | None) -> _Share:
        if before is None or after is None:
            return cls(after, after)
        same_terms = before.exemptions == after.exemptions and before.name == after.name
        if not is_same_scope(before, after):
            return cls(after, after, same_terms=same_terms)
        old = {check.id: (place, deciding(check)) for place, check in enumerate(before.checks)}
        others: list[Check] = []
        sources: list[tuple[bool, int]] = []
        for check in after.checks:
            place, was = old.get(check.id, (0, None))
            is_new = was != deciding(check)
            sources.append((True, len(others)) if is_new else (False, place))
            if is_new:
                others.append(check)
        if len(others) == len(after.checks):
            return cls(after, after, same_terms=same_terms)
        rest = replace(after, checks=tuple(others)) if others else None
        return cls(after, rest, tuple(sources), same_terms)

    def join(self, before: Judged | None, rest: Judged | None) -> Judged | None:
        """Return what the later version comes to, from what the earlier one came to and what was evaluated anew."""
        if not self.sources:
            return rest
        if before is None or self.card is None:
            return None
        letters = "".join(
            rest.letters[place] if is_new and rest else before.letters[place]
            for is_new, place in self.sources
        )
        return Judged(before.tier, letters, (*before.parts, *(rest.parts if rest else ())))
