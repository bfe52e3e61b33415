"""What wants reading, by owner: as text for a terminal, as JSON, and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import orjson

from waypost.core.evidence import Evidence
from waypost.core.markup import plain
from waypost.documents.freshness import STATE_WORDS, Freshness
from waypost.documents.judging import Judged
from waypost.documents.telling import freshness_json

NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class OwnersList:
    """What one owner is asked to read, the most pressing first, and how much more there is."""

    owner: str
    items: tuple[Judged, ...]
    total: int


def by_owner(found: Iterable[Judged], *, most: int | None) -> list[OwnersList]:
    """Return *found*, already in order, by owner: the owner of the most pressing first, what nobody owns last."""
    groups: dict[str, list[Judged]] = {}
    for judged in found:
        groups.setdefault(judged.subject.owner, []).append(judged)
    owners = sorted(groups, key=lambda owner: not owner)
    return [OwnersList(owner or NOBODY, tuple(groups[owner][:most]), len(groups[owner])) for owner in owners]


def as_text(lists: Sequence[OwnersList]) -> str:
    """Return *lists* for a terminal: a block an owner, each page with why, and what settles it."""
    lines: list[str] = []
    for each in lists:
        lines += [f"{each.owner}: {_count(each.total)}", ""]
        for judged in each.items:
            lines += _text_of(judged)
        if each.total > len(each.items):
            lines += [
                f"  … and {each.total - len(each.items)} more: waypost review --all --owner {each.owner}",
                "",
            ]
    return "\n".join(lines).rstrip() or "Nothing wants reading."


def _text_of(judged: Judged) -> list[str]:
    subject = judged.subject
    lines = [f"  {subject.path}", f"    {STATE_WORDS[judged.freshness.state]}: {subject.title}"]
    lines += [f"    - {reason.sentence}{_place(reason, subject.path)}" for reason in judged.freshness.reasons]
    return [*lines, f"    > {_remedy(judged.freshness)}", ""]


def _place(reason: Evidence, path: str) -> str:
    return f" ({path}:{reason.line})" if reason.line else ""


def _remedy(freshness: Freshness) -> str:
    """Return what to do first: what settles the weightiest reason."""
    return next(
        (reason.remedy for reason in freshness.reasons if reason.remedy), "Mend what its checks tell."
    )


def _count(number: int) -> str:
    return f"{number} to read" if number else "nothing to read"


def as_markdown(lists: Sequence[OwnersList]) -> str:
    """Return *lists* as Markdown, for an issue or a message: a heading an owner, a box to tick a page."""
    parts = []
    for each in lists:
        rows = [_markdown_of(judged) for judged in each.items]
        if each.total > len(each.items):
            rows.append(f"… and {each.total - len(each.items)} more.")
        parts.append(f"## {plain(each.owner)}\n\n" + "\n".join(rows))
    return "\n\n".join(parts) or "Nothing wants reading."


def _markdown_of(judged: Judged) -> str:
    subject, freshness = judged.subject, judged.freshness
    lines = [f"- [ ] {plain(subject.title)} (`{subject.path}`): {STATE_WORDS[freshness.state].lower()}"]
    lines += [f"    - {plain(reason.sentence)}" for reason in freshness.reasons]
    return "\n".join([*lines, f"    - To do: {_remedy(freshness)}"])


def as_json(lists: Sequence[OwnersList]) -> str:
    """Return *lists* as JSON: ``owners``, each with ``total`` and its ``items``."""
    owners = [
        {"owner": each.owner, "total": each.total, "items": [_json_of(judged) for judged in each.items]}
        for each in lists
    ]
    return orjson.dumps({"owners": owners}, option=orjson.OPT_INDENT_2).decode()


def _json_of(judged: Judged) -> dict[str, Any]:
    subject = judged.subject
    return {
        "path": subject.path,
        "title": subject.title,
        "kind": subject.kind,
        "points": judged.points,
        "freshness": freshness_json(judged.freshness),
    }


FORMATS: Final[Mapping[str, Callable[[Sequence[OwnersList]], str]]] = MappingProxyType(
    {"text": as_text, "json": as_json, "markdown": as_markdown}
)
