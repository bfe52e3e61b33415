"""Reads what lies outside of the workspace: files on GitHub and GitLab, in local git repositories, and plain HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waypost.catalog.remote import github, gitlab
from waypost.catalog.remote.github import GitHubFile
from waypost.catalog.remote.gitlab import GitLabFile
from waypost.catalog.remote.gitrepo import GitFile, GitRepositories, parse_git_target
from waypost.catalog.remote.wildcards import has_wildcards
from waypost.catalog.rules.annotations import Forges, LocationRef, forge_host
from waypost.catalog.settings import GIT_FOLDERS, read_forges
from waypost.core.closing import Closing
from waypost.core.fetch.fetcher import Answer, Fetcher, FetchError, Outside, open_fetcher, shown_address
from waypost.core.fetch.settings import MAX_BYTES
from waypost.core.settings import Settings

Found = Sequence[GitHubFile] | Sequence[GitLabFile]


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a source. ``stamp`` tells the next time whether it changed, "" where nothing does."""

    text: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Reader(Closing):
    """Reads locations of the types ``url`` and ``git``. Threads may share one; whoever opens it closes it."""

    fetcher: Fetcher
    forges: Forges
    repositories: GitRepositories

    def read(self, location: LocationRef, stamp: str = "") -> Content | None:
        """Return what *location* holds, None where nothing changed since *stamp*.

        Raises:
            FetchError: It cannot be read, or is no text in UTF-8.
        """
        if location.type == "git":
            found = self.repositories.read_file(_git_file(location), stamp)
            return found and Content(_text(found[0], location), found[1])
        answer = self._fetch(_url(location), stamp)
        return None if answer.is_unchanged else Content(_text(answer.body, location), answer.stamp)

    def expand(self, location: LocationRef) -> tuple[LocationRef, ...]:
        """Return the files that *location* names: itself, or with wildcards those that match, by their paths.

        Raises:
            FetchError: The repository cannot be listed, or it is no repository.
        """
        if not has_wildcards(location.target.partition("?")[0]):
            return (location,)
        if location.type == "git":
            files = self.repositories.list_files(_git_file(location))
            return tuple(LocationRef("git", file.target) for file in files)
        return tuple(LocationRef("url", file.url) for file in self._list(_url(location)))

    def _fetch(self, url: str, stamp: str) -> Answer:
        file = self._on_forge(url)
        if isinstance(file, GitHubFile):
            return github.read_file(self.fetcher, file, stamp)
        if isinstance(file, GitLabFile):
            return gitlab.read_file(self.fetcher, file, stamp)
        return self.fetcher.get(url, stamp=stamp)

    def _list(self, url: str) -> Found:
        file = self._on_forge(url)
        if isinstance(file, GitHubFile):
            return github.list_files(self.fetcher, file)
        if isinstance(file, GitLabFile):
            return gitlab.list_files(self.fetcher, file)
        raise FetchError(
            shown_address(url), "wildcards are known in addresses of files on GitHub and GitLab only"
        )

    def _on_forge(self, url: str) -> GitHubFile | GitLabFile | None:
        """Return the file of a forge that *url* shows; None for what is read as any web server's."""
        host = forge_host(url)
        on_github = github.parse_github_file(url) if host in self.forges.github else None
        on_gitlab = gitlab.parse_gitlab_file(url) if host in self.forges.gitlab else None
        return on_github or on_gitlab

    def close(self) -> None:
        """Close every connection that is still open."""
        self.fetcher.close()


def open_reader(settings: Settings, outside: Outside | None = None) -> Reader:
    """Return what reads outside of the workspace by *settings*. Whoever calls this closes it.

    Raises:
        SettingError: A value cannot be understood.
    """
    return Reader(
        open_fetcher(settings, outside),
        read_forges(settings),
        GitRepositories(settings[GIT_FOLDERS], settings[MAX_BYTES]),
    )


def _git_file(location: LocationRef) -> GitFile:
    file = parse_git_target(location.target)
    if isinstance(file, str):
        raise FetchError(shown_address(location.target), file)
    return file


def _url(location: LocationRef) -> str:
    if location.type != "url":
        raise FetchError(
            shown_address(str(location)),
            f"locations of type '{location.type}' are read in the workspace only",
        )
    return location.target


def _text(data: bytes, location: LocationRef) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FetchError(shown_address(location.target), "it is not text in UTF-8") from error
