from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"


def documents(path: Path) -> list[Any]:
    """Return the YAML documents of *path* that are not empty."""
    with path.open(encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document is not None]


def manifests() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give every Kubernetes manifest that lies beside a page."""
    for path in sorted(SITE.rglob("*.yaml")):
        for document in documents(path):
            if isinstance(document, dict) and {"apiVersion", "kind"} <= set(document):
                yield path, document
