"""A small workspace of everything that the site shows, and what a build of it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from waypost.core.progress import SilentProgress
from waypost.site.build import BuildReport

T = TypeVar("T")

CATALOG = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: Checkout <&>
  description: Takes "money" <b>safely</b>.
  labels: {tier: tier-1}
  links: [{url: "javascript:alert(1)", title: Bad}, {url: "https://example.com/d", title: Board, type: dashboard}]
spec: {type: service, lifecycle: production, owner: payments, dependsOn: ["resource:db"]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db, title: Orders database}
spec: {type: database, owner: payments}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: payments
  title: Payments
  links:
    - {url: "https://chat.example.com/p", title: "#payments", type: chat}
    - {url: "https://oncall.example.com/p", title: Payments on call, type: on-call}
spec: {type: team, children: [], profile: {email: p@example.com}}
"""

DECISION = """# 1. Use a queue

Date: 2026-10-01

## Status

Accepted

## Context

See [the runbook](../site/runbooks/disk.md) and [the catalog](../catalog/all.yaml).

## Decision

We queue.

## Consequences

It waits.
"""

RUNBOOK = """---
kind: runbook
title: Disk full
owner: group:default/payments
status: active
about: [component:default/checkout]
review: {by: group:default/payments, on: 2026-11-01, method: read}
alerts: [DiskFull]
severity: critical
---
# Disk full

## Stop the bleeding

Ask [[component:default/checkout]], decided in [[adr:0001]].

```{.sh effect=destructive undo="restore"}
rm -rf "$DIR"
```

<waypost-owner ref="component:default/checkout">

[the decision](../../adr/0001-use-a-queue.md), [its maker](../../Makefile)
"""

FILES: Mapping[str, str] = {
    "catalog/all.yaml": CATALOG,
    "adr/0001-use-a-queue.md": DECISION,
    "site/runbooks/disk.md": RUNBOOK,
    "site/index.md": "# Start\n\n<!-- waypost:home -->\n",
    "Makefile": "up:\n",
}


@dataclass
class Lines(SilentProgress):
    """Keeps what a build says, and what it counts."""

    said: list[str] = field(default_factory=list)
    tracked: list[str] = field(default_factory=list)

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        self.tracked.append(label)
        return super().track(items, label, total)

    def say(self, text: str) -> None:
        self.said.append(text)


@dataclass(frozen=True)
class Built:
    """A site that was built for real."""

    root: Path
    report: BuildReport
    said: list[str]
    tracked: list[str]

    def page(self, address: str) -> str:
        return (self.root / address / "index.html").read_text(encoding="utf-8")


BuildSite = Callable[..., Built]
