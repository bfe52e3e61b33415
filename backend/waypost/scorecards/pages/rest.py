"""What a page leaves out of a long list: how much that is, and all of it as CSV beside the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from waypost.core.csvtext import Cell, csv_pieces
from waypost.core.markup import page_link
from waypost.core.plugin import SitePage


def csv_uri(uri: str) -> str:
    """Return where the CSV beside the page at *uri* lies."""
    return f"{uri.removesuffix('.md')}.csv"


def csv_page(uri: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> SitePage:
    """Make the CSV beside the page at *uri*."""
    data = b"".join(csv_pieces(heads, rows))
    return SitePage(csv_uri(uri), "", "", meta={"in_nav": False}, data=data)


def rest_html(left: int, uri: str) -> Markup:
    """Say that *left* rows are not on the page at *uri*, and where they are; nothing where all are."""
    if left <= 0:
        return Markup("")
    return Markup("<p>And {:,} more: {}.</p>").format(left, page_link(csv_uri(uri), "all of them as CSV"))
