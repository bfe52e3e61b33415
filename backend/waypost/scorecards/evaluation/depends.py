"""What each check reads: facts, the entity, the day; what changed of these is evaluated again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from waypost.scorecards.evaluation.plans import sources_of
from waypost.scorecards.model import AppliesTo, Check, Scorecard
from waypost.scorecards.rules.compiling import compile_rule

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reads:
    """What some expressions read: paths below ``facts``, and whether the entity and the day."""

    paths: frozenset[Path] = frozenset()
    entity: bool = False
    now: bool = False

    def touches(self, path: Path) -> bool:
        """Tell whether a change of the fact at *path* may change what they come to."""
        return any(own[: len(path)] == path[: len(own)] for own in self.paths)


@cache
def reads_of(sources: tuple[str, ...]) -> Reads:
    """Return what the expressions *sources* read together."""
    found = [reference for source in sources for reference in compile_rule(source).references]
    roots = {reference.root for reference in found}
    paths = frozenset(reference.path for reference in found if reference.root == "facts")
    return Reads(paths, "entity" in roots, "now" in roots)


def _of_check(check: Check) -> Reads:
    reads = reads_of(tuple(sources_of(check)))
    ages = frozenset(tuple(path.split(".")) for path in check.max_age)
    return Reads(reads.paths | ages, reads.entity or _is_static(check.applies_to), reads.now)


def _is_static(applies_to: AppliesTo) -> bool:
    return bool(applies_to.kinds or applies_to.types or applies_to.lifecycles)


class Dependencies:
    """What the checks of a scorecard and its scope read.

    The scope is what is asked first: whether the scorecard applies, and the tier.
    """

    def __init__(self, card: Scorecard) -> None:
        scope = tuple(source for source in (card.applies_to.when, card.tier) if source)
        self.scope = reads_of(scope)
        self._checks = tuple(map(_of_check, card.checks))
        self.on_entity = self._places(entity=True)
        self.on_day = self._places(now=True)
        self._by_path: dict[str, frozenset[int]] = {}
        self._in_scope: dict[str, bool] = {}

    def _places(self, *, entity: bool = False, now: bool = False) -> frozenset[int]:
        return frozenset(
            place
            for place, reads in enumerate(self._checks)
            if (entity and reads.entity) or (now and reads.now)
        )

    def on_paths(self, paths: Iterable[str]) -> frozenset[int]:
        """Return the places of the checks that read one of the facts at *paths*."""
        return frozenset().union(*map(self._on_path, paths))

    def _on_path(self, path: str) -> frozenset[int]:
        found = self._by_path.get(path)
        if found is None:
            parts = tuple(path.split("."))
            touched = (place for place, reads in enumerate(self._checks) if reads.touches(parts))
            found = self._by_path[path] = frozenset(touched)
        return found

    def is_scope_on(self, paths: Iterable[str]) -> bool:
        """Tell whether the scope reads one of the facts at *paths*."""
        for path in paths:
            if path not in self._in_scope:
                self._in_scope[path] = self.scope.touches(tuple(path.split(".")))
            if self._in_scope[path]:
                return True
        return False


def dependencies_of(cards: Iterable[Scorecard]) -> Mapping[str, Dependencies]:
    """Return what each of *cards* reads, by name."""
    return {card.name: Dependencies(card) for card in cards}
