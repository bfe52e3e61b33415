"""Building the site: MkDocs in this process, with whatever the workspace has, into a folder of its own."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from jinja2 import TemplateError
from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

from waypost.core.errors import WaypostError
from waypost.core.host import Host
from waypost.core.plugin import Progress
from waypost.core.settings import WORKSPACE_NAME
from waypost.documents.settings import FOLDER_SETTING
from waypost.site.mkdocs_plugin import WaypostPlugin

_OF_A_PAGE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TemplateError,
    TypeError,
    ValueError,
)
"""What Markdown, its extensions and templates raise over a text that they cannot take."""

CONFIG = "mkdocs.yml"
DEFAULTS = "default.yml"


class BuildError(WaypostError):
    """The site cannot be built as it was asked for; nothing was put in the place of the old one."""

    status = 422


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made: how many pages, how many warnings it gave, how long it took."""

    pages: int
    warnings: int
    seconds: float


def build_site(host: Host, out: Path, *, strict: bool, progress: Progress) -> BuildReport:
    """Build the site of the workspace of *host* into the folder *out*.

    *out* is replaced when the build is done, and stays as it was when there is none. A page that cannot be
    rendered is left out and told; the others are built.

    Raises:
        BuildError: The configuration is wrong, or *strict* and there were warnings.
    """
    started = time.monotonic()
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder, _told(progress) as log:
        fresh = Path(folder) / "site"
        _build(host, fresh, strict=strict, log=log, progress=progress)
        _replace(fresh, out)
    pages = sum(1 for _ in out.rglob("*.html"))
    return BuildReport(pages=pages, warnings=log.warnings, seconds=time.monotonic() - started)


def _build(host: Host, out: Path, *, strict: bool, log: _Log, progress: Progress) -> None:
    left_out: list[str] = []
    with _source_date(host):
        while True:
            log.broken = ""
            try:
                build_with_mkdocs(_configure(host, out, strict=strict, left_out=left_out, progress=progress))
            except (Abort, ConfigurationError, MkDocsException) as error:
                told = "\n".join(log.errors) or str(error)
                raise BuildError(f"the site was not built: {told}") from error
            except _OF_A_PAGE as error:
                # Whatever Markdown or a template makes of one page must not cost the reader all others.
                if not log.broken or log.broken in left_out:
                    raise
                if strict:
                    raise BuildError(f"the site was not built: {log.broken}: {error}") from error
                left_out.append(log.broken)
            else:
                return


def _configure(
    host: Host, out: Path, *, strict: bool, left_out: list[str], progress: Progress
) -> MkDocsConfig:
    root = host.workspace.root
    if (root / CONFIG).is_file():
        config = load_config(str(root / CONFIG), site_dir=str(out), strict=strict or None)
    else:
        config = _default_config(host, out, strict=strict)
    plugin = next((p for p in config.plugins.values() if isinstance(p, WaypostPlugin)), None)
    if plugin is not None:
        plugin.use(host, left_out, progress)
    return config


def _default_config(host: Host, out: Path, *, strict: bool) -> MkDocsConfig:
    root = host.workspace.root
    values: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(DEFAULTS).read_text(encoding="utf-8"))
    docs = root / host.settings[FOLDER_SETTING]
    if not docs.is_dir():
        docs = out.parent / "no-pages"
        docs.mkdir(exist_ok=True)
    values |= {
        "site_name": host.settings[WORKSPACE_NAME],
        "docs_dir": str(docs),
        "site_dir": str(out),
        "strict": strict,
    }
    config = MkDocsConfig(config_file_path=str(root / CONFIG))
    config.load_dict(values)
    errors, _ = config.validate()
    if errors:
        raise BuildError("\n".join(f"the site was not built: {name}: {error}" for name, error in errors))
    return config


@contextmanager
def _source_date(host: Host) -> Iterator[None]:
    """Date the pages by the newest commit, so that the same commit gives the same site."""
    commits = [file.last for file in host.workspace.history.files.values()]
    before = os.environ.get("SOURCE_DATE_EPOCH")
    if commits and before is None:
        os.environ["SOURCE_DATE_EPOCH"] = str(int(max(commits).timestamp()))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("SOURCE_DATE_EPOCH", None)


def _replace(fresh: Path, out: Path) -> None:
    """Put *fresh* where *out* is: a reader meets the one or the other, and nothing between for long."""
    if out.exists():
        old = fresh.with_name("old")
        out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old)
    else:
        fresh.rename(out)


class _Log(logging.Handler):
    """Hands MkDocs' warnings on, and keeps which page broke."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress
        self.warnings = 0
        self.broken = ""
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Tell *record* as a line."""
        text = record.getMessage()
        if record.levelno >= logging.ERROR:
            self.errors.append(text)
            _, _, rest = text.partition(" page '")
            self.broken = rest.partition("'")[0]
        self.warnings += 1
        self._progress.say(f"{record.levelname.lower()}: {text}")


@contextmanager
def _told(progress: Progress) -> Iterator[_Log]:
    logger = logging.getLogger("mkdocs")
    handler = _Log(progress)
    propagates = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
