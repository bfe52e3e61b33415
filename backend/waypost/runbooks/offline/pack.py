"""The incident pack: every runbook, whom to call and what hangs together, as files that need no server."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup

from waypost.catalog.model import Catalog
from waypost.core.errors import InputError, NotFoundError
from waypost.core.pageaddress import url_of
from waypost.core.plugin import Knowledge
from waypost.core.settings import WORKSPACE_NAME, WORKSPACE_URL, Settings
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents
from waypost.runbooks.briefs import Brief, brief_of
from waypost.runbooks.dependants import dependants
from waypost.runbooks.model import Runbook, Runbooks
from waypost.runbooks.offline.packindex import Contents, Shown, index_page, readme
from waypost.runbooks.offline.runbookpage import runbook_html
from waypost.runbooks.offline.shell import whole_page
from waypost.runbooks.plaintext import listing, plain_text
from waypost.runbooks.settings import SITE

CHECKSUMS: Final = "SHA256SUMS"
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif"})
_PICTURE_BYTES: Final = 5_000_000
_BURNING: Final = 12
_LEFT_OUT: Final = frozenset({"retired"})
_UP: Final = "../"


def make_pack(workspace: Workspace, knowledge: Knowledge, at: datetime) -> dict[str, bytes]:
    """Return the files of the pack by their paths, with their checksums; none in a workspace without runbooks.

    The same workspace at the same time gives the same bytes.
    """
    packing = _Packing(workspace, knowledge, at)
    if not packing.shown:
        return {}
    files = packing.files()
    sums = "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return files | {CHECKSUMS: sums.encode()}


@dataclass(frozen=True)
class _Packing:
    workspace: Workspace
    knowledge: Knowledge
    at: datetime
    pictures: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Each runbook that goes in, with the name of its files and what burns with what it is about."""
        taken: set[str] = set()
        found = [each for each in self.knowledge[Runbooks].ordered if each.status not in _LEFT_OUT]
        return tuple(self._shown(runbook, taken) for runbook in found)

    @cached_property
    def _by_path(self) -> Mapping[str, Shown]:
        return {each.brief.path: each for each in self.shown}

    def files(self) -> dict[str, bytes]:
        texts: dict[str, str] = {}
        for each in self.shown:
            texts[f"runbooks/{each.file}.html"] = self._runbook_page(each)
            texts[f"text/{each.file}.txt"] = plain_text(each.brief)
        tiers = {tier: [each for each in self.shown if each.brief.tier == tier] for tier in self._tiers}
        for tier, members in tiers.items():
            texts[f"{_tier_file(tier)}"] = self._tier_page(tier, members)
        texts["text/index.txt"] = listing(
            [
                (alert, f"{each.file}.txt")
                for each in self.shown
                for alert in each.brief.alerts or (each.brief.name,)
            ]
        )
        data = {path: text.encode(errors="replace") for path, text in texts.items()} | self.pictures
        contents = self._contents(sum(map(len, data.values())))
        return data | {
            "index.html": index_page(contents).encode(errors="replace"),
            "README.txt": readme(contents).encode(errors="replace"),
        }

    @property
    def _tiers(self) -> list[str]:
        return sorted({each.brief.tier for each in self.shown}, key=lambda tier: (not tier, tier))

    def _contents(self, size: int) -> Contents:
        runbooks = self.knowledge[Runbooks]
        unanswered = {
            rule.name
            for rule in runbooks.rules
            if rule.pages_somebody and not runbooks.find_by_alert(rule.name)
        }
        return Contents(
            name=self.knowledge[Settings][WORKSPACE_NAME],
            at=self.at,
            commit=(self.workspace.history.head or "")[:12],
            size=size,
            shown=self.shown,
            tiers=tuple((tier, _tier_file(tier)) for tier in self._tiers),
            unanswered=tuple(sorted(unanswered)),
        )

    def _shown(self, runbook: Runbook, taken: set[str]) -> Shown:
        catalog = self.knowledge[Catalog]
        burns = dependants(runbook.about, catalog)
        named = [each.entity.title for each in burns[:_BURNING]]
        more = [f"and {len(burns) - _BURNING} more"] if len(burns) > _BURNING else []
        return Shown(brief_of(runbook, catalog), _file_name(runbook.name, taken), (*named, *more))

    def _runbook_page(self, shown: Shown) -> str:
        way = Markup(
            '<nav class="screen"><a href="../index.html">All runbooks</a> · <a href="../text/{}.txt">as text</a></nav>\n'
        )
        main = self._html(shown)
        return whole_page(
            shown.brief.title,
            main,
            before=way.format(quote(shown.file)) + self._stamp("header"),
            after=self._stamp(),
        )

    def _tier_page(self, tier: str, members: Sequence[Shown]) -> str:
        title = f"Runbooks of {tier}" if tier else "Runbooks without a tier"
        way = Markup('<nav class="screen"><a href="../index.html">All runbooks</a></nav>\n')
        parts = Markup("\n").join(
            Markup("<section{}>{}</section>").format(
                Markup(' class="page"') if place else "", self._html(each, prefix=f"{each.file}--")
            )
            for place, each in enumerate(members)
        )
        return whole_page(title, parts, before=way + self._stamp("header"), after=self._stamp())

    def _stamp(self, place: str = "footer") -> Markup:
        commit = (self.workspace.history.head or "")[:12]
        told = Markup('<{0} class="small"><p>Valid as of {1:%Y-%m-%d %H:%M} UTC{2}.</p></{0}>\n')
        return told.format(place, self.at, f", commit {commit}" if commit else "")

    def _html(self, shown: Shown, prefix: str = "") -> Markup:
        brief = shown.brief
        return runbook_html(
            brief,
            link=lambda target: self._leads(brief, target, prefix),
            picture=lambda target: self._picture(brief, target),
            address=lambda target: self._address(brief, target),
            burns=shown.burns,
            prefix=prefix,
        )

    def _leads(self, brief: Brief, target: str, prefix: str) -> str:
        """Return where a link leads: within the document, to another runbook of the pack, or out to the web."""
        if target.startswith("#"):
            return f"#{prefix}{target[1:]}"
        if re.match(r"(?:https?|mailto|tel):", target, re.IGNORECASE):
            return target
        path, _, fragment = target.partition("#")
        found = self._by_path.get(_beside(brief, path))
        if found is None:
            return ""
        return f"{_UP}runbooks/{quote(found.file)}.html" + (f"#{fragment}" if fragment else "")

    def _address(self, brief: Brief, target: str) -> str:
        """Return what to show of a page that is not in the pack: its address on the site, or among the files."""
        path = _beside(brief, target.partition("#")[0])
        page = self.knowledge[Documents].pages.get(path)
        settings = self.knowledge[Settings]
        site, files = settings[SITE].rstrip("/"), settings[WORKSPACE_URL].rstrip("/")
        if site and page is not None:
            return f"{site}/{url_of(page.uri)}"
        return f"{files}/{path}" if files and path else path or target

    def _picture(self, brief: Brief, target: str) -> str:
        """Return where a picture lies in the pack, into which it is taken; "" where it cannot be."""
        path = _beside(brief, target)
        suffix = posixpath.splitext(path)[1].lower()
        if not path or suffix not in _PICTURES:
            return ""
        try:
            data = self.workspace.read_bytes(path)
        except (NotFoundError, InputError):
            return ""
        if len(data) > _PICTURE_BYTES:
            return ""
        name = f"pictures/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        self.pictures[name] = data
        return _UP + name


def _beside(brief: Brief, target: str) -> str:
    """Return the file of the workspace that *target* names from the page of *brief*; "" for none of it."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(brief.path), unquote(parts.path)))
    return "" if path.startswith("..") or "\0" in path else path


def _file_name(name: str, taken: set[str]) -> str:
    """Return *name* as that of a file on every system, one that none of *taken* is in any case."""
    base = re.sub(r"[^\w.-]+", "-", name).strip(".-")[:80] or "runbook"
    for file in _numbered(base):
        if file.casefold() not in taken:
            taken.add(file.casefold())
            return file
    raise AssertionError(name)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 1
    while True:
        number += 1
        yield f"{base}-{number}"


def _tier_file(tier: str) -> str:
    return f"tiers/{re.sub(r'[^a-z0-9]+', '-', tier.casefold()).strip('-') or 'none'}.html"
