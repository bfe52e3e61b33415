"""What checks come to: judged by the answers of the worker, most of them in a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from waypost.scorecards.evaluation.judging import Known, judge
from waypost.scorecards.evaluation.plans import Places, Plan
from waypost.scorecards.exemptions.covering import NO_COVER, find_cover, next_edge
from waypost.scorecards.exemptions.model import Exemption, Place, covers
from waypost.scorecards.model import STATE_LETTERS, UNSET_TIER, AppliesTo, Check, Scorecard, State
from waypost.scorecards.results import STATES, Outcome
from waypost.scorecards.rules.guard import Answer, Reply
from waypost.scorecards.sheets import told

_PASS, _FAIL = STATE_LETTERS[State.PASS], STATE_LETTERS[State.FAIL]
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A scorecard that applies to an entity. ``fault`` says why that could not be told."""

    card: Scorecard
    tier: str = UNSET_TIER
    fault: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """An entity and its facts as rules see them, and the exemptions that speak of it."""

    ref: str
    document: Mapping[str, Any]
    entity: Mapping[str, Any]
    known: Known
    exemptions: Sequence[Exemption] = ()


@dataclass(slots=True)
class Found:
    """What some checks of a scorecard came to: a letter each, and what else there is to tell, by ``keys``.

    ``keys`` are the places of the checks in their scorecard, as texts. ``due`` is when time alone may change it.
    """

    keys: tuple[str, ...]
    letters: list[str] = field(default_factory=list)
    message: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    would: dict[str, str] = field(default_factory=dict)
    exemption: dict[str, str] = field(default_factory=dict)
    due: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    def outcomes(self, scorecard: Scorecard) -> tuple[Outcome, ...]:
        """Return each as the outcome of its check in *scorecard*."""
        return tuple(
            Outcome(
                scorecard.checks[int(key)].id,
                STATES[letter],
                self.message.get(key, ""),
                self.evidence.get(key),
                would=STATES[self.would[key]] if key in self.would else None,
                exemption=self.exemption.get(key, ""),
            )
            for key, letter in zip(self.keys, self.letters, strict=True)
        )


@lru_cache(maxsize=4_096)
def _fits(applies_to: AppliesTo, kind: Any, of_type: Any, lifecycle: Any) -> bool:
    return applies_to.fits({"kind": kind, "spec": {"type": of_type, "lifecycle": lifecycle}})


def fits(applies_to: AppliesTo, document: Mapping[str, Any]) -> bool:
    """Tell whether *applies_to* means the entity *document*, as far as can be told without its rule."""
    if not (applies_to.kinds or applies_to.types or applies_to.lifecycles):
        return True
    spec = document.get("spec") or {}
    texts = (str(value or "") for value in (document.get("kind"), spec.get("type"), spec.get("lifecycle")))
    return _fits(applies_to, *texts)


def broken_scope(whose: str, when: Answer) -> str:
    """Return why *when* does not tell whether something applies, "" where it does."""
    if isinstance(when.value, bool):
        return ""
    return f"{whose} appliesTo.when broke: {when.error or 'it gives neither true nor false'}"


@dataclass(frozen=True, slots=True)
class Round:
    """Some checks of one scorecard for one entity at one time."""

    view: View
    case: Case
    plan: Plan
    now: datetime

    def judge(self, reply: Reply, start: int) -> Found:
        """Judge every check of the plan by *reply*, in which the plan's answers begin at *start*."""
        plan, checks = self.plan, self.case.card.checks
        found = Found(plan.keys, fault=self.case.fault)
        if self.case.fault:
            found.letters = [STATE_LETTERS[State.ERROR]] * len(plan.keys)
            found.message = dict.fromkeys(plan.keys, self.case.fault)
            return found
        letters, values, document = found.letters, reply.values, self.view.document
        exempt = self._spoken_of()
        for number, (place, places) in enumerate(zip(plan.checks, plan.places, strict=True), start):
            check, value = checks[place], values[number]
            if not places.is_plain or check.id in exempt or value.__class__ is not bool:
                self._judge(check, places, (reply, start), found)
            elif not fits(check.applies_to, document):
                letters.append(STATE_LETTERS[State.NOT_APPLICABLE])
            else:
                if places.text is not None or places.evidence is not None:
                    _tell(found, places, values, start)
                letters.append(_PASS if value else _FAIL)
        return found

    def _spoken_of(self) -> frozenset[str]:
        """Return the checks that some exemption of the entity speaks of, at whatever time."""
        exemptions, name = self.view.exemptions, self.case.card.name
        if not exemptions:
            return frozenset()
        return frozenset(check for one in exemptions if one.scorecard == name for check in one.checks)

    def _judge(self, check: Check, places: Places, answers: tuple[Reply, int], found: Found) -> None:
        key = found.keys[len(found.letters)]
        outcome = self._outcome(check, places, *answers)
        found.letters.append(STATE_LETTERS[outcome.state])
        for part, value in told(outcome):
            part_of: dict[str, Any] = getattr(found, part)
            part_of[key] = value
        edges = list(self._edges(check))
        if State.ERROR in {outcome.state, outcome.would}:
            # What broke its budget, or was left out for others that did, may not the next day.
            edges.append(datetime.combine(self.now.date(), time(), UTC) + timedelta(days=1))
        due = min(edges, default=None)
        if due is not None:
            found.due[key] = due.astimezone(UTC).isoformat()

    def _outcome(self, check: Check, places: Places, reply: Reply, start: int) -> Outcome:
        if not fits(check.applies_to, self.view.document):
            return Outcome(check.id, State.NOT_APPLICABLE)
        if places.when is not None:
            when = reply[start + places.when]
            if when.value is False:
                return Outcome(check.id, State.NOT_APPLICABLE)
            if fault := broken_scope("its", when):
                return Outcome(check.id, State.ERROR, fault)
        cover = (
            find_cover(self.view.exemptions, self._place(check), self.now)
            if self.view.exemptions
            else NO_COVER
        )
        return judge(check, places.read(reply, start), self.view.known, now=self.now, cover=cover)

    def _place(self, check: Check) -> Place:
        card = self.case.card
        return Place(card.name, check.id, self.view.ref, card.exemptions.terms(self.case.tier))

    def _edges(self, check: Check) -> Iterator[datetime]:
        """Give the times from now on at which time alone may change what *check* comes to."""
        if check.not_before is not None and self.now.date() < check.not_before:
            yield datetime.combine(check.not_before, time(), UTC)
        for path, max_age in check.max_age.items():
            fact = self.view.known.facts.get(path)
            if fact is not None and fact.as_of + max_age >= self.now:
                yield fact.as_of + max_age + _MOMENT
        if self.view.exemptions:
            place = self._place(check)
            speaking = [one for one in self.view.exemptions if covers(one, place)]
            edge = next_edge(speaking, place.terms, self.now)
            if edge is not None:
                yield edge


def _tell(found: Found, places: Places, values: Sequence[Any], start: int) -> None:
    key = found.keys[len(found.letters)]
    if places.text is not None:
        message = places.text.fill([values[start + place] for place in places.message])
        if message:
            found.message[key] = message
    if places.evidence is not None:
        evidence = values[start + places.evidence]
        if evidence is not None:
            found.evidence[key] = evidence
