"""Constants in rules that no evaluation can read: durations and times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from waypost.scorecards.rules.compiling import Rule
from waypost.scorecards.rules.expression import walk

_FORMS: Final = {
    "duration": re.compile(r"[-+]?(0|((\d+(\.\d*)?|\.\d+)(h|ms|us|ns|m|s))+)"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)"),
}
_HINTS: Final = {
    "duration": "write hours, minutes and seconds, as '336h': there are no days",
    "timestamp": "write it in full, as '2027-01-31T00:00:00Z'",
}


def wrong_constants(rule: Rule) -> Iterator[tuple[str, str]]:
    """Give each text that ``duration`` or ``timestamp`` cannot read, as a sentence and how to mend it."""
    for node in walk(rule.tree):
        form = _FORMS.get(node.name) if node.kind == "call" and len(node.parts) == 1 else None
        text = node.parts[0].value if form else None
        if form and isinstance(text, str) and not form.fullmatch(text):
            yield f"{node.name}('{text}') can never be read", _HINTS[node.name]
