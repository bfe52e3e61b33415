"""Small pieces of HTML about scorecards, for pages and embeds alike. Everything from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import page_link
from waypost.core.words import counted
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
    "warn": "△",
}
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


def check_uri(scorecard: str, check: str) -> str:
    """Return where the page of *check* of *scorecard* lies."""
    return f"scorecards/{scorecard}/{check}.md"


def check_link(scorecard: str, check: str, title: str) -> Markup:
    """Return a link to the page of *check* of *scorecard*."""
    return page_link(check_uri(scorecard, check), title)


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
    effort = f" (effort {fix['effort']})" if fix["effort"] else ""
    page = documents.pages.get(f"{documents.folder}/" + fix["doc"].split("#")[0])
    return page_link(fix["doc"], page.title if page and page.title else fix["doc"]) + effort


def state_text(state: str) -> Markup:
    """Return *state* as a sign and a word: never by colour alone."""
    name = escape(state)
    shown = f'<span class="wp-result wp-result--{name}"><span aria-hidden="true">{_SIGNS.get(state, "")}</span> {name.replace("-", " ")}</span>'
    return Markup(shown)  # noqa: S704 - the name is escaped, and the signs are ours


def lift_text(check: Mapping[str, Any]) -> str:
    """Return how many entities would stand better if *check* alone were met everywhere; "" where none would."""
    lift = check.get("wouldLift") or {}
    parts = [
        f"{counted(lift[key], 'entity')} {what}"
        for key, what in (("level", "would rise a level"), ("target", "would meet the target"))
        if lift.get(key)
    ]
    return ", ".join(parts)


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


def table(
    label: str, heads: Sequence[str], rows: Iterable[Sequence[str | Markup | int]], *, key: str = ""
) -> Markup:
    """Return a table named *label*; a sentence where there are no rows. A narrow screen shows each row as a block.

    Args:
        key: What the style sheet knows it by, beside all others.
    """
    body = [Markup("<tr>") + _cells(heads, row) + Markup("</tr>") for row in rows]
    if not body:
        return Markup("<p>None.</p>")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    return Markup(
        '<table class="wp-table wp-blocks{}" aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(f" wp-{key}" if key else "", label, head, Markup("").join(body))


def _cells(heads: Sequence[str], row: Sequence[str | Markup | int]) -> Markup:
    """Return the cells of *row*; each says under which head it stands, for screens that show no heads."""
    # Plain formatting is several times faster than ``Markup.format``, and a large estate has a million cells.
    cells = [
        f'<td{_class(cell)} data-label="{escape(head)}">{escape(cell)}</td>'
        for head, cell in zip(heads, row, strict=True)
    ]
    return Markup("".join(cells))  # noqa: S704 - each part is escaped


def _class(cell: str | Markup | int) -> str:
    is_short = not isinstance(cell, Markup) and len(str(cell)) <= _SHORT
    return ' class="wp-short"' if is_short else ""


def code(text: str) -> str:
    """Return *text*, an expression, as a block of Markdown that shows it in colours, whatever it holds."""
    runs = [len(run) for run in re.findall("`+", text)]
    fence = "`" * max([3, *(run + 1 for run in runs)])
    return f"{fence} {{ .js .wp-rule }}\n{text.strip()}\n{fence}"


def day_html(at: str | None) -> Markup:
    """Return the day of the ISO time *at*; "never" for None."""
    if at is None:
        return Markup("never")
    day = f'<time datetime="{escape(at)}" class="wp-day">{escape(at[:10])}</time>'
    return Markup(day)  # noqa: S704 - each part is escaped


def left_text(by: str, now: datetime) -> str:
    """Return how many days are left at *now* until the day *by* is over, or how long ago that was."""
    days = (date.fromisoformat(by) - now.date()).days
    if days < 0:
        return f"{counted(-days, 'day')} ago"
    return f"{counted(days, 'day')} left" if days else "today"


def level_text(grade: Mapping[str, Any]) -> str:
    """Return the level of *grade* by its title and its name, or that there is none."""
    title, name = grade["levelTitle"], grade["level"]
    if not title:
        return "no level yet"
    return title if title.casefold() == str(name).casefold() else f"{title} ({name})"
