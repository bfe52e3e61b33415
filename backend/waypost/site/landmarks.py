"""The landmarks of a page: Material leaves one without a name and gives others the same one."""

from __future__ import annotations

import re

_NAV = re.compile(r"<nav\b([^>]*)>|</nav>")


def name_landmarks(html: str) -> str:
    """Return the page's whole *html* with one name for each landmark.

    A list within a navigation becomes a group: the navigation around it is the landmark.
    """
    html = html.replace('role="dialog">', 'role="dialog" aria-label="Search">', 1)
    html = html.replace(
        '<nav class="md-path" aria-label="Navigation"', '<nav class="md-path" aria-label="Breadcrumbs"', 1
    )
    depth = 0

    def renamed(tag: re.Match[str]) -> str:
        nonlocal depth
        opens = tag[1] is not None
        depth += opens
        is_inner = depth > 1
        depth -= not opens
        if not is_inner:
            return tag[0]
        return f'<div role="group"{tag[1]}>' if opens else "</div>"

    return _NAV.sub(renamed, html)
