"""Until when versions of products are supported, as files of the workspace tell it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any

import orjson

from waypost.core.content import load_text
from waypost.core.errors import Problem
from waypost.core.markdownfile import parse_markdown
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.settings import END_OF_LIFE

RULE = "documents/end-of-life"
_FIX = "Fetch it again from https://endoflife.date/api/v1/products/<name>."


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its label for people, all names that stand for it, and when each release's support ends.

    A release ends on a day, or has ended on an unknown one (True), or has no end yet (False).
    """

    label: str
    names: frozenset[str]
    ends: Mapping[str, date | bool]
    path: str = ""

    def end_of(self, version: str) -> tuple[str, date | bool] | None:
        """Return the release that *version* belongs to, the longest that fits, with its end; None without one."""
        parts = version.split(".")
        for length in range(len(parts), 0, -1):
            release = ".".join(parts[:length])
            if release in self.ends:
                return release, self.ends[release]
        return None


@dataclass(frozen=True)
class EndOfLife:
    """Every product that the workspace has a file for."""

    products: tuple[Product, ...] = field(default=())

    @cached_property
    def by_name(self) -> Mapping[str, Product]:
        """Products by each of their names, in lower case."""
        return {name: product for product in reversed(self.products) for name in product.names}


def load_end_of_life(workspace: Workspace, knowledge: Knowledge) -> Loaded[EndOfLife]:
    """Read every product's file in the folder that the settings name; what cannot be read is a problem.

    A file is the answer of endoflife.date, of either version of its API, or the product's own source there:
    Markdown with the releases as front matter.
    """
    problems: list[Problem] = []
    found = []
    for path in workspace.files(knowledge[Settings][END_OF_LIFE], ".json", ".md"):
        text = load_text(workspace, path, RULE, problems)
        product = read_product(path, text, problems) if text is not None else None
        if product is not None:
            found.append(product)
    return Loaded(EndOfLife(tuple(found)), problems)


def read_product(path: str, text: str, problems: list[Problem]) -> Product | None:
    """Return the product that the *text* of the file at *path* tells of, or None; faults go to *problems*."""
    stem = PurePosixPath(path).stem
    if path.endswith(".md"):
        file = parse_markdown(path, text)
        if not file.has_front_matter:
            return None  # A page for people who look into the folder.
        data: object = dict(file.front_matter)
    else:
        try:
            data = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            problems.append(Problem(path, error.lineno, RULE, f"is not JSON: {error.msg}", _FIX))
            return None
    if isinstance(data, dict) and isinstance(data.get("result"), dict):
        data = data["result"]
    about: dict[str, Any] = data if isinstance(data, dict) else {"releases": data}
    releases = about.get("releases")
    if not isinstance(releases, list):
        problems.append(Problem(path, 1, RULE, "holds no list of releases", _FIX))
        return None
    ends: dict[str, date | bool] = {}
    for number, release in enumerate(releases):
        read = _read_release(release)
        if read is None:
            message = f"release {number + 1} has no version, or no day on which its support ends"
            problems.append(Problem(path, 1, RULE, message, _FIX))
        else:
            ends[read[0]] = read[1]
    labels = (about.get("label"), about.get("title"))
    label = next((text for text in labels if isinstance(text, str)), stem)
    return Product(label, frozenset(_names(stem, label, about)), ends, path)


def _read_release(release: object) -> tuple[str, date | bool] | None:
    if not isinstance(release, dict):
        return None
    name = next((release[key] for key in ("releaseCycle", "cycle", "name") if key in release), None)
    end = release.get("eolFrom", release.get("eol"))
    if end is None and "isEol" in release:
        end = release["isEol"]
    day = end if isinstance(end, bool) else _day(end)
    return None if name is None or day is None else (str(name), day)


def _day(value: object) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _names(stem: str, label: str, about: Mapping[str, Any]) -> Iterator[str]:
    yield stem.casefold()
    yield label.casefold()
    for key in ("name", "permalink"):
        if isinstance(about.get(key), str):
            yield about[key].strip("/").casefold()
    for key in ("aliases", "alternate_urls"):
        yield from (str(alias).strip("/").casefold() for alias in _list(about.get(key)))
    for identifier in _list(about.get("identifiers")):
        purl = identifier.get("id", identifier.get("purl")) if isinstance(identifier, dict) else None
        if isinstance(purl, str) and purl.startswith("pkg:docker/"):
            yield purl.partition("?")[0].rpartition("/")[2].partition("@")[0].casefold()


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A version that a text names: under which name of a product, where; ``is_used`` says that code takes it."""

    name: str
    version: str
    line: int
    is_used: bool


_OPEN = re.compile(r"\s*\+|\s+(?:or|and)\s+(?:later|newer|higher|above|up)\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:since|before|until|from|after|than|below|above|in)\s+\Z", re.IGNORECASE)
_IMAGE = re.compile(
    r"(?<![\w/.:-])(?:[\w.-]+(?::\d+)?/)*(?P<name>[A-Za-z][\w.-]*):v?(?P<version>\d+(?:\.\d+)*)"
)


def find_in_prose(text: str, names: Collection[str], line: int = 1) -> Iterator[Mention]:
    """Give the versions of products called *names* that *text*, which starts on *line*, names.

    That is ``Kubernetes 1.31`` or ``python v3.9.2``; names are told in lower case, and any case is found.

    What is only a bound is left out: ``Python 3.9 or later``, ``since Kubernetes 1.25``.
    """
    if not names:
        return
    for match in _prose_pattern(tuple(sorted(names))).finditer(text):
        before = text[max(match.start() - 12, 0) : match.start()]
        if _OPEN.match(text, match.end()) or _BOUND.search(before):
            continue
        at = line + text.count("\n", 0, match.start())
        yield Mention(match["name"].casefold(), match["version"], at, is_used=False)


def find_in_code(text: str, names: Collection[str], line: int = 1) -> Iterator[Mention]:
    """Give the versions of images called *names* that *text*, a block of code whose first line is *line*, takes."""
    for match in _IMAGE.finditer(text):
        name = match["name"].casefold()
        if name in names:
            yield Mention(name, match["version"], line + text.count("\n", 0, match.start()), is_used=True)


@lru_cache(maxsize=4)
def _prose_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"(?<![\w./-])(?P<name>{either})[ \t]+(?:version[ \t]+)?v?(?P<version>\d++(?:\.\d++)*+)(?![\w-])",
        re.IGNORECASE,
    )
