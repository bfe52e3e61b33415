"""Gathers what a scorecard comes to on both sides, entity by entity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from waypost.scorecards.model import MET, Check, State
from waypost.scorecards.preview.campaigning import Courses
from waypost.scorecards.preview.definitions import Pair, deciding, edits_of
from waypost.scorecards.preview.evaluating import Both, Inputs
from waypost.scorecards.preview.exempting import Uses
from waypost.scorecards.preview.model import CardPreview, Row, Upcoming
from waypost.scorecards.preview.moving import Graded, Scale, row_of, would_fall
from waypost.scorecards.results import STATES


@dataclass(slots=True)
class _Coming:
    """What is gathered of an upcoming check."""

    would: Counter[str] = field(default_factory=Counter)
    failing: list[str] = field(default_factory=list)
    falls: int = 0


class Gathered:
    """What a pair of scorecards comes to, gathered entity by entity."""

    def __init__(self, pair: Pair, sides: tuple[Inputs, Inputs], courses: Courses) -> None:
        self._scales = [Scale.of(card) if card else None for card in pair]
        self._sides, self._courses = sides, courses
        self._rows: list[Row] = []
        self._letters: tuple[list[str], list[str]] = ([], [])
        self._coming: dict[str, _Coming] = {}
        self.exempt = Uses()

    def add(self, both: Both) -> None:
        """Take in what an entity came to."""
        before, after = self._grade(0, both), self._grade(1, both)
        self._rows.append(row_of(both.ref, before, after))
        if after is not None and not after.judged.is_plain:
            self._await(both.ref, after)

    def _grade(self, number: int, both: Both) -> Graded | None:
        scale, judged, side = self._scales[number], (both.before, both.after)[number], self._sides[number]
        if scale is None or judged is None:
            return None
        self._letters[number].append(judged.letters)
        if not judged.is_plain:
            self.exempt.add(number, judged.outcomes(scale.ids).values())
        if self._courses.asks(number, scale.card.name):
            outcomes = judged.outcomes(scale.ids).values()
            self._courses.add(number, scale.card.name, side.documents[both.ref], outcomes)
        return Graded.of(scale, judged, side.owners[both.ref])

    def _await(self, ref: str, graded: Graded) -> None:
        """Count what upcoming checks would be."""
        for outcome in graded.judged.outcomes(graded.scale.ids).values():
            if outcome.state is not State.UPCOMING or outcome.would is None:
                continue
            coming = self._coming.setdefault(outcome.check, _Coming())
            coming.would[outcome.would.value] += 1
            if outcome.would not in MET:
                coming.failing.append(ref)
                coming.falls += would_fall(graded, outcome.check, outcome.would)

    def card(self, pair: Pair, uncompared: Mapping[str, tuple[str, ...]], at: datetime) -> CardPreview:
        """Return what the change does to the scorecard, whose whole versions are *pair*."""
        old, new = pair
        counts = self._counts(0), self._counts(1)
        checks = dict.fromkeys(check for scale in reversed(self._scales) if scale for check in scale.ids)
        return CardPreview(
            old,
            new,
            tuple(self._rows),
            tuple(edits_of(old, new)) if old and new else (),
            {check: (counts[0].get(check, {}), counts[1].get(check, {})) for check in checks},
            tuple(self._upcoming(at)),
            dict(uncompared),
        )

    def _counts(self, number: int) -> dict[str, dict[str, int]]:
        """Return how many entities have each check in which state."""
        scale = self._scales[number]
        columns = zip(*self._letters[number], strict=True)
        return {
            check: {STATES[letter].value: count for letter, count in Counter(column).items()}
            for check, column in zip(scale.ids if scale else (), columns, strict=False)
        }

    def _upcoming(self, at: datetime) -> Iterable[Upcoming]:
        """Give the upcoming checks that the change has a say in."""
        before, after = self._scales
        old = {check.id: check for check in before.card.checks} if before else {}
        for check in after.card.checks if after else ():
            if check.not_before and check.is_upcoming(at.date()) and _is_news(old.get(check.id), check):
                coming = self._coming.get(check.id, _Coming())
                yield Upcoming(
                    check.id, check.not_before, dict(coming.would), coming.falls, tuple(coming.failing)
                )


def _is_news(old: Check | None, new: Check) -> bool:
    return old is None or deciding(old) != deciding(new) or old.level != new.level
