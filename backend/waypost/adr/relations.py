"""Supersession and amendment as records tell them, and the other side of each, derived."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from waypost.adr.fields import Fields, Found
from waypost.adr.model import STATE_WORDS, Decision, Mention, State

SUPERSEDES = "supersedes"
SUPERSEDED_BY = "superseded by"
AMENDS = "amends"
AMENDED_BY = "amended by"
_PENDING = "would be superseded by"
_NEVER = "was to be superseded by"
_OTHER_SIDE = {
    SUPERSEDES: SUPERSEDED_BY,
    SUPERSEDED_BY: SUPERSEDES,
    AMENDS: AMENDED_BY,
    AMENDED_BY: AMENDS,
}

_PARTLY = r"(?P<partly>(?:in part|partly|partially|some(?:what)?)\s+)?"
_PASSIVE = re.compile(
    rf"{_PARTLY}\b(?P<verb>supersed|superced|replac|amend)ed\s+(?:in part\s+(?P<part>))?(?:by|with)\b"
    r"|\b(?P<french>remplacé|obsolète) par\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(rf"{_PARTLY}\b(?P<verb>supersed|superced|replac|amend)e?s\b", re.IGNORECASE)
_STRICTLY_ACTIVE = re.compile(rf"{_PARTLY}\b(?P<verb>supersed|superced)es\b", re.IGNORECASE)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")
_NUMBERS = re.compile(
    r"(?:\bADRs?|#|\brecords?|\bdecisions?)[-_ #]*0*(?P<number>\d{1,5})\b(?P<more>(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)"
    r"(?:ADR[-_ ]?)?\d{1,5}\b)*)|(?<![\w./:-])(?P<bare>\d{1,5})\b(?![./:-]\d)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[^.\d])\.(?:\s|$)")
_NOTHING = re.compile(r"\s*(?:n/?a|none|no|-+|nothing|tbd)?\s*", re.IGNORECASE)


def read_mentions(fields: Fields, prose: Iterable[Found]) -> tuple[Mention, ...]:
    """Return every relation that a record tells: in its fields, its status, and its own text.

    Args:
        fields: What was found of the record.
        prose: The lines of its text. Only a sentence whose verb stands before the record it names counts.
    """
    found: list[Mention] = []
    for kind in (SUPERSEDES, SUPERSEDED_BY, AMENDS, AMENDED_BY):
        for entry in fields.by_name.get(kind, ()):
            found.extend(_targets(kind, entry, entry.text))
    for line in (*fields.by_name.get("status", ()), *fields.status_lines):
        found.extend(_from_line(line, _ACTIVE))
    for line in prose:
        found.extend(_from_line(line, _STRICTLY_ACTIVE, passive=False))
    return tuple(_distinct(found))


def _from_line(line: Found, active: re.Pattern[str], *, passive: bool = True) -> Iterator[Mention]:
    for sentence in _SENTENCE.split(line.text):
        match = (_PASSIVE.search(sentence) if passive else None) or active.search(sentence)
        if match is None:
            continue
        named_first = any(_targets("", line, sentence[: match.start()]))
        if named_first and not passive:
            continue
        yield from _targets(_kind(match), line, sentence[match.end() :])


def _kind(match: re.Match[str]) -> str:
    groups = match.groupdict()
    amends = (groups.get("verb") or "").lower() == "amend" or bool(groups.get("partly"))
    if match.re is _PASSIVE:
        return AMENDED_BY if amends or groups.get("part") is not None else SUPERSEDED_BY
    return AMENDS if amends else SUPERSEDES


def _targets(kind: str, line: Found, text: str) -> list[Mention]:
    """Return what *text* names: the links in it, or where it has none the numbers, or a bare name."""
    if _NOTHING.fullmatch(text):
        return []
    links = [match for match in _LINK.finditer(text) if not match["target"].startswith("#")]
    if links:
        return [Mention(kind, unquote(match["target"]), match["text"], line.line) for match in links]
    numbers = [number for match in _NUMBERS.finditer(text) for number in _all_numbers(match)]
    if numbers:
        return [Mention(kind, str(int(number)), number, line.line) for number in numbers]
    name = re.fullmatch(r"\s*\[*([\w./-]*\w[-_][\w.-]+?)\]*(?:\.md)?\s*", text)
    return [Mention(kind, name[1], name[1], line.line)] if name else []


def _all_numbers(match: re.Match[str]) -> list[str]:
    if match["bare"]:
        return [match["bare"]]
    return [match["number"], *re.findall(r"\d{1,5}", match["more"] or "")]


def _distinct(mentions: Iterable[Mention]) -> Iterator[Mention]:
    seen: set[tuple[str, str]] = set()
    for mention in mentions:
        if (mention.kind, mention.target) not in seen:
            seen.add((mention.kind, mention.target))
            yield mention


def connect(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return *decisions* with what each mention leads to, and both sides of every relation."""
    index = _Index(decisions)
    known = [
        replace(
            decision, mentions=tuple(m._replace(decision=index.find(decision, m)) for m in decision.mentions)
        )
        for decision in decisions
    ]
    sides: dict[tuple[str, str], list[str]] = {}
    for decision in known:
        for mention in decision.mentions:
            if mention.decision and mention.decision != decision.id:
                sides.setdefault((decision.id, mention.kind), []).append(mention.decision)
                other = _other_side(decision, mention.kind)
                sides.setdefault((mention.decision, other), []).append(decision.id)
    return tuple(_with_sides(decision, sides) for decision in known)


def _other_side(decision: Decision, kind: str) -> str:
    """Return what the other is to *decision*: what is not decided yet has not taken its place."""
    if kind != SUPERSEDES:
        return _OTHER_SIDE[kind]
    pending = {State.DRAFT: _PENDING, State.PROPOSED: _PENDING, State.REJECTED: _NEVER}
    state = STATE_WORDS.get(decision.status)
    return pending.get(state, SUPERSEDED_BY) if state else SUPERSEDED_BY


def _with_sides(decision: Decision, sides: Mapping[tuple[str, str], list[str]]) -> Decision:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(sorted(set(sides.get((decision.id, kind), ()))))

    return replace(
        decision,
        supersedes=of(SUPERSEDES),
        superseded_by=of(SUPERSEDED_BY),
        pending_successors=of(_PENDING),
        amends=of(AMENDS),
        amended_by=of(AMENDED_BY),
    )


class _Index:
    """Finds the decision that a mention names: by path, by number in its own folder, then anywhere."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._by_path = {decision.path: decision.id for decision in decisions}
        self._by_name: dict[str, list[Decision]] = {}
        for decision in decisions:
            stem = posixpath.splitext(posixpath.basename(decision.path))[0].lower()
            names = {decision.id.lower(), stem, decision.uid.lower(), *map(str.lower, decision.aliases)} - {
                ""
            }
            if decision.number is not None:
                names.add(str(decision.number))
            for name in names:
                self._by_name.setdefault(name, []).append(decision)

    def find(self, source: Decision, mention: Mention) -> str:
        folder = posixpath.dirname(source.path)
        target = mention.target.partition("#")[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        for candidate in (path, f"{path}.md", f"{path}/README.md"):
            if candidate in self._by_path:
                return self._by_path[candidate]
        name = posixpath.splitext(posixpath.basename(target))[0] if not target.isdigit() else str(int(target))
        found = self._by_name.get(name.lower(), [])
        near = [decision for decision in found if posixpath.dirname(decision.path) == folder]
        if len(near) == 1:
            return near[0].id
        return found[0].id if len(found) == 1 else ""
