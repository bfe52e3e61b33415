"""Edits of links: the target as it stands in the text, put right where there is one right answer."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote, urlsplit, urlunsplit

from waypost.core.errors import Edit
from waypost.core.markdownfile import Link, MarkdownFile

_EVERYWHERE = frozenset({"index.md", "readme.md"})
"""Names that many folders have: one of them elsewhere is no moved page."""
_BEHIND = r"(?=[\s)>\"'])"
_MOST_LINES = 12


def retarget(file: MarkdownFile, link: Link, path: str) -> Edit | None:
    """Return the edit that lets *link* of *file* lead to *path*, as a link from there, with its query and anchor.

    None where the target does not stand in the text as it is read.
    """
    parts = urlsplit(link.target.strip())
    written = quote(path, safe="/:@!$&'*+,;=~#?%ÄÖÜäöüß") if re.search(r"[\s()<>\"]", path) else path
    return replace_target(file, link, urlunsplit(("", "", written, parts.query, parts.fragment)))


def replace_target(file: MarkdownFile, link: Link, new: str) -> Edit | None:
    """Return the edit that puts *new* in place of the target of *link*; None where that does not stand once."""
    if not link.target or new == link.target:
        return None
    before = (
        r"(?m:^[ \t]{0,12}\[[^\[\]\n]+\]:[ \t]*<?)" if link.kind == "reference" else r"(?:\(\s*<?|[\"'=])"
    )
    pattern = re.compile(f"{before}(?P<target>{re.escape(link.target)}){_BEHIND}")
    lines = file.text.split("\n")
    # A reference is written where its label stands, a link near the line in which it begins.
    first = 1 if link.kind == "reference" else link.line
    last = len(lines) if link.kind == "reference" else link.line + min(link.text.count("\n") + 1, _MOST_LINES)
    text = "\n".join((*lines[first - 1 : last], ""))
    for match in pattern.finditer(text):
        above = text[: match.start("target")]
        line, column = first + above.count("\n"), len(above) - (above.rfind("\n") + 1) + 1
        if link.kind == "reference" or line in (link.line, *_wrapped(link, line)):
            return Edit(file.path, line, link.target, new, column)
    return None


def _wrapped(link: Link, line: int) -> tuple[int, ...]:
    """Return *line* where the text of *link* reaches so far, or its target stands in a line of its own."""
    return (line,) if line <= link.line + link.text.count("\n") + 1 else ()


def moved_to(path: str, same_name: list[str]) -> str:
    """Return the one file of *same_name* that what was at *path* can be now, "" for none or several."""
    name = posixpath.basename(path)
    others = [other for other in same_name if other != path]
    return others[0] if len(others) == 1 and name.lower() not in _EVERYWHERE else ""


def same_but_case(path: str, files: list[str]) -> str:
    """Return the one of *files* that differs from *path* only in capitals, "" for none or several."""
    found = [file for file in files if file.casefold() == path.casefold() and file != path]
    return found[0] if len(found) == 1 else ""


def nearly(anchor: str, anchors: list[str]) -> str:
    """Return the one of *anchors* that has the letters and digits of *anchor* in their order, "" for none or several."""
    wanted = _bare(anchor)
    found = [known for known in anchors if wanted and _bare(known) == wanted]
    return found[0] if len(found) == 1 else ""


def _bare(anchor: str) -> str:
    return re.sub(r"[\W_]", "", anchor).casefold()
