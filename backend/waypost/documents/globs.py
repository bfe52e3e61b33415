"""Patterns of paths, as front matter writes them: ``catalog/**/*.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache

from waypost.core.workspace import Workspace

MAGIC = re.compile(r"[*?\[]")
"""What makes a path a pattern."""


class PathFinder:
    """Looks for paths of one workspace, and lists each folder once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: dict[str, list[str]] = {}
        self._found: dict[str, bool] = {}

    def finds(self, pattern: str) -> bool:
        """Tell whether a file or folder has a path that *pattern* stands for."""
        if pattern not in self._found:
            self._found[pattern] = self._look(pattern)
        return self._found[pattern]

    def _look(self, pattern: str) -> bool:
        magic = MAGIC.search(pattern)
        if magic is None:
            return self._workspace.exists(pattern)
        folder = pattern[: magic.start()].rpartition("/")[0] or "."
        if folder not in self._files:
            self._files[folder] = self._workspace.files(folder)
        matches = compile_glob(pattern).fullmatch
        return any(matches(path) for path in self._files[folder])


@lru_cache(maxsize=512)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """Return *pattern* as a regular expression of whole paths.

    ``*`` and ``?`` stay within a folder, ``**`` is any number of folders, ``[ab]`` one of the letters.
    """
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|.", pattern, re.DOTALL)
    return re.compile("".join(map(_expression, tokens)))


_TOKENS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _expression(token: str) -> str:
    if token in _TOKENS:
        return _TOKENS[token]
    if len(token) == 1:
        return re.escape(token)
    letters = token[1:-1]
    negation = "^" if letters.startswith("!") and len(letters) > 1 else ""
    escaped = re.sub(r"([\\\[^])", r"\\\1", letters.removeprefix("!") if negation else letters)
    return f"[{negation}{escaped}]"
