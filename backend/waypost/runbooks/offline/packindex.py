"""The first page of the incident pack: from an alert to its runbook, whom to call, what hangs together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from waypost.catalog.contacts import Contact
from waypost.core.words import counted
from waypost.runbooks.briefs import Brief
from waypost.runbooks.offline.runbookpage import contacts_html, severity_words
from waypost.runbooks.offline.shell import whole_page

_KILO: Final = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A runbook of the pack: its brief, the name of its files, and what burns with what it is about."""

    brief: Brief
    file: str
    burns: tuple[str, ...]

    @property
    def page(self) -> str:
        """Where its page lies in the pack."""
        return f"runbooks/{quote(self.file)}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that the first page tells of. ``tiers`` have the file of each; ``size`` is that of all others, in bytes."""

    name: str
    at: datetime
    commit: str
    size: int
    shown: tuple[Shown, ...]
    tiers: tuple[tuple[str, str], ...]
    unanswered: tuple[str, ...]


def index_page(contents: Contents) -> str:
    """Return the first page of the pack."""
    title = f"Incident pack of {contents.name}"
    parts = [
        _head(title, contents),
        _alerts(contents),
        _people(contents),
        _services(contents),
        _rest(contents),
    ]
    return whole_page(title, Markup("\n").join(parts))


def readme(contents: Contents) -> str:
    """Return what a person reads who has only the folder in front of them."""
    return "\n".join(
        [
            f"Incident pack of {contents.name}",
            _valid(contents),
            "",
            "Open index.html in any browser: nothing is loaded from anywhere, and no server is needed.",
            "tiers/     one file for each tier, to print",
            "runbooks/  one page for each runbook",
            "text/      the same as plain text; text/index.txt leads from an alert to its file",
            "",
            "Check that all is there as it was made: sha256sum -c SHA256SUMS",
            "",
        ]
    )


def _head(title: str, contents: Contents) -> Markup:
    return Markup(
        "<h1>{}</h1>\n<p><b>{}</b> What has changed since is not in here.</p>\n"
        "<p>{}, {} kB. It loads nothing from elsewhere.</p>\n<p>To print, by tier: {}</p>"
    ).format(
        title,
        _valid(contents),
        counted(len(contents.shown), "runbook"),
        max(1, contents.size // _KILO),
        Markup(", ").join(
            Markup('<a href="{}">{}</a>').format(file, tier or "without a tier")
            for tier, file in contents.tiers
        ),
    )


def _valid(contents: Contents) -> str:
    commit = f", commit {contents.commit}" if contents.commit else ""
    return f"Valid as of {contents.at:%Y-%m-%d %H:%M} UTC{commit}."


def _alerts(contents: Contents) -> Markup:
    found = sorted(
        ((alert, each) for each in contents.shown for alert in each.brief.alerts or (each.brief.name,)),
        key=lambda pair: pair[0].casefold(),
    )
    rows = Markup("\n").join(
        Markup('<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td><td>{}</td></tr>').format(
            each.page,
            alert,
            each.brief.title,
            severity_words(each.brief),
            _first_call(each.brief),
        )
        for alert, each in found
    )
    return _table("By alert", ("Alert", "Runbook", "Severity", "Call first"), rows, name="alerts")


def _first_call(brief: Brief) -> Markup:
    ref = brief.escalation[0][1] if brief.escalation else brief.owner
    return (
        Markup("{} {}").format(
            brief.title_of(ref), contacts_html(brief.contacts_of(ref)[:1], brief.title_of(ref))
        )
        if ref
        else Markup("")
    )


def _people(contents: Contents) -> Markup:
    people: dict[str, tuple[str, tuple[Contact, ...]]] = {}
    for each in contents.shown:
        for named in each.brief.named.values():
            if named.ref.startswith("group:"):
                people[named.ref] = (named.title, named.contacts)
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td></tr>").format(
            title, contacts_html(contacts, title) or "no contact in the catalog"
        )
        for _, (title, contacts) in sorted(people.items())
    )
    return _table("Who to call", ("Group", "How"), rows)


def _services(contents: Contents) -> Markup:
    services: dict[str, list[Shown]] = {}
    for each in contents.shown:
        for ref in each.brief.about:
            services.setdefault(each.brief.title_of(ref), []).append(each)
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            service,
            Markup(", ").join(
                Markup('<a href="{}">{}</a>').format(each.page, each.brief.title) for each in members
            ),
            ", ".join(dict.fromkeys(burning for each in members for burning in each.burns)),
        )
        for service, members in sorted(services.items())
    )
    return _table("By service", ("Service", "Runbooks", "What depends on what they are about"), rows)


def _rest(contents: Contents) -> Markup:
    names = Markup(", ").join(Markup("<code>{}</code>").format(name) for name in contents.unanswered)
    missing = (
        Markup("<h2>Alerts that wake somebody, and have no runbook</h2>\n<p>{}</p>\n").format(names)
        if names
        else ""
    )
    return Markup("{}<p>{}</p>").format(missing, Markup(", ").join(_files()))


def _files() -> Iterator[Markup]:
    for path, words in (
        ("text/index.txt", "Everything as text"),
        ("README.txt", "how this folder is laid out"),
        ("SHA256SUMS", "checksums"),
    ):
        yield Markup('<a href="{}">{}</a>').format(path, words)


def _table(title: str, heads: tuple[str, ...], rows: Markup, *, name: str = "known") -> Markup:
    if not rows:
        return Markup("")
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(head) for head in heads)
    return Markup(
        '<h2>{0}</h2>\n<div class="wide" tabindex="0" role="region" aria-label="{0}"><table class="{3}">\n'
        "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}\n</tbody></table></div>"
    ).format(title, cells, rows, name)
