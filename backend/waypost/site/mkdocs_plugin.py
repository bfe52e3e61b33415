"""The MkDocs plugin: values out of MkDocs, one call, values back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from waypost.core.errors import WaypostError
from waypost.core.host import Host, open_host
from waypost.core.plugin import Progress
from waypost.core.progress import SilentProgress
from waypost.site import adapter
from waypost.site.session import open_site
from waypost.site.strays import find_strays

log = get_plugin_logger("waypost")


class WaypostConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped.
    """What ``mkdocs.yml`` may say below ``waypost:``."""

    workspace = c.Type(str, default=".")
    """The workspace's folder, relative to ``mkdocs.yml``."""


class WaypostPlugin(BasePlugin[WaypostConfig]):  # type: ignore[no-untyped-call]  # The same.
    """Adds the pages, links and embeds of a workspace to the site."""

    def __init__(self) -> None:
        self._host: Host | None = None
        self._left_out: Sequence[str] = ()
        self._progress: Progress = SilentProgress()
        self._steps: Iterator[object] = iter(())
        self._open = ExitStack()

    def use(self, host: Host, left_out: Sequence[str], progress: Progress) -> None:
        """Build with what *host* has open, without the pages *left_out*, and show *progress*."""
        self._host = host
        self._progress = progress
        self._left_out = left_out

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the workspace, and set up theme and Markdown for its pages."""
        self._open.close()
        root = Path(config.config_file_path or ".").resolve().parent / self.config.workspace
        try:
            host = self._host or self._open.enter_context(open_host(root))
            opened = open_site(host, datetime.now(UTC), self._progress, site_url=config.site_url or "")
            site = self._open.enter_context(opened)
        except WaypostError as error:
            raise PluginError(str(error)) from error
        for stray in find_strays(Path(config.docs_dir), host.workspace.root):
            raise PluginError(f"{stray}; remove it")
        self._build = adapter.Build(site, host, config, log.warning, left_out=self._left_out)
        return config

    # After plugins that add pages of their own: links to those are known then.
    @event_priority(-50)
    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Add the generated pages, and the navigation where there is none."""
        return self._build.add_pages(files, config)

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Lead from the pages of entities back to the catalog, and begin to count pages."""
        del config
        self._build.place(files)
        self._begin("Rendering pages", len(files.documentation_pages()))
        return nav

    @event_priority(-50)
    def on_page_markdown(self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give the page its text and front matter as the workspace reads them."""
        del config, files
        return self._build.prepare(markdown, page)

    def on_page_content(self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put what is known of the page at its head."""
        del config, files
        next(self._steps, None)
        return self._build.finish(html, page)

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Begin to count pages anew: all are rendered, now they are written."""
        del config
        self._begin("Writing pages", len(files.documentation_pages()))
        return env

    def on_post_template(self, output: str, /, *, template_name: str, config: MkDocsConfig) -> str:
        """Mend the page for what is not there, which is no page of its own."""
        del config
        return self._build.mend(output) if template_name.endswith(".html") else output

    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Put in what only the written page holds, and mend what the theme's own templates leave out."""
        del config
        next(self._steps, None)
        return self._build.mend(output, page.file.src_uri)

    def on_serve(self, server: LiveReloadServer, /, **_: object) -> LiveReloadServer:
        """Build again when the catalog or a decision changes."""
        for folder in self._build.watched:
            server.watch(str(folder))
        return server

    def on_post_build(self, **_: object) -> None:
        """Close what the build had open."""
        self._end()
        self._open.close()

    def on_build_error(self, **_: object) -> None:
        """Close what the build had open."""
        self._steps = iter(())
        self._open.close()

    def _begin(self, label: str, pages: int) -> None:
        self._end()
        self._steps = self._progress.track(range(pages), label, pages)
        next(self._steps, None)

    def _end(self) -> None:
        """Run out what is counted: a bar goes, a line tells how many there were."""
        for _ in self._steps:
            pass
