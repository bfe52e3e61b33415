"""Rewrites what leads to a decision when its file gets another name: links, lists and citations, and nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from waypost.core.frontmatter import read_entries
from waypost.core.markdowninline import clean_target
from waypost.core.markdownsource import Edit, MarkdownSource, Span, read_source

RELATIONS: Final = frozenset(
    {"supersedes", "supercedes", "superseded-by", "amends", "amended-by", "related", "adrs"}
)
"""Keys of front matter whose items name decisions, so that a bare name in them is one."""

_ADDRESS: Final = re.compile(r"(?:https?:)?//")
_TOKEN: Final = re.compile(r"[^\s\"'\[\]{}(),<>|`]+")
_NAME_EDGE: Final = r"(?![\w-])(?!\.\w)"


class Renamed(NamedTuple):
    """A decision that gets a number: its file's or folder's name before and after, and how it is cited."""

    old: str
    new: str
    number: str
    id: str = ""
    """What it was known by before, where that is not the name of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renames:
    """All that gets another name. Every path is one of the repository.

    ``paths`` leads from each file that moves to its new place, ``pages`` from the address of each page that
    Waypost makes to its new one, ``anchors`` from a file that moves to the headings that change in it.
    ``workspace`` and ``docs`` are the folders that paths in YAML start from; ``web`` leads from addresses at
    which the main line's files can be read, each ending in a slash, to the folder that they stand for.
    """

    decisions: tuple[Renamed, ...]
    paths: Mapping[str, str]
    pages: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    workspace: str = ""
    docs: str = "site"
    web: Mapping[str, str] = field(default_factory=dict)

    def find(self, path: str, *, is_short: bool = False) -> tuple[str, str] | None:
        """Return what *path* leads to, before and after; None where that does not move.

        Args:
            is_short: Whether the ending of the file may be missing, as it is in links of rendered pages.
        """
        for candidate in (path, f"{path}.md", f"{path}/README.md") if is_short else (path,):
            for moves in (self.paths, self.pages):
                if candidate in moves:
                    return candidate, moves[candidate]
        return None


def rewrite_markdown(path: str, text: str, renames: Renames) -> str:
    """Return the page *text* of the file at *path* with everything that leads to a renamed decision led on.

    Code is left as it is, and so are words in headings, from which anchors are made.
    """
    source = read_source(text)
    edits = [*_front_edits(path, source, renames)]
    for span in source.targets():
        edits += _target_edit(path, span, renames)
    for span in source.wiki_targets():
        name = span.text.strip()
        for decision in renames.decisions:
            if name.lower() == f"adr:{decision.old.lower()}":
                edits.append(Edit(span.start, span.end, span.text.replace(name, f"adr:{decision.number}")))
    edits += _citations(source, renames)
    return source.edited(edits) if edits else text


def rewrite_yaml(path: str, text: str, renames: Renames) -> str:
    """Return the YAML *text* of the file at *path* with paths, addresses and ``adr:`` names led on."""
    for edit in sorted(_token_edits(path, text, 0, renames), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _target_edit(path: str, span: Span, renames: Renames) -> Iterator[Edit]:
    raw, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", span.text, re.DOTALL).groups()  # type: ignore[union-attr]
    if _ADDRESS.match(raw):
        yield from _edit_of(span, _moved_address(raw, renames), mark + rest)
        return
    plain = unquote(clean_target(raw))
    if not raw and mark == "#":
        found: tuple[str, str] | None = (path, renames.paths.get(path, path))
    elif plain.startswith("/"):
        starts = ("", renames.workspace, renames.docs)
        known = (renames.find(posixpath.join(start, plain.lstrip("/"))) for start in starts)
        found = next((moved for moved in known if moved), None)
    else:
        found = renames.find(_resolved(path, plain), is_short=True)
    if found is not None:
        new = _with_component(raw, *found) if raw else raw
        yield from _edit_of(span, new, _with_anchor(mark + rest, renames.anchors.get(found[0], {})))


def _edit_of(span: Span, new: str | None, rest: str) -> Iterator[Edit]:
    if new is not None and new + rest != span.text:
        yield Edit(span.start, span.end, new + rest)


def _resolved(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _with_anchor(rest: str, anchors: Mapping[str, str]) -> str:
    before, mark, anchor = rest.partition("#")
    return before + mark + anchors.get(unquote(anchor), anchor)


def _with_component(raw: str, old: str, new: str) -> str:
    """Return the path *raw*, which leads to *old*, so that it leads to *new*; its folders stay as written."""
    pairs = {
        (was[: -len(end)], now[: -len(end)])
        if end and was.endswith(end) and now.endswith(end)
        else (was, now)
        for was, now in zip(old.split("/"), new.split("/"), strict=True)
        for end in ("", posixpath.splitext(was)[1])
        if was != now
    }
    parts = raw.split("/")
    for place in range(len(parts) - 1, -1, -1):
        was = unquote(clean_target(parts[place]))
        now = next((now for before, now in sorted(pairs, reverse=True) if before == was), None)
        if now is not None:
            # What was written without escapes is so afterwards: the number adds none.
            parts[place] = quote(now) if "%" in parts[place] else now
            break
    return "/".join(parts)


def _moved_address(raw: str, renames: Renames) -> str | None:
    """Return the web address *raw* of a file on the main line at its new place; None where it is no such."""
    plain = unquote(raw)
    for web, folder in renames.web.items():
        if plain.startswith(web) and (found := renames.find(posixpath.join(folder, plain[len(web) :]))):
            return _with_component(raw, *found)
    return None


def _front_edits(path: str, source: MarkdownSource, renames: Renames) -> Iterator[Edit]:
    lines = list(source.lines)
    offset, names = 0, {entry.first: entry for entry in read_entries(lines)}
    until, key = 0, ""
    for number, line in enumerate(lines[: source.front]):
        if number in names:
            until, key = names[number].last, names[number].key.lower().replace(" ", "-")
        text = line.rstrip("\r\n")
        yield from _token_edits(path, text, offset, renames)
        if key in RELATIONS and number < until:
            yield from _name_edits(text, offset, renames, is_of_texts=key == "adrs")
        offset += len(text) + 1


def _name_edits(text: str, offset: int, renames: Renames, *, is_of_texts: bool) -> Iterator[Edit]:
    """Lead bare names on, in a list that holds nothing but names of decisions."""
    value = text.find(":") + 1 if re.match(r"[\w -]+:", text) else 0
    for match in _TOKEN.finditer(text, value):
        name = match[0].lower().removesuffix(".md")
        for decision in renames.decisions:
            if name in (decision.old.lower(), decision.id.lower()):
                is_file = match[0].lower().endswith(".md")
                # A number without quotes is one to YAML, which a list of texts would not say as it is written.
                is_quoted = text[match.start() - 1 : match.start()] in ("'", '"')
                cited = decision.new if is_of_texts and not is_quoted else decision.number
                new = f"{decision.new}.md" if is_file else cited
                yield Edit(offset + match.start(), offset + match.end(), new)


def _token_edits(path: str, text: str, offset: int, renames: Renames) -> Iterator[Edit]:
    """Lead on what in YAML, or in its comments, can only mean a decision: a path, an address, ``adr:`` and a name."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if not any(decision.old in unquote(token) or decision.id in token for decision in renames.decisions):
            continue
        new = _new_token(path, token, renames)
        if new is not None and new != token:
            yield Edit(offset + match.start(), offset + match.end(), new)


def _new_token(path: str, token: str, renames: Renames) -> str | None:
    for decision in renames.decisions:
        if token.lower().rstrip(".;:") == f"adr:{decision.old.lower()}":
            return f"{token[:4]}{decision.number}{token[4 + len(decision.old) :]}"
    lead = re.match(r"(?:url:|file:|dir:)?", token)[0]  # type: ignore[index]
    raw, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", token[len(lead) :]).groups()  # type: ignore[union-attr]
    if _ADDRESS.match(raw):
        moved = _moved_address(raw, renames)
        return None if moved is None else lead + moved + mark + rest
    plain = unquote(raw).lstrip("/")
    starts = (posixpath.dirname(path), renames.workspace, renames.docs, "")
    known = (renames.find(posixpath.normpath(posixpath.join(start, plain))) for start in starts)
    found = next((moved for moved in known if moved), None)
    return lead + _with_component(raw, *found) + mark + rest if found else None


def _citations(source: MarkdownSource, renames: Renames) -> Iterator[Edit]:
    """Lead on "ADR draft-x" in prose, ``adr="draft-x"`` of an embed, and a link's text that is the old name."""
    for decision in renames.decisions:
        old = re.escape(decision.old)
        for pattern, new in (
            (rf"(?<![\w-])ADRs?[-_ :#]{{1,2}}(?P<name>{old}){_NAME_EDGE}", decision.number),
            (rf"<[a-z][^<>]*\sadr\s*=\s*[\"'](?P<name>{old})[\"']", decision.new),
            (rf"(?<!!)\[(?P<name>{old})(?:\.md)?\](?=\()", decision.new),
        ):
            for match in re.finditer(pattern, source.shown, re.IGNORECASE):
                if not source.is_heading(match.start()) and not _is_label(source.shown, match):
                    yield Edit(*match.span("name"), new)


def _is_label(shown: str, match: re.Match[str]) -> bool:
    """Tell whether *match* stands in brackets that name a definition elsewhere, which must stay its name."""
    opened, closed = shown.rfind("[", 0, match.start()), shown.rfind("]", 0, match.start())
    if opened <= closed:
        return False
    end = shown.find("]", match.end())
    return end >= 0 and "\n\n" not in shown[opened:end] and shown[end + 1 : end + 2] != "("
