"""What differs between two versions of a scorecard: which belong together, which checks are others, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from waypost.core.durations import duration_text
from waypost.scorecards.model import AppliesTo, Check, Scorecard
from waypost.scorecards.preview.model import Edit

Pair = tuple[Scorecard | None, Scorecard | None]
"""A scorecard before and after; None where it is new or gone."""

_ALIKE: Final = 0.5
_NAMES: Final = {
    "rule": "rule",
    "bands": "bands",
    "applies_to": "whom it applies to",
    "params": "parameters",
    "max_age": "ages of facts",
    "min_sample": "least sample",
    "not_before": "day it counts from",
    "level": "level",
    "weight": "weight",
}
"""What of a check decides, and what a reader calls it."""


def pair_cards(before: Mapping[str, Scorecard], after: Mapping[str, Scorecard]) -> list[Pair]:
    """Return the scorecards of both sides in pairs, by name; one that was renamed stands beside what it was."""
    gone = [before[name] for name in sorted(before.keys() - after.keys())]
    new = [after[name] for name in sorted(after.keys() - before.keys())]
    pairs: list[Pair] = [(before[name], after[name]) for name in before.keys() & after.keys()]
    while close := max(
        ((_likeness(old, now), old.name, now.name) for old in gone for now in new), default=None
    ):
        likeness, old_name, new_name = close
        if likeness < _ALIKE:
            break
        pairs.append((before[old_name], after[new_name]))
        gone = [card for card in gone if card.name != old_name]
        new = [card for card in new if card.name != new_name]
    pairs += [(card, None) for card in gone] + [(None, card) for card in new]
    return sorted(pairs, key=lambda pair: (pair[1] or pair[0] or _NOBODY).name)


_NOBODY: Final = Scorecard("", "", ())


def _likeness(one: Scorecard, other: Scorecard) -> float:
    """Return the share of checks that both have alike; 0 where there are none."""
    left, right = ({check.id: deciding(check) for check in card.checks} for card in (one, other))
    every = left.keys() | right.keys()
    return sum(left.get(name) == right.get(name) for name in every) / len(every) if every else 0.0


def deciding(check: Check) -> Check:
    """Return *check* with only what decides its state, evidence and message."""
    return replace(
        check,
        title="",
        description="",
        category="",
        level="",
        weight=1,
        fix=None,
        because="",
        counter_metrics=(),
    )


def is_same_scope(before: Scorecard, after: Scorecard) -> bool:
    """Tell whether two versions apply to the same entities, in the same tiers."""
    return before.applies_to == after.applies_to and before.tier == after.tier


def edits_of(before: Scorecard, after: Scorecard) -> Iterator[Edit]:
    """Give what differs between two versions of a scorecard: first of the whole, then check by check."""
    yield from (Edit(text) for text in _whole(before, after))
    yield from _checks(before, after)


def _whole(before: Scorecard, after: Scorecard) -> Iterator[str]:
    if before.name != after.name:
        yield (
            f"renamed from `{before.name}`: its history begins anew, and what names the old one no longer holds"
        )
    if before.lifecycle is not after.lifecycle:
        yield f"lifecycle {before.lifecycle} → {after.lifecycle}"
    if (old := _levels(before)) != (new := _levels(after)):
        yield f"levels {old} → {new}"
    if before.tier != after.tier:
        yield f"tier {_code(before.tier)} → {_code(after.tier)}"
    if before.applies_to != after.applies_to:
        yield f"applies to {_applies(before.applies_to)} → {_applies(after.applies_to)}"
    yield from _targets(before, after)
    if before.exemptions != after.exemptions:
        yield "terms of exemptions"


def _levels(card: Scorecard) -> str:
    return ", ".join(level.name for level in card.levels) or "none"


def _targets(before: Scorecard, after: Scorecard) -> Iterator[str]:
    old, new = ({target.tier: target for target in card.targets} for card in (before, after))
    for tier in sorted(old.keys() | new.keys()):
        if old.get(tier) != new.get(tier):
            was, now = (f"{t.level} by {t.by}" if t else "none" for t in (old.get(tier), new.get(tier)))
            yield f"target of {'every other tier' if tier == '*' else tier}: {was} → {now}"


def _checks(before: Scorecard, after: Scorecard) -> Iterator[Edit]:
    old, new = ({check.id: check for check in card.checks} for card in (before, after))
    for name in (check.id for check in after.checks if check.id not in old):
        level = new[name].level
        yield Edit(f"check `{name}` is new, {f'level {level}' if level else 'without a level'}", name)
    for name in (check.id for check in before.checks if check.id not in new):
        yield Edit(f"check `{name}` is gone")
    for name in (check.id for check in after.checks if check.id in old):
        told = "; ".join(_check_edits(old[name], new[name]))
        if told:
            yield Edit(f"check `{name}`: {told}", name)


def _check_edits(before: Check, after: Check) -> Iterator[str]:
    for name, shown in _NAMES.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{shown} {_difference(old, new)}".strip()


def _difference(old: Any, new: Any) -> str:
    """Return how two values differ: the parts of maps that do, and nothing of what is too long for a line."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        parts = [
            f"{_code(key)} {_difference(old.get(key), new.get(key))}"
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
        return ", ".join(parts)
    if isinstance(old, AppliesTo) and isinstance(new, AppliesTo):
        return f"{_applies(old)} → {_applies(new)}"
    return f"{_shown(old)} → {_shown(new)}"


_LONGEST: Final = 160


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "none"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, (int, float, bool)):
        return str(value)
    text = " ".join(str(value).split())
    return _code(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _applies(to: AppliesTo) -> str:
    named = [
        f"{name} {'/'.join(values)}"
        for name, values in (("kind", to.kinds), ("type", to.types), ("lifecycle", to.lifecycles))
        if values
    ]
    return ", ".join([*named, *([f"when {_code(to.when)}"] if to.when else [])]) or "everything"


def _code(text: str) -> str:
    return f"`{' '.join(text.split()).replace('`', chr(39))}`" if text else "none"
