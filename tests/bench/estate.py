"""Makes a large estate to measure on: the same entities each time, in believable proportions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson

SHARES = {"API": 0.15, "Resource": 0.1, "User": 0.06, "System": 0.05, "Group": 0.03, "Domain": 0.01}
AREAS = ("billing", "claims", "delivery", "identity", "ledger", "pricing", "quotes", "search")
PARTS = ("api", "broker", "console", "gateway", "importer", "portal", "scheduler", "worker")
LANGUAGES = ("go", "java", "kotlin", "python", "rust", "typescript")


def names(size: int) -> dict[str, list[str]]:
    """Return the names of *size* entities, by kind."""
    counts = {kind: max(1, round(size * share)) for kind, share in SHARES.items()}
    counts["Component"] = size - sum(counts.values())
    return {
        kind: [f"{AREAS[at % 8]}-{PARTS[at // 8 % 8]}-{kind.lower()}-{at:05}" for at in range(count)]
        for kind, count in counts.items()
    }


def entities(size: int) -> Iterator[dict[str, Any]]:
    """Give *size* entities."""
    choose = random.Random(20_261_102)  # noqa: S311 - the same estate each time is what is wanted
    named = names(size)
    for kind, every in named.items():
        for name in every:
            yield {
                "apiVersion": "backstage.io/v1alpha1",
                "kind": kind,
                "metadata": _metadata(choose, kind, name),
                "spec": _spec(choose, kind, named),
            }


def files(size: int, per_file: int = 200) -> dict[str, str]:
    """Return the files of a workspace that holds *size* entities. JSON is YAML too."""
    documents = [orjson.dumps(entity).decode() for entity in entities(size)]
    parts = [documents[at : at + per_file] for at in range(0, len(documents), per_file)]
    return {f"catalog/part-{at:03}.yaml": "\n---\n".join(part) for at, part in enumerate(parts)}


def _metadata(choose: random.Random, kind: str, name: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "description": f"The {name.replace('-', ' ')} of the estate"}
    if kind in ("Component", "API"):
        metadata["title"] = name.replace("-", " ").title()
        metadata["tags"] = sorted(choose.sample(LANGUAGES, choose.randint(1, 3)))
        metadata["labels"] = {"tier": f"tier-{choose.randint(1, 3)}"}
        metadata["annotations"] = {
            "github.com/project-slug": f"example/{name}",
            "backstage.io/techdocs-ref": "dir:.",
            "example.org/cost-centre": f"cc-{choose.randint(100, 140)}",
        }
        metadata["links"] = [{"url": f"https://{name}.example.org", "title": "Live"}]
    return metadata


def _spec(choose: random.Random, kind: str, named: dict[str, list[str]]) -> dict[str, Any]:
    owner = {"owner": choose.choice(named["Group"])}
    part = {
        **owner,
        "type": choose.choice(("service", "worker", "website", "library")),
        "system": choose.choice(named["System"]),
    }
    lived = {**part, "lifecycle": choose.choice(("production", "experimental", "deprecated"))}
    specs: dict[str, dict[str, Any]] = {
        "User": {"memberOf": choose.sample(named["Group"], 1)},
        "Group": {"type": "team", "children": []},
        "System": {**owner, "domain": choose.choice(named["Domain"])},
        "Domain": owner,
        "Resource": part,
        "API": {**lived, "definition": "openapi: 3.1.0\ninfo: {title: An API, version: 1.0.0}\n" * 8},
        "Component": {
            **lived,
            "providesApis": choose.sample(named["API"], choose.randint(0, 2)),
            "dependsOn": [
                f"component:{name}" for name in choose.sample(named["Component"], choose.randint(0, 4))
            ],
        },
    }
    return specs[kind]
