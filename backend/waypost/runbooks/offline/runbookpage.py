"""One runbook as clean HTML: who answers for it, what to fill in, its text with its commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from waypost.catalog.contacts import Contact
from waypost.core.markdownfile import Fence
from waypost.core.markup import joined, terms
from waypost.runbooks.briefs import Brief, after_words
from waypost.runbooks.commandtext import SHELLS
from waypost.runbooks.offline.cleaning import Resolve, clean
from waypost.runbooks.offline.marking import MARK, mark

_EFFECTS: Final[Mapping[str, str]] = {
    "read": "Only reads. It changes nothing.",
    "change": "Changes something.",
    "destructive": "Destructive. Stop and read before you run it.",
}
_FIRST_HEADING: Final = re.compile(r"\s*<h1[^>]*>.*?</h1>", re.DOTALL)
_ALONE: Final = re.compile(f"<p>\\s*{MARK.pattern}\\s*</p>|{MARK.pattern}")
_TABLE: Final = re.compile(r"<table>.*?</table>", re.DOTALL)


def runbook_html(
    brief: Brief, *, link: Resolve, picture: Resolve, address: Resolve, burns: Sequence[str], prefix: str = ""
) -> Markup:
    """Return *brief* with its title as a heading of the first level.

    Args:
        link: Where a link of the page leads, "" for nowhere.
        picture: Where a picture of it lies, "" for nowhere.
        address: What is shown for a link that leads nowhere.
        burns: What depends on what it is about, in words.
        prefix: Stands before each anchor, where several share a document.
    """
    marked = mark(brief.body)
    html = clean(marked.html, brief, link=link, picture=picture, address=address, prefix=prefix)
    html = _FIRST_HEADING.sub("", html, count=1)
    html = _TABLE.sub(
        lambda found: f'<div class="wide" tabindex="0" role="region" aria-label="Table">{found[0]}</div>',
        html,
    )
    html = _ALONE.sub(lambda found: str(_fence(marked.fences, int(found[1] or found[2]))), html)
    # What `clean` gives is clean.
    body = Markup(html)  # noqa: S704
    # Who has been woken wants the first command in sight; what can wait stands behind it.
    return Markup("<h1>{}</h1>\n{}\n{}\n<h2>To fill in, and what is known</h2>\n{}\n{}").format(
        brief.title, _rows(_first(brief)), body, _variables(brief), _rows(_known(brief, burns))
    )


def contacts_html(contacts: Iterable[Contact], name: str = "") -> Markup:
    """Return ways to reach somebody as links; each shows its address when it is printed.

    Args:
        name: What stands before them, and is not said again.
    """
    return Markup(" · ").join(
        Markup('<a href="{}">{}</a>').format(
            contact.address, contact.title.removeprefix(name).strip() or contact.title
        )
        for contact in contacts
    )


def severity_words(brief: Brief) -> str:
    """Return how bad it is, and of which tier."""
    return " · ".join(filter(None, (brief.severity, brief.tier)))


def _first(brief: Brief) -> Iterator[tuple[str, str]]:
    yield "Alerts", joined(Markup("<code>{}</code>").format(alert) for alert in brief.alerts)
    yield "Severity", severity_words(brief)
    yield "Status", brief.status if brief.status != "active" else ""
    yield "Escalate", _escalation(brief)


def _known(brief: Brief, burns: Sequence[str]) -> Iterator[tuple[str, str]]:
    people = dict.fromkeys([*filter(None, [brief.owner]), *(ref for _, ref in brief.escalation)])
    yield "Owner", brief.title_of(brief.owner) if brief.owner else "nobody is named"
    yield "Who to call", Markup("<br>").join(_person(brief, ref) for ref in people)
    yield "About", ", ".join(map(brief.title_of, brief.about))
    yield "Also burns", ", ".join(burns)
    yield "Exercised", brief.exercised_on or "never"
    yield "Reviewed", brief.reviewed_on
    boards = (
        Markup('<a class="bare" href="{0}">{0}</a>').format(each)
        for each in brief.dashboards
        if _is_web(each)
    )
    yield "Dashboards", joined(boards)


def _rows(rows: Iterable[tuple[str, str]]) -> Markup:
    # The class that these have on the site means nothing here.
    return Markup(str(terms(rows)).replace('class="wp-terms"', 'class="facts"', 1))  # noqa: S704 - made by us


def _escalation(brief: Brief) -> Markup:
    items = Markup("").join(
        Markup("<li>{}: <b>{}</b> {}</li>").format(
            after_words(after),
            brief.title_of(ref),
            contacts_html(brief.contacts_of(ref)[:1], brief.title_of(ref)),
        )
        for after, ref in brief.escalation
    )
    return Markup("<ol>{}</ol>").format(items) if items else Markup("")


def _person(brief: Brief, ref: str) -> Markup:
    ways = contacts_html(brief.contacts_of(ref), brief.title_of(ref))
    return Markup("<b>{}</b> {}").format(brief.title_of(ref), ways or "(no contact in the catalog)")


def _variables(brief: Brief) -> Markup:
    rows = Markup("").join(
        Markup("<li><code>${}</code> = ____________ {}{}</li>").format(
            each.name,
            each.description,
            Markup(" (such as <code>{}</code>)").format(each.example) if each.example else "",
        )
        for each in brief.variables
    )
    return (
        Markup("<details open><summary>Fill in</summary><ul>{}</ul></details>").format(rows) if rows else rows
    )


def _fence(fences: Sequence[Fence], number: int) -> Markup:
    if number >= len(fences):
        return Markup("")
    fence = fences[number]
    code = Markup('<pre tabindex="0"><code>{}</code></pre>').format(fence.text)
    if fence.language.lower() not in SHELLS:
        return code
    effect = fence.attributes.get("effect", "")
    known = effect if effect in _EFFECTS else "change"
    told = _EFFECTS.get(
        effect, f"{effect}: taken for a change." if effect else "It does not say what it does."
    )
    return Markup('<div class="step {}">\n<p class="effect">{}</p>\n{}{}{}\n{}</div>').format(
        known,
        told,
        _told("Only when", fence.attributes.get("precondition", "")),
        code,
        _told("Expect", fence.attributes.get("expect", "")),
        _undo(fence.attributes.get("undo", "")),
    )


def _told(label: str, text: str) -> Markup:
    return Markup("<p><b>{}:</b> {}</p>\n").format(label, text) if text else Markup("")


def _undo(text: str) -> Markup:
    return Markup("<p><b>Undo:</b> <code>{}</code></p>\n").format(text) if text else Markup("")


def _is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))
