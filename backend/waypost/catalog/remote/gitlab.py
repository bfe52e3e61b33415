"""Files on GitLab, gitlab.com or one's own: read one, or find those that a path with wildcards names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote, urlencode, urlsplit

from waypost.catalog.remote.apianswers import list_pages
from waypost.catalog.remote.wildcards import Wildcards
from waypost.core.fetch.fetcher import Answer, Fetcher

PUBLIC: Final = "gitlab.com"
# The dash came later; old addresses without it still lead there.
_FILE = re.compile(
    r"/(?P<project>[^/]+(?:/[^/]+)+?)(?:/-)?/(?:blob|tree|edit|raw)/(?:refs/(?:heads|tags)/)?(?P<ref>[^/]+)/(?P<path>.+)"
)


@dataclass(frozen=True, slots=True)
class GitLabFile:
    """A file in a project, which groups and subgroups lead to; its path may hold wildcards."""

    scheme: str
    host: str
    project: str
    ref: str
    path: str

    @property
    def url(self) -> str:
        """Its address in a browser."""
        path = quote(f"{self.project}/-/blob/{self.ref}/{self.path}", safe="/*")
        return f"{self.scheme}://{self.host}/{path}"

    @property
    def api(self) -> str:
        """The address of its repository in the API."""
        return f"{api_url(self.scheme, self.host)}/projects/{quote(self.project, safe='')}/repository"


def parse_gitlab_file(url: str) -> GitLabFile | None:
    """Return the file that *url*, of a host that is GitLab, shows; None where it shows something else."""
    parts = urlsplit(url)
    match = _FILE.fullmatch(parts.path)
    if match is None or match["project"].startswith("api/"):
        return None
    return GitLabFile(
        parts.scheme, parts.netloc, **{key: unquote(value) for key, value in match.groupdict().items()}
    )


def api_url(scheme: str, host: str) -> str:
    """Return the address of the API of the GitLab at *host*."""
    return f"{scheme}://{host}/api/v4"


def read_file(fetcher: Fetcher, file: GitLabFile, stamp: str) -> Answer:
    """Fetch *file*, unless it is as *stamp* says.

    Raises:
        FetchError: It cannot be read.
    """
    return fetcher.get(_raw_url(file), given=file.url, stamp=stamp)


def has_file(fetcher: Fetcher, file: GitLabFile) -> bool:
    """Tell whether there is such a *file*."""
    return fetcher.exists(_raw_url(file), given=file.url)


def list_files(fetcher: Fetcher, file: GitLabFile) -> list[GitLabFile]:
    """Return the files that the path of *file*, one with wildcards, names, in the order of their paths.

    Raises:
        FetchError: The project cannot be read.
    """
    wanted = Wildcards(file.path)
    query = {"ref": file.ref, "recursive": "true", "per_page": "100", "pagination": "keyset"}
    if wanted.fixed_folder:
        query["path"] = wanted.fixed_folder
    entries = list_pages(fetcher, f"{file.api}/tree?{urlencode(query)}", file.url)
    paths = [
        entry.get("path")
        for entry in entries
        if entry.get("type") == "blob" and entry.get("mode") != "120000"
    ]
    return [replace(file, path=path) for path in sorted(filter(None, paths)) if wanted.matches(path)]


def _raw_url(file: GitLabFile) -> str:
    return f"{file.api}/files/{quote(file.path, safe='')}/raw?ref={quote(file.ref, safe='')}"
