"""What a Location leads to: its targets resolved and read, or why they cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import NamedTuple, Protocol

from waypost.catalog.ingestion.reading import ReadText, Target
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.rules.repositories import is_same_repository, resolve_url
from waypost.core.errors import InputError
from waypost.core.fetch.error import FetchError

# As many as Backstage keeps of an error's text.
_LONGEST = 5_000
_GIT_MARK = "/-/"
READABLE = ("url", "git")
"""The types of locations that can be read outside of the workspace."""


class Content(Protocol):
    """The text of a source, and what tells the next time whether it changed."""

    @property
    def text(self) -> str:
        """The text."""
        ...

    @property
    def stamp(self) -> str:
        """What ``read`` is given the next time."""
        ...


class Reader(Protocol):
    """Reads sources outside of the workspace. Threads share one."""

    def read(self, location: LocationRef, stamp: str) -> Content | None:
        """Return what *location* holds, None where nothing changed since *stamp*.

        Raises:
            FetchError: It cannot be read.
        """
        ...

    def expand(self, location: LocationRef) -> tuple[LocationRef, ...]:
        """Return the files that *location* names: itself, or with wildcards those that match.

        Raises:
            FetchError: Its host cannot be asked, or cannot list files.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReadError:
    """Why something cannot be read or is no entity: what an error is called, and its sentence."""

    name: str
    message: str

    def __str__(self) -> str:
        """Return ``name: message``."""
        return f"{self.name}: {self.message}"


class Read(NamedTuple):
    """One file that was read."""

    location: LocationRef
    content: Content


def resolve_target(base: LocationRef, target: Target) -> LocationRef:
    """Return where *target* leads, which a Location entity in the file *base* names."""
    return (
        resolve(base, target.target) if base.type == target.type else LocationRef(target.type, target.target)
    )


def resolve(base: LocationRef, target: str) -> LocationRef:
    """Return where *target* leads that is written in the file *base*, and is of the same type."""
    if base.type == "url":
        return LocationRef("url", resolve_url(target, base.target))
    repository, mark, path = base.target.rpartition(_GIT_MARK)
    if base.type != "git" or not mark or _GIT_MARK in target:
        return LocationRef(base.type, target)
    # Files of a git repository on this machine are named by repository, revision and path.
    inside = normpath(join("/", dirname(path), target)).lstrip("/")
    return LocationRef("git", f"{repository}{mark}{inside}")


def read_target(reader: Reader, location: LocationRef, *, is_required: bool) -> list[Read] | ReadError:
    """Return every file that *location* names; none where it need not be there and is not."""
    if location.type not in READABLE:
        return ReadError("InputError", f"No processor was able to handle reading of {location}")
    try:
        return list(_read_all(reader, location))
    except FetchError as error:
        return [] if error.is_missing and not is_required else read_error(error)


def _read_all(reader: Reader, location: LocationRef) -> Iterator[Read]:
    for found in reader.expand(location):
        yield Read(found, read_whole(reader, found))


def read_whole(reader: Reader, location: LocationRef) -> Content:
    """Return what *location* holds, whether it changed or not.

    Raises:
        FetchError: It cannot be read.
    """
    content = reader.read(location, "")
    assert content is not None  # noqa: S101 - as there is no stamp
    return content


def read_error(error: FetchError) -> ReadError:
    """Return what an *error* of reading is to Backstage."""
    name = "NotFoundError" if error.is_missing else "Error"
    return ReadError(name, f"Unable to read url, {error}"[:_LONGEST])


def text_reader(read: Callable[[LocationRef], Content], base: LocationRef) -> ReadText:
    """Return what gives the texts that placeholders in the file *base* name, by *read*.

    It raises an ``InputError`` for a file of another repository, where both lie in one.
    """

    def read_text(target: str) -> str:
        location = resolve(base, target)
        if location.type == "url" and not is_same_repository(location.target, base.target):
            raise InputError(f"'{target}' lies in another repository than {base.target}")
        return read(location).text

    return read_text
