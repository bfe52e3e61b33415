"""Edits of front matter: a key or a word that was misspelt, where one right spelling is close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from waypost.core.errors import Edit, one_close
from waypost.core.markdownfile import MarkdownFile


def respell_key(file: MarkdownFile, keys: Sequence[str | int], known: Iterable[str]) -> Edit | None:
    """Return the edit that gives the key at *keys*, one of the first level, the name among *known* that was meant.

    None where no single one is close, or that key is there too.
    """
    if len(keys) != 1:
        return None
    meant = one_close(str(keys[0]), known)
    if not meant or meant in file.front_matter:
        return None
    return Edit(file.path, file.line_of(*keys), f"{keys[0]}:", f"{meant}:", 1)


def respell_word(file: MarkdownFile, line: int, word: str, meant: str) -> Edit | None:
    """Return the edit that writes *meant* for *word*, which stands once in *line*; None where nothing is meant."""
    return Edit(file.path, line, word, meant) if word and meant and word != meant else None
