"""Plain text put into Markdown and HTML, so that nothing in it is taken for mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError

_SPECIAL = re.compile(r"[&<>|\[\]*_`\\{}~!#]")


def plain(text: str) -> str:
    """Return *text* as Markdown that shows exactly it, on one line, in a table's cell too."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))


def table(columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a Markdown table of *columns*, each a heading and its cells; one without any text is left out."""
    shown = [(heading, cells) for heading, cells in columns if any(cells)]
    rows = [
        [heading for heading, _ in shown],
        ["---"] * len(shown),
        *zip(*(cells for _, cells in shown), strict=True),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page_link(uri: str, text: str) -> Markup:
    """Return a link to the page at *uri*, from wherever it stands."""
    return Markup('<a href="/{}">{}</a>').format(quote(uri), " ".join(text.split()))


def entity_link(name: str, catalog: Catalog) -> Markup:
    """Return *name* linked to its entity's page, where it is the reference of one; else as it stands."""
    try:
        entity = catalog.find(EntityRef.parse(name))
    except InputError:
        entity = None
    if entity is None:
        return escape(name)
    ref = entity.ref
    return page_link(f"catalog/{ref.kind}/{ref.namespace}/{ref.name}.md", entity.title)


def joined(parts: Iterable[str]) -> Markup:
    """Return *parts* with commas between them; what is no ``Markup`` is escaped."""
    return Markup(", ").join(parts)


def terms(rows: Iterable[tuple[str, str]]) -> Markup:
    """Return names with their values as a list of definitions, leaving out those without."""
    shown = Markup("\n").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in rows if value
    )
    return Markup('<dl class="wp-terms">\n{}\n</dl>').format(shown) if shown else Markup("")
