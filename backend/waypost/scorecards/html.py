"""Small pieces of HTML about scorecards, for pages and embeds alike. Everything from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog, EntityRef
from waypost.documents.model import Documents

_SIGNS: Mapping[str, str] = {
    "pass": "✓",
    "fail": "✗",
    "no-data": "?",
    "stale": "?",
    "error": "!",
    "not-applicable": "-",
    "upcoming": "→",
    "exempt": "○",
    "insufficient-data": "?",
}
_SHADES = (0.85, 0.6, 0.4, 0.25)
_WIDTH, _HEIGHT, _GAP = 600, 24, 2


def page_link(uri: str, text: str) -> Markup:
    """Return a link to the page at *uri* below the site's root, from wherever it stands."""
    return Markup('<a href="/{}">{}</a>').format(quote(uri, safe="/#"), text)


def entity_link(ref: str, catalog: Catalog) -> Markup:
    """Return a link to the page of the entity *ref*; its reference as text where it has none."""
    entity = catalog.find(ref) if ref else None
    if entity is None:
        return Markup("{}").format(ref or "nobody")
    return page_link(entity_uri(entity.ref), entity.title)


def entity_uri(ref: EntityRef) -> str:
    """Return where the page of the entity *ref* lies."""
    return f"catalog/{ref.kind}/{ref.namespace}/{ref.name}.md"


def scorecard_link(name: str, title: str) -> Markup:
    """Return a link to the page of the scorecard called *name*."""
    return page_link(f"scorecards/{name}.md", title)


def decision_link(because: str, decisions: Decisions) -> Markup:
    """Return a link to the decision that *because* names (``adr:0007``); it as text where there is none."""
    found = decisions.find(because.removeprefix("adr:")) if because else None
    if found is None:
        return Markup("{}").format(because)
    return page_link(found.page_uri, f"{found.id} {found.title}")


def fix_link(fix: Mapping[str, Any] | None, documents: Documents) -> Markup:
    """Return a link to the page that mends a check, by its title, with how much work that is; "" for none."""
    if not fix:
        return Markup("")
    effort = f" ({fix['effort']})" if fix["effort"] else ""
    page = documents.pages.get("site/" + fix["doc"].split("#")[0])
    return page_link(fix["doc"], page.title if page and page.title else fix["doc"]) + effort


def state_text(state: str) -> Markup:
    """Return *state* as a sign and a word: never by colour alone."""
    return Markup(
        '<span class="wp-result wp-result--{0}"><span aria-hidden="true">{1}</span> {0}</span>'
    ).format(state, _SIGNS.get(state, ""))


def percent(share: float | None) -> str:
    """Return *share* as whole per cent, or "no score" where there is none."""
    return "no score" if share is None else f"{share:.0%}"


def share_of(met: int, whole: int) -> str:
    """Return ``12 of 40 (30%)``, without the share where there is nothing."""
    return f"{met} of {whole} ({met / whole:.0%})" if whole else "none has one"


def time_html(at: str | None) -> Markup:
    """Return the ISO time *at* for a person, and exactly for a machine; "never" for None."""
    if at is None:
        return Markup("never")
    moment = datetime.fromisoformat(at)
    return Markup('<time datetime="{}">{:%Y-%m-%d %H:%M} UTC</time>').format(at, moment)


def table(label: str, heads: Sequence[str], rows: Iterable[Sequence[str | Markup | int]]) -> Markup:
    """Return a table named *label*; a sentence where there are no rows."""
    body = [
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    ]
    if not body:
        return Markup("<p>None.</p>")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    return Markup(
        '<table class="wp-table" aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(label, head, Markup("").join(body))


def listed(items: Iterable[str | Markup], *, ordered: bool = False) -> Markup:
    """Return *items* as a list, "" for none."""
    rows = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    around = Markup("<ol>{}</ol>") if ordered else Markup("<ul>{}</ul>")
    return around.format(rows) if rows else rows


def stacked_bar(title: str, parts: Sequence[tuple[str, int]], key: str) -> Markup:
    """Return a bar of *parts*, each as wide as its count, the strongest first; a table beside it gives the same.

    Args:
        title: What it shows; also what a screen reader says, with the counts.
        parts: Names and counts.
        key: Parts the ids on a page that holds several.
    """
    whole = sum(count for _, count in parts)
    told = ", ".join(f"{name} {count}" for name, count in parts)
    shapes, at = [], 0.0
    for number, (name, count) in enumerate(part for part in parts if part[1]):
        width = _WIDTH * count / whole
        shapes.append(_segment(at, width, f"{name}: {count}", _SHADES[min(number, len(_SHADES) - 1)]))
        at += width
    return Markup(
        '<figure class="wp-bar"><svg viewBox="0 0 {w} {h}" width="100%" height="{h}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{k}-title {k}-desc"><title id="{k}-title">{t}</title>'
        '<desc id="{k}-desc">{d}</desc>{s}</svg></figure>'
    ).format(w=_WIDTH, h=_HEIGHT, k=key, t=title, d=told, s=Markup("").join(shapes))


def _segment(at: float, width: float, title: str, shade: float) -> Markup:
    return Markup(
        '<rect x="{:.1f}" y="0" width="{:.1f}" height="{}" fill="currentColor" fill-opacity="{}"><title>{}</title></rect>'
    ).format(at, max(width - _GAP, 1), _HEIGHT, shade, title)
