"""A believable estate to evaluate: services with thirteen facts each, and a scorecard of fifty checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import build
from waypost.catalog.model import Catalog, Entity, EntityRef
from waypost.core.plugin import Knowledge
from waypost.facts.model import FactDeclaration, FactSource, FactSources
from waypost.scorecards.model import AppliesTo, Check, Level, Scorecard, Scorecards, Target

TYPES = {
    "docs.runbook": "object", "docs.page": "object", "docs.owner": "string", "git.lastChange": "timestamp",
    "git.contributors": "integer", "git.codeowners": "boolean", "slo.target": "number", "slo.events": "integer",
    "alerts.covered": "number", "scan.findings": "list", "ci.green": "boolean", "ci.minutes": "number",
    "deploys.perWeek": "number",
}  # fmt: skip
SOURCES = FactSources(
    (FactSource("all", "all", tuple(FactDeclaration(path, kind) for path, kind in TYPES.items())),)
)
LEVELS = ("bronze", "silver", "gold")

KINDS: tuple[dict[str, Any], ...] = (
    {"rule": "has(facts.docs.runbook) && facts.docs.runbook.path != ''"},
    {
        "rule": "now - timestamp(facts.docs.runbook.exercisedAt) < duration(string(params.hours) + 'h')",
        "params": {"hours": {"tier-1": 2160, "*": 4320}},
        "message": "last exercised ${facts.docs.runbook.exercisedAt}",
        "evidence": "facts.docs.runbook.path",
    },
    {"rule": "entity.spec.owner.startsWith('group:')"},
    {"rule": "'deprecated' in entity.metadata.tags == false"},
    {"rule": "facts.slo.target >= params.least", "params": {"least": {"tier-1": 99.9, "*": 99.0}}, "message": "${facts.slo.target} %"},
    {"rule": "facts.git.codeowners"},
    {"rule": "facts.git.contributors >= 2", "message": "${facts.git.contributors} people"},
    {"rule": "now - timestamp(facts.git.lastChange) < duration('2160h')", "max_age": {"git.lastChange": timedelta(days=30)}},
    {"rule": "facts.alerts.covered >= 0.8", "min_sample": "facts.slo.events >= 100"},
    {"rule": "facts.scan.findings.filter(f, f.startsWith('critical')).size() == 0", "evidence": "facts.scan.findings"},
    {"rule": "facts.ci.green || facts.ci.minutes < 10.0"},
    {"rule": "'pager' in entity.metadata.annotations"},
    {"rule": "facts.deploys.perWeek > 1.0"},
    {"rule": "facts.docs.page.words > 200", "applies_to": AppliesTo(types=("service",))},
    {"rule": "facts.docs.owner == entity.spec.owner"},
    {"rule": "entity.spec.lifecycle != 'experimental'"},
)  # fmt: skip


def scorecard(checks: int) -> Scorecard:
    """Return the scorecard with so many checks: the kinds of rules again and again, each text its own."""
    return Scorecard(
        "bench",
        "Bench",
        tuple(_check(number) for number in range(checks)),
        levels=tuple(Level(name, name.title()) for name in LEVELS),
        applies_to=AppliesTo(kinds=("Component",), when="!('sandbox' in entity.metadata.tags)"),
        tier="entity.metadata.labels['tier']",
        targets=(Target("tier-1", "gold", date(2027, 1, 1)), Target("*", "bronze", date(2027, 6, 1))),
    )


def _check(number: int) -> Check:
    kind = dict(KINDS[number % len(KINDS)])
    turn = number // len(KINDS)
    # The same rule twice would be compiled once.
    kind["rule"] = f"{kind['rule']}{' && true' * turn}"
    level = LEVELS[number % len(LEVELS)]
    return Check(f"check-{number}", f"Check {number}", level=level, weight=number % 3 + 1, **kind)


def entity(number: int) -> Entity:
    """Return one of the estate's services."""
    ref = EntityRef("component", "default", f"e{number:05}")
    metadata = {
        "name": ref.name,
        "labels": {"tier": f"tier-{number % 3 + 1}"},
        "tags": ["x", "y", "deprecated"][: number % 4],
        "annotations": {"pager": f"p{number}"} if number % 3 else {},
    }
    spec = {"type": ("service", "worker")[number % 5 == 0], "lifecycle": "production", "owner": f"group:default/g{number % 40}"}  # fmt: skip
    return Entity(ref, {"kind": "Component", "metadata": metadata, "spec": spec})


def facts_of(number: int) -> Iterator[tuple[str, Any]]:
    """Give the facts of a service; some services lack some."""
    day = build.NOON - timedelta(days=number % 300)
    if number % 7:
        yield "docs.runbook", {"path": f"site/run/{number}.md", "exercisedAt": day.isoformat()}
    yield "docs.page", {"words": number % 700, "path": f"site/{number}.md"}
    yield "docs.owner", f"group:default/g{number % 41}"
    yield "git.lastChange", day.isoformat()
    yield "git.contributors", number % 5
    yield "git.codeowners", number % 2 == 0
    yield "slo.target", 98 + number % 200 / 100
    if number % 11:
        yield "slo.events", number % 1000
    yield "alerts.covered", number % 100 / 100
    yield "scan.findings", [f"critical-{number}", "minor-1"][: number % 3]
    yield "ci.green", number % 3 > 0
    yield "ci.minutes", number % 30 / 2
    yield "deploys.perWeek", number % 9 / 2


def all_facts(entities: int) -> dict[tuple[str, str], tuple[Any, None]]:
    """Return the facts of so many services as they are put."""
    return {
        (str(entity(number).ref), path): (value, None)
        for number in range(entities)
        for path, value in facts_of(number)
    }


def knowledge(entities: int, checks: int) -> Knowledge:
    """Return so many services and a scorecard of so many checks."""
    known = Knowledge()
    known.put(Catalog({str(one.ref): one for one in map(entity, range(entities))}))
    known.put(SOURCES)
    known.put(Scorecards((scorecard(checks),)))
    return known
