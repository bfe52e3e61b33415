"""What the Markdown extension is told about the page that a build renders."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from waypost.adr.model import Decisions
from waypost.catalog.model import Catalog
from waypost.core.errors import InputError, NotFoundError, ServiceUnavailableError
from waypost.site.addresses import link
from waypost.site.filled import filled_element, missing_element
from waypost.site.links import SiteMap, resolve_link
from waypost.site.publish import Site
from waypost.site.wiki import WikiTarget


class BuildView:
    """The pages of one build, seen one at a time: set ``uri`` before each is rendered, and ``site_map`` once known.

    Args:
        warn: Is told what is wrong, as a sentence that names the page.
    """

    def __init__(self, site: Site, site_map: SiteMap, warn: Callable[[str], None]) -> None:
        self.uri = "index.md"
        self._site = site
        self.site_map = site_map
        self._warn = warn
        self._told: set[str] = set()

    def find(self, name: str) -> WikiTarget | None:
        """Return what the wiki link *name* leads to; None where it is no name of ours."""
        kind, _, rest = name.partition(":")
        if kind.lower() == "adr":
            return self._decision(name, rest)
        catalog = self._site.context.knowledge[Catalog]
        entity = catalog.find(name)
        if entity is not None:
            return WikiTarget(link(self.uri, entity.ref.page_uri), entity.title, str(entity.ref))
        if not catalog.of_kind(kind):
            return None
        return self._broken(name, f"no entity is named '{name}'")

    def resolve(self, target: str) -> str | None:
        """Return where the link *target* leads; None where it leads off the site."""
        return resolve_link(self.site_map, self.uri, target)

    def fill(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        """Return the whole element, filled with dated values, or with why there are none."""
        embed = self._site.embeds.get(tag)
        if embed is None:
            self._tell(f"{self.uri}: no embed is named <{tag}>")
            return None
        try:
            inner = embed.fill(attributes, self._site.context.api)
        except ServiceUnavailableError as error:
            self._tell(f"values of embeds are missing: {error}")
            return missing_element(tag, attributes, str(error))
        except (InputError, NotFoundError) as error:
            self._tell(f"{self.uri}: <{tag}>: {error}")
            return missing_element(tag, attributes, str(error))
        return filled_element(tag, attributes, inner, self._site.context.now)

    def _decision(self, name: str, number: str) -> WikiTarget:
        decision = self._site.context.knowledge[Decisions].find(number)
        if decision is None:
            return self._broken(name, f"no decision is named '{number}'")
        shown = f"ADR-{decision.id}" if decision.number is not None else decision.title
        return WikiTarget(link(self.uri, decision.page_uri), shown, decision.title)

    def _broken(self, name: str, reason: str) -> WikiTarget:
        self._tell(f"{self.uri}: [[{name}]]: {reason}")
        return WikiTarget("", name, reason)

    def _tell(self, warning: str) -> None:
        if warning not in self._told:
            self._told.add(warning)
            self._warn(warning)
