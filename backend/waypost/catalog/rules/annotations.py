"""The annotations that the catalog itself writes: where an entity was read from, and where to see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from waypost.catalog.rules.urls import href, is_url, join_url

PREFIX = "backstage.io/"
LOCATION = f"{PREFIX}managed-by-location"
ORIGIN_LOCATION = f"{PREFIX}managed-by-origin-location"
VIEW_URL = f"{PREFIX}view-url"
EDIT_URL = f"{PREFIX}edit-url"
SOURCE_LOCATION = f"{PREFIX}source-location"
REJECTED_URL = "https://backstage.io/annotation-rejected-for-security-reasons"

_COMMIT = re.compile(r"\b[0-9a-f]{40,}\b")
_SCRIPT = re.compile("^[\\x00-\\x1f ]*" + "[\\r\\n\\t]*".join("javascript") + "[\\r\\n\\t]*:", re.IGNORECASE)
_GITHUB_VERB = re.compile(r"(//[^/]+/[^/]+/[^/]+)/(?:blob|tree|edit)/")
_GITLAB_VERB = re.compile(r"/-/(?:blob|tree|edit)/")


class LocationRef(NamedTuple):
    """Where something is read from: its type (``file`` or ``url``) and its target."""

    type: str
    target: str

    def __str__(self) -> str:
        """Return ``type:target``."""
        return f"{self.type}:{self.target}"


class Forges(NamedTuple):
    """The hosts that are forges, each with its port where that is not the usual one."""

    github: tuple[str, ...] = ("github.com",)
    gitlab: tuple[str, ...] = ("gitlab.com",)


PUBLIC_FORGES = Forges()


def parse_key(key: str) -> LocationRef:
    """Return the location that ``type:target`` names."""
    kind, _, target = key.partition(":")
    return LocationRef(kind, target)


def location_annotations(
    location: LocationRef, origin: LocationRef, forges: Forges = PUBLIC_FORGES
) -> dict[str, str]:
    """Return the annotations of an entity that was read from *location*, reached from *origin*.

    The first two are forced on the entity; its author's own values override the others. Where a file is
    edited is known on *forges* only.
    """
    found = {LOCATION: str(location), ORIGIN_LOCATION: str(origin)}
    if location.type != "url":
        return found
    found[VIEW_URL] = location.target
    edit, source = _forge_urls(location.target, forges)
    if edit and not _COMMIT.search(location.target):
        found[EDIT_URL] = edit
    if source:
        found[SOURCE_LOCATION] = f"url:{source}"
    return found


def is_script(url: str) -> bool:
    """Tell whether a browser would run *url* as a script."""
    return _SCRIPT.match(url) is not None


def without_scripts(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the entity *document* with harmless addresses in place of those that a browser would run as a script."""
    metadata = document["metadata"]
    notes = metadata["annotations"]
    scripts = {
        name: REJECTED_URL for name in (VIEW_URL, EDIT_URL) if name in notes and is_script(notes[name])
    }
    if not scripts:
        return document
    return {**document, "metadata": {**metadata, "annotations": {**notes, **scripts}}}


def forge_host(url: str) -> str:
    """Return the host of *url*, with its port where that is not the usual one; "" where it is no address."""
    if not is_url(url):
        return ""
    try:
        return urlsplit(href(url)).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def in_tree(url: str) -> str:
    """Return the address *url* of GitHub with ``tree`` for whatever it says of how to show the file."""
    return _GITHUB_VERB.sub(r"\1/tree/", url, count=1)


# Asked for each entity, answered once for each file.
@lru_cache(maxsize=256)
def _forge_urls(url: str, forges: Forges) -> tuple[str, str]:
    """Return the address to edit *url* at and that of its folder; "" where the host is no known forge."""
    host = forge_host(url)
    if host not in forges.github and host not in forges.gitlab:
        return "", ""
    folder = urlsplit(join_url("./", url))._replace(query=urlsplit(url).query).geturl()
    if host in forges.github:
        return _GITHUB_VERB.sub(r"\1/edit/", url, count=1), in_tree(folder)
    return _GITLAB_VERB.sub("/-/edit/", url, count=1), folder
