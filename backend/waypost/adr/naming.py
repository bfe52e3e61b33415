"""How the numbered decisions of a folder are called, so that the next one is called alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from waypost.adr import names
from waypost.adr.model import Decision

_NUMBERED = re.compile(r"(?P<lead>(?:[A-Za-z]+[-_ ])*?)(?P<digits>\d{1,5})(?P<between>[-_ .]|$)")
_DRAFT = re.compile(r"draft[-_ ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Convention:
    """How files are called (``adr-`` before the number, *digits* digits, ``-`` behind it), and titles.

    ``heading`` is what stands before the title of decision ``sample``, whose number is in it; "" where
    titles have no number.
    """

    lead: str = ""
    digits: int = 4
    between: str = "-"
    heading: str = ""
    sample: int = 0

    def name(self, number: int, rest: str) -> str:
        """Return the name of the file with *number*, *rest* behind it."""
        return f"{self.lead}{number:0{self.digits}d}{self.between if rest else ''}{rest}"

    def heading_lead(self, number: int) -> str:
        """Return what stands before the title of the decision with *number*."""

        def written(match: re.Match[str]) -> str:
            return f"{number:0{len(match[0])}d}" if match[0].startswith("0") else str(number)

        return re.sub(rf"(?<!\d)0*{self.sample}(?!\d)", written, self.heading)


def folder_of(path: str) -> str:
    """Return the folder in which the number of the decision at *path* is one of many."""
    pure = PurePosixPath(path)
    return str(pure.parent if pure.stem == names.name_of(path) else pure.parent.parent)


def is_draft(decision: Decision) -> bool:
    """Tell whether *decision* waits for its number."""
    return decision.number is None and bool(_DRAFT.match(names.name_of(decision.path)))


def rest_of(name: str) -> str:
    """Return *name* without what says that it is a draft, or its number."""
    draft = _DRAFT.match(name)
    if draft:
        return name[draft.end() :]
    numbered = _NUMBERED.match(name)
    return name[numbered.end() :] if numbered else name


def learn_convention(decisions: Iterable[Decision]) -> Convention:
    """Return how the numbered ones of *decisions*, all of one folder, are called."""
    numbered = [decision for decision in decisions if decision.number is not None]
    found = [match for d in numbered if (match := _NUMBERED.match(names.name_of(d.path)))]
    if not found:
        return Convention()
    lead, between = Counter((match["lead"], match["between"] or "-") for match in found).most_common(1)[0][0]
    padded = Counter(len(match["digits"]) for match in found if match["digits"].startswith("0"))
    digits = padded.most_common(1)[0][0] if padded else min(len(match["digits"]) for match in found)
    heading, sample = _learn_heading(numbered)
    return Convention(lead, digits, between, heading, sample)


def _learn_heading(numbered: Sequence[Decision]) -> tuple[str, int]:
    titled = [d for d in numbered if d.title_number == d.number and top_heading(d)]
    if len(titled) * 2 <= len(numbered):
        return "", 0
    newest = max(titled, key=lambda decision: decision.number or 0)
    heading = top_heading(newest)
    title = names.split_title(heading, newest.number, bare_numbers=True)[1]
    return heading.removesuffix(title) if heading.endswith(title) else "", newest.number or 0


def top_heading(decision: Decision) -> str:
    """Return the heading of level one that the text begins with, "" where it does not."""
    first = next(iter(decision.file.headings), None)
    return first.text if first is not None and first.level == 1 else ""
