"""Names of problems that stay when lines above them come and go: by them forges know what is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from waypost.core.contentkey import content_key
from waypost.core.errors import Problem

_LINE_OF_FILE = re.compile(r"(?<=\.[a-z]{2}|[a-z]{3}):\d+\b")
"""A place of another file, as messages tell it: ``catalog/teams.yaml:12``."""


def same_words(message: str) -> str:
    """Return *message* without the lines of files that it names: they are others after every edit."""
    return _LINE_OF_FILE.sub("", message)


def fingerprints(problems: Iterable[Problem]) -> list[str]:
    """Return a name for each of *problems*, no two the same: by file, rule and words, never by line.

    Of those that say the same of one file, each has its own, in the order of the lines.
    """
    seen: Counter[str] = Counter()
    names = []
    for problem in problems:
        name = content_key(problem.path, problem.rule, same_words(problem.message))
        seen[name] += 1
        names.append(name if seen[name] == 1 else content_key(name, str(seen[name])))
    return names
