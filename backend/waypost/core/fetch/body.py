"""Reads the body of an answer piece by piece, and stops where it grows too large."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from waypost.core.fetch.error import AttemptError

_PIECE: Final = 65_536
_MOST_DIGITS: Final = 15
_GZIP: Final = 16 + zlib.MAX_WBITS
"""Tells zlib to expect the header of gzip."""


class Raw(Protocol):
    """What the bytes of a body come from, as they were sent."""

    def read(self, amt: int, *, decode_content: bool) -> bytes:
        """Return up to *amt* bytes, none at the end."""
        ...


def read_body(raw: Raw, headers: Mapping[str, str], limit: int) -> bytes:
    """Return the whole body, decompressed.

    No more than *limit* and a piece is ever held, however large it says or turns out to be.

    Raises:
        AttemptError: It is larger than *limit*, is compressed in a way that was not asked for, or ends early.
    """
    length = headers.get("content-length", "")
    encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
    # A number of so many digits is too large, and Python would not even read it.
    if length.isascii() and length.isdigit() and (len(length) > _MOST_DIGITS or int(length) > limit):
        raise _too_large(limit)
    if encoding == "identity":
        return _join(_pieces(raw), limit)
    if encoding not in ("gzip", "x-gzip"):
        raise AttemptError(
            f"its answer is compressed as '{encoding}', which was not asked for", is_final=True
        )
    return _join(_inflate(_pieces(raw)), limit)


def _pieces(raw: Raw) -> Iterator[bytes]:
    while piece := raw.read(_PIECE, decode_content=False):
        yield piece


def _join(pieces: Iterator[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give what *pieces* hold, a bounded piece at a time: a few bytes may stand for gigabytes."""
    inflater = zlib.decompressobj(_GZIP)
    is_empty = True
    try:
        for piece in pieces:
            data, is_empty = piece, False
            while data:
                if inflater.eof:
                    inflater = zlib.decompressobj(_GZIP)
                yield inflater.decompress(data, _PIECE)
                data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise AttemptError("its answer is not compressed as it says", is_final=True) from error
    if not inflater.eof and not is_empty:
        raise AttemptError("its answer ends early")


def _too_large(limit: int) -> AttemptError:
    return AttemptError(f"its answer is larger than {limit:,} bytes (fetch.max-bytes)", is_final=True)
