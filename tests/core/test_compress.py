"""Compression: who gets gzip, and of what."""

from __future__ import annotations

import gzip

import pytest

from waypost.core.compress import SHORTEST_BYTES, accepts_gzip, compress, is_worth_it


@pytest.mark.parametrize(
    ("accepted", "is_let_through"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("x-gzip", True),
        ("*", True),
        ("*;q=0.1", True),
        ("gzip; q=1.0, identity; q=0.5, *;q=0", True),
        ("identity;q=1, gzip;q=0.5", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("identity", False),
        ("gzip;q=x", False),
        ("", False),
    ],
)
def test_gzip_goes_to_who_accepts_it(accepted: str, *, is_let_through: bool) -> None:
    assert accepts_gzip(accepted) is is_let_through


@pytest.mark.parametrize(
    ("size", "kind", "is_worth"),
    [
        (SHORTEST_BYTES, "application/json; charset=utf-8", True),
        (SHORTEST_BYTES - 1, "application/json", False),
        (10_000, "text/html", True),
        (10_000, "image/svg+xml", True),
        (10_000, "image/png", False),
        (10_000, "font/woff2", False),
        (10_000, "", False),
    ],
)
def test_only_long_texts_are_worth_it(size: int, kind: str, *, is_worth: bool) -> None:
    assert is_worth_it(size, kind) is is_worth


def test_what_is_compressed_is_the_same_each_time() -> None:
    body = b"a long text, " * 100

    assert compress(body) == compress(body)
    assert gzip.decompress(compress(body)) == body
    assert len(compress(body)) < len(body) / 5
