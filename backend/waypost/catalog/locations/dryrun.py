"""What registering a location would bring, without registering it: all that it leads to, processed at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from waypost.catalog.ingestion.generated import generated_document, generated_ref
from waypost.catalog.ingestion.reading import Emitted, SourceContent, SourceFault, Target, read_source
from waypost.catalog.ingestion.validating import fault_error
from waypost.catalog.remote.targets import (
    Reader,
    ReadError,
    read_target,
    read_whole,
    resolve_target,
    text_reader,
)
from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, LocationRef
from waypost.core.errors import InputError


def dry_run(
    reader: Reader, location: LocationRef, types: Collection[str], forges: Forges = PUBLIC_FORGES
) -> list[dict[str, Any]]:
    """Return the Location entity that registering *location* would make, and every entity that it leads to.

    They are as processing leaves them: without relations, uid and etag.

    Raises:
        InputError: Something on the way cannot be read, or is no entity.
    """
    running = _Running(reader, location, types, forges)
    return list(running.documents())


@dataclass(frozen=True, slots=True)
class _Found:
    """What is still to be processed: an entity or what is wrong with it, where it was read, and its targets."""

    item: Emitted | SourceFault
    location: LocationRef
    targets: tuple[Target, ...] = ()


@dataclass(slots=True)
class _Running:
    reader: Reader
    origin: LocationRef
    types: Collection[str]
    forges: Forges
    seen: set[str] = field(default_factory=set)

    def documents(self) -> Iterator[dict[str, Any]]:
        """Give each entity, the last found first, as Backstage does."""
        ref = generated_ref(self.origin)
        self.seen.add(ref)
        yield generated_document(ref, self.origin)
        root = Target(ref, self.origin.type, self.origin.target, is_required=True, line=0)
        waiting = self._led_to([root], self.origin)
        while waiting:
            found = waiting.pop()
            if isinstance(found.item, SourceFault):
                raise InputError(_text(fault_error(found.item, found.location, self.types)))
            if found.item.ref in self.seen:
                raise InputError(f"Duplicate nested entity: {found.item.ref}")
            self.seen.add(found.item.ref)
            yield found.item.document
            waiting += self._led_to(found.targets, found.location)

    def _led_to(self, targets: Iterable[Target], base: LocationRef) -> list[_Found]:
        """Return all that the *targets* of one Location entity in the file *base* hold.

        Raises:
            InputError: One of them cannot be read, or is not what a source may be.
        """
        found: list[_Found] = []
        errors: list[str] = []
        for target in targets:
            read = read_target(self.reader, resolve_target(base, target), is_required=target.is_required)
            if isinstance(read, ReadError):
                errors.append(str(read))
                continue
            for location, content in read:
                held = self._read(content.text, location)
                errors += [_text(fault_error(f, location, self.types)) for f in held.faults if f.is_whole]
                found += _in_order(held, location)
        if errors:
            raise InputError(", ".join(errors))
        return found

    def _read(self, text: str, location: LocationRef) -> SourceContent:
        fill = text_reader(partial(read_whole, self.reader), location)
        return read_source(
            text, location, self.origin, location_types=self.types, fill=fill, forges=self.forges
        )


def _in_order(content: SourceContent, location: LocationRef) -> list[_Found]:
    """Return the entities of *content*, and what is wrong with others, in the order of the file."""
    items: list[Emitted | SourceFault] = sorted(
        [*content.entities, *content.faults], key=lambda item: item.line
    )
    return [
        _Found(item, location, tuple(target for target in content.targets if target.ref == item.ref))
        for item in items
    ]


def _text(error: dict[str, Any]) -> str:
    return f"{error['name']}: {error['message']}"
