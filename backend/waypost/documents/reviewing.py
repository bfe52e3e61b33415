"""Writing down a review in a page's front matter: the keys that it changes, and not a byte beside them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import yaml

from waypost.core.errors import InputError
from waypost.core.frontmatter import front_matter_end, split_lines, yaml_text
from waypost.core.markdownfile import parse_markdown

KEYS: Final = ("by", "on", "method", "every")
"""What a review holds, in the order in which it is written."""


def with_review(path: str, text: str, values: Mapping[str, str]) -> str:
    """Return the page *text* of the file at *path* with *values* in the ``review`` of its front matter.

    Keys of the review that are not among them stay as they are; a review that is not there is added last.

    Args:
        values: Those of ``KEYS`` that are to be written, in plain words.

    Raises:
        InputError: The front matter cannot be changed without guessing what is meant.
    """
    front = _read_front(path, text)
    written = {key: yaml_text(values[key]) for key in KEYS if key in values}
    review = front.find("review")
    if review is None:
        edits = [front.appended(f"review: {_flow(written)}")]
    elif isinstance(review, yaml.ScalarNode) and review.tag.endswith(":null"):
        edits = [front.replaced(review, _flow(written))]
    elif isinstance(review, yaml.MappingNode):
        edits = list(_edits(front, review, written))
    else:
        raise front.refusal(review, "'review' holds no keys")
    changed = _apply(text, edits)
    now = parse_markdown(path, changed).front_matter.get("review")
    holds = isinstance(now, Mapping) and all(now.get(key) == value for key, value in values.items())
    return _verified(front, changed, "review", holds=holds)


def with_day(path: str, text: str, key: str, day: str) -> str:
    """Return *text* with *day* as what the front matter's own *key* holds; a key that is not there is added last.

    Raises:
        InputError: The front matter cannot be changed without guessing what is meant.
    """
    front = _read_front(path, text)
    node = front.find(key)
    if node is not None and not isinstance(node, yaml.ScalarNode):
        raise front.refusal(node, f"'{key}' does not hold a day")
    edit = front.replaced(node, day) if node else front.appended(f"{key}: {day}")
    changed = _apply(text, [edit])
    holds = str(parse_markdown(path, changed).front_matter.get(key)) == day
    return _verified(front, changed, key, holds=holds)


class _Edit(NamedTuple):
    """A stretch of a text, and what comes in its place."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class _Front:
    """The front matter of a page: where its YAML starts and ends in the text, and what it holds."""

    path: str
    text: str
    start: int
    end: int
    root: yaml.Node | None

    def find(self, key: str) -> yaml.Node | None:
        """Return what *key* holds, or None where it is not there."""
        if self.root is None:
            return None
        if not isinstance(self.root, yaml.MappingNode) or self.root.flow_style:
            raise self.refusal(self.root, "the front matter is no list of keys, each on a line of its own")
        return self.values_of(self.root, (key,)).get(key)

    def values_of(self, mapping: yaml.MappingNode, keys: Container[str]) -> dict[str, yaml.Node]:
        """Return what *mapping* holds under *keys*, where each stands there once and holds what is written there."""
        found: dict[str, yaml.Node] = {}
        for name, value in mapping.value:
            if name.value not in keys and name.value != "<<":
                continue
            if name.value in found or name.value == "<<" or value.start_mark.index < name.end_mark.index:
                raise self.refusal(name, f"'{name.value}' stands there twice, or holds what stands elsewhere")
            found[name.value] = value
        return found

    def replaced(self, node: yaml.Node, value: str) -> _Edit:
        """Return the edit that puts *value* in the place of *node*."""
        first, last = self.start + node.start_mark.index, self.start + node.end_mark.index
        if self.text[first : first + 1] in ("&", "!", "*", "|", ">"):
            raise self.refusal(node, "an anchor, a tag or a block stands where a word is expected")
        # What holds nothing ends right behind its colon.
        space = " " if first == last and self.text[first - 1] == ":" else ""
        return _Edit(first, last, space + value)

    def appended(self, line: str) -> _Edit:
        """Return the edit that adds *line* at the end."""
        return _Edit(self.end, self.end, line + self.ending)

    @property
    def ending(self) -> str:
        """How its lines end."""
        return "\r\n" if self.text[: self.start].endswith("\r\n") else "\n"

    def refusal(self, node: yaml.Node, what: str) -> InputError:
        """Return the error that says *what* is in the way at *node*."""
        line = node.start_mark.line + 2
        return InputError(self.path, [f"line {line}: {what}; write the review there by hand"], line=line)


def _read_front(path: str, text: str) -> _Front:
    mark = len(text) - len(text.removeprefix("\ufeff"))
    lines = split_lines(text[mark:])
    count = front_matter_end(lines)
    if not count:
        told = "has no front matter, and so no place for a review; begin it with 'kind:' and 'owner:'"
        raise InputError(path, [told])
    faults = parse_markdown(path, text).faults
    if faults:
        told = f"line {faults[0].line}: the front matter cannot be read: {faults[0].message}"
        raise InputError(path, [told], line=faults[0].line)
    start = mark + len(lines[0])
    end = start + sum(map(len, lines[1:count]))
    try:
        root = yaml.compose(text[start:end], Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())
        raise InputError(path, [f"the front matter cannot be read: {told}"]) from error
    return _Front(path, text, start, end, root)


def _flow(written: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in written.items())}}}"


def _edits(front: _Front, review: yaml.MappingNode, written: Mapping[str, str]) -> Iterator[_Edit]:
    """Give the edits that put *written* into *review*: words in place of words, and new keys before all others."""
    at = front.start + review.start_mark.index
    if front.text[at] in "&!":
        raise front.refusal(review, "an anchor or a tag stands before the review")
    known = front.values_of(review, KEYS)
    for key, value in written.items():
        node = known.get(key)
        if isinstance(node, yaml.ScalarNode):
            yield front.replaced(node, value)
        elif node is not None:
            raise front.refusal(node, f"'{key}' holds more than a word")
    missing = {key: value for key, value in written.items() if key not in known}
    if missing and review.flow_style:
        comma = ", " if review.value else ""
        yield _Edit(at + 1, at + 1, _flow(missing)[1:-1] + comma)
    elif missing:
        indent = " " * review.start_mark.column
        yield _Edit(
            at, at, "".join(f"{key}: {value}{front.ending}{indent}" for key, value in missing.items())
        )


def _apply(text: str, edits: Iterable[_Edit]) -> str:
    """Return *text* with *edits* made, the last first, so that those before keep their places."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.first] + edit.text + text[edit.last :]
    return text


def _verified(front: _Front, changed: str, key: str, *, holds: bool) -> str:
    """Return *changed*, where nothing but *key* is another than before and that *holds* what it should.

    Raises:
        InputError: The page has a form that was not thought of; it is left alone.
    """
    old, new = parse_markdown(front.path, front.text), parse_markdown(front.path, changed)
    rest = [{k: v for k, v in file.front_matter.items() if k != key} for file in (old, new)]
    if new.faults or rest[0] != rest[1] or old.body != new.body or not holds:
        line = old.line_of(key)
        told = f"line {line}: '{key}' cannot be changed safely; write it there by hand"
        raise InputError(front.path, [told], line=line)
    return changed
