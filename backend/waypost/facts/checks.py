"""Rules over fact sources: the collector exists, and an example is of the type that is declared."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.catalog.model import Catalog
from waypost.core.errors import Problem
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace
from waypost.facts.load import RULE_DUPLICATE, RULE_INVALID
from waypost.facts.model import FactSource, FactSources, nearest, type_fault

RULE_COLLECTOR = "facts/unknown-collector"
RULE_EXAMPLE = "facts/wrong-example"


def check_fact_sources(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find fact sources whose collector is not installed, and examples of another type than declared."""
    if not knowledge[FactSources].sources:
        return
    # Collectors and what keeps facts need the database's library: a workspace without any does not wait for it.
    from waypost.facts.collecting import PUSHED, known_collectors  # noqa: PLC0415

    known = {*known_collectors(), PUSHED}
    definitions = {(d.path, d.line): d for d in knowledge[Catalog].definitions_of("FactSource")}
    for source in knowledge[FactSources].sources:
        definition = definitions[source.path, source.line]
        if source.collector not in known:
            line = definition.line_of("spec", "collector")
            near = nearest(source.collector, known)
            fix = f"did you mean '{near}'?" if near else f"one of {', '.join(sorted(known))}"
            message = f"no collector is named '{source.collector}'"
            yield Problem(source.path, line, RULE_COLLECTOR, message, fix)
        for path, fault in _examples(source):
            line = definition.line_of("spec", "facts", path, "example")
            fix = "write an example as the collector would give it"
            yield Problem(source.path, line, RULE_EXAMPLE, f"the example of {fault}", fix)


def _examples(source: FactSource) -> Iterator[tuple[str, str]]:
    for fact in source.declarations:
        if fact.example is not None and (fault := type_fault(fact, fact.example)):
            yield fact.path, fault


CHECKS = (
    Check(RULE_COLLECTOR, "A fact source names a collector that is installed.", check_fact_sources),
    Check(RULE_EXAMPLE, "The example of a fact is of the type that is declared."),
    Check(RULE_INVALID, "A fact source is written as the format says."),
    Check(RULE_DUPLICATE, "Fact sources have different names, and a fact has one source."),
)
