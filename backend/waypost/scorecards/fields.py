"""Fields of scorecards and exemptions: references, times, names with near misses told, numbers by tier."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields

from waypost.catalog.model import EntityRef
from waypost.core.errors import InputError
from waypost.scorecards.model import ANY_TIER


class RefField(fields.Field[str]):
    """A reference to an entity, given in full."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            return str(EntityRef.parse(value) if isinstance(value, str) else EntityRef.of(value))
        except InputError as error:
            raise ValidationError(f"{error}.") from error


class MomentField(fields.Field[datetime]):
    """A time with a zone, or a day: from its first moment, or with *ends* until its last one."""

    def __init__(self, *, ends: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._ends = ends

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            return self._read(str(value))
        except ValueError as error:
            raise ValidationError("Must be a day like 2027-03-31, or a time with its zone.") from error

    def _read(self, text: str) -> datetime:
        if "T" not in text:
            day = date.fromisoformat(text) + timedelta(days=1 if self._ends else 0)
            return datetime.combine(day, time(), UTC)
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at.astimezone(UTC)


class NamedField(fields.Field[Any]):
    """One of the values of an enumeration; a near miss is told."""

    def __init__(self, values: type[StrEnum], **options: Any) -> None:
        super().__init__(**options)
        self._values = values

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        names = [member.value for member in self._values]
        if value not in names:
            near = difflib.get_close_matches(str(value), names, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise ValidationError(f"Must be one of {', '.join(names)}.{hint}")
        return self._values(value)


class ByTierField(fields.Field[Any]):
    """A number for every tier, or a map by tier in which ``*`` is every other."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        by_tier = value if isinstance(value, Mapping) else {ANY_TIER: value}
        if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in by_tier.values()):
            raise ValidationError("Must be a number, or a number for each tier.")
        if ANY_TIER not in by_tier:
            raise ValidationError("Must have a number for every other tier: '*'.")
        return value
