"""The home page by what a reader came for: the parts that the workspace's own content fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from markupsafe import Markup

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.markup import page_link
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import WORKSPACE_NAME
from waypost.documents.model import Documents, Page
from waypost.runbooks.model import Runbooks

MARKER: Final = "<!-- waypost:home -->"
"""Where an author's home page wants the doors; the generated one has it too."""

SHOWN = 5


def home_page(context: SiteContext) -> Iterator[SitePage]:
    """Make a home page for a workspace that has none of its own."""
    if any(page.uri == "index.md" for page in context.knowledge[Documents].pages.values()):
        return
    name = context.settings[WORKSPACE_NAME]
    yield SitePage(
        uri="index.md", title=name, markdown=f"# {name}\n\n{MARKER}\n", meta={"hide": ["navigation", "toc"]}
    )


def home_html(context: SiteContext) -> str:
    """Return the doors: on call, building, deciding, one's team, the API. One without content is left out."""
    doors = [_on_call(context), _build(context), _decide(context), _team(context), _query()]
    return f'<div class="wp-doors">{"".join(map(str, filter(None, doors)))}</div>'


def _on_call(context: SiteContext) -> Markup:
    alerts = context.knowledge[Runbooks].alerts
    if not alerts:
        return Markup("")
    rows = Markup("").join(
        Markup('<li><a href="/{}"><code>{}</code></a></li>').format(runbook.uri, alert)
        for alert, runbook in alerts.items()
    )
    found = Markup('<ul class="wp-alerts" data-wp-find="The alert\'s name">{}</ul>').format(rows)
    return _door(
        "I am on call",
        "Find what to do first, by the alert's name.",
        found,
        ("runbooks/index.md", "All runbooks"),
        name="oncall",
    )


def _build(context: SiteContext) -> Markup:
    documents = context.knowledge[Documents]
    pages = [
        page
        for kind in ("golden-path", "reference-architecture", "standard")
        for page in documents.of_kind(kind)
    ]
    items = _items((page.uri, page.title, _kind_of(page)) for page in pages)
    return _door(
        "I build a service",
        "Follow a path that others have paved.",
        items,
        ("catalog/index.md", "The catalog"),
    )


def _decide(context: SiteContext) -> Markup:
    latest = sorted(
        context.knowledge[Decisions].ordered, key=lambda d: (str(d.date or ""), d.id), reverse=True
    )
    items = _items((d.page_uri, d.title, "") for d in latest)
    if not items:
        return Markup("")
    return _door(
        "I propose a decision",
        "See what is decided; propose by pull request.",
        items,
        ("decisions/index.md", "All decisions"),
    )


def _team(context: SiteContext) -> Markup:
    catalog = context.knowledge[Catalog]
    teams = [group for group in catalog.groups if catalog.owned_by(group.ref)]
    items = Markup('<ul class="wp-teams">{}</ul>').format(
        Markup("").join(
            Markup("<li>{}</li>").format(page_link(team.ref.page_uri, team.title)) for team in teams
        )
    )
    if not teams:
        return Markup("")
    return _door(
        "How does my team stand?",
        "What it owns, and the next step of each.",
        items,
        ("scorecards/index.md", "All scorecards"),
    )


def _query() -> Markup:
    example = Markup('<p class="wp-door__call"><code>GET /api/catalog/entities/by-query?limit=20</code></p>')
    return _door(
        "I ask from a tool", "Everything here is an API too.", example, ("reference/api.md", "The API")
    )


def _door(title: str, summary: str, body: Markup, more: tuple[str, str], *, name: str = "plain") -> Markup:
    return Markup(
        '<section class="wp-door wp-door--{}"><h2>{}</h2><p>{}</p>{}<p class="wp-door__more">{}</p></section>'
    ).format(name, title, summary, body, page_link(*more))


def _items(pages: Iterable[tuple[str, str, str]]) -> Markup:
    shown = list(pages)[:SHOWN]
    rows = Markup("").join(
        Markup("<li>{} <small>{}</small></li>").format(page_link(uri, title), said)
        for uri, title, said in shown
    )
    return Markup("<ul>{}</ul>").format(rows) if rows else rows


def _kind_of(page: Page) -> str:
    """Return the kind of *page* in words, unless its title says it."""
    kind = page.kind.replace("-", " ")
    return "" if kind in page.title.lower() else kind
