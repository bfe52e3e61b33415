"""Reading one source from elsewhere: what it holds now, that nothing changed, or why it cannot be read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

import orjson

from waypost.catalog.ingestion.drafting import made_by
from waypost.catalog.ingestion.reading import SourceContent, Target, read_source
from waypost.catalog.ingestion.validating import fault_error
from waypost.catalog.remote.leases import Lease
from waypost.catalog.remote.targets import (
    Content,
    Reader,
    ReadError,
    read_error,
    read_whole,
    resolve_target,
    text_reader,
)
from waypost.catalog.remote.wildcards import has_wildcards
from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, LocationRef, parse_key
from waypost.core.fetch.error import FetchError


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source holds what it held. ``stamp`` is what tells that the next time."""

    stamp: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The source holds something else: its content, where its Location entities lead, digest and stamp."""

    content: SourceContent
    targets: tuple[tuple[Target, LocationRef], ...]
    digest: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The source cannot be read, or is not what a source may be. ``retry_at`` is when its host wants to be asked."""

    errors: tuple[ReadError, ...]
    retry_at: datetime | None = None


Outcome = Unchanged | Changed | Failed


def read_leased(
    reader: Reader, lease: Lease, types: Collection[str], forges: Forges = PUBLIC_FORGES
) -> Outcome:
    """Return what the source of *lease* holds now.

    One that need not be there, and is not, holds nothing. It is asked conditionally, and so is what its
    placeholders take in. One with wildcards leads to the files that it names, and holds nothing itself.

    Args:
        types: The types that its Location entities may lead to, besides its own.
        forges: The hosts where it is known at which address a file is edited.
    """
    try:
        if has_wildcards(lease.location.target.partition("?")[0]):
            return _list(reader, lease)
        return _read(reader, lease, types, forges)
    except FetchError as error:
        if error.is_missing and not lease.is_required:
            return _compared(lease, SourceContent(), (), "", b"")
        return Failed((read_error(error),), error.retry_at)


@dataclass(slots=True)
class _Stamps:
    """What tells whether a source changed: its own stamp, and those of the files that its placeholders take in.

    ``made_by`` names how entities were made of it.
    """

    made_by: str
    own: str = ""
    taken_in: dict[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        return orjson.dumps([self.made_by, self.own, self.taken_in]).decode()


def _known(lease: Lease, how: str) -> _Stamps:
    """Return what tells whether the source of *lease* changed; nothing does where entities are made in another way."""
    values = orjson.loads(lease.stamp) if lease.stamp else []
    return _Stamps(*values) if values[:1] == [how] else _Stamps(how)


def _list(reader: Reader, lease: Lease) -> Outcome:
    files = reader.expand(lease.location)
    if not files and lease.is_required:
        message = f"Unable to read url, no matching files found for {lease.location.target}"
        return Failed((ReadError("NotFoundError", message),))
    # A file that is no longer listed must not keep the list from being taken over because it is missing.
    targets = tuple(
        (Target(ref, file.type, file.target, is_required=False, line=0), file)
        for ref in lease.parents
        for file in files
    )
    return _compared(lease, SourceContent(), targets, "", orjson.dumps([*map(str, files)]))


def _read(reader: Reader, lease: Lease, types: Collection[str], forges: Forges) -> Outcome:
    how = made_by(sorted(types), forges)
    known = _known(lease, how)
    content = reader.read(lease.location, known.own)
    if content is None and _is_same(reader, known):
        return Unchanged(lease.stamp)
    content = content or read_whole(reader, lease.location)
    recording = _Recording(reader, _Stamps(how, content.stamp))
    fill = text_reader(recording.read, lease.location)
    held = read_source(
        content.text, lease.location, lease.origin, location_types=types, fill=fill, forges=forges
    )
    whole = [fault_error(fault, lease.location, types) for fault in held.faults if fault.is_whole]
    if whole:
        return Failed(tuple(ReadError(error["name"], error["message"]) for error in whole))
    targets = tuple((target, resolve_target(lease.location, target)) for target in held.targets)
    material = orjson.dumps([how, content.text, recording.texts])
    return _compared(lease, held, targets, recording.stamps.dump(), material)


def _is_same(reader: Reader, known: _Stamps) -> bool:
    """Tell whether nothing changed of what the source takes in; what cannot be read may have."""
    try:
        return all(reader.read(parse_key(key), stamp) is None for key, stamp in known.taken_in.items())
    except FetchError:
        return False


@dataclass(slots=True)
class _Recording:
    """Reads what placeholders name, and notes it."""

    reader: Reader
    stamps: _Stamps
    texts: list[str] = field(default_factory=list)

    def read(self, location: LocationRef) -> Content:
        # What cannot be read now is asked for again, though the source itself stays as it is.
        self.stamps.taken_in[str(location)] = ""
        try:
            content = read_whole(self.reader, location)
        except FetchError as error:
            self.texts.append(str(error))
            raise
        self.stamps.taken_in[str(location)] = content.stamp
        self.texts.append(content.text)
        return content


def _compared(  # noqa: PLR0917 - all that an outcome is made of
    lease: Lease,
    held: SourceContent,
    targets: tuple[tuple[Target, LocationRef], ...],
    stamp: str,
    material: bytes,
) -> Unchanged | Changed:
    digest = sha1(material, usedforsecurity=False).hexdigest()
    if digest == lease.digest:
        return Unchanged(stamp)
    return Changed(held, targets, digest, stamp)
