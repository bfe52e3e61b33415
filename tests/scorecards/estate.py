"""A tiny estate of scorecards' tests: three components of two tiers, two fact sources, one scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

import build
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.core.database import transaction
from waypost.core.host import find_plugins, load_knowledge
from waypost.core.plugin import CollectedFact, Collector, Context, Knowledge
from waypost.core.workspace import Workspace
from waypost.facts.service import collect_facts
from waypost.scorecards.evaluation.recording import evaluate

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: pay, title: Payments}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till, title: Till, labels: {tier: tier-1}, tags: [core]}
spec: {type: service, lifecycle: production, owner: group:pay}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger, title: Ledger, labels: {tier: tier-2}}
spec: {type: service, lifecycle: production, owner: group:pay}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: draft, title: A draft}
spec: {type: library, lifecycle: experimental, owner: group:pay}
"""

SOURCES = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: meter, title: Meter}
spec:
  collector: meter
  ttl: P2D
  facts:
    slo.target: {type: number, unit: percent}
    slo.events: {type: integer}
    ops.runbook: {type: object}
"""

SCORECARD = """\
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready, title: Ready, description: Can it be run?, owner: group:default/pay}
spec:
  appliesTo: {kinds: [Component], types: [service]}
  tier: "entity.metadata.labels['tier']"
  levels: [{name: bronze, title: Operable}, {name: silver, title: Reliable}]
  targets:
    - {tier: tier-1, level: silver, by: "2027-03-31"}
    - {tier: "*", level: bronze, by: "2027-06-30"}
  exemptions: {maxDuration: {tier-1: P30D, "*": P90D}}
  checks:
    - id: owned
      title: Owned
      level: bronze
      rule: "entity.spec.owner.startsWith('group:')"
      fix: {doc: how-to/own.md, effort: S}
    - id: precise
      title: Target is precise
      level: silver
      weight: 3
      params: {least: {tier-1: 99.9, "*": 99.0}}
      facts: {slo.target: {maxAge: P7D}}
      rule: "facts.slo.target >= params.least"
      evidence: "facts.slo.target"
      message: "${facts.slo.target} of ${params.least}"
      fix: {doc: how-to/own.md}
"""

PAGE = "---\nkind: guide\ntitle: Own it\nowner: group:default/pay\nstatus: active\n---\n# Own it\n\nDo so.\n"

FILES: Mapping[str, str] = {
    "catalog/estate.yaml": CATALOG,
    "catalog/facts.yaml": SOURCES,
    "catalog/ready.yaml": SCORECARD,
    "site/how-to/own.md": PAGE,
}

TILL, LEDGER = "component:default/till", "component:default/ledger"


def load(workspace: Workspace) -> Knowledge:
    """Load *workspace* by every plugin."""
    return load_knowledge(workspace, find_plugins())


def meter(facts: Iterable[tuple[str, str, Any]], as_of: datetime | None = None) -> Collector:
    """Return a collector that finds *facts*: entity, path and value."""
    found = [CollectedFact(*fact, as_of=as_of) for fact in facts]
    return Collector("meter", "Finds what it is given.", lambda _: found)


class Estate:
    """A workspace with its database, at a time."""

    def __init__(self, workspace: Workspace, engine: Engine, now: datetime) -> None:
        self.workspace = workspace
        self.engine = engine
        self.now = now

    def run(self, *facts: tuple[str, str, Any], as_of: datetime | None = None) -> str:
        """Collect *facts*, and evaluate."""
        self.collect(*facts, as_of=as_of)
        return self.evaluate()

    def collect(self, *facts: tuple[str, str, Any], as_of: datetime | None = None) -> str:
        """Sync the catalog, and collect *facts*: all that are known from now on."""
        with transaction(self.engine) as connection:
            context = self._context(connection)
            sync_catalog(context)
            return collect_facts(context, {"meter": meter(facts, as_of)})

    def evaluate(self) -> str:
        """Evaluate every scorecard."""
        with transaction(self.engine) as connection:
            return evaluate(self._context(connection))

    def _context(self, connection: Any) -> Context:
        return build.context(connection, load(self.workspace), workspace=self.workspace, now=self.now)
