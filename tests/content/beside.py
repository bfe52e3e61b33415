"""Finds what lies beside our pages: pages, YAML documents, manifests, alert rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from waypost.core.markdownfile import Fence, MarkdownFile, parse_markdown

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = sorted(SITE.rglob("*.md"))
ALERTS = sorted(path for path in SITE.glob("runbooks/alerts/*.yaml") if ".test" not in path.suffixes)
POLICIES = sorted(SITE.glob("policies/*/policy.yaml"))

SHELLS = {"sh", "bash", "shell"}


@dataclass(frozen=True, slots=True)
class Shell:
    """A block of shell and the page that it stands on."""

    page: str
    fence: Fence


def name_of(path: Path) -> str:
    """Return *path* below the site, as the id of a test case."""
    return path.relative_to(SITE).as_posix()


def yaml_documents(path: Path) -> list[Any]:
    """Return the YAML documents of *path* that are not empty."""
    with path.open(encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document is not None]


def front_matter(path: Path) -> dict[str, Any]:
    """Return the front matter of the page at *path*, {} where it has none."""
    return dict(_read(path).front_matter)


def manifests() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give every Kubernetes manifest that lies beside a page."""
    for path in sorted(SITE.rglob("*.yaml")):
        for document in yaml_documents(path):
            if isinstance(document, dict) and {"apiVersion", "kind"} <= set(document):
                yield path, document


def alerts() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give every alert rule of the site, with its file."""
    for path in ALERTS:
        for document in yaml_documents(path):
            for group in document["groups"]:
                yield from ((path, rule) for rule in group["rules"] if "alert" in rule)


def shell_blocks() -> Iterator[Shell]:
    """Give every block of shell on our pages."""
    for page in PAGES:
        yield from (Shell(name_of(page), fence) for fence in _read(page).fences if fence.language in SHELLS)


def queries() -> Iterator[str]:
    """Give every PromQL query on our pages."""
    for page in PAGES:
        yield from (fence.text for fence in _read(page).fences if fence.language == "promql")


def _read(path: Path) -> MarkdownFile:
    return parse_markdown(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def entity_refs() -> set[str]:
    """Return the references of everything that the catalog describes."""
    refs = set()
    for path in sorted((ROOT / "catalog").rglob("*.yaml")):
        for document in yaml_documents(path):
            if "backstage.io" in document["apiVersion"]:
                namespace = document["metadata"].get("namespace", "default")
                refs.add(f"{document['kind']}:{namespace}/{document['metadata']['name']}".lower())
    return refs
