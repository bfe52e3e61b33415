"""Finds what a folder holds: its pages, its decisions, entities that are described, and files of alert rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from waypost.adr.names import is_marked, name_of
from waypost.adr.naming import folder_of
from waypost.adr.recognise import is_decision, read_record
from waypost.core.errors import InputError, NotFoundError
from waypost.core.markdownfile import MarkdownFile, parse_markdown
from waypost.core.plugin import Progress
from waypost.core.workspace import Workspace

_MARKDOWN = (".md", ".markdown")
_NOT_THEIRS = frozenset(
    {"node_modules", "vendor", "third_party", "build", "dist", "target", "venv", "__pycache__", "testdata"}
)
"""Folders whose pages others wrote, or a program."""
_USUAL = (
    "site", "docs", "doc", "documentation", "source", "content", "handbook", "wiki", "guides", "runbooks",
    "playbooks", "alerts",
)  # fmt: skip
_OF_CODE = frozenset(
    {
        "example", "examples", "fixtures", "internal", "integration-tests", "packages", "pkg", "sample", "samples",
        "src", "template", "templates", "test", "tests",
    }
)  # fmt: skip
"""Folders whose pages belong to code, or are to be filled in."""
_ADR_WORDS = frozenset({"adr", "adrs", "decision", "decisions", "rfc", "rfcs"})
_ADR_FOLDERS = frozenset({"adr", "adrs"})
_FEWEST_RECORDS = 2
_MOST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies in a folder.

    ``pages`` are the files of the folder that is to hold the site's pages, ``decisions`` the folder of the
    decisions, "" for none; ``records`` are the decisions' files. ``elsewhere`` are pages in no folder that
    is taken over, ``unread`` those that are no text. ``entities`` are files that describe some.
    """

    folder: str = ""
    pages: tuple[MarkdownFile, ...] = field(default=(), repr=False)
    decisions: str = ""
    records: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to adopt: a page at the top, such as a README, is none."""
        return not self.pages and not self.decisions


def find_content(workspace: Workspace, progress: Progress, *, pages: str = "", decisions: str = "") -> Found:
    """Look through every file of *workspace* and read its pages. Nothing is written.

    Args:
        pages: The folder of the pages, where somebody says which.
        decisions: The folder of the decisions, where somebody says which.
    """
    paths = [path for path in workspace.files(".") if not _NOT_THEIRS & set(path.split("/")[:-1])]
    files: dict[str, MarkdownFile] = {}
    unread: list[str] = []
    for path in progress.track([path for path in paths if path.endswith(_MARKDOWN)], "Reading pages"):
        try:
            files[path] = parse_markdown(path, workspace.read_text(path))
        except (InputError, NotFoundError):
            unread.append(path)
    decisions = decisions.strip("/") or _find_decisions(files)
    others = {path: file for path, file in files.items() if not _is_below(path, decisions)}
    folder = pages.strip("/") or _choose_folder(others)
    found = tuple(file for path, file in others.items() if _is_below(path, folder))
    taken = {page.path for page in found}
    return Found(
        folder=folder,
        pages=found,
        decisions=decisions,
        records=tuple(path for path in files if _is_below(path, decisions)),
        elsewhere=tuple(path for path in others if path not in taken),
        unread=tuple(unread),
        entities=tuple(path for path in paths if _describes_entities(path)),
    )


def _is_below(path: str, folder: str) -> bool:
    return bool(folder) and path.startswith(f"{folder}/")


def _find_decisions(files: dict[str, MarkdownFile]) -> str:
    """Return the folder in which most decisions lie, "" where there are hardly any."""
    records = [path for path, file in files.items() if _is_record(path, file)]
    found = Counter(folder_of(path) for path in records)
    many = [folder for folder, count in found.items() if count >= _fewest_records(folder) and folder != "."]
    if not many:
        return ""
    first = max(many, key=lambda folder: (not _OF_CODE & set(folder.split("/")), found[folder], folder))
    return _widened(first, records, list(files))


def _fewest_records(folder: str) -> int:
    """Return how many decisions make *folder* one of theirs: the first is enough where its name says so."""
    return 1 if _words(folder) & _ADR_FOLDERS else _FEWEST_RECORDS


def _is_record(path: str, file: MarkdownFile) -> bool:
    is_marked_so = is_marked(name_of(path)) or bool(_words(folder_of(path)) & _ADR_WORDS)
    return is_marked_so and is_decision(read_record(file))


def _words(folder: str) -> set[str]:
    return set(re.split(r"[/_-]", folder.lower()))


def _widened(folder: str, records: Sequence[str], files: Sequence[str]) -> str:
    """Return the narrowest folder around most decisions that is called as decisions are, or holds little else."""
    parts = folder.split("/")
    best, most = folder, sum(_is_below(path, folder) for path in records)
    for end in range(len(parts) - 1, 0, -1):
        around = "/".join(parts[:end])
        below = sum(_is_below(path, around) for path in files)
        kept = sum(_is_below(path, around) for path in records)
        # A folder of documentation that holds little but decisions is still not theirs.
        is_theirs = bool(_words(parts[end - 1]) & _ADR_WORDS) or around not in _USUAL
        if is_theirs and kept > most and kept >= _MOST * below:
            best, most = around, kept
    return best


def _choose_folder(files: Iterable[str]) -> str:
    """Return the folder at the top in which most pages lie, of those that have a usual name where some have."""
    counts = Counter(path.split("/", 1)[0] for path in files if "/" in path)
    known = [folder for folder in counts if folder in _USUAL]
    if _USUAL[0] in known:
        return _USUAL[0]
    chosen = known or [folder for folder in counts if folder not in _OF_CODE]
    return max(chosen, key=lambda folder: (counts[folder], folder), default="")


def _describes_entities(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ("catalog-info.yaml", "catalog-info.yml") and not path.startswith("catalog/")
