"""Every version of every decision that git keeps, from the draft on: one pass over the log of their folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from waypost.adr.model import STATE_WORDS, State
from waypost.adr.recognise import find_status, read_record
from waypost.adr.status import parse_status
from waypost.core.blobs import read_blobs
from waypost.core.git import run_git, time_of
from waypost.core.markdownfile import parse_markdown
from waypost.core.workspace import Workspace

_COMMIT = "\x01"
_OWN_STATUS = re.compile(
    r"---[ \t]*\r?\n(?:(?!---|\.\.\.|status:)[^\n]*\n)*+status:[ \t]*[\"']?(?P<word>[^\s\"'#]+)"
)


@dataclass(frozen=True, slots=True)
class Version:
    """One commit's change of one file: ``letter`` is git's, A, M, D or R; ``author`` an e-mail address."""

    path: str
    old_path: str
    letter: str
    blob: str
    commit: str
    at: datetime
    author: str


def read_lineages(workspace: Workspace, folder: str) -> dict[str, tuple[Version, ...]]:
    """Return the versions of each file of *folder* that is there at HEAD, the oldest first, renames followed.

    Empty where there is no repository. One process of git.
    """
    log = run_git(
        workspace.root, "log", "--reverse", "--topo-order", "--raw", "-z", "--no-abbrev", "--find-renames",
        "--relative", "--no-show-signature", "--no-ext-diff", f"--format={_COMMIT}%H%x00%at%x00%aE", "--", folder,
    )  # fmt: skip
    lines: dict[str, list[Version]] = {}
    for version in _parse_log(log or ""):
        if version.letter == "D":
            lines.pop(version.path, None)
        elif version.letter == "R":
            lines[version.path] = [*lines.pop(version.old_path, []), version]
        elif version.letter == "A":
            lines[version.path] = [version]
        else:
            lines.setdefault(version.path, []).append(version)
    return {path: tuple(versions) for path, versions in lines.items()}


def _parse_log(log: str) -> Iterator[Version]:
    parts = iter(log.split("\0"))
    commit, at, author = "", datetime.fromtimestamp(0, UTC), ""
    for part in parts:
        word = part.lstrip("\n")
        if word.startswith(_COMMIT):
            commit = word[1:]
            at, author = time_of(next(parts)), next(parts)
        elif word.startswith(":"):
            *_, blob, letters = word.split(" ")
            old_path = next(parts) if letters[0] in "RC" else ""
            letter = {"R": "R", "A": "A", "C": "A", "D": "D"}.get(letters[0], "M")
            yield Version(next(parts), old_path, letter, blob, commit, at, author)


def read_texts(workspace: Workspace, versions: Iterable[Version]) -> dict[str, str]:
    """Return the texts of *versions* by blob. One process of git."""
    blobs = read_blobs(workspace.root, (version.blob for version in versions))
    return {name: data.decode("utf-8", "replace") for name, data in blobs.items()}


def states_of(
    versions: Iterable[Version], texts: Mapping[str, str]
) -> tuple[tuple[Version, State | None], ...]:
    """Return each version with the state that its text says, read as the records of today are."""
    return tuple((version, state_in(version.path, texts.get(version.blob, ""))) for version in versions)


def state_in(path: str, text: str) -> State | None:
    """Return the state that *text*, a record in any format, says of itself; None for none that is known."""
    match = _OWN_STATUS.match(text) if text.startswith("---") else None
    word = match["word"] if match else find_status(read_record(parse_markdown(path, text)))[0]
    return STATE_WORDS.get(parse_status(word))
