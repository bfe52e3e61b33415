"""The navigation: what a reader came for, in the same order on every site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

LIMIT = 80
"""Pages of one folder that the navigation lists; of more, only the index is listed."""

_SECTIONS: Final = (
    "Catalog",
    "Scorecards",
    "Runbooks",
    "Architecture",
    "Decisions",
    "Plans",
    "Guide",
    "Reference",
    "Contributing",
)
_OF_FOLDER: Final[Mapping[str, str]] = {
    "catalog": "Catalog",
    "scorecards": "Scorecards",
    "runbooks": "Runbooks",
    "playbooks": "Runbooks",
    "architecture": "Architecture",
    "reference-architectures": "Architecture",
    "golden-paths": "Architecture",
    "standards": "Architecture",
    "policies": "Architecture",
    "decisions": "Decisions",
    "plans": "Plans",
    "roadmap": "Plans",
    "strategy": "Plans",
    "guide": "Guide",
    "how-to": "Guide",
    "training": "Guide",
    "reference": "Reference",
    "contributing": "Contributing",
}
_OF_KIND: Final[Mapping[str, str]] = {
    "runbook": "Runbooks",
    "playbook": "Runbooks",
    "reference-architecture": "Architecture",
    "golden-path": "Architecture",
    "standard": "Architecture",
    "policy": "Architecture",
    "plan": "Plans",
    "training": "Guide",
    "guide": "Guide",
}
# Their folder tells little more than the section itself: they are listed in it without a level between.
_FLAT: Final = frozenset({"Catalog", "Scorecards", "Decisions", "Reference", "Contributing"})


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page as the navigation sees it: where it lies, its title, and its kind if it has one."""

    uri: str
    title: str = ""
    kind: str = ""


def make_nav(pages: Iterable[NavPage]) -> list[Any]:
    """Return the navigation over *pages*, as MkDocs writes it in its configuration.

    Pages of entities are left out: the catalog leads to them, and there may be thousands.
    """
    listed = sorted((p for p in pages if not is_entity_page(p.uri)), key=_order)
    home = [{"Home": page.uri} for page in listed if page.uri == "index.md"]
    sections: dict[str, list[NavPage]] = {}
    for page in listed:
        if page.uri != "index.md":
            sections.setdefault(_section_of(page), []).append(page)
    others = [name for name in sections if name not in _SECTIONS]
    names = [*_SECTIONS[:6], *sorted(others), *_SECTIONS[6:]]
    return [*home, *({name: _section(name, sections[name])} for name in names if name in sections)]


def is_entity_page(uri: str) -> bool:
    """Tell whether *uri* is the page of an entity."""
    return uri.startswith("catalog/") and uri.count("/") == 3  # noqa: PLR2004  # catalog/kind/namespace/name.md


def _section_of(page: NavPage) -> str:
    folder = page.uri.split("/")[0] if "/" in page.uri else ""
    return _OF_FOLDER.get(folder) or _OF_KIND.get(page.kind) or (_words(folder) if folder else "Pages")


def _section(name: str, pages: list[NavPage]) -> list[Any]:
    """Return the pages of a section: those of its own folder, then each other folder as a group."""
    groups: dict[str, list[NavPage]] = {}
    for page in pages:
        groups.setdefault(_group_of(page.uri, name), []).append(page)
    if len(groups) == 1 or name in _FLAT:
        return _group(pages)
    own = _group(groups.pop("", []))
    return [*own, *({_words(folder): _group(listed)} for folder, listed in groups.items())]


def _group(pages: list[NavPage]) -> list[Any]:
    """Return the *pages* of a group; one with a folder of its own stands among them by its title.

    The theme takes the index of any folder for the page of the group that lists it, so such a page gets a
    group to itself.
    """
    shown = _shortened([page.uri for page in pages])
    titles = {page.uri: page.title or _words(PurePosixPath(page.uri).parent.name) for page in pages}
    return [{titles[uri]: [uri]} if _is_index(uri) and uri.count("/") > 1 else uri for uri in shown]


def _group_of(uri: str, section: str) -> str:
    folder, *deeper = uri.split("/")[:-1] or [""]
    return (deeper[0] if deeper else "") if folder == section.lower() else folder


def _shortened(uris: list[str]) -> list[str]:
    indexes = [uri for uri in uris if _is_index(uri)]
    return uris if len(uris) <= LIMIT else indexes or uris[:1]


def _order(page: NavPage) -> tuple[str, bool, str]:
    parent = str(PurePosixPath(page.uri).parent)
    return parent, not _is_index(page.uri), page.uri


def _is_index(uri: str) -> bool:
    return PurePosixPath(uri).name in ("index.md", "README.md")


def _words(folder: str) -> str:
    return folder.replace("-", " ").replace("_", " ").capitalize() or "Pages"
