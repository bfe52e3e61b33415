"""A cache that holds no more than so much."""

from __future__ import annotations

from waypost.core.bounded import BoundedCache


def test_the_oldest_goes_when_there_is_no_room() -> None:
    cache = BoundedCache[str, int](10)

    for name in ("a", "b", "c"):
        cache.put(name, 1, 4)

    assert [cache.get(name) for name in ("a", "b", "c")] == [None, 1, 1]


def test_what_is_put_again_takes_its_room_only_once() -> None:
    cache = BoundedCache[str, int](10)

    for number in range(5):
        cache.put("a", number, 6)
    cache.put("b", 1, 4)

    assert (cache.get("a"), cache.get("b")) == (4, 1)


def test_what_is_too_large_is_not_kept() -> None:
    cache = BoundedCache[str, int](10)

    cache.put("a", 1, 11)

    assert cache.get("a") is None
