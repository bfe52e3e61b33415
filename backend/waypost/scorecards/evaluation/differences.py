"""What differs between a scorecard as it was last evaluated and as it is: which checks are decided otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from waypost.scorecards.evaluation.grading import Ladder, ladder_of
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import Scorecard, params_for

_GRADES: Final = frozenset({"id", "level", "weight"})
_TELLS: Final = frozenset({"evidence", "message"})
_IDLE: Final = frozenset({"title", "description", "category", "fix", "because", "counter_metrics"})
_SCOPE: Final = ("applies_to", "tier")


class Difference:
    """How a scorecard differs from the document that is kept of it; None for one that is new."""

    def __init__(self, card: Scorecard, after: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
        self.is_new = before is None
        self._before = {check["id"]: check for check in before["checks"]} if before else {}
        self.document = after
        self._after = after["checks"]
        self.checks = tuple(check.id for check in card.checks)
        self.order = tuple(self._before) or self.checks
        self.is_reordered = not self.is_new and self.order != self.checks
        self.is_rescoped = before is not None and any(before.get(k) != after[k] for k in _SCOPE)
        self.are_terms_other = before is not None and before.get("exemptions") != after["exemptions"]
        self.ladder = ladder_of(card)
        self.was_ladder = _ladder(before) if before else self.ladder
        self.is_regraded = before is not None and any(
            (self.was_ladder != self.ladder, before.get("targets") != after["targets"], self.is_reordered)
        )
        self._decided: dict[str, frozenset[int]] = {}
        self._told: dict[str, frozenset[int]] = {}

    def decided(self, tier: str) -> frozenset[int]:
        """Return the places of the checks that are decided by another rule in *tier* than they were."""
        if tier not in self._decided:
            self._decided[tier] = self._places(_IDLE | _GRADES | _TELLS, tier)
        return self._decided[tier]

    def told(self, tier: str) -> frozenset[int]:
        """Return the places of the checks that are decided, or told of, in another way in *tier* than they were."""
        if tier not in self._told:
            self._told[tier] = self._places(_IDLE | _GRADES, tier)
        return self._told[tier]

    def _places(self, ignored: frozenset[str], tier: str) -> frozenset[int]:
        return frozenset(
            place
            for place, check in enumerate(self._after)
            if _deciding(check, ignored, tier) != _deciding(self._before.get(check["id"]), ignored, tier)
        )

    @cached_property
    def is_any(self) -> bool:
        """Whether any result or grade may be another one for it."""
        if self.is_new or self.is_rescoped or self.is_regraded or self.are_terms_other:
            return True
        return any(
            _plain(check, _IDLE | _GRADES) != _plain(self._before.get(check["id"]), _IDLE | _GRADES)
            for check in self._after
        )


def tier_moves(card: Mapping[str, Any], before: str, after: str) -> frozenset[int]:
    """Return the places of the checks of the document *card* that are decided otherwise in the tier *after*."""
    return frozenset(
        place
        for place, check in enumerate(card["checks"])
        if _deciding(check, _IDLE | _GRADES, before) != _deciding(check, _IDLE | _GRADES, after)
    )


def _plain(check: Mapping[str, Any] | None, ignored: frozenset[str]) -> dict[str, Any] | None:
    """Return what of *check* is not *ignored* and says anything."""
    if check is None:
        return None
    return {
        key: value for key, value in check.items() if key not in ignored and value not in (None, "", [], {})
    }


def _deciding(check: Mapping[str, Any] | None, ignored: frozenset[str], tier: str) -> dict[str, Any] | None:
    found = _plain(check, ignored)
    if found is not None:
        for name in ("params", "bands"):
            if name in found:
                found[name] = params_for(found[name], tier)
    return found


def _ladder(document: Mapping[str, Any]) -> Ladder:
    levels = tuple(level["name"] for level in document["levels"])
    rank = {level: place for place, level in enumerate(levels)}
    checks = document["checks"]
    return Ladder(
        levels,
        tuple(rank.get(check["level"], -1) for check in checks),
        tuple(check["weight"] for check in checks),
    )


Spoken = Mapping[str, Mapping[str, frozenset[str]]]
"""The checks that exemptions speak of, by entity and scorecard."""


def spoken_anew(before: Iterable[Exemption], after: Iterable[Exemption], others: Collection[str]) -> Spoken:
    """Return what those exemptions speak of that differ between *before* and *after*.

    Args:
        before: Those that were.
        after: Those that are.
        others: Scorecards whose terms of exemptions are others: all exemptions from them count.
    """
    olds, news = {one.name: one for one in before}, {one.name: one for one in after}
    found: dict[str, dict[str, frozenset[str]]] = {}
    for name in olds.keys() | news.keys():
        pair = [one for one in (olds.get(name), news.get(name)) if one is not None]
        is_same = len(pair) == 2 and pair[0] == pair[1]  # noqa: PLR2004 - it was, and is
        for one in pair:
            if is_same and one.scorecard not in others:
                continue
            for entity in one.entities:
                own = found.setdefault(entity, {})
                own[one.scorecard] = own.get(one.scorecard, frozenset()) | set(one.checks)
    return found
