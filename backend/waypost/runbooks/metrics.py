"""The metrics there are, as lists of the workspace name them: what Prometheus answers, or what a target exposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from waypost.core.content import load_text
from waypost.core.errors import Problem
from waypost.core.workspace import Workspace
from waypost.runbooks.rules import files_named

ALWAYS: Final = frozenset(
    {
        "up",
        "ALERTS",
        "ALERTS_FOR_STATE",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
        "scrape_timeout_seconds",
        "scrape_sample_limit",
        "scrape_body_size_bytes",
    }
)
"""What Prometheus itself makes, whatever it scrapes."""
_RULE: Final = "runbooks/metrics"
_PARTS: Final = {
    "histogram": ("", "_bucket", "_sum", "_count", "_created"),
    "gaugehistogram": ("", "_bucket", "_gsum", "_gcount"),
    "summary": ("", "_sum", "_count", "_created"),
    "counter": ("", "_total", "_created"),
    "info": ("", "_info"),
}
_LINE: Final = re.compile(
    r"""[ \t]*(?:\#[ \t]*TYPE[ \t]+(?P<typed>[^\s"]+|"[^"\n]+")[ \t]+(?P<type>\w+)|\#"""
    r"""|\{[ \t]*"(?P<quoted>[^"\n]+)"|(?P<name>[A-Za-z_:][\w:]*)(?=[{\s]|\Z)|(?P<rest>\S))"""
)


def load_metrics(
    workspace: Workspace, patterns: tuple[str, ...], problems: list[Problem]
) -> frozenset[str] | None:
    """Return the names of all metrics that the files of *patterns* tell; None where there is no such file."""
    paths = files_named(workspace, patterns)
    if not paths:
        return None
    names = set(ALWAYS)
    for path in paths:
        text = load_text(workspace, path, _RULE, problems)
        if text is not None:
            names.update(_names_in(text, path, problems))
    return frozenset(names)


def _names_in(text: str, path: str, problems: list[Problem]) -> set[str]:
    is_json = (
        text.lstrip()[:1] in ("[", "{")
        and not text.lstrip().startswith('{"__name__')
        and _looks_like_json(text)
    )
    found = _from_json(text, path, problems) if is_json else _from_lines(text, path, problems)
    return set(found)


def _looks_like_json(text: str) -> bool:
    # A line of an exposition may begin with a name in quotes and braces.
    return re.match(r'\s*\{\s*"[^"\n]*"\s*[,}]', text) is None


def _from_json(text: str, path: str, problems: list[Problem]) -> Iterator[str]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        fix = "Write it anew: curl -fsS https://prometheus.example.org/api/v1/label/__name__/values"
        problems.append(Problem(path, error.lineno, _RULE, f"the JSON cannot be read: {error.msg}", fix))
        return
    data = value.get("data") if isinstance(value, dict) and "data" in value else value
    names = list(_json_names(data))
    if not names:
        message = "the list names no metric"
        fix = "Keep the answer of Prometheus as it is: a list, or an object with 'data'."
        problems.append(Problem(path, 1, _RULE, message, fix))
    yield from names


def _json_names(data: Any) -> Iterator[str]:
    """Give the names of a list of them, or of an answer to ``/api/v1/metadata``, which has the type of each."""
    if isinstance(data, list):
        yield from (name for name in data if isinstance(name, str))
    elif isinstance(data, dict):
        for name, entries in data.items():
            kinds = (
                [entry.get("type") for entry in entries if isinstance(entry, dict)]
                if isinstance(entries, list)
                else []
            )
            yield name
            yield from (f"{name}{part}" for kind in kinds for part in _PARTS.get(str(kind), ()))


def _from_lines(text: str, path: str, problems: list[Problem]) -> Iterator[str]:
    """Give the names of an exposition, in Prometheus' or OpenMetrics' form, or of plain lines."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.match(line)
        if match is None:
            continue
        if match["rest"]:
            message = "this line names no metric"
            fix = "Write a name a line, or keep what /metrics answers as it is."
            problems.append(Problem(path, number, _RULE, message, fix))
            return
        if match["typed"]:
            name = match["typed"].strip('"')
            yield from (f"{name}{part}" for part in _PARTS.get(match["type"].lower(), ("",)))
        elif match["name"] or match["quoted"]:
            yield match["name"] or match["quoted"]
