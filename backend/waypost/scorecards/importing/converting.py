"""Converts checks of Tech Insights into a Scorecard and the FactSource that its rules read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from waypost.scorecards.importing.conditions import read_conditions
from waypost.scorecards.importing.facts import FactTypes, guess_types, uses_in
from waypost.scorecards.importing.filters import read_filter
from waypost.scorecards.importing.operands import UnsupportedError, literal
from waypost.scorecards.importing.reading import Source, SourceCheck
from waypost.scorecards.rules.compiling import RuleError, compile_rule

_TYPE: Final = "json-rules-engine"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A check that was not carried over: where it is written, and why."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        """Return it as one line, the way problems are told."""
        return f"{self.path}:{self.line}: {' '.join(self.why.split())}"


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of some checks: the text of a catalog file, how many it holds, and what is not in it."""

    text: str
    checks: int
    facts: int
    left_out: tuple[LeftOut, ...]


def convert(source: Source, name: str, owner: str) -> Converted:
    """Return the checks of *source* as a scorecard called *name*, which is a shadow until somebody lifts it.

    Args:
        source: What was read.
        name: The scorecard's name; its facts come from a source of that name.
        owner: Who owns both.
    """
    uses = [use for check in source.checks for use in uses_in(_conditions(check), _retrievers(check))]
    checks: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    facts: dict[str, tuple[str, str]] = {}
    guessed = guess_types(uses)
    for found in source.checks:
        types = FactTypes(source.types, source.descriptions, guessed)
        try:
            check = _check(found, types, {check["id"] for check in checks})
        except UnsupportedError as error:
            why = f"check '{found.id}' is left out: {error}"
            left_out.append(LeftOut(found.path, found.line, why))
            continue
        checks.append(check)
        facts |= types.needed
    documents = [*_source(name, owner, facts), *_card(name, owner, checks)]
    return Converted(_text(documents, left_out), len(checks), len(facts), tuple(left_out))


def _conditions(check: SourceCheck) -> Any:
    rule = check.document.get("rule")
    return rule.get("conditions") if isinstance(rule, Mapping) else None


def _retrievers(check: SourceCheck) -> list[str]:
    named = check.document.get("factIds")
    return [str(one) for one in named] if isinstance(named, list) else []


def _check(found: SourceCheck, types: FactTypes, taken: set[str]) -> dict[str, Any]:
    document = found.document
    if document.get("type", _TYPE) != _TYPE:
        raise UnsupportedError(f"its type is '{document['type']}', not {_TYPE}")
    identity = _slug(found.id)
    if identity in taken:
        raise UnsupportedError(f"another check is called '{identity}' as well")
    retrievers = _retrievers(found)
    rule = read_conditions(_conditions(found), lambda name, params: types.find(name, params, retrievers))
    check: dict[str, Any] = {"id": identity, "title": str(document.get("name") or found.id)}
    metadata = _mapping(document.get("metadata"))
    check |= {
        "description": _description(document, metadata),
        "category": str(metadata.get("category") or ""),
        "appliesTo": read_filter(document.get("filter")),
        "rule": rule,
        "message": _message(rule, document),
    }
    for source in (rule, check["appliesTo"].get("when") or "true"):
        _hold_to_limits(source)
    return {key: value for key, value in check.items() if value}


def _hold_to_limits(source: str) -> None:
    try:
        compile_rule(source)
    except RuleError as error:
        raise UnsupportedError(f"as CEL it would be more than a rule may be: it {error}") from error


def _description(document: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    links = document.get("links")
    lines = [str(document.get("description") or "")]
    lines += [f"{key}: {value}" for key, value in metadata.items() if key != "category" and _is_plain(value)]
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("url"):
            lines.append(f"See {link.get('title') or 'the page'}: {link['url']}")
    return "\n".join(line for line in lines if line)


def _message(rule: str, document: Mapping[str, Any]) -> str:
    """Return what the check says where it is met and where not, as one message; "" where it says nothing."""
    met, unmet = (_told(document.get(key)) for key in ("successMetadata", "failureMetadata"))
    if not met and not unmet:
        return ""
    message = f"${{{rule} ? {literal(met)} : {literal(unmet)}}}"
    try:
        compile_rule(message[2:-1])
    except RuleError:
        return ""
    return message


def _told(metadata: Any) -> str:
    return "; ".join(str(value) for value in _mapping(metadata).values() if _is_plain(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _slug(name: str) -> str:
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name).lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "check"


def _source(name: str, owner: str, facts: Mapping[str, tuple[str, str]]) -> Iterator[dict[str, Any]]:
    if facts:
        declared = {
            path: {"type": kind} | ({"description": told} if told else {})
            for path, (kind, told) in sorted(facts.items())
        }
        spec = {"collector": "push", "ttl": "P2D", "facts": declared}
        metadata = {"name": name, "title": "Facts of Tech Insights", "owner": owner}
        yield _document("FactSource", metadata, spec)


def _card(name: str, owner: str, checks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if checks:
        metadata = {"name": name, "title": "Tech Insights", "owner": owner}
        yield _document("Scorecard", metadata, {"lifecycle": "shadow", "checks": checks})


def _document(kind: str, metadata: Mapping[str, str], spec: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in metadata.items() if value}
    return {"apiVersion": "waypost.dev/v1alpha1", "kind": kind, "metadata": said, "spec": spec}


def _text(documents: list[dict[str, Any]], left_out: list[LeftOut]) -> str:
    text: str = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=110)
    lines = [f"# {one}" for one in left_out]
    return "\n".join([text.rstrip("\n"), *lines, ""])
