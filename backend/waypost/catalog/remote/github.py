"""Files on GitHub, github.com or an Enterprise Server: read one, or find those that a path with wildcards names."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from waypost.catalog.remote.apianswers import get_json
from waypost.catalog.remote.wildcards import Wildcards
from waypost.core.fetch.fetcher import Answer, Fetcher, FetchError

PUBLIC: Final = "github.com"
JSON: Final = "application/vnd.github+json"
_RAW: Final = "application/vnd.github.raw+json"
_MOST_FOLDERS: Final = 1_000
EMPTY: Final = 409
"""The status by which GitHub tells of a repository that has no commit yet."""
_FILE = re.compile(
    r"/(?P<owner>[^/]+)/(?P<name>[^/]+)/(?:blob|tree|edit|raw)/(?:refs/(?:heads|tags)/)?(?P<ref>[^/]+)/(?P<path>.+)"
)


@dataclass(frozen=True, slots=True)
class GitHubFile:
    """A file in a repository, at a branch, a tag or a commit; its path may hold wildcards."""

    scheme: str
    host: str
    owner: str
    name: str
    ref: str
    path: str

    @property
    def url(self) -> str:
        """Its address in a browser."""
        return (
            f"{self.scheme}://{self.host}/{_quoted(f'{self.owner}/{self.name}/blob/{self.ref}/{self.path}')}"
        )

    @property
    def api(self) -> str:
        """The address of its repository in the API."""
        return f"{api_url(self.scheme, self.host)}/repos/{_quoted(f'{self.owner}/{self.name}')}"


def parse_github_file(url: str) -> GitHubFile | None:
    """Return the file that *url*, of a host that is GitHub, shows; None where it shows something else."""
    parts = urlsplit(url)
    match = _FILE.fullmatch(parts.path)
    if match is None:
        return None
    return GitHubFile(
        parts.scheme, parts.netloc, **{key: unquote(value) for key, value in match.groupdict().items()}
    )


def api_url(scheme: str, host: str) -> str:
    """Return the address of the API of the GitHub at *host*."""
    return "https://api.github.com" if host == PUBLIC else f"{scheme}://{host}/api/v3"


def read_file(fetcher: Fetcher, file: GitHubFile, stamp: str) -> Answer:
    """Fetch *file*, unless it is as *stamp* says.

    Without a token files of github.com are read as everybody downloads them: its API would answer sixty
    requests an hour.

    Raises:
        FetchError: It cannot be read.
    """
    if file.host == PUBLIC and not fetcher.has_token(file.url):
        url = (
            f"https://raw.githubusercontent.com/{_quoted(f'{file.owner}/{file.name}/{file.ref}/{file.path}')}"
        )
        return fetcher.get(url, given=file.url, stamp=stamp)
    return fetcher.get(_contents_url(file), given=file.url, accept=_RAW, stamp=stamp)


def has_file(fetcher: Fetcher, file: GitHubFile) -> bool:
    """Tell whether there is such a *file*.

    Raises:
        FetchError: The repository cannot be asked; one without a commit answers with ``EMPTY``.
    """
    return fetcher.exists(_contents_url(file), given=file.url, accept=_RAW)


def list_files(fetcher: Fetcher, file: GitHubFile) -> list[GitHubFile]:
    """Return the files that the path of *file*, one with wildcards, names, in the order of their paths.

    One request; where the repository is too large for that, one for each folder that may hold some.

    Raises:
        FetchError: The repository cannot be read, or too many folders would have to be.
    """
    wanted = Wildcards(file.path)
    url = f"{file.api}/git/trees/{quote(file.ref, safe='')}?recursive=1"
    whole = get_json(fetcher, url, file.url, dict, accept=JSON)
    paths = (
        _walk(fetcher, file, wanted)
        if whole.get("truncated")
        else (path for path, _ in _entries(whole, "blob"))
    )
    return [replace(file, path=path) for path in sorted(paths) if wanted.matches(path)]


def _walk(fetcher: Fetcher, file: GitHubFile, wanted: Wildcards) -> Iterator[str]:
    """Give the paths of the files in each folder that may hold what is *wanted*."""
    waiting = deque([("", file.ref)])
    for _ in range(_MOST_FOLDERS):
        if not waiting:
            return
        folder, tree = waiting.popleft()
        url = f"{file.api}/git/trees/{quote(tree, safe='')}"
        found = get_json(fetcher, url, file.url, dict, accept=JSON)
        yield from (f"{folder}{name}" for name, _ in _entries(found, "blob"))
        below = ((f"{folder}{name}", sha) for name, sha in _entries(found, "tree"))
        waiting.extend((f"{path}/", sha) for path, sha in below if wanted.may_be_below(path))
    if waiting:
        raise FetchError(
            file.url, f"it has more than {_MOST_FOLDERS:,} folders to look through: name one of them"
        )


def _entries(tree: dict[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """Give path and hash of the entries of *kind*; links to files and other repositories are none of them."""
    entries = tree.get("tree")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("type") == kind and entry.get("mode") != "120000":
            path, sha = entry.get("path"), entry.get("sha")
            if isinstance(path, str) and isinstance(sha, str):
                yield path, sha


def _contents_url(file: GitHubFile) -> str:
    return f"{file.api}/contents/{_quoted(file.path)}?ref={quote(file.ref, safe='')}"


def _quoted(path: str) -> str:
    return quote(path, safe="/*")
