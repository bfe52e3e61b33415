"""Plain text put into Markdown, so that nothing in it is taken for mark-up."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[&<>|\[\]*_`\\{}~!#]")


def plain(text: str) -> str:
    """Return *text* as Markdown that shows exactly it, on one line, in a table's cell too."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))


def link(text: str, target: str) -> str:
    """Return a Markdown link that shows *text*."""
    return f"[{plain(text)}]({target.replace(' ', '%20').replace('(', '%28').replace(')', '%29')})"
