"""How alike two names of alerts are: by their letters, by the words in them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_SHORTEST: Final = 4
"""Letters that the beginnings of two words must share to be one: ``cert`` and ``certificate``."""
_ALIKE: Final = 0.7
"""How much of the shorter word that must be."""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of *name* in small letters: ``KubeAPIErrorBudgetBurn``, ``kube-api_error`` alike."""
    return tuple(dict.fromkeys(word.lower() for word in _WORD.findall(name)))


def letters_of(name: str) -> str:
    """Return *name* in small letters, with nothing between its words."""
    return re.sub(r"[\W_]+", "", name).casefold()


def misspelt_by(one: str, other: str) -> int | None:
    """Return how many letters are wrong, missing, too many or swapped between two names; None for too many.

    Up to two are allowed, and one more for every four letters beyond eight.
    """
    limit = max(2, min(len(one), len(other)) // 4)
    if abs(len(one) - len(other)) > limit or _differing(one, other) > limit:
        return None
    distance = _distance(one, other)
    return distance if distance <= limit else None


def shared_words(wanted: str, words: Iterable[str]) -> frozenset[str]:
    """Return those of *words* that the name *wanted* has too, as words, beginnings of words, or run together."""
    own, letters = words_of(wanted), letters_of(wanted)
    return frozenset(
        word for word in words if _is_in(word, letters) or any(_is_one(word, mine) for mine in own)
    )


class Weights:
    """How much it says that two names share a word: little for one that many names have."""

    def __init__(self, names: Iterable[Collection[str]]) -> None:
        names = list(names)
        self._count = len(names)
        self._seen: Mapping[str, int] = Counter(word for words in names for word in words)

    def of(self, words: Iterable[str]) -> float:
        """Return the weight of *words* together."""
        return sum(math.log(1 + (self._count + 1) / (self._seen.get(word, 0) + 1)) for word in words)


def _is_one(one: str, other: str) -> bool:
    """Tell whether two words begin alike, as ``expiry`` and ``expiring`` do."""
    if one == other:
        return True
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return same >= _SHORTEST and same >= _ALIKE * min(len(one), len(other))


def _is_in(word: str, letters: str) -> bool:
    return len(word) >= _SHORTEST and word in letters


def _differing(one: str, other: str) -> int:
    """Return a number that the distance is not below; it is quick to find, and most names are told apart by it."""
    mine, theirs = Counter(one), Counter(other)
    return max((mine - theirs).total(), (theirs - mine).total())


def _distance(one: str, other: str) -> int:
    """Return the least number of changes, insertions, deletions and swaps of neighbours between two texts."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, above, row = above, row, [at]
        for place, theirs in enumerate(other, 1):
            best = min(above[place] + 1, row[place - 1] + 1, above[place - 1] + (letter != theirs))
            is_swapped = at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == theirs
            row.append(min(best, before[place - 2] + 1) if is_swapped else best)
    return row[-1]
