"""Between MkDocs' values and ours: files, pages and configuration of one build."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

from waypost.adr.pages.words import FEED
from waypost.adr.settings import FOLDER as ADR_FOLDER
from waypost.core.host import Host
from waypost.core.plugin import SitePage
from waypost.core.settings import WORKSPACE_URL
from waypost.documents.load import is_below
from waypost.documents.settings import EXCLUDE
from waypost.runbooks.staticaddresses import entries_of
from waypost.site.attachments import find_attachments
from waypost.site.authored import Authored, read_authored
from waypost.site.extension import WaypostExtension
from waypost.site.finish import finish_html
from waypost.site.landmarks import name_landmarks
from waypost.site.links import SiteMap
from waypost.site.nav import NavPage, is_entity_page, make_nav
from waypost.site.pieces import fill_pieces
from waypost.site.publish import Site, titled, with_authored
from waypost.site.settings import LIVE
from waypost.site.view import BuildView

# What Material reads of a page. Its `status` and MkDocs' `template` mean other things than ours.
_FOR_THEME: Final = frozenset({"title", "description", "hide", "search", "icon", "subtitle", "author"})

# Lists of what may be thousands: the navigation leaves out what they lead to.
_LISTS: Final = ("catalog", "decisions", "scorecards")

THEME: Final = Path(__file__).parent / "theme"


class Build:
    """What one build keeps between MkDocs' hooks."""

    def __init__(
        self,
        site: Site,
        host: Host,
        config: MkDocsConfig,
        warn: Callable[[str], None],
        *,
        left_out: Sequence[str] = (),
    ) -> None:
        self._site = site
        self._host = host
        self._warn = warn
        self._root = host.workspace.root.resolve()
        self._left_out = frozenset(left_out)
        self._pages: dict[str, SitePage] = {
            uri: page for uri, page in site.pages.items() if uri not in self._left_out
        }
        self._authored: dict[str, Authored] = {}
        self._sections: dict[str, Section | None] = {}
        self._view = BuildView(site, SiteMap(uris=frozenset()), warn)
        self._set_up(config)
        for warning in site.warnings:
            warn(warning)

    @property
    def watched(self) -> list[Path]:
        """The folders outside the pages' own whose changes change the site."""
        names = ("catalog", self._host.settings[ADR_FOLDER])
        return [folder for name in names if (folder := self._root / name).is_dir()]

    def add_pages(self, files: Files, config: MkDocsConfig) -> Files:
        """Return *files* with the generated pages; what an author wrote at the same address stays before them."""
        for uri in self._left_out.intersection(files.src_uris):
            files.remove(files.src_uris[uri])
        left_out, prefix = self._host.settings[EXCLUDE], self._prefix(config)
        for uri in [uri for uri in files.src_uris if is_below(prefix + uri, left_out)]:
            files.remove(files.src_uris[uri])
        self._authored = read_authored(files, self._site.context.knowledge, self._prefix(config), self._warn)
        for uri, page in self._pages.items():
            file = files.get_file_from_path(uri)
            if file is not None:
                self._pages[uri] = with_authored(page, self._authored[uri].body)
                self._authored[uri].file.content_string = self._pages[uri].markdown
            else:
                is_hidden = is_entity_page(uri) or page.meta.get("in_nav") is False
                hidden = InclusionLevel.NOT_IN_NAV if is_hidden else InclusionLevel.UNDEFINED
                content = (
                    titled(page) if uri.endswith(".md") else page.markdown if page.data is None else page.data
                )
                files.append(File.generated(config, uri, content=content, inclusion=hidden))
        site_map = self._map(files, config)
        attached = find_attachments(self._pages.values(), self._host.workspace, site_map.page_of)
        for path, uri in attached.items():
            files.append(File.generated(config, uri, abs_src_path=str(self._root / path)))
        self._view.site_map = replace(
            site_map, uris=frozenset(files.src_uris), page_of={**attached, **site_map.page_of}
        )
        if config.nav is None:
            config.nav = make_nav(
                self._nav_page(file)
                for file in files.documentation_pages()
                if file.inclusion is not InclusionLevel.NOT_IN_NAV
            )
            _leave_out_of_nav(files, config.nav)
        return files

    def place(self, files: Files) -> None:
        """Learn where the navigation has the lists that lead to pages which it may leave out."""
        for folder in _LISTS:
            index = files.get_file_from_path(f"{folder}/index.md")
            self._sections[folder] = (
                index.page.parent if index is not None and index.page is not None else None
            )

    def prepare(self, markdown: str, page: Page) -> str:
        """Return the text of *page* without front matter, and give MkDocs what that says."""
        uri = page.file.src_uri
        self._view.uri = uri
        if page.parent is None:
            # Then its breadcrumbs lead back, and the tab of the list is marked.
            page.parent = self._sections.get(uri.partition("/")[0])
        generated, authored = self._pages.get(uri), self._authored.get(uri)
        front = dict(authored.front) if authored else {}
        front |= dict(generated.meta) if generated else {}
        page.meta = {key: _escaped(front[key]) for key in _FOR_THEME & front.keys()} | {"waypost": front}
        source = generated.source if generated else ""
        if generated:
            page.edit_url = None
        address = self._host.settings[WORKSPACE_URL]
        if address and (source or authored):
            page.edit_url = address.rstrip("/") + "/" + (source or self._view.site_map.source_of[uri])
        return authored.body if authored and not generated else markdown

    def finish(self, html: str, page: Page) -> str:
        """Return the page's *html* with its head line, and whatever features put at its head."""
        uri = page.file.src_uri
        source = self._view.site_map.source_of.get(uri, "")
        return finish_html(html, uri, source=source, front=page.meta["waypost"], context=self._site.context)

    def mend(self, output: str, uri: str = "") -> str:
        """Return the whole HTML of the page at *uri*, with its pieces, and with one name for each landmark."""
        page = self._pages.get(uri)
        output = name_landmarks(output)
        return fill_pieces(output, page) if page else output

    def _set_up(self, config: MkDocsConfig) -> None:
        if config.theme.name == "material":
            config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
        # MkDocs says that these are names; it hands them to Markdown, which takes instances too.
        extensions: list[Any] = [name for name in config.markdown_extensions if name != "waypost"]
        extensions.append(WaypostExtension(self._view))
        config.markdown_extensions = extensions
        feed = FEED if FEED in self._site.pages else ""
        alerts = entries_of(self._site.context.knowledge)
        config.extra["waypost"] = {"live": self._host.settings[LIVE], "feed": feed, "alerts": alerts}

    def _prefix(self, config: MkDocsConfig) -> str:
        docs = Path(config.docs_dir).resolve()
        inside = docs.relative_to(self._root).as_posix() if docs.is_relative_to(self._root) else ""
        return f"{inside}/" if inside not in ("", ".") else ""

    def _map(self, files: Files, config: MkDocsConfig) -> SiteMap:
        prefix = self._prefix(config)
        source_of = {uri: page.source for uri, page in self._pages.items() if page.source}
        source_of |= {file.src_uri: prefix + file.src_uri for file in files if file.generated_by is None}
        page_of: dict[str, str] = {}
        for uri, source in source_of.items():
            # A file that several pages show leads to the first: a file of the catalog to its first entity.
            page_of.setdefault(source, uri)
        return SiteMap(
            uris=frozenset(files.src_uris),
            page_of=page_of,
            source_of=source_of,
            files_url=self._host.settings[WORKSPACE_URL],
            exists=self._host.workspace.exists,
        )

    def _nav_page(self, file: File) -> NavPage:
        front: Mapping[str, Any] = {}
        if file.src_uri in self._authored:
            front = self._authored[file.src_uri].front
        kind = front.get("kind")
        title = front.get("title")
        return NavPage(
            file.src_uri,
            title=title if isinstance(title, str) else "",
            kind=kind if isinstance(kind, str) else "",
        )


def _escaped(value: Any) -> Any:
    """Return *value* as the theme may write it: its templates escape nothing."""
    return str(escape(value)) if isinstance(value, str) else value


def _leave_out_of_nav(files: Files, nav: list[Any]) -> None:
    """Tell MkDocs that the pages that *nav* does not list are not forgotten."""
    listed = set(_uris(nav))
    for file in files.documentation_pages():
        if file.src_uri not in listed:
            file.inclusion = InclusionLevel.NOT_IN_NAV


def _uris(items: list[Any]) -> list[str]:
    found: list[str] = []
    for item in items:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            found.extend(uri for inside in item.values() for uri in _uris(_as_list(inside)))
    return found


def _as_list(inside: Any) -> list[Any]:
    return inside if isinstance(inside, list) else [inside]
