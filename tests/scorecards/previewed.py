"""A small estate in a real repository, to preview changes of: all it knows is in its files, but for what CI reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import build
from build import git
from waypost.core.before import opened_before
from waypost.core.host import load_knowledge, open_host
from waypost.core.progress import SilentProgress
from waypost.scorecards.preview.comparing import preview
from waypost.scorecards.preview.given import read_given
from waypost.scorecards.preview.model import CardPreview, Preview

_COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, description: {text}, labels: {{tier: {tier}}}}}
spec: {{type: service, lifecycle: production, owner: group:{owner}}}
"""
_GROUP = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {{name: {name}}}
spec: {{type: team, children: []}}
"""
_SOURCE = """apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {{name: {name}, title: {name}}}
spec: {{collector: {name}, facts: {facts}}}
"""
SCORECARD = """apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready, title: Ready}
spec:
  appliesTo: {kinds: [Component]}
  tier: "entity.metadata.labels['tier']"
  levels: [{name: bronze, title: Bronze}, {name: silver, title: Silver}, {name: gold, title: Gold}]
  targets: [{tier: tier-1, level: silver, by: "2027-03-31"}, {tier: "*", level: bronze, by: "2027-03-31"}]
  checks:
    - id: owned
      title: Owned
      level: bronze
      rule: "facts.catalog.ownership.ownerExists"
    - id: described
      title: Described
      level: silver
      params: {least: {tier-1: 20, "*": 10}}
      rule: "facts.catalog.entity.descriptionLength >= params.least"
      message: "${facts.catalog.entity.descriptionLength} of ${params.least}"
    - id: runbook
      title: Has a runbook
      level: gold
      rule: "has(facts.docs.runbook)"
"""
EXEMPTION = """apiVersion: waypost.dev/v1alpha1
kind: Exemption
metadata: {name: ledger-is-new}
spec:
  scorecard: ready
  checks: [runbook]
  entities: [component:default/ledger]
  reason: It is written next month.
  from: 2026-10-01
  expires: 2026-12-31
"""
RUNBOOK = """---
kind: runbook
title: Till down
owner: group:default/pay
about: [component:default/till]
status: active
alerts: [TillDown]
---
# Till down
"""
CARD = "catalog/scorecards/ready.yaml"
FILES: Mapping[str, str] = {
    "catalog/org.yaml": "---\n".join(_GROUP.format(name=name) for name in ("pay", "shop")),
    "catalog/till.yaml": _COMPONENT.format(name="till", text="Takes the money of guests", tier="tier-1", owner="pay"),
    "catalog/ledger.yaml": _COMPONENT.format(name="ledger", text="Keeps the books", tier="tier-2", owner="pay"),
    "catalog/window.yaml": _COMPONENT.format(name="window", text="Shows", tier="tier-2", owner="shop"),
    "catalog/facts/catalog.yaml": _SOURCE.format(
        name="catalog", facts="{catalog.entity: {type: object}, catalog.ownership: {type: object}}"
    ),
    "catalog/facts/runbooks.yaml": _SOURCE.format(name="runbooks", facts="{docs.runbook: {type: object}}"),
    CARD: SCORECARD,
    "catalog/exemptions.yaml": EXEMPTION,
    "site/runbooks/till-down.md": RUNBOOK,
    "site/index.md": "# Home\n",
}  # fmt: skip
TILL, LEDGER, WINDOW = (f"component:default/{name}" for name in ("till", "ledger", "window"))


class Change:
    """A repository of the small estate on a branch that has left ``main``."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        build.write_files(root, {**FILES, **files})
        build.commit(root)
        git(root, "switch", "-q", "-c", "change")

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        build.write_files(self.root, {path: text})

    def replace(self, path: str, old: str, new: str) -> None:
        """Write *new* in place of *old* in the file at *path*."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def preview(self, *, facts: str = "", scorecard: str = "") -> Preview:
        """Commit, and return what the branch does."""
        build.commit(self.root, "Change")
        with open_host(self.root) as host:
            given = [read_given(facts, host.settings, build.NOON)] if facts else []
            with opened_before(host, "main", given=given) as before:
                knowledge = load_knowledge(host.workspace, host.plugins, host.settings, given=given)
                knowledge.put(before)
                return preview(host.workspace, knowledge, build.NOON, SilentProgress(), scorecard=scorecard)

    def card(self) -> CardPreview:
        """Commit, and return what the branch does to the only scorecard."""
        [card] = self.preview().cards
        return card


def exported(file: Path, *facts: tuple[str, str, object]) -> str:
    """Write *facts*, entity, path and value, as another backend exports them, and return where."""
    lines = [
        {
            "entity": entity,
            "path": path,
            "value": value,
            "source": "ci",
            "collectedAt": "2026-11-02T09:00:00Z",
        }
        for entity, path, value in facts
    ]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(file)


def levels(card: CardPreview) -> dict[str, tuple[str, str]]:
    """Return the levels before and after of each entity whose level moves."""
    return {
        row.entity.rpartition("/")[2]: (row.before.level, row.after.level)
        for row in card.rows
        if row.before and row.after and row.before.level != row.after.level
    }


def moves(card: CardPreview) -> set[tuple[str, str, str, str, str]]:
    """Return every move of a check: entity, check, states and what moved it."""
    return {
        (row.entity.rpartition("/")[2], move.check, move.was, move.state, move.because)
        for row in card.rows
        for move in row.moves
    }
