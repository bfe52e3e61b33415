"""What becomes of exemptions: which are needed, which cover what is met without them, which end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import GAINED, State
from waypost.scorecards.preview.model import CardPreview, Covers, ExemptionMove, Use
from waypost.scorecards.results import Outcome


class Uses:
    """How often each exemption is needed for a scorecard, and how often it covers what is met, on both sides."""

    def __init__(self) -> None:
        self.needed: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.places: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def add(self, side: int, outcomes: Iterable[Outcome]) -> None:
        """Take in the *outcomes* of an entity on a *side*, 0 for before."""
        for outcome in outcomes:
            if not outcome.exemption:
                continue
            is_needed = outcome.state is not State.EXEMPT or outcome.would not in GAINED
            # One result may name several, each of which covers some of its findings.
            for name in outcome.exemption.split(", "):
                self.places[side][name] += 1
                self.needed[side][name] += is_needed


@dataclass(frozen=True, slots=True)
class Sides:
    """What both sides came to, and the only scorecard that is asked for, "" for every one."""

    cards: tuple[CardPreview, ...]
    uses: tuple[Uses, ...]
    wanted: str


def exemption_moves(
    before: Iterable[Exemption], after: Iterable[Exemption], sides: Sides, at: datetime
) -> tuple[ExemptionMove, ...]:
    """Return each exemption that does another thing after the change, by name.

    One from checks that could not be compared only is left out: nobody knows what it does.
    """
    known = {each.name: each for each in before}, {each.name: each for each in after}
    unknown = {
        (card.name, check) for each in sides.cards for card in (each.before, each.after) if card
        for check in each.uncompared
    }  # fmt: skip
    shown = {card.name for each in sides.cards for card in (each.before, each.after) if card}
    found = []
    for name in sorted(known[0].keys() | known[1].keys()):
        versions = known[0].get(name), known[1].get(name)
        one = versions[1] or versions[0]
        if one is None or (sides.wanted and one.scorecard not in shown):
            continue
        if all((each.scorecard, check) in unknown for each in versions if each for check in each.checks):
            continue
        old, new = (_covers(each, sides.uses, side, at) for side, each in enumerate(versions))
        if old != new:
            found.append(ExemptionMove(name, one.scorecard, old, new))
    return tuple(found)


def _covers(exemption: Exemption | None, uses: Iterable[Uses], side: int, at: datetime) -> Covers:
    if exemption is None:
        return Covers(Use.ABSENT)
    known = list(uses)
    needed = sum(each.needed[side][exemption.name] for each in known)
    places = sum(each.places[side][exemption.name] for each in known)
    if places:
        return Covers(Use.NEEDED if needed else Use.UNUSED, needed, places)
    if at < exemption.starts_at:
        return Covers(Use.WAITS)
    return Covers(Use.ENDED if at >= exemption.expires_at else Use.NOTHING)
