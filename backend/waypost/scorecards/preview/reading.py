"""What rules read: which facts, and so which checks cannot be compared without some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from waypost.scorecards.load import expressions
from waypost.scorecards.model import Check, Scorecard
from waypost.scorecards.preview.facts import AbsentPath
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.rules.messages import parse_message


def needed_paths(cards: Iterable[Scorecard], declared: Iterable[str]) -> frozenset[str]:
    """Return those of the *declared* paths that any expression of *cards* reads."""
    read = {path for card in cards for path in _all_read(card)}
    return frozenset(path for path in declared if any(_meet(path, other) for other in read))


def _all_read(card: Scorecard) -> Iterator[str]:
    for _, source in expressions(card):
        yield from _paths(source)
    for check in card.checks:
        yield from check.max_age
        for source in parse_message(check.message).expressions:
            yield from _paths(source)


def _paths(source: str) -> Iterator[str]:
    return (".".join(reference.path) for reference in compile_rule(source).facts) if source else iter(())


def _meet(one: str, other: str) -> bool:
    """Tell whether two paths speak of the same fact: one names it, the other reaches into it, or names what is above."""
    return not other or one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def missing_sources(check: Check, absent: Mapping[str, AbsentPath]) -> tuple[str, ...]:
    """Return the sources of *absent* facts that the state of *check* hangs on."""
    read = [
        path for source in (check.rule, check.min_sample, check.applies_to.when) for path in _paths(source)
    ]
    return _sources([*read, *check.max_age], absent)


def missing_for_scope(card: Scorecard, absent: Mapping[str, AbsentPath]) -> tuple[str, ...]:
    """Return the sources of *absent* facts that it hangs on whom *card* applies to, and in which tier."""
    return _sources([*_paths(card.applies_to.when), *_paths(card.tier)], absent)


def _sources(read: Iterable[str], absent: Mapping[str, AbsentPath]) -> tuple[str, ...]:
    paths = list(read)
    found = {absent[path].source for path in absent if any(_meet(path, other) for other in paths)}
    return tuple(sorted(found))


def without(card: Scorecard | None, checks: Iterable[str]) -> Scorecard | None:
    """Return *card* without *checks*."""
    left_out = set(checks)
    if card is None or not left_out:
        return card
    return replace(card, checks=tuple(check for check in card.checks if check.id not in left_out))
