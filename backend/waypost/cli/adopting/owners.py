"""Whose a page is: by CODEOWNERS, by the entity beside it, or by who is named for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError, NotFoundError
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import parse_yaml

_CODEOWNERS = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
_TEAM = re.compile(r"@(?:[\w.-]+/)+(?P<team>[\w.-]+)\Z")


class Owner(NamedTuple):
    """Who owns a page, and why that is thought."""

    ref: str
    reason: str


NOBODY = Owner("group:default/documentation", "nobody is named")


@dataclass(frozen=True, slots=True)
class Described:
    """An entity that a file beside the pages describes, with whose it is, "" for nobody's."""

    ref: str
    path: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Owners:
    """What tells whose a page is: lines of CODEOWNERS, entities by folder, and *otherwise* for the rest."""

    rules: tuple[tuple[re.Pattern[str], str, str], ...] = ()
    entities: Mapping[str, Described] = field(default_factory=dict)
    otherwise: Owner = NOBODY

    def of(self, path: str) -> Owner:
        """Return who owns the page at *path*: the last line of CODEOWNERS that fits, as its readers have it."""
        for pattern, ref, line in reversed(self.rules):
            if pattern.match(path):
                return Owner(ref, line)
        near = self.about(path)
        if near is not None and near.owner.startswith("group:"):
            return Owner(near.owner, f"owner of {near.ref} in {near.path}")
        return self.otherwise

    def about(self, path: str) -> Described | None:
        """Return the entity that is described in the nearest folder around *path*."""
        for parent in PurePosixPath(path).parents:
            if str(parent) in self.entities:
                return self.entities[str(parent)]
        return None


def read_owners(workspace: Workspace, entities: Iterable[str], wanted: str = "") -> Owners:
    """Read what *workspace* says of its owners.

    Args:
        entities: Files that describe entities.
        wanted: Who owns what nobody is named for; "" for the organisation that hosts the repository.
    """
    described = {d.path.rpartition("/")[0] or ".": d for d in _describe(workspace, entities)}
    return Owners(tuple(_rules(workspace)), described, _otherwise(workspace, wanted))


def _otherwise(workspace: Workspace, wanted: str) -> Owner:
    if wanted:
        return Owner(str(EntityRef.parse(wanted, default_kind="group")), "as was said")
    remote = workspace.history.remote.removeprefix("https://").split("/")
    if len(remote) > 1 and _name(remote[1]):
        return Owner(f"group:default/{_name(remote[1])}", "the organisation of the repository")
    return NOBODY


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")


def _text(workspace: Workspace, path: str) -> str:
    try:
        return workspace.read_text(path)
    except (InputError, NotFoundError):
        return ""


def _rules(workspace: Workspace) -> Iterable[tuple[re.Pattern[str], str, str]]:
    path = next((path for path in _CODEOWNERS if workspace.exists(path)), "")
    for number, line in enumerate(_text(workspace, path).split("\n") if path else (), start=1):
        words = line.split("#")[0].replace("\\ ", "\0").split()
        teams = [match["team"] for word in words[1:] if (match := _TEAM.match(word))]
        if teams and _name(teams[0]) and not words[0].startswith("["):
            pattern = _pattern(words[0].replace("\0", " "))
            yield pattern, f"group:default/{_name(teams[0])}", f"{path}:{number}"


def _pattern(glob: str) -> re.Pattern[str]:
    """Return what fits the paths that *glob* of a CODEOWNERS file fits: as in .gitignore."""
    is_rooted = "/" in glob.rstrip("/")
    parts = re.split(r"(\*\*/|/\*\*|\*\*|\*|\?)", glob.strip("/"))
    signs = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(signs.get(part, re.escape(part)) for part in parts)
    end = r"\Z" if glob.endswith("/*") else r"(?:/.*)?\Z"
    return re.compile(("" if is_rooted else "(?:.*/)?") + body + end)


def _describe(workspace: Workspace, entities: Iterable[str]) -> Iterable[Described]:
    for path in entities:
        documents, _ = parse_yaml(_text(workspace, path))
        value = documents[0].value if documents else None
        if not isinstance(value, dict) or not isinstance(value.get("metadata"), dict):
            continue
        kind, meta, spec = value.get("kind"), value["metadata"], value.get("spec")
        try:
            ref = EntityRef.of({"kind": kind, "namespace": meta.get("namespace"), "name": meta.get("name")})
        except InputError:
            continue
        yield Described(str(ref), path, _owner(spec.get("owner") if isinstance(spec, dict) else None))


def _owner(value: object) -> str:
    try:
        return str(EntityRef.parse(value, default_kind="group")) if isinstance(value, str) and value else ""
    except InputError:
        return ""
