"""Blocks of YAML and JSON: whether they can be read, and the PromQL in rules and dashboards among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from waypost.core.yamlfile import YamlDocument, YamlFault, parse_yaml
from waypost.documents.snippets.manifests import is_elided, is_template

YAML: Final = frozenset({"yaml", "yml"})
_CUSTOM_TAG: Final = re.compile(r"(?:^|[\s\[{,:-])!\w")
_DOTS: Final = re.compile(r"^([ \t]+)(?:- )?(?:\.{3,}|…)[ \t]*$", re.MULTILINE)
_REQUEST: Final = re.compile(r"\A\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+[^\n]*\n")
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression in a value, and the keys that lead to it. ``name`` is that of its alert or record."""

    keys: tuple[str | int, ...]
    text: str
    name: str = ""


def read_yaml(text: str) -> tuple[list[YamlDocument], list[YamlFault]]:
    """Return the documents and the faults of a block of YAML; neither for what a template leaves open.

    A line of dots says that something is left out; so does an alias whose anchor stands in what was.
    """
    if is_template(text) or _CUSTOM_TAG.search(text):
        return [], []
    documents, faults = parse_yaml(_DOTS.sub(r"\1#", text))
    return documents, [fault for fault in faults if not fault.message.startswith("no anchor ")]


def json_fault(text: str) -> tuple[int, int, str] | None:
    """Return line, column and fault of a block of JSON, or None.

    A part of an object or of a list is right, and so are several values, a line each; comments and ``...``
    tell that it is an example of a shape, of which nothing is asked.
    """
    if not text.strip() or is_template(text) or is_elided(text) or _is_loose(text):
        return None
    error = _json_error(text)
    if error is None:
        return None
    body = _REQUEST.sub("", text).strip().rstrip(",")
    if _json_error(body) is None:
        return None
    if any(_json_error(part) is None for part in (f"{{{body}}}", f"[{body}]")):
        return None
    if all(_json_error(line) is None for line in text.splitlines() if line.strip()):
        return None
    return error.lineno, error.colno, error.msg


def _is_loose(text: str) -> bool:
    return re.search(r"(?m)(?:^|[\s,{\[])(?://|/\*|#)|\.\.\.|…|<[\w -]+>", text) is not None


def _json_error(text: str) -> orjson.JSONDecodeError | None:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return error
    return None


def rules_in(value: Any) -> Iterator[Query]:
    """Give the expressions of Prometheus rules in *value*, at any depth: what stands beside ``alert`` or ``record``."""
    for keys, part in _mappings(value, ()):
        name = part.get("alert") or part.get("record")
        if isinstance(name, str) and isinstance(part.get("expr"), str):
            yield Query((*keys, "expr"), part["expr"], name)


def targets_in(value: Any) -> Iterator[Query]:
    """Give the expressions of a Grafana dashboard's panels, without those for Loki."""
    for keys, part in _mappings(value, ()):
        is_target = "refId" in part or "legendFormat" in part
        if (
            is_target
            and isinstance(part.get("expr"), str)
            and "loki" not in str(part.get("datasource")).lower()
        ):
            yield Query((*keys, "expr"), part["expr"])


def _mappings(
    value: Any, keys: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    if len(keys) > _DEEPEST:
        return
    if isinstance(value, Mapping):
        yield keys, value
        for key, part in value.items():
            yield from _mappings(part, (*keys, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _mappings(part, (*keys, number))
