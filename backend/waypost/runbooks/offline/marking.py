"""From a runbook's Markdown to HTML, with a mark where each block of code stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from waypost.core.markdownfile import Fence, parse_markdown

MARK: Final = re.compile("\ue000([0-9]+)\ue001")
"""What stands in the HTML at the place of a block of code: its number among the fences."""
_PREFIX: Final = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_EXTENSIONS: Final = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.details",
    "pymdownx.tasklist",
)
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Marked:
    """The HTML of a page as Markdown makes it, not yet cleaned, and the fences that its marks stand for."""

    html: str
    fences: tuple[Fence, ...]


@lru_cache(_KEPT)
def mark(body: str) -> Marked:
    """Return the Markdown *body* as HTML, by the rules that the site has for what an author may write."""
    body = re.sub("[\ue000\ue001]", "", body)
    fences = parse_markdown("", body).fences
    lines = _without_fences(body.split("\n"), fences)
    return Marked(_converter()("\n".join(lines)), fences)


def _without_fences(lines: Sequence[str], fences: Sequence[Fence]) -> list[str]:
    kept: list[str] = []
    done = 0
    for number, fence in enumerate(fences):
        start = fence.line - 1
        kept += lines[done:start]
        found = _PREFIX.match(lines[start])
        prefix = found[0] if found else ""
        is_item = bool(prefix.strip(" \t>"))
        # A paragraph of its own: Markdown joins lines that no blank one parts. An item begins one by itself.
        blank = re.sub(r"[^>]+\Z", "", prefix)
        kept += [*([] if is_item else [blank]), f"{prefix}\ue000{number}\ue001", blank]
        done = _end(lines, start, fence)
    return kept + list(lines[done:])


def _end(lines: Sequence[str], start: int, fence: Fence) -> int:
    """Return the number of the line behind *fence*, which begins at line *start*, both from nought."""
    if not fence.is_closed:
        return len(lines)
    # A text of one empty line and no line at all look alike.
    is_bare = not fence.text and lines[start + 1].strip(" \t>").startswith(("```", "~~~"))
    return start + 2 + (0 if is_bare else fence.text.count("\n") + 1)


@lru_cache(1)
def _converter() -> Callable[[str], str]:
    # Slow to import, and few commands need it.
    from markdown import Markdown  # noqa: PLC0415

    options: dict[str, dict[str, Any]] = {"toc": {"permalink": False}, "pymdownx.tasklist": {}}
    markdown = Markdown(extensions=[*_EXTENSIONS], extension_configs=options)
    lock = Lock()

    def convert(text: str) -> str:
        with lock:
            return markdown.reset().convert(text)

    return convert
