"""Which kind a page is, guessed from where it lies and what it says, with the reason."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from waypost.core.markdownfile import MarkdownFile
from waypost.documents.kinds import KINDS

_WORDS = (
    ("runbook", ("runbook", "runbooks", "alerts", "alert", "playbooks", "oncall", "on-call")),
    ("standard", ("standard", "standards", "conventions", "styleguide", "style-guide")),
    ("training", ("training", "tutorial", "tutorials", "onboarding", "workshop", "workshops")),
    ("plan", ("roadmap", "roadmaps", "plans", "milestones")),
    ("playbook", ("playbook", "incident-response", "incident-process", "major-incident")),
)
_OF_RUNBOOKS = frozenset(
    {
        "meaning", "impact", "diagnosis", "mitigation", "verify", "escalation", "troubleshooting", "symptoms",
        "resolution", "remediation", "stop the bleeding", "follow-up",
    }
)  # fmt: skip
_ENOUGH = 2
_ALERT = re.compile(r"(?=(?:.*[a-z]){3})(?=(?:.*[A-Z]){2})[A-Z][A-Za-z0-9]*\Z")


class Guess(NamedTuple):
    """A kind, and why a page may be of it."""

    kind: str
    reason: str


def guess_kind(file: MarkdownFile) -> Guess:
    """Return which kind *file* seems to be; a guide where nothing tells."""
    path = PurePosixPath(file.path)
    headings = {heading.text.strip().lower() for heading in file.headings} & _OF_RUNBOOKS
    if len(headings) >= _ENOUGH:
        return Guess("runbook", f"it has sections {' and '.join(sorted(headings)[:_ENOUGH])}")
    if path.stem.lower() in ("index", "readme"):
        return Guess("overview", f"it is the {path.name} of its folder")
    if is_alert_name(path.stem):
        return Guess("runbook", "it is named as alerts are")
    for kind, words in _WORDS:
        for part in (path.stem.lower(), *(part.lower() for part in path.parts[:-1])):
            named = next((word for word in words if part == word or part.endswith(f"-{word}")), "")
            if named:
                return Guess(kind, f"it is called, or lies in, {part}")
    return Guess("guide", "nothing tells otherwise")


def is_alert_name(name: str) -> bool:
    """Tell whether *name* is written as names of alerts are: ``KubeApiDown``, and not ``API``."""
    return bool(_ALERT.match(name))


def conforms(file: MarkdownFile, kind: str) -> bool:
    """Tell whether *file* has all sections that pages of *kind* need, in their order."""
    found = [heading.text.strip().casefold() for heading in file.headings if heading.level == _ENOUGH]
    places = [found.index(title.casefold()) for title in KINDS[kind].sections if title.casefold() in found]
    return len(places) == len(KINDS[kind].sections) and places == sorted(places)
