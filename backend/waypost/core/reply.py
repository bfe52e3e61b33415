"""Replies: answers whose bytes are ready, and what is said about them on the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

JSON: Final = "application/json; charset=utf-8"
Headers = list[tuple[str, str]]
_OK: Final = 200
_PIECE_BYTES: Final = 256 * 1024
_KEPT: Final = ("Cache-Control", "no-cache")
_VARIES: Final = ("Vary", "Accept-Encoding")


@dataclass(frozen=True, slots=True)
class Parts:
    """A long body: a JSON list of *items* that are there anyway, joined only while it is sent, some at a time."""

    items: Sequence[bytes]
    ready: tuple[bytes, ...] = ()
    is_shared: bool = True
    """Whether the items are there anyway, and not for this body alone."""

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes to send."""
        return iter(self.ready) if self.ready else self._join()

    def made_ready(self) -> Parts:
        """Return the same, joined already: for what is sent again and again."""
        return Parts((), tuple(self))

    def _join(self) -> Iterator[bytes]:
        begin = b"["
        step = 1 + _PIECE_BYTES * len(self.items) // self.size
        for at in range(0, len(self.items), step):
            yield begin + b",".join(self.items[at : at + step])
            begin = b","
        yield b"]" if self.items else b"[]"

    @property
    def size(self) -> int:
        """How many bytes it has."""
        if self.ready:
            return sum(map(len, self.ready))
        return sum(map(len, self.items)) + max(1, len(self.items)) + 1

    @property
    def held_bytes(self) -> int:
        """How much memory it takes beside what is there anyway."""
        own = 0 if self.is_shared else self.size
        return own + 8 * len(self.items) + sum(map(len, self.ready))


@dataclass(frozen=True, slots=True)
class Flow:
    """A long body that is made while it is sent: no more of it than a piece is ever there."""

    make: Callable[[], Iterator[bytes]]

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes to send."""
        return self.make()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose bytes are ready: nothing is looked at or dumped on the way out.

    ``etag`` identifies the content, without quotes; with it a client that has the content is told 304. Without
    one it is taken from the bytes where the answer may be kept: where ``headers`` say nothing of that.
    ``content_type`` is "" where there is no content.
    """

    body: bytes | Parts | Flow = b""
    etag: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    content_type: str = JSON

    @property
    def held_bytes(self) -> int:
        """How much memory it takes where it is kept, beside what is there anyway."""
        if isinstance(self.body, Flow):
            return 0
        return len(self.body) if isinstance(self.body, bytes) else self.body.held_bytes


@dataclass(frozen=True, slots=True)
class Versioned:
    """A value to dump, with what identifies its content. It is not dumped for a client that has it."""

    value: Any
    etag: str


def tag_of(body: bytes) -> str:
    """Return what identifies *body*, for an ETag."""
    return blake2b(body, digest_size=12).hexdigest()


def etag_of(reply: Reply) -> str:
    """Return the ETag of *reply*, without quotes; "" where it has none."""
    if reply.etag or reply.status != _OK or any(name == "Cache-Control" for name, _ in reply.headers):
        return reply.etag
    return tag_of(reply.body) if isinstance(reply.body, bytes) else ""


def headers_of(reply: Reply, etag: str) -> Headers:
    """Return the headers of *reply*."""
    headers = [_VARIES, *reply.headers]
    if reply.content_type:
        headers.append(("Content-Type", reply.content_type))
    if etag:
        headers.append(("ETag", f'W/"{etag}"'))
    if not reply.headers or not any(name == "Cache-Control" for name, _ in reply.headers):
        headers.append(_KEPT)
    return headers


def unchanged_headers(etag: str) -> Headers:
    """Return the headers that tell a client that what it has is the newest."""
    return [_VARIES, _KEPT, ("ETag", f'W/"{etag}"')]


def is_among(etag: str, given: str | None) -> bool:
    """Tell whether *etag*, without quotes, is among those of an ``If-None-Match``."""
    # An entity tag holds no quotes, so that finding it with its quotes finds it whole; comparison is weak.
    return given is not None and (f'"{etag}"' in given or given.strip() == "*")
