"""YAML as Backstage reads it: YAML 1.2 core, the line of each key, every fault located, within limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml._yaml import CParser

from waypost.core.yamlblocks import UnusualError, is_plain, read_document, split_documents
from waypost.core.yamlevents import Builder, Built, Events, RefusedError, YamlFault, YamlLimits
from waypost.core.yamllines import Lines, Places

__all__ = ["Lines", "YamlDocument", "YamlFault", "YamlLimits", "json_value", "parse_yaml"]

_DEFAULT_LIMITS = YamlLimits()


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One document of a YAML file: plain values, and where it starts.

    ``index`` counts every document of the file from 0, empty and broken ones too.
    """

    value: Any
    line: int
    index: int
    lines: Lines = field(repr=False, compare=False)

    def line_of(self, *path: str | int) -> int:
        """Return the line of the key or item at *path*; of its nearest known ancestor where it is absent."""
        return self.lines.position_of(*path)[0]


def parse_yaml(
    text: str | bytes, limits: YamlLimits = _DEFAULT_LIMITS
) -> tuple[list[YamlDocument], list[YamlFault]]:
    """Return the documents of *text*, without empty ones, and every fault.

    A document with a fault is left out and hides no other; an alias without anchor, and what passes a
    limit, spoils the whole text, as it does for Backstage.
    """
    decoded = _decode(text)
    if isinstance(decoded, YamlFault):
        return [], [decoded]
    try:
        if limits == _DEFAULT_LIMITS and is_plain(decoded):
            usual = _read_usual(decoded, limits)
            if usual is not None:
                return _collect(usual)
        plain, restore = _hide_characters(decoded)
        return _collect(_read_text(plain, restore, limits))
    except RefusedError as error:
        return [], [error.fault]


def json_value(value: Any) -> Any:
    """Return *value* as JSON keeps it: numbers that are not finite become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_value(item) for item in value]
    return value


_Restore = Callable[[Events], Events]
_Read = Iterable[tuple[Built, Lines | None]]


def _collect(read: _Read) -> tuple[list[YamlDocument], list[YamlFault]]:
    documents: list[YamlDocument] = []
    faults: list[YamlFault] = []
    for index, (built, lines) in enumerate(read):
        faults += built.faults
        if lines is not None and not built.faults and built.value is not None:
            documents.append(YamlDocument(built.value, built.line, index, lines))
    return documents, faults


def _decode(text: str | bytes) -> str | YamlFault:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            data = error.object
            line = data.count(b"\n", 0, error.start) + 1
            return YamlFault(line, 1, f"not UTF-8 text: byte {data[error.start]:#04x}")
    # libyaml stumbles over a last line of nothing but tabs.
    text = text.removeprefix("\ufeff")
    return re.sub(r"(?<=\n)[ \t]+\Z", "", text) if text[-1:] in (" ", "\t") else text


def _read_usual(text: str, limits: YamlLimits) -> list[tuple[Built, Lines | None]] | None:
    """Return the documents of *text*, most of them read by the line; None where it has to be read as a whole."""
    lines = text.split("\n")
    found: list[tuple[Built, Lines | None]] = []
    try:
        for at, end in split_documents(lines):
            found.append(_read_lines(lines, at, end, limits))
    except (UnusualError, RefusedError):
        return None
    return found


def _read_lines(lines: list[str], at: int, end: int, limits: YamlLimits) -> tuple[Built, Lines | None]:
    def part() -> Events:
        return CParser("\n".join((*lines[at:end], "")))

    try:
        value, first = read_document(lines, at, end)
        return Built(value, first + 1), Lines(Places(part, at), 0)
    except UnusualError:
        read = list(_read_part("\n".join((*lines[at:end], "")), at, _unchanged, limits))
        if len(read) != 1 or read[0][1] is None:
            raise
        return read[0]


def _read_text(text: str, restore: _Restore, limits: YamlLimits) -> Iterator[tuple[Built, Lines | None]]:
    """Read *text* in one go, and document by document where that fails."""
    whole = list(_read_part(text, 0, restore, limits))
    if not any(lines is None for _, lines in whole):
        yield from whole
        return
    for part, first_line in _split(text):
        # One document stands here: where it breaks off, what came before is no document of its own.
        yield from list(_read_part(part, first_line, restore, limits))[-1:]


def _read_part(
    text: str, first_line: int, restore: _Restore, limits: YamlLimits
) -> Iterator[tuple[Built, Lines | None]]:
    """Give the documents of *text*; where it stops being YAML, a last one without lines that holds the fault."""

    def events() -> Events:
        return restore(CParser(text))

    places = Places(events, first_line)
    number = 0
    try:
        for number, built in enumerate(Builder(events(), limits, first_line).documents(), start=1):
            yield built, Lines(places, number - 1)
    except yaml.YAMLError as error:
        fault = _fault(error, first_line, text)
        yield Built(line=fault.line, faults=[fault]), None


def _fault(error: yaml.YAMLError, first_line: int, text: str) -> YamlFault:
    # What has no mark is a character that cannot be read, and those are hidden before.
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    mark = getattr(error, "problem_mark", None)
    if mark is None or problem.startswith("did not find expected ','"):
        # Where a bracket opens says more than where the text ran out.
        mark = getattr(error, "context_mark", None)
    line, column, index = (mark.line, mark.column, mark.index) if mark else (0, 0, 0)
    said = _IN_OUR_WORDS.get(problem) or _escaped(f"{context}: {problem}" if context else problem)
    return YamlFault(
        line + 1 + first_line, column + 1, said.format(character=_named(text[index : index + 1]))
    )


_IN_OUR_WORDS = {
    "found character that cannot start any token": "{character} cannot begin a value; put the value in quotes",
    "mapping values are not allowed in this context": (
        "a ':' stands where no key can be; put the value in quotes, or mend the indentation"
    ),
    "did not find expected key": "no key is here; mend the indentation, or put the value in quotes",
    "could not find expected ':'": "a key must be followed by ':'; mend the indentation, or put the value in quotes",
    "did not find expected <document start>": "the document has ended above; mend the indentation",
    "did not find expected node content": "{character} cannot begin a value; put the value in quotes",
    "did not find expected ',' or '}'": "a '{{' is not closed by '}}', or a ',' is missing",
    "did not find expected ',' or ']'": "a '[' is not closed by ']', or a ',' is missing",
    "did not find expected '-' indicator": "an item must begin with '-'; mend the indentation",
    "found unexpected end of stream": "a quotation mark is not closed",
}


def _escaped(message: str) -> str:
    return message.replace("{", "{{").replace("}", "}}")


def _named(character: str) -> str:
    return {"": "the end", "\t": "a tab", "\n": "the end of the line"}.get(character, f"'{character}'")


_MARKER = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_PREAMBLE = re.compile(r"[ \t]*(?:#.*)?[\r\n]*\Z|%")


def _split(text: str) -> Iterator[tuple[str, int]]:
    """Give each document's text and how many lines come before it.

    ``---`` and ``...`` at the start of a line end a document wherever they stand, even in a quoted scalar.
    """
    part: list[str] = []
    first = 0
    has_content = False
    for number, line in enumerate(text.splitlines(keepends=True)):
        marker = _MARKER.match(line)
        if marker and marker[0] == "---" and has_content:
            yield "".join(part), first
            part, first = [], number
        part.append(line)
        ends = bool(marker) and line.startswith("...")
        has_content = has_content or not (ends or _PREAMBLE.match(line))
        if ends:
            if has_content:
                yield "".join(part), first
            part, first, has_content = [], number + 1, False
    if has_content:
        yield "".join(part), first


# What libyaml refuses, or takes for a line break, and the `yaml` package takes as it comes.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff\U0001fffe\U0001ffff]"
    "|\r(?!\n)"
)
_ESCAPED_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
"""One character beyond the first plane, written as JSON writes it. libyaml refuses it in double quotes."""


def _hide_characters(text: str) -> tuple[str, _Restore]:
    """Return *text* with what libyaml refuses replaced by spare characters, and what puts it back."""
    found = set(_REFUSED.findall(text))
    if "\\u" in text:
        found.update(pair for _, pair in _ESCAPED_PAIR.findall(text))
    if not found:
        return text, _unchanged
    spare = (chr(code) for code in range(0xF0000, 0xFFFFE) if chr(code) not in text)
    hidden = dict(zip(sorted(found), spare, strict=False))
    text = _REFUSED.sub(lambda match: hidden[match[0]], text)
    text = _ESCAPED_PAIR.sub(lambda match: f"{match[1]}{hidden[match[2]]}", text)
    return text, lambda events: _Restored(events, hidden)


def _unchanged(events: Events) -> Events:
    return events


class _Restored:
    """Events whose scalars have their own characters again."""

    def __init__(self, events: Events, hidden: Mapping[str, str]) -> None:
        self._events = events
        self._plain = {ord(spare): _shown(source) for source, spare in hidden.items()}
        self._quoted = {ord(spare): _unescaped(source) for source, spare in hidden.items()}

    def get_event(self) -> Any:
        """Return the next event."""
        event = self._events.get_event()
        if event.__class__ is yaml.ScalarEvent:
            event.value = event.value.translate(self._quoted if event.style == '"' else self._plain)
        return event


def _shown(source: str) -> str:
    """Return *source*, or for half a surrogate pair what UTF-8 has in its stead."""
    return "\ufffd" if "\ud800" <= source <= "\udfff" else source


def _unescaped(source: str) -> str:
    if len(source) == 1:
        return _shown(source)
    halves = bytes.fromhex(source[2:6] + source[8:12])
    return halves.decode("utf-16-be")
