"""What cannot be read on a side of a change, and what becomes of fact sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from waypost.catalog.model import Catalog
from waypost.core.plugin import Knowledge
from waypost.facts.model import FactSources
from waypost.scorecards.model import Scorecards
from waypost.scorecards.preview.model import Broken

_KINDS: Final = ("Exemption", "FactSource", "Scorecard")


def find_broken(before: Knowledge, after: Knowledge) -> tuple[Broken, ...]:
    """Return each scorecard, exemption and fact source that is left out on a side, for it cannot be read."""
    return tuple(
        broken
        for side, knowledge in (("before", before), ("after", after))
        for kind in _KINDS
        for broken in _broken(knowledge, kind, side)
    )


def _broken(knowledge: Knowledge, kind: str, side: str) -> Iterator[Broken]:
    sound = {
        "Exemption": {each.name for each in knowledge[Scorecards].exemptions},
        "FactSource": {each.name for each in knowledge[FactSources].sources},
        "Scorecard": {each.name for each in knowledge[Scorecards].scorecards},
    }[kind]
    for definition in sorted(knowledge[Catalog].definitions_of(kind), key=lambda each: each.name):
        if definition.name not in sound:
            problem = next(
                (
                    each
                    for each in sorted(knowledge.problems, key=lambda each: each.line)
                    if each.path == definition.path and each.line >= definition.line
                ),
                None,
            )
            place = f"{definition.path}:{problem.line if problem else definition.line}"
            yield Broken(kind, definition.name, side, place, problem.message if problem else "")


def names(found: Iterable[Broken], kind: str) -> frozenset[str]:
    """Return the names of the broken definitions of *kind*."""
    return frozenset(broken.name for broken in found if broken.kind == kind)


def source_edits(before: FactSources, after: FactSources) -> Iterator[str]:
    """Give what differs between the fact sources of both sides, a line each; code stands between backticks."""
    old, new = ({source.name: source for source in side.sources} for side in (before, after))
    for name in sorted(new.keys() - old.keys()):
        yield f"fact source `{name}` is new"
    for name in sorted(old.keys() - new.keys()):
        yield f"fact source `{name}` is gone"
    for name in sorted(old.keys() & new.keys()):
        was, now = ({fact.path: fact for fact in side[name].declarations} for side in (old, new))
        told = [f"gives up `{path}`" for path in sorted(was.keys() - now.keys())]
        told += [f"now gives `{path}`" for path in sorted(now.keys() - was.keys())]
        told += [
            f"`{path}` is declared as {now[path].type}, not {was[path].type}"
            for path in sorted(was.keys() & now.keys())
            if was[path].type != now[path].type
        ]
        if old[name].collector != new[name].collector:
            told.append(f"collector `{old[name].collector}` → `{new[name].collector}`")
        if told:
            yield f"fact source `{name}`: {'; '.join(told)}"
