"""What is put at the head of a page once its text is HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from waypost.catalog.model import Catalog
from waypost.core.plugin import SiteContext
from waypost.documents.freshness_html import freshness_html
from waypost.runbooks.pages import header_for
from waypost.scorecards.pages.fixes import fixes_html
from waypost.site.addresses import rooted_to_relative
from waypost.site.head import head_html
from waypost.site.home import MARKER, home_html

_TITLE_ENDS = re.compile(r"</h1>\s*")


def finish_html(html: str, uri: str, *, source: str, front: Mapping[str, Any], context: SiteContext) -> str:
    """Return the *html* of the page at *uri* with its head behind its title.

    The theme shows a title before a page that has none of its own, so that the head then comes first. A
    home page has its doors instead.

    Args:
        source: The workspace file that the page was written in, "" for none.
    """
    if MARKER in html:
        return html.replace(MARKER, rooted_to_relative(home_html(context), uri))
    freshness = freshness_html(source, context)
    head = head_html(front, context.knowledge[Catalog], uri, tells_review=not freshness)
    head += str(freshness)
    head += str(fixes_html(uri, context))
    head += header_for(source, context)
    head = rooted_to_relative(head, uri)
    title = _TITLE_ENDS.search(html)
    place = title.end() if title else 0
    return html[:place] + head + html[place:]
