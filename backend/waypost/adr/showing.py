"""A decision as text for a terminal: what is on record, field by field, then its text, no line too wide."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from waypost.adr.approval_checks import told_missing
from waypost.adr.approving import Standing, StandingState
from waypost.adr.model import Decision, Decisions, State

LONGEST: Final = 100
"""Lines longer than this are hard to read, however wide the terminal."""
_NARROWEST: Final = 40
_NAME: Final = 16
_FENCE: Final = re.compile(r"\s*(```|~~~)")
_AS_IT_IS: Final = re.compile(r"\s*(?:\||#|<)| {4}|\t|\s*\[[^\]]+\]:")
_BEGINS: Final = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+|#{1,6}\s|\|)")
_LEAD: Final = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+|>\s?)*")


def told_decision(
    decision: Decision, decisions: Decisions, standing: Standing, *, width: int
) -> Iterator[str]:
    """Give the lines that tell all of *decision*, at most *width* wide where they can be broken."""
    width = max(width, _NARROWEST)
    yield from textwrap.wrap(f"{decision.id}  {decision.title}", width, subsequent_indent="      ")
    yield ""
    for name, value in _fields(decision, standing):
        if value:
            yield from _field(name, value, width)
    for name, ids in _relations(decision):
        for place, other in enumerate(ids):
            yield from _field("" if place else name, _named(decisions.by_id[other]), width)
    yield ""
    yield from wrapped(decision.body.strip("\n").split("\n"), width)


def _fields(decision: Decision, standing: Standing) -> Iterator[tuple[str, str]]:
    written = (
        f" (written: {decision.status})" if decision.status != decision.state and decision.status else ""
    )
    yield "State", f"{decision.state or 'not known'}{written}"
    yield "Implementation", decision.implementation
    yield "Proposed", _day(decision.proposed)
    yield "Decided", _day(decision.decided)
    yield "Date", _day(decision.dated)
    for name, text in decision.unread.items():
        yield name.capitalize(), f"{text} (cannot be read for certain)"
    yield "Review by", _day(decision.review_by)
    waits = decision.state in (State.DRAFT, State.PROPOSED)
    yield "Who decides" if waits else "Decided by", ", ".join(decision.deciders)
    yield "Scope", decision.scope
    yield "Triggers", ", ".join(decision.triggers)
    yield "Approvals", _approvals(standing)
    yield "Affects", ", ".join(map(str, decision.affects))
    yield "Checks", ", ".join(decision.checks)
    yield "Tags", ", ".join(decision.tags)
    yield "Uid", decision.uid
    yield "Formerly", ", ".join(decision.aliases)
    yield "Format", "" if decision.is_own_format else decision.format
    yield "Path", decision.path
    yield "Summary", decision.summary


def _day(day: object) -> str:
    return str(day or "")


def _approvals(standing: Standing) -> str:
    told = "; ".join(
        _approval(judged.approval.by, judged.approval.on, judged.state) for judged in standing.approvals
    )
    if standing.scope is None or standing.state is StandingState.NOT_NEEDED or not standing.is_asked:
        need = "" if told else "none needed"
    else:
        need = f"{len(standing.counting)} of {standing.needed}" if standing.is_met else told_missing(standing)
    return "; ".join(part for part in (need, told) if part)


def _approval(by: str, on: object, state: str) -> str:
    return f"{by}{f' on {on}' if on else ''} ({state})"


def _relations(decision: Decision) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Superseded by", decision.superseded_by
    yield "To be replaced", decision.pending_successors
    yield "Supersedes", decision.supersedes
    yield "Amended by", decision.amended_by
    yield "Amends", decision.amends


def _named(decision: Decision) -> str:
    return f"{decision.id} {decision.title} ({decision.state or decision.status or 'without status'})"


def _field(name: str, value: str, width: int) -> list[str]:
    return textwrap.wrap(
        value,
        width,
        initial_indent=f"{name:<{_NAME}}",
        subsequent_indent=" " * _NAME,
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Give *lines* of Markdown, paragraphs filled anew where a line is too long.

    Code, tables, headings and definitions stay as they are.
    """
    paragraph: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        is_code = bool(mark or fence)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        stays = is_code or not line.strip() or bool(_AS_IT_IS.match(line) and not paragraph)
        if stays or _BEGINS.match(line):
            yield from _filled(paragraph, width)
            paragraph = []
        if stays:
            yield line
        else:
            paragraph.append(line)
    yield from _filled(paragraph, width)


def _filled(paragraph: Sequence[str], width: int) -> Iterator[str]:
    if all(len(line) <= width for line in paragraph):
        yield from paragraph
        return
    lead = _LEAD.match(paragraph[0])
    indent = re.sub(r"[^\s>]", " ", lead[0]) if lead else ""
    text = " ".join([paragraph[0].rstrip(), *(line.strip().removeprefix("> ") for line in paragraph[1:])])
    yield from textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
