"""Imports a folder of records into a repository: what moves, what every file says then, and careful commits."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from waypost.adr import names
from waypost.adr.importing import Batch, Left, Place, convert_all, make_values, place_records
from waypost.adr.mainline import Repository, run_git
from waypost.adr.relocating import Moves, relocate_markdown, relocate_yaml
from waypost.adr.renumber import addresses_of
from waypost.core.errors import ConflictError
from waypost.core.settings import Settings
from waypost.core.words import counted
from waypost.core.workspace import Workspace
from waypost.documents.settings import FOLDER_SETTING

_MARKDOWN: Final = (".md", ".markdown", ".mdx")
_YAML: Final = (".yaml", ".yml")
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import does. Paths are those of the repository, before the move.

    ``units`` are what is moved whole, ``moves`` each file of them, ``texts`` what files say afterwards. ``left``
    are sentences for the person.
    """

    places: tuple[Place, ...] = ()
    units: Mapping[str, str]
    moves: Mapping[str, str]
    texts: Mapping[str, str]
    left: tuple[str, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """Every path that changes, by its name before."""
        return frozenset(self.moves) | frozenset(self.texts)


def open_for_import(root: Path) -> Repository:
    """Return the repository that *root* lies in.

    Raises:
        ConflictError: There is none, or it has no commit.
    """
    where = run_git(root, "rev-parse", "--show-toplevel", "--show-prefix")
    if where.returncode:
        raise ConflictError(
            f"{root} is in no git repository: an import keeps the history of its records there"
        )
    if run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        raise ConflictError("the repository has no commit yet: commit the records first")
    top, prefix = where.stdout.decode("utf-8", "surrogateescape").split("\n")[:2]
    return Repository(Path(top), prefix)


def plan_import(settings: Settings, workspace: Workspace, batch: Batch) -> tuple[Repository, ImportPlan]:
    """Return the repository, and what the import *batch* changes in it. Nothing is written.

    Raises:
        ConflictError: There is no repository, or something that would change has changes that are not committed.
    """
    repository = open_for_import(workspace.root)
    places = list(_free(place_records(batch), repository, batch.left))
    values = make_values(places, batch)
    raw = {p.decision.path: _text_of(workspace.root / p.decision.path) or "" for p in places}
    converted = convert_all(places, values, raw, batch.left)
    plan = _with_links(repository, settings, [p for p in places if p.decision.path in converted], converted)
    plan = replace(plan, left=(*batch.left.told(), *plan.left))
    _check_clean(repository, plan)
    return repository, plan


def _free(places: Iterable[Place], repository: Repository, left: Left) -> Iterator[Place]:
    """Give those of *places* where nothing is in the way."""
    taken: set[str] = set()
    for place in places:
        new = repository.prefix + place.new_unit
        if (repository.top / repository.prefix / place.decision.path).is_symlink():
            left.add("left, it is a symbolic link", place.decision.path)
            continue
        if place.unit != place.new_unit and (new in taken or (repository.top / new).exists()):
            left.add(f"left, {place.new_unit} is there already", place.decision.path)
            continue
        taken.add(new)
        yield place


def _with_links(
    repository: Repository, settings: Settings, places: list[Place], converted: Mapping[str, str]
) -> ImportPlan:
    """Return the plan of an import that gives the records at *places* their texts as *converted*."""
    left = Left()
    prefix = repository.prefix
    units = {prefix + p.unit: prefix + p.new_unit for p in places if p.unit != p.new_unit}
    tracked = repository.tracked()
    paths = {old: new for old in tracked if (new := _moved(old, units))}
    moves = Moves(
        paths=paths,
        exists=lambda path: (repository.top / path).exists(),
        roots=tuple(dict.fromkeys((prefix.rstrip("/"), prefix + settings[FOLDER_SETTING].strip("/"), ""))),
        web=addresses_of(repository, settings, ""),
    )
    texts: dict[str, str] = {}
    own = {prefix + path: text for path, text in converted.items()}
    mentioning = set(repository.mentioning(_words(units))) if units else set()
    for path in sorted(own.keys() | paths.keys() | mentioning):
        was = _text_of(repository.top / path)
        if was is None or (repository.top / path).is_symlink():
            continue
        text = _relocated(path, own.get(path, was), moves)
        if text is not None and text != was:
            texts[path] = text
        elif path in mentioning and path not in paths and not path.endswith(_MARKDOWN):
            left.add("speaks of a record by its old name, and stays as it is", path)
    return ImportPlan(places=tuple(places), units=units, moves=paths, texts=texts, left=tuple(left.told()))


def _moved(path: str, units: Mapping[str, str]) -> str:
    """Return where *path* lies afterwards, "" where it stays."""
    if path in units:
        return units[path]
    folder = posixpath.dirname(path)
    while folder:
        if folder in units:
            return units[folder] + path[len(folder) :]
        folder = posixpath.dirname(folder)
    return ""


def _words(units: Iterable[str]) -> Iterator[str]:
    for unit in units:
        name = names.name_of(unit) if "." in posixpath.basename(unit) else posixpath.basename(unit)
        yield from (name, quote(name))


def _relocated(path: str, text: str, moves: Moves) -> str | None:
    if path.endswith(_MARKDOWN):
        return relocate_markdown(path, text, moves)
    return relocate_yaml(path, text, moves) if path.endswith(_YAML) else None


def _text_of(file: Path) -> str | None:
    try:
        # Line ends and a mark of byte order stay as they are.
        return file.read_bytes().decode()
    except (UnicodeDecodeError, OSError):
        return None


def _check_clean(repository: Repository, plan: ImportPlan) -> None:
    changed = repository.changed(plan.touched)
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        told = f"{', '.join(changed[:_SHOWN])}{more}"
        raise ConflictError(f"{told}: commit or take back these changes first, the import rewrites them")


def apply_import(repository: Repository, plan: ImportPlan, *, commit: bool) -> list[str]:
    """Move and rewrite what *plan* says, in the working tree and the index; return the commits that were made.

    With *commit*, the moves are one commit and the new texts the next, so that git follows each file through both.

    Raises:
        ConflictError: Git refuses; it says how far the import came.
    """
    commits = []
    for old, new in plan.units.items():
        (repository.top / new).parent.mkdir(parents=True, exist_ok=True)
        repository.git("mv", "--", old, new)
        _remove_empty(repository.top, posixpath.dirname(old))
    if commit and plan.moves:
        subject = f"Move {counted(len(plan.units), 'record')} to where decisions are"
        commits.append(_commit(repository, subject, [*plan.moves, *plan.moves.values()]))
    new_paths = sorted(plan.moves.get(path, path) for path in plan.texts)
    for path, text in plan.texts.items():
        (repository.top / plan.moves.get(path, path)).write_bytes(text.encode())
    if new_paths:
        repository.git("add", "--", *new_paths)
    if commit and new_paths:
        subject = f"Convert {counted(len(plan.places), 'record')} to Waypost's format"
        commits.append(_commit(repository, subject, new_paths))
    return commits


def _commit(repository: Repository, subject: str, paths: Iterable[str]) -> str:
    try:
        repository.git("commit", "--quiet", "--message", subject, "--", *sorted(set(paths)))
    except ConflictError as error:
        raise ConflictError(f"{error}; what was done so far is in the index") from error
    return f"{repository.git('rev-parse', '--short', 'HEAD').strip()} {subject}"


def _remove_empty(top: Path, folder: str) -> None:
    """Remove *folder* and those around it that are left empty, which git does not keep."""
    while folder and not any((top / folder).iterdir()):
        (top / folder).rmdir()
        folder = posixpath.dirname(folder)


def told_diff(repository: Repository, plan: ImportPlan) -> Iterator[str]:
    """Give the lines of what *plan* changes, as git shows a change."""
    for path in sorted(plan.touched):
        new = plan.moves.get(path, path)
        yield f"diff --git a/{path} b/{new}"
        if new != path:
            yield from (f"rename from {path}", f"rename to {new}")
        if path in plan.texts:
            before = (_text_of(repository.top / path) or "").splitlines()
            after = plan.texts[path].splitlines()
            yield from difflib.unified_diff(before, after, f"a/{path}", f"b/{new}", lineterm="")
