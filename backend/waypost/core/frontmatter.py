"""Front matter edited as text: what a key holds is replaced, and all else stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from waypost.core.yamlfile import parse_yaml

_MARK: Final = re.compile(r"(?:---|\.\.\.)[ \t]*\Z")
_KEY: Final = re.compile(r"(?P<quote>[\"']?)(?P<key>[^\s#\"'\-:][^\"':]*+)(?P=quote)[ \t]*+:(?=[ \t]|\Z)")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Entry(NamedTuple):
    """A key of front matter with the lines that it takes: from ``first`` up to and without ``last``, from 0."""

    key: str
    first: int
    last: int


def split_lines(text: str) -> list[str]:
    """Return the lines of *text*, each with its own end, whichever that is; put together they are *text*."""
    return [line for line in _LINE.findall(text) if line]


def front_matter_end(lines: list[str]) -> int:
    """Return the number, from 0, of the line that closes the front matter of *lines*; 0 where there is none."""
    if not lines or lines[0].removeprefix("\ufeff").rstrip() != "---":
        return 0
    ends = (number for number, line in enumerate(lines[1:], start=1) if _MARK.match(line.rstrip("\r\n")))
    end = next(ends, 0)
    documents, faults = parse_yaml("".join(lines[1:end]).replace("\r\n", "\n").replace("\r", "\n"))
    # Two rules with words between them are none, to MkDocs and to us.
    is_words = not faults and bool(documents) and not isinstance(documents[0].value, dict)
    return 0 if is_words else end


def read_entries(lines: list[str]) -> list[Entry]:
    """Return the keys at the top of the front matter of *lines*, in order. Comments belong to no key."""
    found: list[Entry] = []
    for number in range(1, front_matter_end(lines)):
        line = lines[number].rstrip("\r\n")
        if match := _KEY.match(line):
            found.append(Entry(match["key"].strip(), number, number + 1))
        elif found and line.strip() and line[0] in " \t-]}":
            found[-1] = found[-1]._replace(last=number + 1)
    return found


def with_keys(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with each key of *values* in its front matter, which is made where there is none.

    A key that is there keeps its place, and the comments around it; others come last. The text's line ends
    are kept.

    Args:
        values: What each key holds, as YAML on one line.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = split_lines(text.removeprefix(mark))
    ending = next((line[len(line.rstrip("\r\n")) :] for line in lines), "") or "\n"
    if not front_matter_end(lines):
        between = [ending] if lines and lines[0].strip() else []
        lines = [f"---{ending}", f"---{ending}", *between, *lines]
    written = {key: f"{key}: {value}{ending}" for key, value in values.items()}
    for entry in reversed(read_entries(lines)):
        if entry.key in written:
            lines[entry.first : entry.last] = [written.pop(entry.key)]
    end = front_matter_end(lines)
    lines[end:end] = [written[key] for key in values if key in written]
    return mark + "".join(lines)


def without_keys(text: str, keys: Iterable[str]) -> str:
    """Return *text* without *keys* in its front matter."""
    gone, lines = set(keys), split_lines(text)
    for entry in reversed(read_entries(lines)):
        if entry.key in gone:
            del lines[entry.first : entry.last]
    return "".join(lines)


def yaml_text(text: str) -> str:
    """Return *text* as YAML writes it on one line, in quotes only where it would else be read otherwise."""
    if text and "\n" not in text and text.strip() == text:
        documents, faults = parse_yaml(f"- {text}\n- [{text}]\n- {{a: {text}}}\n")
        if not faults and documents and documents[0].value == [text, [text], {"a": text}]:
            return text
    return json.dumps(text, ensure_ascii=False)


def yaml_list(items: Iterable[str]) -> str:
    """Return *items*, texts, as a YAML list on one line."""
    return f"[{', '.join(map(yaml_text, items))}]"
