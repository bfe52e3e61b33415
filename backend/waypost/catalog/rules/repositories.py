"""Repositories in addresses: what a web address of a forge says of its repository (git-url-parse)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, forge_host, in_tree
from waypost.catalog.rules.urls import href, is_url, join_url

# What stands between a repository and a revision, on all forges that people use.
_VERBS: Final = ("blob", "issues", "tree", "commit", "src", "raw", "edit")
_WITH_PATH: Final = frozenset({"raw", "src", "blob", "tree", "edit"})
_AZURE_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Repository:
    """What an address says: its host, who owns the repository, its name, and the file in it, "" for none."""

    host: str
    owner: str
    name: str
    path: str = ""

    @property
    def slug(self) -> str:
        """Return ``owner/name``."""
        return f"{self.owner}/{self.name}"


def parse_repository(url: str) -> Repository | None:
    """Return what *url* says of a repository, whatever its host; None where it is no address at all."""
    if not is_url(url):
        return None
    parts = urlsplit(url)
    whole = unquote(parts.path).strip("/").removesuffix(".git")
    steps = whole.split("/")
    if parts.hostname == "dev.azure.com" and len(steps) == _AZURE_PARTS:
        return Repository("dev.azure.com", steps[1], steps[3], _query_path(parts.query))
    at = _name_at(steps)
    rest = steps[at + 1 :]
    if rest[:1] == ["-"]:
        rest = rest[1:]
    path = "/".join(rest[2:]) if rest[:1] and rest[0] in _WITH_PATH else ""
    return Repository(parts.hostname or "", "/".join(steps[:at]), steps[at], path)


def is_same_repository(one: str, other: str) -> bool:
    """Tell whether two addresses lie in one repository; so do those that are no files of repositories."""
    first, second = parse_repository(one), parse_repository(other)
    if first is None or second is None:
        return True
    if not (first.owner and first.path and second.owner and second.path):
        return True
    return (first.host, first.slug) == (second.host, second.slug)


def _name_at(steps: list[str]) -> int:
    """Return which of *steps* names the repository: the one before a dash or a verb, or else the last."""
    if "-" in steps[2:]:
        return steps.index("-", 2) - 1
    if "blob" in steps[2:] and "tree" in steps[2:]:
        return min(steps.index("blob", 2), steps.index("tree", 2)) - 1
    verb = next((verb for verb in _VERBS if verb in steps[2:]), None)
    return steps.index(verb, 2) - 1 if verb else len(steps) - 1


def _query_path(query: str) -> str:
    found = (part.removeprefix("path=") for part in query.split("&") if part.startswith("path="))
    return unquote(next(found, "")).lstrip("/")


def resolve_url(target: str, base: str, forges: Forges = PUBLIC_FORGES) -> str:
    """Return where *target* leads that is written in the file at *base*.

    One that begins with a slash is of the root of the repository, or else of the host; the query of *base*
    stays, as that may name the revision. On GitHub it is an address of a ``tree``, as Backstage has it. What
    leads nowhere stays as it is.
    """
    try:
        found = target if is_url(target) or not is_url(base) else _resolved(target, base)
    except ValueError:
        return target
    return in_tree(found) if forge_host(base) in forges.github else found


def _resolved(target: str, base: str) -> str:
    parts = urlsplit(href(base))
    if target.startswith("/"):
        repository = parse_repository(base)
        # Of what is no repository it is the root of the host; Backstage takes the file itself for a folder.
        kept = len(parts.path) - len(repository.path) if repository and repository.path else 0
        return href(parts._replace(path=parts.path[:kept].rstrip("/") + target).geturl())
    return urlsplit(join_url(target, base))._replace(query=parts.query).geturl()
