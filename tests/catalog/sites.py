"""What tests of sources from elsewhere share: a web server over a table of files, and a reader that may ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1

from elsewhere import Asked, Reply, Server, serve
from waypost.catalog.remote.readers import Reader, open_reader
from waypost.core.fetch.fetcher import Outside
from waypost.core.fetch.settings import ALLOW, PRIVATE
from waypost.core.settings import Settings

COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec: {type: service, lifecycle: production, owner: group:default/payments}
"""
LEADING = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: %s}
spec: {targets: [%s]}
"""


@dataclass
class Site:
    """A web server whose files may change. A status instead of a text is answered as it is."""

    server: Server
    files: dict[str, str | int] = field(default_factory=dict)

    def at(self, path: str) -> str:
        """Return the address of the file *path*."""
        return f"{self.server.url}/{path}"

    @property
    def reads(self) -> list[str]:
        """The files that were asked for, each with a star where the asker knew what it holds."""
        return [f"{a.path[1:]}{'*' if a.headers.get('If-None-Match') else ''}" for a in self.server.asked]


@contextmanager
def serve_files(files: Mapping[str, str | int]) -> Iterator[Site]:
    """Run a server over *files*, which tells whether they changed."""

    def answer(asked: Asked) -> Reply:
        held = site.files.get(asked.path[1:], 404)
        if isinstance(held, int):
            return Reply(held)
        body = held.encode()
        etag = f'"{sha1(body, usedforsecurity=False).hexdigest()}"'
        if asked.headers.get("If-None-Match") == etag:
            return Reply(304, headers={"ETag": etag})
        return Reply(body=body, headers={"ETag": etag})

    with serve(answer) as server:
        site = Site(server, dict(files))
        yield site


def settings_for(*servers: Server) -> Settings:
    """Return settings by which *servers* may be asked."""
    hosts = tuple(server.host for server in servers)
    return Settings({ALLOW.name: hosts, PRIVATE.name: ("127.0.0.0/8",)})


def reader_for(*servers: Server) -> Reader:
    """Open a reader that may ask *servers*, and does not wait before it repeats."""
    return open_reader(settings_for(*servers), Outside(sleep=lambda _: None))
