"""What checks of a page ask about all else: files, other pages, headings, entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waypost.catalog.model import Catalog
from waypost.core.contentkey import content_key
from waypost.core.errors import suggest
from waypost.core.pagecheck import Look, Question
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.globs import PathFinder
from waypost.documents.links import LoadedPlaces, Place
from waypost.documents.model import FOLDER, Documents, Page

_BETWEEN = "\n"
"""Stands between the two things that a question is about."""


@dataclass(frozen=True, slots=True)
class _CatalogSign:
    """A word that changes with the names of the catalog's entities."""

    word: str


@dataclass(frozen=True, slots=True)
class _ByFolded:
    """The files of the site by their paths without capitals."""

    files: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _NamesByKind:
    """What pages of each kind may be called by."""

    names: Mapping[str, frozenset[str]]


def _catalog_sign(_workspace: Workspace, knowledge: Knowledge, _about: str) -> str:
    sign = knowledge.find(_CatalogSign)
    if sign is None:
        sign = _CatalogSign(content_key(*knowledge[Catalog].entities))
        knowledge.put(sign)
    return sign.word


def _page_sign(_workspace: Workspace, knowledge: Knowledge, about: str) -> str:
    page = knowledge[Documents].find(about.partition(_BETWEEN)[0])
    return page.file.key if page else ""


def _place_at(workspace: Workspace, knowledge: Knowledge, about: str) -> list[str]:
    place, path = LoadedPlaces(knowledge[Documents], workspace).at(about)
    return [place.value, path]


def _is_in_site(_workspace: Workspace, knowledge: Knowledge, about: str) -> bool:
    documents = knowledge[Documents]
    return about in documents.pages or about in documents.files


def _has_anchor(_workspace: Workspace, knowledge: Knowledge, about: str) -> bool:
    path, _, anchor = about.partition(_BETWEEN)
    page = knowledge[Documents].find(path)
    return page is not None and anchor in page.file.anchors


def _anchors(_workspace: Workspace, knowledge: Knowledge, about: str) -> list[str]:
    page = knowledge[Documents].find(about)
    return sorted(page.file.anchors) if page else []


def _same_caseless(_workspace: Workspace, knowledge: Knowledge, about: str) -> list[str]:
    folded = knowledge.find(_ByFolded)
    if folded is None:
        found: dict[str, list[str]] = {}
        for path in sorted(knowledge[Documents].files):
            found.setdefault(path.casefold(), []).append(path)
        folded = _ByFolded(found)
        knowledge.put(folded)
    return folded.files.get(about, [])


def _near_entity(_workspace: Workspace, knowledge: Knowledge, about: str) -> str:
    kind, _, ref = about.partition(_BETWEEN)
    catalog = knowledge[Catalog]
    known = [str(entity.ref) for entity in catalog.of_kind(kind)] if kind else catalog.entities
    return suggest(ref, known)


def _finds(workspace: Workspace, knowledge: Knowledge, about: str) -> bool:
    finder = knowledge.find(PathFinder)
    if finder is None:
        finder = PathFinder(workspace)
        knowledge.put(finder)
    return finder.finds(about)


def _names_of_kind(knowledge: Knowledge, kind: str) -> frozenset[str]:
    known = knowledge.find(_NamesByKind)
    if known is None:
        found: dict[str, set[str]] = {}
        for page in knowledge[Documents].pages.values():
            if page.kind:
                found.setdefault(page.kind, set()).update(names_of(page))
        known = _NamesByKind({of: frozenset(names) for of, names in found.items()})
        knowledge.put(known)
    return known.names.get(kind, frozenset())


def _is_named(_workspace: Workspace, knowledge: Knowledge, about: str) -> bool:
    kind, _, name = about.partition(_BETWEEN)
    return name in _names_of_kind(knowledge, kind)


def _near_name(_workspace: Workspace, knowledge: Knowledge, about: str) -> str:
    kind, _, name = about.partition(_BETWEEN)
    return suggest(name, sorted(_names_of_kind(knowledge, kind)))


def _is_entity(_workspace: Workspace, knowledge: Knowledge, about: str) -> bool:
    return knowledge[Catalog].find(about) is not None


PLACE = Question("place", _place_at)
IN_SITE = Question("in-site", _is_in_site)
HAS_ANCHOR = Question("anchor", _has_anchor, _page_sign)
ANCHORS = Question("anchors", _anchors, _page_sign)
SAME_NAME = Question(
    "same-name", lambda _workspace, knowledge, about: list(knowledge[Documents].by_name(about))
)
SAME_CASELESS = Question("same-caseless", _same_caseless)
IS_ENTITY = Question("entity", _is_entity)
NEAR_ENTITY = Question("near-entity", _near_entity, _catalog_sign)
EXISTS = Question("exists", lambda workspace, _knowledge, about: workspace.exists(about))
HAS_FILES = Question("files", lambda workspace, _knowledge, about: bool(workspace.files(about)))
FINDS = Question("finds", _finds)
IS_NAMED = Question("named", _is_named)
NEAR_NAME = Question("near-name", _near_name)

QUESTIONS = (
    PLACE, IN_SITE, HAS_ANCHOR, ANCHORS, SAME_NAME, SAME_CASELESS, IS_ENTITY, NEAR_ENTITY, EXISTS, HAS_FILES, FINDS, IS_NAMED,
    NEAR_NAME,
)  # fmt: skip


def all_pages(knowledge: Knowledge) -> Iterable[Page]:
    """Return every page of the site, by path."""
    return knowledge[Documents].pages.values()


def names_of(page: Page) -> frozenset[str]:
    """Return all that other pages may call *page* by: its file's name, its path, its ``id``."""
    given = page.front.get("id")
    return frozenset({page.slug, page.path, page.uri} | ({given} if isinstance(given, str) else set()))


def pair(one: str, other: str) -> str:
    """Return what a question about *one* and *other* is about."""
    return f"{one}{_BETWEEN}{other}"


@dataclass(frozen=True, slots=True)
class AskedPlaces:
    """What lies where, as a check of the page at ``path`` asks for it; pages lie in ``folder``."""

    look: Look
    path: str
    folder: str = FOLDER

    def at(self, path: str) -> tuple[Place, str]:
        """Return what lies at *path* of the workspace, and where: a folder's index for a folder that has one."""
        place, found = self.look(PLACE, path)
        return Place(place), found

    def is_page(self, path: str) -> bool:
        """Tell whether a page of the site lies at *path*."""
        return path == self.path or self.at(path) == (Place.PAGE, path)

    def is_in_site(self, path: str) -> bool:
        """Tell whether a page or another file of the site lies at *path*."""
        return self.look(IN_SITE, path)
