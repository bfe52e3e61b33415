"""Names that decisions had before they got their number: what still leads to them, and where two would be meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from markupsafe import Markup

from waypost.adr import names
from waypost.adr.model import Decision, Decisions
from waypost.core.errors import Problem
from waypost.core.plugin import Knowledge, SiteContext, SitePage
from waypost.core.workspace import Workspace

_PAGE = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url={address}">
<link rel="canonical" href="{address}">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>This decision is now called <a href="{address}">{name}</a>.</p>
</main>
</body>
</html>
"""
)


def page_name(name: str) -> str:
    """Return what the page of a decision is called, below ``decisions/``, whose file is named *name*."""
    number, slug = names.number_of(name), names.slug_of(name)
    if number is None:
        return slug or name.lower()
    return f"{number:04d}-{slug}" if slug else f"{number:04d}"


def redirect_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give a page at each address that a decision had before, which leads on to where it is now.

    It needs no server and no script. An address that another decision has now stays that one's.
    """
    decisions = context.knowledge[Decisions]
    taken = {decision.page_uri for decision in decisions.ordered}
    for decision in decisions.ordered:
        for alias in decision.aliases:
            old = f"decisions/{page_name(alias)}.md"
            if old not in taken and "/" not in alias:
                taken.add(old)
                yield _redirect(old, decision)


def _redirect(old: str, decision: Decision) -> SitePage:
    # A page's own folder is its address: from there its neighbour is one step up.
    address = f"../{PurePosixPath(decision.page_uri).stem}/"
    markdown = _PAGE.format(address=address, title=decision.title, name=_full_name(decision))
    uri = f"{old.removesuffix('.md')}/index.html"
    return SitePage(uri, decision.title, markdown, meta={"in_nav": False})


def _full_name(decision: Decision) -> str:
    return f"{decision.number:04d} {decision.title}" if decision.number is not None else decision.title


def check_aliases(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find names that a decision has, and another had before: a link by it may lead to the wrong one."""
    decisions = knowledge[Decisions].ordered
    now = {name: decision for decision in reversed(decisions) for name in _names_of(decision)}
    before: dict[str, Decision] = {}
    for decision in decisions:
        for place, alias in enumerate(decision.aliases):
            name = alias.lower()
            newer, first = now.get(name, decision), before.setdefault(name, decision)
            if newer is not decision:
                message = f"has the name '{alias}', which {decision.path} had before"
                fix = "Give it another name, or take that one out of the other's 'aliases'."
                yield Problem(newer.path, newer.line_of("title"), "adr/alias", message, fix)
            elif first is not decision:
                message = f"its former name '{alias}' is also one of {first.path}"
                fix = "Take it out of 'aliases' where it is not meant."
                line = decision.file.line_of("aliases", place)
                yield Problem(decision.path, line, "adr/alias", message, fix)


def _names_of(decision: Decision) -> set[str]:
    stem = PurePosixPath(decision.path).stem
    return {name.lower() for name in (decision.id, decision.uid, decision.slug, stem) if name}
