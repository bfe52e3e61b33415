"""The pages of a workspace as files: those that did not change are not read, and none is parsed twice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from waypost.core.contentcache import ContentCache
from waypost.core.contentkey import content_key
from waypost.core.errors import InputError, Problem
from waypost.core.forked import in_parts
from waypost.core.markdownfile import MarkdownFile, parse_outline, plain_ends
from waypost.core.outline import KeptOutline, Outline, dump_outline
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace

OUTLINES: Final = "outline"
_STAMPS: Final = "stamps"
_UNSURE_NS: Final = 2_000_000_000
"""A file that changed so shortly before it was read may change once more within the same tick of its clock."""

_Stamp = list[int]


class MarkdownStore:
    """Gives the pages of one workspace, by path. Without a cache it reads and parses each.

    Args:
        cache: Where outlines and stamps are kept.
    """

    def __init__(self, workspace: Workspace, cache: ContentCache | None) -> None:
        self._workspace = workspace
        self._cache = cache
        self._slot = cache.slot_of(workspace.root) if cache else ""
        self._known = _kept(cache, self._slot)
        self._seen: dict[str, tuple[_Stamp, str]] = {}
        self._is_new = False
        if cache is not None:
            cache.before_close(self._keep)

    def read(self, path: str) -> MarkdownFile:
        """Return the page at *path*. One that did not change since the last time is not opened.

        Raises:
            NotFoundError: There is no such file inside the workspace.
            InputError: It cannot be read, or is not UTF-8.
        """
        if self._cache is None:
            text = self._workspace.read_text(path)
            return MarkdownFile(path, lambda: text)
        stamp = self._stamp(path)
        known = self._known.get(path)
        if stamp is not None and known is not None and known[0] == stamp:
            self._seen[path] = known
            return MarkdownFile(path, lambda: self._workspace.read_text(path), self._outline, known[1])
        now_ns = time.time_ns()
        text = self._workspace.read_text(path)
        key = content_key(plain_ends(text))
        self._is_new = True
        if stamp is not None and stamp == self._stamp(path) and max(stamp[1:3]) < now_ns - _UNSURE_NS:
            self._seen[path] = (stamp, key)
        return MarkdownFile(path, lambda: text, self._outline, key)

    def parse(self, files: Iterable[MarkdownFile]) -> None:
        """Parse those of *files* that nobody parsed before: many at once, in several processes."""
        cache = self._cache
        if cache is None:
            return
        known = cache.keys(OUTLINES)
        wanting = list({file.key: file for file in files if file.key not in known}.values())
        for part in in_parts(wanting, _parse) if wanting else ():
            for line in part.splitlines():
                key, _, data = line.partition(b" ")
                cache.put_json(OUTLINES, key.decode(), data)

    def _outline(self, file: MarkdownFile) -> Outline:
        cache = self._cache
        if cache is None:
            return parse_outline(file.text)
        try:
            return KeptOutline(cache.get_json(OUTLINES, file.key))
        except (KeyError, ValueError):
            outline = parse_outline(file.text)
            data = dump_outline(outline)
            if data is not None:
                cache.put_json(OUTLINES, file.key, data)
            return outline

    def _stamp(self, path: str) -> _Stamp | None:
        """Return what the file system says of the file at *path*; every change of it changes that."""
        try:
            about = os.stat(f"{self._workspace.root}/{path}")  # noqa: PTH116 - thousands of them
        except OSError:
            return None
        return [about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino]

    def _keep(self) -> None:
        cache = self._cache
        if cache is None:
            return
        cache.use(OUTLINES, lambda: (key for _, key in self._seen.values()))
        if self._is_new or self._seen.keys() != self._known.keys():
            cache.put(_STAMPS, self._slot, {path: [*stamp, key] for path, (stamp, key) in self._seen.items()})


def markdown_store(workspace: Workspace, knowledge: Knowledge) -> MarkdownStore:
    """Return the store of *workspace* that *knowledge* holds; it is put there at the first call."""
    store = knowledge.find(MarkdownStore)
    if store is None:
        store = MarkdownStore(workspace, knowledge.find(ContentCache))
        knowledge.put(store)
    return store


def load_file(  # noqa: PLR0917 - as of core.content
    workspace: Workspace, knowledge: Knowledge, path: str, rule: str, problems: list[Problem]
) -> MarkdownFile | None:
    """Return the page at *path*, or None where it has no text; that goes to *problems*, under *rule*."""
    try:
        return markdown_store(workspace, knowledge).read(path)
    except InputError as error:
        message = "; ".join(map(str, error.faults))
        problems.append(Problem(path, error.line, rule, message, "Save the file as UTF-8 text."))
        return None


def _kept(cache: ContentCache | None, slot: str) -> dict[str, tuple[_Stamp, str]]:
    """Return the stamps of the last run, each with the name of the content."""
    try:
        kept: Any = cache.get(_STAMPS, slot) if cache else {}
        return {path: (given[:4], given[4]) for path, given in kept.items()}
    except (KeyError, ValueError, AttributeError, IndexError, TypeError):
        return {}


def _parse(files: Sequence[MarkdownFile]) -> bytes:
    """Return a line for each of *files*: the name of its content, and its outline."""
    dumped = ((file.key.encode(), dump_outline(parse_outline(file.text))) for file in files)
    return b"".join(b"%b %b\n" % (key, data) for key, data in dumped if data is not None)
