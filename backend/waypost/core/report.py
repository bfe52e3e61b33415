"""What a change means, told part by part in one comment on its pull request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from waypost.core.markup import plain

if TYPE_CHECKING:
    from waypost.core.plugin import Knowledge
    from waypost.core.workspace import Workspace

MOST_ROWS: Final = 40
"""A comment is read on one screen: what is more than this is counted, not shown."""

_WAKING = re.compile(r"(?<=[@#])(?=\w)")


@dataclass(frozen=True, slots=True)
class ReportPart:
    """What one feature says of a change.

    Attributes:
        order: Where it stands among the others; the smallest comes first.
        title: Its heading.
        summary: A few words for the first line of the whole: ``2 decisions``; "" to be left out there.
        markdown: The text below the heading, as a forge's comments take it.
    """

    order: int
    title: str
    summary: str
    markdown: str


ReportSource = Callable[["Workspace", "Knowledge", datetime], Iterable[ReportPart]]
"""What a plugin gives: it is called with knowledge that holds ``Before``, and the time that is taken for now."""


def told(text: str) -> str:
    """Return *text* as Markdown that shows exactly it in a comment, where no ``@name`` calls anybody."""
    return plain(_WAKING.sub("\u200b", text))


def told_with_code(text: str) -> str:
    """Return *text* as ``told`` does, with what stands between backticks in it as code."""
    parts = re.split("`([^`]+)`", text)
    # The second of each two is what was between them; `told` takes the spaces at its ends away.
    shown = (code(part) if at % 2 else _spaced(part) for at, part in enumerate(parts))
    return "".join(shown).strip()


def _spaced(text: str) -> str:
    return f"{' ' * text[:1].isspace()}{told(text)}{' ' * (bool(text.strip()) and text[-1:].isspace())}"


def code(text: str) -> str:
    """Return *text* as a span of code, whatever it holds, in a table's cell too."""
    line = " ".join(text.split()).replace("|", "\\|")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; rows beyond those that a comment bears are counted below it."""
    shown = [list(headings), ["---"] * len(headings), *rows[:MOST_ROWS]]
    text = "\n".join(f"| {' | '.join(row)} |" for row in shown)
    more = len(rows) - MOST_ROWS
    return f"{text}\n\n… and {more} more." if more > 0 else text
