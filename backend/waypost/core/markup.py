"""Small pieces of HTML and Markdown that every feature's pages share. Everything from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL = re.compile(r"[&<>|\[\]*_`\\{}~!#]")


def plain(text: str) -> str:
    """Return *text* as Markdown that shows exactly it, on one line, in a table's cell too."""
    return _SPECIAL.sub(lambda match: _NAMED.get(match[0], f"&#{ord(match[0])};"), " ".join(text.split()))


def page_link(uri: str, text: str) -> Markup:
    """Return a link to the page at *uri* below the site's root; the site leads it from wherever it stands."""
    return Markup('<a href="/{}">{}</a>').format(quote(uri, safe="/#"), Markup(" ").join(text.split()))


def joined(parts: Iterable[str]) -> Markup:
    """Return *parts* with commas between them; what is no ``Markup`` is escaped."""
    return Markup(", ").join(parts)


def listed(items: Iterable[str], *, ordered: bool = False) -> Markup:
    """Return *items* as a list, "" for none."""
    rows = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    around = Markup("<ol>{}</ol>") if ordered else Markup("<ul>{}</ul>")
    return around.format(rows) if rows else rows


def terms(rows: Iterable[tuple[str, str]]) -> Markup:
    """Return names with their values as a list of definitions, leaving out those without; "" for none."""
    shown = Markup("\n").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in rows if value
    )
    return Markup('<dl class="wp-terms">\n{}\n</dl>').format(shown) if shown else shown
