"""What is wrong with a block of code by itself: its faults, each with line and column within the block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import orjson

from waypost.core.errors import Severity
from waypost.core.yamlfile import YamlDocument
from waypost.documents.snippets.data import Query, json_fault, read_yaml, rules_in, targets_in
from waypost.documents.snippets.manifests import (
    group_of,
    is_core,
    is_elided,
    is_manifest,
    is_template,
    manifest_faults,
    manifests_in,
)
from waypost.documents.snippets.places import position_in
from waypost.documents.snippets.promql import PromqlFault, read_promql, split_queries
from waypost.documents.snippets.yamltext import position_in_value

DATA: Final = "documents/data"
PROMQL: Final = "documents/promql"
MANIFEST: Final = "documents/manifest"
_FOREIGN: Final = re.compile(
    r"^[ \t]*apiVersion:[ \t]*(?!\S*(?:waypost\.dev|backstage\.io))\S+", re.MULTILINE
)
_YAML: Final = "the YAML cannot be read"
_OURS: Final = ("*waypost.dev", "backstage.io", "scaffolder.backstage.io")


@dataclass(frozen=True, slots=True)
class BlockFault:
    """What is wrong in a block: line and column from 1 (a column of 0: not known), the rule, and how to mend it."""

    line: int
    column: int
    rule: str
    message: str
    fix: str
    severity: str = Severity.ERROR.value


@dataclass(frozen=True, slots=True)
class BlockReport:
    """The faults of a block, and what in it could not be judged: kinds without a schema, ``template``."""

    faults: tuple[BlockFault, ...] = ()
    skipped: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {"faults": [asdict(fault) for fault in self.faults], "skipped": list(self.skipped)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> BlockReport:
        """Return the report that *value* is the plain form of."""
        return cls(tuple(BlockFault(**fault) for fault in value["faults"]), tuple(value["skipped"]))


def report_promql(text: str) -> BlockReport:
    """Read a block of PromQL."""
    faults = []
    for before, query in split_queries(text):
        fault = read_promql(query).fault
        # Dots stand for what the author leaves to the reader.
        if fault is not None and "..." not in query and "…" not in query:
            line, column = position_in(text, before + fault.start)
            faults.append(_promql_fault(fault, line, column))
    return BlockReport(tuple(faults))


def report_json(text: str) -> BlockReport:
    """Read a block of JSON, and the queries in it where it is a dashboard."""
    fault = json_fault(text)
    if fault is not None:
        line, column, message = fault
        fix = "Mend the JSON, or give the block another language."
        return BlockReport((BlockFault(line, column, DATA, f"the JSON cannot be read: {message}", fix),))
    if '"expr"' not in text:
        return BlockReport()
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return BlockReport()  # A part of an object: nothing is known of what it belongs to.
    lines = text.split("\n")
    faults = []
    for query in targets_in(value):
        found = read_promql(query.text).fault
        if found is not None:
            written = orjson.dumps(query.text).decode()
            line = next((n for n, source in enumerate(lines, start=1) if written in source), 1)
            faults.append(_promql_fault(found, line, 0))
    return BlockReport(tuple(faults))


def report_yaml(text: str, version: str) -> BlockReport:
    """Read a block or a file of YAML: what it holds, rules of Prometheus, manifests of Kubernetes *version*."""
    if is_template(text):
        return BlockReport(skipped=("template",) if _FOREIGN.search(text) else ())
    documents, broken = read_yaml(text)
    fix = "Mend the YAML, or give the block another language."
    last = text.count("\n") + 1
    faults = [
        # What is missed at the end is missed in the last line.
        BlockFault(
            min(fault.line, last),
            fault.column if fault.line <= last else 0,
            DATA,
            f"{_YAML}: {fault.message}",
            fix,
        )
        for fault in broken
    ]
    skipped: list[str] = []
    for document in documents:
        faults += _rule_faults(document, text)
        found, without = _manifest_report(document, version, is_part=is_elided(text))
        faults += found
        skipped += without
    return BlockReport(tuple(faults), tuple(skipped))


def expression_faults(query: Query, document: YamlDocument, lines: list[str]) -> Iterator[BlockFault]:
    """Give what is wrong with the expression *query* of *document*, at its place in *lines*."""
    fault = read_promql(query.text).fault
    if fault is not None:
        line, column = position_in_value(
            lines, document.line_of(*query.keys), query.text, fault.start, key="expr"
        )
        yield _promql_fault(fault, line, column)


def _rule_faults(document: YamlDocument, text: str) -> Iterator[BlockFault]:
    if "expr" in text:
        lines = text.split("\n")
        for query in rules_in(document.value):
            yield from expression_faults(query, document, lines)


def _promql_fault(fault: PromqlFault, line: int, column: int) -> BlockFault:
    return BlockFault(line, column, PROMQL, fault.message, fault.fix, fault.severity.value)


def _manifest_report(
    document: YamlDocument, version: str, *, is_part: bool
) -> tuple[list[BlockFault], list[str]]:
    faults: list[BlockFault] = []
    skipped: list[str] = []
    if not is_manifest(document.value):
        return faults, skipped
    for before, manifest in manifests_in(document.value):
        group = group_of(manifest)
        if any(fnmatchcase(group, pattern) for pattern in _OURS):
            continue
        if not is_core(manifest):
            skipped.append(f"{group}/{manifest['kind']}")
            continue
        for fault in manifest_faults(manifest, version, is_part=is_part):
            line = document.line_of(*before, *fault.keys)
            faults.append(BlockFault(line, 0, MANIFEST, fault.message, fault.fix))
    return faults, skipped
