"""The estate that the frontend shows: every kind of page has something on it, and one list is longer than a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PEOPLE: Final = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: harbour, title: Harbour Office}
spec: {type: team, children: [], profile: {displayName: Harbour Office, email: harbour@example.test}}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: yard}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {profile: {displayName: Ada Keel}, memberOf: [harbour]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: guest, namespace: development}
spec: {profile: {displayName: A Guest}, memberOf: []}
"""
_SOFTWARE: Final = """\
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: port}
spec: {owner: harbour}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: berths, title: Berth Booking}
spec: {owner: harbour, domain: port}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: tides-db}
spec: {type: database, owner: harbour, system: berths}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: berth-api, description: Books a berth.}
spec:
  type: openapi
  lifecycle: production
  owner: harbour
  system: berths
  definition: |
    openapi: 3.0.3
    info: {title: Berths, version: 1.0.0}
    paths:
      /berths:
        get:
          summary: List the free berths
          responses: {"200": {description: The berths}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: booking
  title: Booking Desk
  description: Takes the bookings of ships.
  tags: [java, bookings]
  links: [{url: "https://desk.example.test", title: The desk}]
spec:
  type: service
  lifecycle: production
  owner: harbour
  system: berths
  providesApis: [berth-api]
  dependsOn: [resource:tides-db, component:part-01]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: quay-web, title: Quay Website, tags: [react]}
spec: {type: website, lifecycle: experimental, owner: user:ada, system: berths, consumesApis: [berth-api]}
"""
_PART: Final = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: part-{number:02}}}
spec: {{type: library, lifecycle: production, owner: yard}}
"""

PARTS: Final = 24
FILES: Final[Mapping[str, str]] = {
    "catalog/people.yaml": _PEOPLE,
    "catalog/software.yaml": _SOFTWARE,
    "catalog/parts.yaml": "---\n".join(_PART.format(number=number) for number in range(1, PARTS + 1)),
}

REGISTERED: Final = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: lighthouse, description: Shines at night.}
spec: {type: service, lifecycle: production, owner: harbour, system: berths}
"""
CHANGED: Final = REGISTERED.replace("Shines at night.", "Shines all day.")
