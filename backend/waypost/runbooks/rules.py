"""Finds the alerts that Prometheus rule files of the workspace define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from waypost.core.content import load_yaml
from waypost.core.errors import Problem
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument
from waypost.documents.globs import compile_glob
from waypost.runbooks.model import AlertRule


def load_rules(workspace: Workspace, patterns: Iterable[str], problems: list[Problem]) -> Iterator[AlertRule]:
    """Give the alerts of every file that fits one of *patterns* and has the shape of a rule file."""
    wanted = [compile_glob(pattern) for pattern in patterns]
    folders = sorted({pattern.split("*", 1)[0].rpartition("/")[0] for pattern in patterns})
    paths = {path for folder in folders for path in workspace.files(folder or ".", ".yaml", ".yml")}
    for path in sorted(path for path in paths if any(pattern.fullmatch(path) for pattern in wanted)):
        yield from _rules_of(workspace, path, problems)


def _rules_of(workspace: Workspace, path: str, problems: list[Problem]) -> Iterator[AlertRule]:
    data = workspace.read_bytes(path)
    # Most files are something else: they need not be parsed to see that.
    if b"groups:" not in data or b"alert:" not in data:
        return
    for document in load_yaml(workspace, path, "runbooks/rules", problems):
        yield from _alerts(document, path)


def _alerts(document: YamlDocument, path: str) -> Iterator[AlertRule]:
    """Give the alerts of a rule file, or of a ``PrometheusRule`` of its operator."""
    value = document.value
    keys: tuple[str, ...] = ()
    if _get(value, "kind") == "PrometheusRule":
        value, keys = _get(value, "spec"), ("spec",)
    for number, group in enumerate(_list(_get(value, "groups"))):
        for place, rule in enumerate(_list(_get(group, "rules"))):
            name = _get(rule, "alert")
            if isinstance(name, str):
                severity = str(_get(_get(rule, "labels"), "severity") or "").lower()
                line = document.line_of(*keys, "groups", number, "rules", place, "alert")
                yield AlertRule(name, severity, path, line)


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
