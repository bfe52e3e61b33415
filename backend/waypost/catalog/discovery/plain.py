"""Discovery in local git repositories, and in an index document of a web server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from waypost.catalog.discovery.providers import Provider
from waypost.catalog.remote.gitrepo import GitFile, repository_in
from waypost.catalog.remote.readers import Reader
from waypost.catalog.remote.wildcards import has_wildcards
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.fetch.fetcher import FetchError, shown_address
from waypost.core.yamlfile import parse_yaml

Found = LocationRef | FetchError
_DEEPEST: Final = 3


def find_in_git(provider: Provider, reader: Reader) -> Iterator[Found]:
    """Give the files of each repository below a folder; errors of single repositories too.

    Raises:
        FetchError: The folder cannot be looked through.
    """
    top = Path(provider.place)
    for folder in _repositories(top):
        name = folder.relative_to(top).as_posix().removesuffix(".git")
        if not provider.wants(name):
            continue
        try:
            yield from _files(provider, reader, str(folder))
        except FetchError as error:
            yield error


def _files(provider: Provider, reader: Reader, folder: str) -> Iterator[LocationRef]:
    branch = provider.branch or reader.repositories.default_branch(folder)
    if not branch:
        return
    file = GitFile(folder, branch, provider.path)
    try:
        if has_wildcards(file.path):
            yield from (LocationRef("git", found.target) for found in reader.repositories.list_files(file))
        else:
            reader.repositories.read_file(file, "")
            yield LocationRef("git", file.target)
    except FetchError as error:
        if not error.is_missing:
            raise


def _repositories(top: Path) -> Iterator[Path]:
    """Give the folders at and below *top* that are repositories; what lies in one is not looked through."""
    if not top.is_dir():
        raise FetchError(str(top), "there is no such folder")
    for at, folders, _ in os.walk(top):
        folder = Path(at)
        if repository_in(folder):
            folders.clear()
            yield folder
        elif len(folder.relative_to(top).parts) == _DEEPEST:
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def find_in_index(provider: Provider, reader: Reader) -> Iterator[Found]:
    """Give the addresses that an index document lists: a list of them, or the targets of ``Location`` entities.

    Raises:
        FetchError: It cannot be read, or is something else.
    """
    content = reader.read(LocationRef("url", provider.place))
    documents, faults = parse_yaml(content.text if content else "")
    if faults:
        raise FetchError(shown_address(provider.place), f"line {faults[0].line}: {faults[0].message}")
    for document in documents:
        for target in _targets(document.value, provider.place):
            yield LocationRef("url", _resolved(target, provider.place))


def _resolved(target: str, base: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise FetchError(shown_address(base), f"it lists {target!r}, which is no address") from error


def _targets(document: Any, url: str) -> list[str]:
    found = document
    if isinstance(document, dict) and document.get("kind") == "Location":
        spec = document.get("spec")
        told = spec if isinstance(spec, dict) else {}
        found = [*([told["target"]] if "target" in told else []), *(told.get("targets") or [])]
    if not isinstance(found, list) or not all(isinstance(target, str) for target in found):
        raise FetchError(
            shown_address(url), "it is neither a list of addresses nor an entity of the kind Location"
        )
    return found
