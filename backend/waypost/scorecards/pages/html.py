"""Small pieces of HTML about scorecards, for pages and embeds alike. Everything from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import page_link
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
_BAR_HEIGHT, _LABEL_HEIGHT = 24, 18
_LABELLED = 12
"""A part this wide, in per cent, has room for its label, which all have in the table."""
_SHORT = 12
"""A cell of so few characters is kept on one line."""


def entity_link(ref: str, catalog: Catalog) -> Markup:
    """Return a link to the page of the entity *ref*; its reference as text where it has none."""
    entity = catalog.find(ref) if ref else None
    if entity is None:
        return Markup("{}").format(ref or "nobody")
    return page_link(entity.ref.page_uri, entity.title)


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
    page = documents.pages.get(f"{documents.folder}/" + fix["doc"].split("#")[0])
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
    body = [Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in rows]
    if not body:
        return Markup("<p>None.</p>")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    return Markup(
        '<table class="wp-table" aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(label, head, Markup("").join(body))


def _cell(cell: str | Markup | int) -> Markup:
    is_short = not isinstance(cell, Markup) and len(str(cell)) <= _SHORT
    around = Markup('<td class="wp-short">{}</td>') if is_short else Markup("<td>{}</td>")
    return around.format(cell)


def level_text(grade: Mapping[str, Any]) -> str:
    """Return the level of *grade* by its title and its name, or that there is none."""
    title, name = grade["levelTitle"], grade["level"]
    if not title:
        return "no level yet"
    return title if title.casefold() == str(name).casefold() else f"{title} ({name})"


def stacked_bar(title: str, parts: Sequence[tuple[str, int]], key: str) -> Markup:
    """Return a bar of *parts*, each as wide as its count; a table beside it tells the same, with ``swatch``.

    Each part has an outline and a pattern of its own: neighbours differ without any colour.

    Args:
        title: What it shows; also what a screen reader says, with the counts.
        parts: Names and counts.
        key: Parts the ids on a page that holds several.
    """
    whole = sum(count for _, count in parts)
    told = ", ".join(f"{name} {count}" for name, count in parts)
    shapes, at = [], 0.0
    for number, (name, count) in enumerate(parts):
        width = 100 * count / whole if whole else 0.0
        if count:
            shapes.append(_segment(at, width, f"{name} {count}", _fill(number, key)))
        at += width
    return Markup(
        '<figure class="wp-bar"><svg width="100%" height="{h}" role="img" '
        'aria-labelledby="{k}-title {k}-desc"><title id="{k}-title">{t}</title>'
        '<desc id="{k}-desc">{d}</desc>{p}{s}</svg></figure>'
    ).format(
        h=_BAR_HEIGHT + _LABEL_HEIGHT, k=key, t=title, d=told, p=_patterns(key), s=Markup("").join(shapes)
    )


def swatch(number: int, key: str) -> Markup:
    """Return the pattern of part *number* of the bar called *key*, for the table beside it."""
    return Markup(
        '<svg class="wp-swatch" width="16" height="16" aria-hidden="true">'
        '<rect x="1" y="1" width="14" height="14" fill="{}" stroke="currentColor" stroke-width="1.5"/></svg>'
    ).format(_fill(number, key))


def _segment(at: float, width: float, name: str, fill: str) -> Markup:
    label = (
        Markup('<text x="0" y="{}">{}</text>').format(_BAR_HEIGHT + 13, name) if width >= _LABELLED else ""
    )
    # The style sheet leaves a gap at the right of each.
    return Markup(
        '<svg x="{:.2f}%" width="{:.2f}%"><title>{}</title><rect x="1" y="1" width="100%" height="{}" fill="{}" '
        'stroke="currentColor" stroke-width="1.5"/>{}</svg>'
    ).format(at, width, name, _BAR_HEIGHT - 2, fill, label)


def _fill(number: int, key: str) -> str:
    """Return what fills part *number*: full, two patterns that thin out, and nothing."""
    return ("currentColor", f"url(#{key}-lines)", f"url(#{key}-dots)", "none")[min(number, 3)]


def _patterns(key: str) -> Markup:
    return Markup(
        '<defs><pattern id="{k}-lines" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="2.2" height="5" fill="currentColor"/></pattern>'
        '<pattern id="{k}-dots" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<circle cx="3.5" cy="3.5" r="1.1" fill="currentColor"/></pattern></defs>'
    ).format(k=key)
