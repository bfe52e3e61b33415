"""Finds the alerts and recorded metrics that Prometheus rule files of the workspace define."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from waypost.core.content import load_text
from waypost.core.errors import Problem, suggest
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml
from waypost.documents.globs import compile_glob
from waypost.runbooks.model import AlertRule, RecordingRule, RuleText
from waypost.runbooks.settings import PAGING, RULES

_RULE: Final = "runbooks/rules"
_DURATION: Final = re.compile(r"0|(?:\d+(?:ms|[smhdwy]))+\Z")
_TEMPLATE: Final = re.compile(
    r"\{\{[^}\n]*(?:\.Values\b|\.Release\b|\.Chart\b|\binclude +[\"`])|\{\{`|\{\{-? */\*|\{%"
)
_TEMPLATE_LINE: Final = re.compile(r"^[ \t]*\{\{", re.MULTILINE)
_KEYS: Final = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})


@dataclass(frozen=True, slots=True)
class FoundRules:
    """What rule files define, and which of them are templates."""

    alerts: tuple[AlertRule, ...]
    recordings: tuple[RecordingRule, ...]
    templates: tuple[str, ...]


def load_rules(workspace: Workspace, settings: Settings, problems: list[Problem]) -> FoundRules:
    """Return the rules of every file that the settings name and that has the shape of a rule file."""
    found: list[AlertRule | RecordingRule] = []
    templates: list[str] = []
    for path in files_named(workspace, settings[RULES]):
        rules = _rules_of(workspace, path, settings[PAGING], problems)
        if rules is None:
            templates.append(path)
        else:
            found += rules
    return FoundRules(
        tuple(rule for rule in found if isinstance(rule, AlertRule)),
        tuple(rule for rule in found if isinstance(rule, RecordingRule)),
        tuple(templates),
    )


def files_named(workspace: Workspace, patterns: tuple[str, ...]) -> list[str]:
    """Return the files of *workspace* that fit one of *patterns*, sorted."""
    wanted = [(compile_glob(pattern), _folder(pattern), _suffix(pattern)) for pattern in patterns]
    paths = {
        path
        for pattern, folder, suffix in wanted
        for path in workspace.files(folder or ".", suffix)
        if pattern.fullmatch(path)
    }
    return sorted(paths)


def _folder(pattern: str) -> str:
    return re.split(r"[*?\[]", pattern, maxsplit=1)[0].rpartition("/")[0]


def _suffix(pattern: str) -> str:
    return re.split(r"[*?\]]", pattern)[-1].rpartition("/")[2]


def _rules_of(
    workspace: Workspace, path: str, paging: tuple[str, ...], problems: list[Problem]
) -> list[AlertRule | RecordingRule] | None:
    """Return the rules of the file at *path*, or None for a template of a rule file."""
    data = workspace.read_bytes(path)
    # Most files are something else: they need not be parsed to see that.
    if b"groups:" not in data or (b"alert:" not in data and b"record:" not in data):
        return []
    text = load_text(workspace, path, _RULE, problems) or ""
    documents, faults = parse_yaml(text)
    if _TEMPLATE.search(text) or (faults and _TEMPLATE_LINE.search(text)):
        return None
    problems += [
        Problem(path, fault.line, _RULE, fault.message, "Mend the YAML.", column=fault.column)
        for fault in faults
    ]
    return [rule for document in documents for rule in _rules_in(document, path, paging, problems)]


def _rules_in(
    document: YamlDocument, path: str, paging: tuple[str, ...], problems: list[Problem]
) -> Iterator[AlertRule | RecordingRule]:
    """Give the rules of a rule file, or of a ``PrometheusRule`` of its operator, or of a list of some."""
    for keys, groups in _group_lists(document.value, ()):
        names: set[str] = set()
        for number, group in enumerate(groups):
            at = (*keys, number)
            name = _get(group, "name")
            if isinstance(name, str) and name in names:
                message = f"two groups of the file are called '{name}', and Prometheus refuses such a file"
                line = document.line_of(*at, "name")
                problems.append(Problem(path, line, _RULE, message, "Give one of them another name."))
            names.add(str(name))
            for place, rule in enumerate(_list(_get(group, "rules"))):
                if isinstance(rule, Mapping):
                    problems += _shape_problems(document, path, (*at, "rules", place), rule)
                    yield from _rule(document, path, (*at, "rules", place), rule, paging)  # fmt: skip


def _group_lists(
    value: Any, keys: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], list[Any]]]:
    kind = _get(value, "kind")
    if kind == "PrometheusRule":
        yield (*keys, "spec", "groups"), _list(_get(_get(value, "spec"), "groups"))
    elif isinstance(kind, str) and kind.endswith("List") and not keys:
        for number, item in enumerate(_list(_get(value, "items"))):
            yield from _group_lists(item, ("items", number))
    elif kind is None:
        yield (*keys, "groups"), _list(_get(value, "groups"))


def _rule(  # noqa: PLR0917 - where it stands, and what it is
    document: YamlDocument,
    path: str,
    at: tuple[str | int, ...],
    rule: Mapping[str, Any],
    paging: tuple[str, ...],
) -> Iterator[AlertRule | RecordingRule]:
    labels = (
        {str(key): str(value) for key, value in (_get(rule, "labels") or {}).items()}
        if _has_labels(rule)
        else {}
    )
    text = RuleText(
        expr=str(rule.get("expr") or ""),
        expr_line=document.line_of(*at, "expr"),
        labels=tuple(sorted(labels.items())),
        runbook_url=str(_get(rule.get("annotations"), "runbook_url") or ""),
        url_line=document.line_of(*at, "annotations", "runbook_url"),
    )
    alert, record = rule.get("alert"), rule.get("record")
    if isinstance(alert, str):
        severity = labels.get("severity", "").lower()
        line = document.line_of(*at, "alert")
        yield AlertRule(alert, severity, path, line, _is_paging(labels, paging), text)
    elif isinstance(record, str):
        yield RecordingRule(record, path, document.line_of(*at, "record"), text)


def _has_labels(rule: Mapping[str, Any]) -> bool:
    return isinstance(rule.get("labels"), Mapping)


def _is_paging(labels: Mapping[str, str], paging: tuple[str, ...]) -> bool:
    """Tell whether one of *paging* fits *labels*: a value of ``severity``, or ``label=value``."""
    for wanted in paging:
        name, equals, value = wanted.partition("=")
        label, value = (name, value) if equals else ("severity", name)
        if labels.get(label.strip(), "").lower() == value.strip().lower():
            return True
    return False


def _shape_problems(
    document: YamlDocument, path: str, at: tuple[str | int, ...], rule: Mapping[str, Any]
) -> Iterator[Problem]:
    """Find what makes Prometheus refuse a rule file, besides expressions."""
    line = document.line_of(*at)
    kinds = [key for key in ("alert", "record") if key in rule]
    if len(kinds) != 1:
        told = "is neither an alert nor a recording" if not kinds else "is an alert and a recording at once"
        yield Problem(path, line, _RULE, f"the rule {told}", "Give it one of 'alert:' and 'record:'.")
    for key in rule.keys() - _KEYS:
        fix = suggest(str(key), _KEYS, "Remove it.")
        message = f"a rule has no key '{key}', and Prometheus refuses such a file"
        yield Problem(path, document.line_of(*at, key), _RULE, message, fix)
    for key in ("for", "keep_firing_for"):
        if key in rule and not _DURATION.match(str(rule[key])):
            message = f"'{key}' is no duration: {rule[key]}"
            yield Problem(path, document.line_of(*at, key), _RULE, message, "Write it as 10m or 1h30m.")


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
