"""Leads links on when files move to another folder: those to them, and those in them, and nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from waypost.core.markdowninline import clean_target
from waypost.core.markdownsource import Edit, Span, read_source

_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|mailto:", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[^\s\"'\[\]{}(),<>|`]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Which file goes where; every path is one of the repository.

    ``exists`` tells of a path whether the repository has such a file or folder; ``roots`` are the folders that a
    path beginning with a slash, or one in YAML, may start from; ``web`` leads from the addresses of files on the
    forge to the folders that they stand for.
    """

    paths: Mapping[str, str]
    exists: Callable[[str], bool]
    roots: tuple[str, ...] = ("",)
    web: Mapping[str, str] = field(default_factory=dict)

    def find(self, path: str) -> tuple[str, str, str] | None:
        """Return the file that *path* leads to, where it lies afterwards, and what *path* leaves out of its name."""
        for rest in ("", ".md", "/README.md", "/index.md"):
            if path + rest in self.paths:
                return path + rest, self.paths[path + rest], rest
        return None


def relocate_markdown(path: str, text: str, moves: Moves) -> str:
    """Return the page *text* of the file at *path*, its links written as they must be where it lies afterwards.

    A link that led nowhere is left as it is, and so is code.
    """
    source = read_source(text)
    edits = [edit for span in source.targets() for edit in _edit(path, span, moves)]
    return source.edited(edits) if edits else text


def _edit(path: str, span: Span, moves: Moves) -> Iterator[Edit]:
    raw, mark, rest = re.fullmatch(r"([^?#]*)([?#]?)(.*)", span.text, re.DOTALL).groups()  # type: ignore[union-attr]
    if not raw:
        return
    if _ADDRESS.match(raw):
        new = moved_address(raw, moves)
    elif raw.startswith("/"):
        new = _from_root(raw, moves)
    else:
        new = _relative(path, raw, moves)
    if new is not None and new != raw:
        yield Edit(span.start, span.end, new + mark + rest)


def _relative(path: str, raw: str, moves: Moves) -> str | None:
    new_path = moves.paths.get(path, path)
    plain = unquote(clean_target(raw))
    old = posixpath.normpath(posixpath.join(posixpath.dirname(path), plain))
    found = moves.find(old)
    if found is None:
        if new_path == path or not moves.exists(old):
            return None
        target = old
    else:
        target = found[1].removesuffix(found[2])
    if posixpath.dirname(new_path) == posixpath.dirname(path) and target == old:
        return None
    new = posixpath.relpath(target, posixpath.dirname(new_path) or ".")
    lead = "./" if raw.startswith("./") and not new.startswith(".") else ""
    return _written(lead + new + ("/" if plain.endswith("/") else ""), raw)


def _written(new: str, raw: str) -> str:
    """Return the path *new* with escapes where *raw* had them, or where it cannot do without."""
    return quote(new, safe="/.~-_:@!$&'+,;=") if "%" in raw or " " in new else new


def _from_root(raw: str, moves: Moves) -> str | None:
    plain = unquote(clean_target(raw)).lstrip("/")
    for root in moves.roots:
        found = moves.find(posixpath.join(root, plain))
        if found and (not root or found[1].startswith(f"{root}/")):
            new = found[1].removeprefix(f"{root}/" if root else "")
            return _written(f"/{new.removesuffix(found[2])}", raw)
    return None


def moved_address(raw: str, moves: Moves) -> str | None:
    """Return the address *raw* of a file on the forge at its new place; None where it is no such."""
    plain = unquote(raw)
    for web, folder in moves.web.items():
        path = posixpath.join(folder, plain[len(web) :]) if plain.startswith(web) else ""
        if path in moves.paths and moves.paths[path].startswith(f"{folder}/" if folder else ""):
            return web + quote(moves.paths[path].removeprefix(f"{folder}/" if folder else ""))
    return None


def relocate_yaml(path: str, text: str, moves: Moves) -> str:
    """Return the YAML *text* of the file at *path* with paths and addresses of files that move led on."""
    pieces: list[str] = []
    at = 0
    for match in _TOKEN.finditer(text):
        new = _new_token(path, match[0], moves)
        if new is not None:
            pieces += [text[at : match.start()], new]
            at = match.end()
    return "".join([*pieces, text[at:]]) if pieces else text


def _new_token(path: str, token: str, moves: Moves) -> str | None:
    lead, raw, rest = re.fullmatch(r"((?:url:|file:)?)([^?#]*)(.*)", token, re.DOTALL).groups()  # type: ignore[union-attr]
    if _ADDRESS.match(raw):
        moved = moved_address(raw, moves)
        return None if moved is None else f"{lead}{moved}{rest}"
    here = posixpath.dirname(path)
    plain = unquote(raw)
    for root in (here, *moves.roots):
        new = moves.paths.get(posixpath.normpath(posixpath.join(root, plain.lstrip("/"))))
        if new is None:
            continue
        if plain.startswith((".", "/")) or (root and not new.startswith(f"{root}/")):
            if not plain.startswith("."):
                return None
            shown = posixpath.relpath(new, root or ".")
            return f"{lead}{'' if shown.startswith('.') else './'}{shown}{rest}"
        return f"{lead}{new.removeprefix(f'{root}/' if root else '')}{rest}"
    return None
