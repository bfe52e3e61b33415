"""The way through a runbook: its commands in order, each with the text that leads to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from waypost.core.errors import InputError
from waypost.core.markdownfile import Fence, Heading, parse_markdown
from waypost.core.terminaltext import printable
from waypost.runbooks.briefs import Brief
from waypost.runbooks.commandtext import SHELLS, set_variables
from waypost.runbooks.offline.cleaning import clean
from waypost.runbooks.offline.marking import MARK, mark
from waypost.runbooks.offline.terminal import terminal_text

_ASSIGNMENTS: Final = re.compile(
    r"""(?:\s*(?:export\s+)?[A-Z][A-Z0-9_]*=(?:"[^"$`]*"|'[^']*'|[^\s"'$`;&|<>()]*))+\s*\Z"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillStep:
    """One command of a runbook. ``number`` starts at 1; ``before`` is the text since the command before."""

    number: int
    label: str
    before: tuple[str, ...]
    command: str
    effect: str
    expect: str = ""
    undo: str = ""
    precondition: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every step of a runbook, and the text behind the last."""

    steps: tuple[DrillStep, ...]
    after: tuple[str, ...]

    def find(self, wanted: str) -> int:
        """Return the place, from nought, of the step whose number or the beginning of whose label *wanted* is.

        Raises:
            InputError: There is none.
        """
        if wanted.isdecimal() and 1 <= int(wanted) <= len(self.steps):
            return int(wanted) - 1
        for place, step in enumerate(self.steps):
            if wanted and step.label.casefold().startswith(wanted.casefold()):
                return place
        raise InputError(
            f"no step is '{wanted}'", [f"write a number from 1 to {len(self.steps)}, or its section"]
        )


def make_walk(brief: Brief) -> Walk:
    """Return the way through *brief*. A block that only gives a variable of the page its example is no step."""
    marked = mark(brief.body)
    headings = parse_markdown("", brief.body).headings
    html = clean(
        marked.html, brief, link=lambda target: "" if target.startswith("#") else target, picture=lambda _: ""
    )
    lines = terminal_text(html, lambda number: _shown(marked.fences[number], number, brief))
    names = [variable.name for variable in brief.variables]
    steps: list[DrillStep] = []
    seen: Counter[str] = Counter()
    before: list[str] = []
    for line in lines:
        found = MARK.search(line)
        fence = marked.fences[int(found[1])] if found else None
        if fence is None:
            before.append(line)
        elif not _only_sets(fence.text, names):
            place = _place(fence, headings)
            seen[place] += 1
            label = f"{place} ({seen[place]})" if seen[place] > 1 else place
            steps.append(_step(fence, len(steps) + 1, label, before))
            before = []
    return Walk(tuple(steps), tuple(_trimmed(before)))


def _shown(fence: Fence, number: int, brief: Brief) -> Sequence[str]:
    if fence.language.lower() in SHELLS:
        return [f"\ue000{number}\ue001"]
    del brief
    return ["    " + line for line in fence.text.split("\n")]


def _only_sets(text: str, names: Sequence[str]) -> bool:
    return bool(_ASSIGNMENTS.match(text)) and set_variables(text) <= {*names} and bool(set_variables(text))


def _place(fence: Fence, headings: Sequence[Heading]) -> str:
    """Return the section that *fence* stands in, and the part of it: ``Diagnosis: Who is asking``."""
    above = [heading for heading in headings if heading.line < fence.line]
    section = next((heading for heading in reversed(above) if heading.level <= 2), None)  # noqa: PLR2004 - `##`
    if not above or section is None:
        return "Start"
    part = above[-1]
    told = section.text if part is section or part.line < section.line else f"{section.text}: {part.text}"
    return printable(told)


def _step(fence: Fence, number: int, label: str, before: Sequence[str]) -> DrillStep:
    given: Mapping[str, str] = fence.attributes
    return DrillStep(
        number=number,
        label=label,
        before=tuple(_trimmed(before)),
        command=fence.text,
        effect=given.get("effect", ""),
        expect=given.get("expect", ""),
        undo=given.get("undo", ""),
        precondition=given.get("precondition", ""),
    )


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
