"""Citations: which decisions, and which pages, speak of which decision."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from waypost.adr.model import Decision, Decisions
from waypost.core.markdownfile import MarkdownFile, is_external
from waypost.documents.model import Documents, Page

_NUMBER: Final = re.compile(r"\bADR[-_ #]{0,2}0*(\d{1,5})\b", re.IGNORECASE)
_FENCE: Final = re.compile(r"^ {0,3}(```+|~~~+).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Citations:
    """Ids of decisions that each decision cites, and of those that cite it, in order; pages that cite it, by path.

    What supersedes or amends another is related to it already, and is no citation of it.
    """

    cites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cited_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, tuple[Page, ...]] = field(default_factory=dict)


def find_citations(decisions: Decisions, documents: Documents) -> Citations:
    """Find every citation: ``[[adr:0007]]``, a link to the decision's file or page, and ``ADR-0007`` in prose."""
    places = dict(decisions.by_path)
    places |= {f"{documents.folder}/{decision.page_uri}": decision for decision in decisions.ordered}
    cites: dict[str, tuple[str, ...]] = {}
    cited_by: dict[str, list[str]] = {}
    for decision in decisions.ordered:
        near = {decision.id, *_related(decision)}
        found = {other.id for other in _cited(decision.file, decisions, places)} - near
        cites[decision.id] = tuple(each.id for each in decisions.ordered if each.id in found)
        for other in cites[decision.id]:
            cited_by.setdefault(other, []).append(decision.id)
    pages: dict[str, list[Page]] = {}
    for _, page in sorted(documents.pages.items()):
        for id_ in dict.fromkeys(each.id for each in _cited(page.file, decisions, places)):
            pages.setdefault(id_, []).append(page)
    return Citations(cites, _frozen(cited_by), {id_: tuple(found) for id_, found in pages.items()})


def _frozen(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in found.items()}


def _related(decision: Decision) -> Iterator[str]:
    yield from decision.supersedes
    yield from decision.superseded_by
    yield from decision.amends
    yield from decision.amended_by


def _cited(file: MarkdownFile, decisions: Decisions, places: Mapping[str, Decision]) -> Iterator[Decision]:
    for link in file.links:
        found = None
        if link.kind == "wiki":
            found = decisions.find(link.target[4:]) if link.target.lower().startswith("adr:") else None
        elif not is_external(link.target):
            target = unquote(link.target.partition("#")[0])
            found = places.get(posixpath.normpath(posixpath.join(posixpath.dirname(file.path), target)))
        if found is not None:
            yield found
    text = _FENCE.sub("", file.body) if "adr" in file.body.lower() else ""
    for number in dict.fromkeys(match[1] for match in _NUMBER.finditer(text)):
        named = decisions.find(number)
        if named is not None:
            yield named
