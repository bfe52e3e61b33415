"""Checks of what pages hold for the site: embed elements that nobody knows, or that say too little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from waypost.core.errors import Problem
from waypost.core.host import find_plugins
from waypost.core.pagecheck import Look, per_page
from waypost.core.plugin import Check, Embed
from waypost.documents.model import Page
from waypost.documents.questions import IS_ENTITY, NEAR_ENTITY, QUESTIONS, all_pages, pair
from waypost.site.elements import find_elements

# What Markdown does not read as HTML: fences, code spans, comments, code by indentation.
_HIDDEN = re.compile(
    r"^(?P<before>[ \t>]*)(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|<!--.*?-->"
    r"|(?:(?<=\n\n)|\A)(?:(?: {4}|\t)[^\n]*\n?)+",
    re.DOTALL | re.MULTILINE,
)
_ENTITY_ATTRIBUTES = ("ref", "entity")
_ALWAYS = frozenset({"class", "id", "style", "title", "lang"})


def check_page(page: Page, look: Look) -> Iterator[Problem]:
    """Find embed elements of *page* with an unknown tag or attribute, without a needed one, or naming no entity."""
    if "<waypost-" not in page.file.text:
        return
    embeds = {embed.tag: embed for plugin in find_plugins() for embed in plugin.embeds}
    text = hide_code(page.file.text)
    for start, tag, attributes in find_elements(text):
        line = text.count("\n", 0, start) + 1
        for rule, message, fix in element_faults(tag, attributes, embeds, look):
            yield Problem(page.path, line, rule, message, fix)


check_embeds = per_page("site/embed-unknown", all_pages, check_page, QUESTIONS)
"""Finds what is wrong with the embed elements of pages."""


def element_faults(
    tag: str, attributes: Mapping[str, str], embeds: Mapping[str, Embed], look: Look
) -> Iterator[tuple[str, str, str]]:
    """Give what is wrong with one element: the rule, a sentence, and how to mend it."""
    embed = embeds.get(tag)
    if embed is None:
        yield "site/embed-unknown", f"no embed is named <{tag}>", _nearest(tag, embeds)
        return
    for name in sorted(attributes.keys() - set(embed.attributes) - _ALWAYS):
        known = ", ".join(embed.attributes)
        yield "site/embed-attribute", f"<{tag}> has no attribute '{name}'", f"It takes: {known}."
    for name in embed.attributes:
        value = attributes.get(name, "")
        if not value and name not in embed.optional:
            yield "site/embed-attribute", f"<{tag}> needs the attribute '{name}'", f'Write {name}="…".'
        elif value and name in _ENTITY_ATTRIBUTES and not look(IS_ENTITY, _with_kind(value)):
            fix = look(NEAR_ENTITY, pair("", value)) or "Add it to catalog/, or mend the reference."
            yield "site/embed-entity", f"<{tag}> names '{value}', which is not in the catalog", fix


def hide_code(text: str) -> str:
    """Return *text* with code and comments blanked, every line where it was."""
    return _HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _with_kind(ref: str) -> str:
    return ref if ":" in ref else f"component:{ref}"


def _nearest(tag: str, embeds: Mapping[str, Embed]) -> str:
    near = get_close_matches(tag, embeds, n=1)
    return f"Did you mean <{near[0]}>?" if near else f"Known are: {', '.join(sorted(embeds))}."


CHECKS = (
    Check("site/embed-unknown", "An embed element in a page is one that a feature knows.", check_embeds),
    Check("site/embed-attribute", "An embed element has the attributes that it needs, and no other."),
    Check("site/embed-entity", "An embed element names an entity of the catalog."),
)
