"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return *number* with the English noun *word*: ``1 page``, ``2 pages``, ``3 entities``."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("ty") else f"{number} {word}s"
