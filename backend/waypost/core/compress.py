"""Compression: which answers go out as gzip, to whom."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

# What is shorter fits in one packet anyway.
SHORTEST_BYTES: Final = 1_000
# What is made for one answer: four fifths of what the best saves, in a fifth of the time.
QUICK: Final = 3
BEST: Final = 9
# Longer is what no browser sends, and not worth keeping.
_LONGEST: Final = 500
_GZIP: Final = zlib.MAX_WBITS | 16
_TEXTS: Final = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/manifest+json",
    "application/xml",
    "application/yaml",
    "application/wasm",
)


def compress(body: bytes, level: int = QUICK) -> bytes:
    """Return *body* as gzip; the same bytes each time."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give what *parts* are together as gzip, as soon as there is some of it."""
    packer = zlib.compressobj(QUICK, zlib.DEFLATED, _GZIP)
    for part in parts:
        packed = packer.compress(part)
        if packed:
            yield packed
    yield packer.flush()


def is_worth_it(size: int, content_type: str) -> bool:
    """Tell whether what has this size and type becomes notably smaller."""
    return size >= SHORTEST_BYTES and content_type.startswith(_TEXTS)


def accepts_gzip(accepted: str) -> bool:
    """Tell whether an ``Accept-Encoding`` lets gzip through, and likes it no less than plain bytes (RFC 9110)."""
    return len(accepted) <= _LONGEST and _accepts_gzip(accepted)


@lru_cache(maxsize=256)
def _accepts_gzip(accepted: str) -> bool:
    weights: dict[str, float] = {}
    for item in accepted.lower().split(","):
        coding, _, parameter = item.partition(";")
        name, _, value = parameter.partition("=")
        weights[coding.strip()] = _weight(value) if name.strip() == "q" else 1.0
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
