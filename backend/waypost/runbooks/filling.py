"""Puts the reader's values into a command so that a shell takes each as it is, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from waypost.runbooks.shellplaces import Place, UnfinishedError, Use, read_uses

# Control characters, and those that turn or hide what stands beside them: no name of a thing holds one.
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_IN_WORDS: Final = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
PATTERN_TIMEOUT_S: Final = 0.5
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)\Z")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the shell command *text* with *values* where it names them, each quoted for where it stands.

    What a shell does not expand stays: single quotes, here-documents with a quoted word, comments, escaped dollars,
    and names that the command has set itself by then. Where a value cannot stand in place of the name
    (``${NAME%.*}``), the command is preceded by a line that sets it. A value that is empty or cannot be shown
    is none: its name stays as written. Where quotes do not close, only such lines are put before.
    """
    given = {name: value for name, value in values.items() if value and is_shown(value)}
    try:
        uses = read_uses(text)
    except UnfinishedError:
        return _setting(dict.fromkeys(_names_in(text)), given) + text
    before: dict[str, None] = {}
    filled: list[str] = []
    done = 0
    for use in (use for use in uses if use.name in given):
        put = _put(use, given[use.name])
        if put is not None:
            filled += [text[done : use.start], put]
            done = use.end
        elif use.place is not Place.NUMBER:
            before[use.name] = None
    return _setting(before, given) + "".join(filled) + text[done:]


def needs(text: str) -> tuple[str, ...]:
    """Return the variables that the command *text* takes from outside, each once, in order."""
    try:
        return tuple(dict.fromkeys(use.name for use in read_uses(text)))
    except UnfinishedError:
        return tuple(dict.fromkeys(_names_in(text)))


def fill_words(text: str, values: Mapping[str, str]) -> str:
    """Return *text*, which is prose and no command, with *values* as they are where it names them."""
    given = {name: value for name, value in values.items() if value and is_shown(value)}
    return _IN_WORDS.sub(lambda named: given.get(named[1] or named[2], named[0]), text)


def quoted(value: str) -> str:
    """Return *value* as one word of a shell, always in single quotes: bare, ``2`` before ``>`` says something else."""
    inside = value.replace("'", "'\\''")
    return f"'{inside}'"


def is_shown(value: str) -> bool:
    """Tell whether *value* looks like what it is: no control characters, none that hide or turn others."""
    return _UNSEEN.search(value) is None


def fits(pattern: str, value: str) -> bool:
    """Tell whether *value* may be given for a variable with *pattern*: the whole of it, as the page checks it.

    Without a pattern, whatever does not begin with a dash, which a command would take for an option.

    Raises:
        regex.error: The pattern is none.
        TimeoutError: The pattern takes too long on the value, as ``(a+)+`` does.
    """
    if not value or not is_shown(value):
        return False
    if not pattern:
        return not value.startswith("-")
    # Only who has a pattern waits for the library: a worker that answers needs it for very few addresses.
    import regex  # noqa: PLC0415

    return regex.compile(pattern).fullmatch(value, timeout=PATTERN_TIMEOUT_S) is not None


def is_fit(pattern: str, value: str) -> bool:
    """Tell whether *value* may be given for a variable with *pattern*; not where the pattern cannot tell."""
    import regex  # noqa: PLC0415 - see fits

    try:
        return fits(pattern, value)
    except (regex.error, TimeoutError):
        return False


def _put(use: Use, value: str) -> str | None:
    """Return what stands for *use*, None where a value cannot stand there."""
    match use.place:
        case Place.WORD:
            return quoted(value)
        case Place.DOUBLE:
            # An interactive shell takes `!` there for its history, and no backslash helps.
            return f'"{quoted(value)}"' if "!" in value else re.sub(r'([\\$`"])', r"\\\1", value)
        case Place.DOCUMENT if value not in use.ends_at:
            return re.sub(r"([\\$`])", r"\\\1", value)
        case Place.NUMBER if _NUMBER.match(value):
            return value
        case _:
            return None


def _setting(names: Mapping[str, None], given: Mapping[str, str]) -> str:
    return "".join(f"{name}={quoted(given[name])}\n" for name in names if name in given)


def _names_in(text: str) -> list[str]:
    return [named[1] or named[2] for named in _IN_WORDS.finditer(text)]
