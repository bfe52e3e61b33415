"""Collects facts: runs the collectors that fact sources name, of all entities or of one, and records what they found."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Final

from waypost.catalog.model import Catalog
from waypost.core.host import find_plugins
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.core.words import counted
from waypost.facts import store
from waypost.facts.accepting import Sorted, normal_ref, sort_facts
from waypost.facts.changes import lock_facts
from waypost.facts.model import FactSource, FactSources, nearest

PUSHED: Final = "push"
"""What a fact source names as its collector whose facts are sent to the server."""
_LONGEST_REASON: Final = 500


def known_collectors() -> Mapping[str, Collector]:
    """Return every collector of every installed plugin, by name."""
    return {c.name: c for plugin in find_plugins() for c in plugin.collectors}


def collect_facts(context: Context, collectors: Mapping[str, Collector] | None = None) -> str:
    """Run each collector that a fact source names, once, and record what it found.

    Only changes are written. Facts that no source declares, or that are of another type or of no entity, are
    refused; the sentence that comes back tells the reasons. What a collector gives beside all that is declared is
    left out without a word: nobody asked for it. A source whose collector is not installed, or fails,
    keeps its facts, which grow old. What is pushed is left alone.
    """
    return _Round(context, collectors).run()


def collect_entity(context: Context, ref: str, collectors: Mapping[str, Collector] | None = None) -> str:
    """Do what ``collect_facts`` does for the one entity *ref*: the facts of others are neither read nor written."""
    return _Round(context, collectors, ref).run()


class _Round:
    """One run of the collectors: first all are asked, then what they found is written."""

    def __init__(
        self, context: Context, collectors: Mapping[str, Collector] | None, ref: str | None = None
    ) -> None:
        self._context = context
        self._known = known_collectors() if collectors is None else collectors
        self._sources = context.knowledge[FactSources].sources
        self._ref = ref
        self._reasons: list[str] = []
        self._failures: list[str] = []
        self._changed = self._count = 0

    def run(self) -> str:
        """Ask, write, and say what was done."""
        context = self._context
        named = sorted({source.collector for source in self._sources} & self._known.keys() - {PUSHED})
        found = [
            (name, self._ask(self._known[name]))
            for name in context.progress.track(named, "Collecting facts", len(named))
        ]
        lock_facts(context.connection, context.now)
        if self._ref is None:
            store.put_sources(context.connection, self._sources, context.now)
        for name, told in found:
            self._record(name, told)
        return self._said()

    def _own(self, collector: str) -> list[FactSource]:
        return [source for source in self._sources if source.collector == collector]

    def _ask(self, collector: Collector) -> Sorted | str:
        """Return what *collector* finds, or why it could not."""
        context = self._context
        try:
            # What it does to the database on the way is undone with it.
            with context.connection.begin_nested():
                return sort_facts(
                    self._collected(collector), self._own(collector.name), context.knowledge[Catalog]
                )
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything, and others are to go on
            return _reason(error)

    def _collected(self, collector: Collector) -> Iterable[CollectedFact]:
        if self._ref is None:
            return collector.collect(self._context)
        one = collector.collect_one
        facts = one(self._context, self._ref) if one else collector.collect(self._context)
        return (fact for fact in facts if normal_ref(fact.entity) == self._ref)

    def _record(self, name: str, told: Sorted | str) -> None:
        context, only = self._context, None if self._ref is None else {self._ref}
        if isinstance(told, str):
            self._failures.append(f"{name}: {told}")
            for source in self._own(name):
                store.put_failure(context.connection, source.name, told, context.now)
            return
        for source in self._own(name):
            facts = told.by_source[source.name]
            self._changed += store.put_facts(
                context.connection,
                source.name,
                facts,
                at=context.now,
                refused=told.reasons(source.name),
                entities=only,
            )
            self._count += len(facts)
        told_of = told.refused if self._is_awaited(name, told) else told.refused.keys() - {""}
        self._reasons += [f"{name}: {reason}" for own in sorted(told_of) for reason in told.reasons(own)]

    def _is_awaited(self, collector: str, told: Sorted) -> bool:
        """Tell whether a declared path was not given: what is given and not declared may be meant for it."""
        given = {path for facts in told.by_source.values() for _, path in facts}
        return any(fact.path not in given for source in self._own(collector) for fact in source.declarations)

    def _said(self) -> str:
        refused = [*_missing(self._sources, self._known), *self._reasons]
        said = f"Collected {self._count} facts from {len(self._sources)} sources; {self._changed} changed."
        if self._ref is not None:
            said = f"Collected {counted(self._count, 'fact')} of {self._ref}; {self._changed} changed."
        said += f" Refused: {'; '.join(refused)}." if refused else ""
        return said + (f" Failed: {'; '.join(self._failures)}." if self._failures else "")


def _reason(error: Exception) -> str:
    """Return what *error* says, and where it was raised, on one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return told[:_LONGEST_REASON] + place


def _missing(sources: Iterable[FactSource], known: Mapping[str, Collector]) -> Iterator[str]:
    for source in sources:
        if source.collector not in known and source.collector != PUSHED:
            near = nearest(source.collector, known)
            hint = f", did you mean '{near}'?" if near else ""
            yield f"{source.name}: no collector is named '{source.collector}'{hint}"
