"""Discovery on GitHub and GitLab: the repositories of an organisation or a group, and the files in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Event
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from waypost.catalog.discovery.providers import Provider
from waypost.catalog.remote import github, gitlab
from waypost.catalog.remote.apianswers import list_pages
from waypost.catalog.remote.wildcards import has_wildcards
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.fetch.fetcher import Fetcher, FetchError

T = TypeVar("T", github.GitHubFile, gitlab.GitLabFile)
Found = LocationRef | FetchError

_AT_ONCE: Final = 6


def find_on_github(provider: Provider, fetcher: Fetcher) -> Iterator[Found]:
    """Give the files of the repositories of an organisation, or else of a user; errors of single repositories too.

    Raises:
        FetchError: The repositories cannot be listed, or not all of them.
    """
    files = (
        github.GitHubFile(
            provider.scheme, provider.host, provider.place, repository["name"],
            provider.branch or repository["default_branch"], provider.path,
        )
        for repository in _github_repositories(provider, fetcher)
        if _fits(repository, "name", "default_branch") and provider.wants(
            repository["name"], repository.get("topics") or (),
            is_archived=bool(repository.get("archived")), is_fork=bool(repository.get("fork")),
        )
    )  # fmt: skip
    return _look(files, partial(github.has_file, fetcher), partial(github.list_files, fetcher))


def _github_repositories(provider: Provider, fetcher: Fetcher) -> Iterator[dict[str, Any]]:
    base = github.api_url(provider.scheme, provider.host)
    owner = quote(provider.place, safe="")
    pages = list_pages(fetcher, f"{base}/orgs/{owner}/repos?per_page=100", provider.url, github.JSON)
    try:
        first = next(pages, None)
    except FetchError as error:
        if not error.is_missing:
            raise
        # It is no organisation; a user's own repositories stand elsewhere.
        return list_pages(fetcher, f"{base}/users/{owner}/repos?per_page=100", provider.url, github.JSON)
    return chain([first] if first else [], pages)


def find_on_gitlab(provider: Provider, fetcher: Fetcher) -> Iterator[Found]:
    """Give the files of the projects of a group and its subgroups; errors of single projects too.

    Raises:
        FetchError: The projects cannot be listed, or not all of them.
    """
    query = {
        "include_subgroups": "true",
        "with_shared": "false",
        "per_page": "100",
        "order_by": "id",
        "sort": "asc",
    }
    base = gitlab.api_url(provider.scheme, provider.host)
    url = f"{base}/groups/{quote(provider.place, safe='')}/projects?{urlencode(query)}"
    files = (
        gitlab.GitLabFile(
            provider.scheme, provider.host, project["path_with_namespace"],
            provider.branch or project["default_branch"], provider.path,
        )
        for project in list_pages(fetcher, url, provider.url)
        if _fits(project, "path_with_namespace", "default_branch") and not project.get("empty_repo")
        and provider.wants(
            _below(project["path_with_namespace"], provider.place), project.get("topics") or (),
            is_archived=bool(project.get("archived")), is_fork="forked_from_project" in project,
        )
    )  # fmt: skip
    return _look(files, partial(gitlab.has_file, fetcher), partial(gitlab.list_files, fetcher))


def _fits(repository: dict[str, Any], *names: str) -> bool:
    """Tell whether *repository* says what is needed of it; one without commits may have no default branch."""
    return all(isinstance(repository.get(name), str) and repository[name] for name in names)


def _below(path: str, group: str) -> str:
    return path[len(group) + 1 :] if path.lower().startswith(f"{group.lower()}/") else path


@dataclass(frozen=True, slots=True)
class _Look:
    """How to find what a repository holds. When the host asks to wait, nothing more is asked of it."""

    has_file: Callable[[Any], bool]
    list_files: Callable[[Any], Iterable[Any]]
    is_stopped: Event

    def into(self, file: github.GitHubFile | gitlab.GitLabFile) -> list[Found]:
        if self.is_stopped.is_set():
            return []
        try:
            files = list(self._files(file))
        except FetchError as error:
            if error.answered == github.EMPTY or error.is_missing:
                return []
            if error.retry_at:
                self.is_stopped.set()
            return [error]
        return [LocationRef("url", found.url) for found in files]

    def _files(self, file: github.GitHubFile | gitlab.GitLabFile) -> Iterable[Any]:
        if has_wildcards(file.path):
            return self.list_files(file)
        return [file] if self.has_file(file) else []


def _look(
    files: Iterator[T], has_file: Callable[[T], bool], list_files: Callable[[T], list[T]]
) -> Iterator[Found]:
    """Look into several repositories at once; what is found comes in their order."""
    look = _Look(has_file, list_files, Event())
    failure: FetchError | None = None

    def until_failure() -> Iterator[T]:
        nonlocal failure
        try:
            yield from files
        except FetchError as error:
            failure = error

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="discovery") as pool:
        for found in pool.map(look.into, until_failure()):
            yield from found
    if failure:
        raise failure
