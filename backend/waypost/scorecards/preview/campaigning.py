"""What becomes of campaigns: which come, go and change, and how far entities are in them on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from waypost.scorecards.campaigns.model import Campaign
from waypost.scorecards.campaigns.standing import Counted, progress_of
from waypost.scorecards.model import AppliesTo, State
from waypost.scorecards.preview.model import CampaignMove
from waypost.scorecards.results import Outcome

_NAMES: Final = {
    "scorecard": "scorecard",
    "checks": "checks",
    "start": "start",
    "deadline": "deadline",
    "applies_to": "whom it applies to",
    "steps": "ramp",
    "on_deadline": "what the deadline does",
}


class Courses:
    """How far entities are in each campaign, on both sides. Who is in one by a rule is not counted."""

    def __init__(self, campaigns: tuple[Sequence[Campaign], Sequence[Campaign]]) -> None:
        self._campaigns = campaigns
        self._found: tuple[dict[str, Counter[str]], dict[str, Counter[str]]] = ({}, {})

    def asks(self, side: int, scorecard: str) -> bool:
        """Tell whether a campaign of a *side* is about *scorecard*."""
        return any(each.scorecard == scorecard for each in self._campaigns[side])

    def add(
        self, side: int, scorecard: str, document: Mapping[str, Any], outcomes: Iterable[Outcome]
    ) -> None:
        """Take in what the checks of *scorecard* came to for an entity on a *side*, 0 for before."""
        asking = [each for each in self._campaigns[side] if each.scorecard == scorecard]
        if not asking:
            return
        states = {outcome.check: _state(outcome) for outcome in outcomes}
        for campaign in asking:
            counted = campaign.applies_to.when == "" and all(check in states for check in campaign.checks)
            if counted and campaign.applies_to.fits(document):
                progress = progress_of(states[check] for check in campaign.checks)
                if progress is not None:
                    self._found[side].setdefault(campaign.name, Counter())[progress.value] += 1

    def moves(self) -> Iterator[CampaignMove]:
        """Give each campaign that the change has a say in, by name."""
        old, new = ({each.name: each for each in side} for side in self._campaigns)
        for name in sorted(old.keys() | new.keys()):
            was, now = old.get(name), new.get(name)
            move = CampaignMove(
                name,
                is_new=was is None,
                is_gone=now is None,
                edits=tuple(_edits(was, now)) if was and now else (),
                before=self._counted(0, was),
                after=self._counted(1, now),
            )
            if was is None or now is None or move.edits or move.before != move.after:
                yield move

    def _counted(self, side: int, campaign: Campaign | None) -> Counted | None:
        if campaign is None or campaign.applies_to.when:
            return None
        return Counted(**dict(self._found[side].get(campaign.name, Counter())))


def _state(outcome: Outcome) -> State:
    return outcome.would if outcome.state is State.UPCOMING and outcome.would else outcome.state


def _edits(before: Campaign, after: Campaign) -> Iterator[str]:
    for name, shown in _NAMES.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if isinstance(old, (tuple, AppliesTo)):
            yield f"{shown} changed"
        else:
            yield f"{shown} {old} → {new}"
