"""From knowledge to pages: the one pure function behind every builder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.core.plugin import Embed, Plugin, SiteContext, SitePage

_FIRST_HEADING = re.compile(r"\A\s*#\s[^\n]*\n?")
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything of a site that its authors did not write as pages: generated pages and embeds.

    ``warnings`` say what is missing, each a sentence for whoever builds.
    """

    context: SiteContext
    pages: Mapping[str, SitePage]
    embeds: Mapping[str, Embed]
    warnings: tuple[str, ...] = ()


def make_site(context: SiteContext, plugins: Sequence[Plugin]) -> Site:
    """Make every page that *plugins* generate from what *context* holds.

    Where two make the same page the first keeps it. What a backend that is away cannot tell is left out,
    and said in a warning; everything else is made.
    """
    pages: dict[str, SitePage] = {}
    warnings: list[str] = []
    for plugin in plugins:
        for page in _pages_of(plugin, context, warnings):
            if page.uri in pages:
                warnings.append(f"plugin '{plugin.name}' makes the page {page.uri}, which is already made")
            else:
                pages[page.uri] = page
    embeds = {embed.tag: embed for plugin in plugins for embed in plugin.embeds}
    return Site(context=context, pages=pages, embeds=embeds, warnings=tuple(dict.fromkeys(warnings)))


def _pages_of(plugin: Plugin, context: SiteContext, warnings: list[str]) -> Iterable[SitePage]:
    for make in plugin.pages:
        try:
            yield from make(context)
        except (NotFoundError, ServiceUnavailableError) as error:
            warnings.append(f"pages of plugin '{plugin.name}' are missing: {error}")


def with_authored(page: SitePage, authored: str) -> SitePage:
    """Return the generated *page* with what an author wrote for the same address before it.

    So ``site/runbooks/index.md`` may introduce the index that follows.
    """
    generated = _FIRST_HEADING.sub("", page.markdown)
    return replace(page, markdown=f"{without_front_matter(authored).rstrip()}\n\n{generated}")


def without_front_matter(text: str) -> str:
    """Return *text* without its front matter, whether that can be read or not."""
    return _FRONT_MATTER.sub("", text.removeprefix("\ufeff"), count=1)


def titled(page: SitePage) -> str:
    """Return the Markdown of *page*, with its title as the first heading where it has none."""
    if re.search(r"^#\s|<h1[\s>]", page.markdown, re.MULTILINE):
        return page.markdown
    return f"# {page.title}\n\n{page.markdown}"
