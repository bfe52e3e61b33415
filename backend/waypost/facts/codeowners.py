"""CODEOWNERS: who must approve a change of a file, as GitHub and GitLab read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waypost.core.workspace import Workspace

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The lines of a CODEOWNERS file: a pattern and its owners each. The last that fits decides."""

    lines: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()

    def owners(self, path: str) -> tuple[str, ...]:
        """Return who owns the file at *path*; nobody where no line fits, or the line that fits names none."""
        return next((owners for pattern, owners in reversed(self.lines) if pattern.match(path)), ())


def read_codeowners(workspace: Workspace) -> CodeOwners:
    """Read the first CODEOWNERS file of *workspace*; none is an empty one."""
    place = next((place for place in PLACES if workspace.exists(place)), None)
    return parse_codeowners(workspace.read_text(place)) if place else CodeOwners()


def parse_codeowners(text: str) -> CodeOwners:
    """Read the lines of *text*. Comments, and the headings of GitLab's sections, are left out."""
    lines = []
    for line in text.splitlines():
        pattern, *owners = line.split("#", 1)[0].split() or [""]
        if pattern and not pattern.startswith(("[", "^[")):
            lines.append((_compile(pattern), tuple(owners)))
    return CodeOwners(tuple(lines))


def _compile(pattern: str) -> re.Pattern[str]:
    """Return the gitignore-like *pattern* as an expression over whole paths."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    parts = re.split(r"(\*\*/|/\*\*|\*\*|\*|\?)", body)
    wild = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    expression = "".join(wild.get(part, re.escape(part)) for part in parts)
    # A pattern that ends with a plain star stays in its folder; any other name may be a folder, and takes
    # in what lies below it.
    below = "/.+" if pattern.endswith("/") else "" if body.endswith("/*") else "(?:/.+)?"
    return re.compile(("" if anchored else "(?:.*/)?") + expression + below + r"\Z")
