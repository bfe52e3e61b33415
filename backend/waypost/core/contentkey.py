"""The name of a content: what is kept of it is found by that."""

from __future__ import annotations

import hashlib


def content_key(*parts: str | bytes) -> str:
    """Return the name of a content: the same for the same *parts*, and for no others."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
