"""Fields that marshmallow has not, or whose faults it words for programmers: durations, times, days, words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from waypost.core.durations import duration_text, parse_duration
from waypost.core.errors import InputError


class DurationField(fields.Field[timedelta]):
    """An ISO 8601 duration: ``P180D``."""

    def __init__(self, **more: Any) -> None:
        # What it is on the wire, for the API's description.
        super().__init__(metadata={"type": "string", "format": "duration"}, **more)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> timedelta:
        try:
            return parse_duration(str(value))
        except InputError as error:
            raise ValidationError("Must be a duration, like P180D or PT15M.") from error

    def _serialize(self, value: timedelta | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else duration_text(value)


class MomentField(fields.Field[datetime]):
    """A time with its zone: ``2026-11-02T14:30:00Z``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise ValidationError("Must be a time, like 2026-11-02T14:30:00Z.") from error
        if read.tzinfo is None:
            raise ValidationError("Must have a zone, such as Z at its end.")
        return read


class DayField(fields.Date):
    """A day: ``2026-11-02``."""

    default_error_messages = {"invalid": "Must be a day, like 2026-11-02."}  # noqa: RUF012 - marshmallow's name

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)


class WordsField(fields.Field[str]):
    """Words on one or more lines; a number is taken as it is written."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValidationError("Must be text.")
        text = str(value).strip()
        if not text:
            raise ValidationError("Must not be empty.")
        return text


def list_of_words() -> fields.List[str]:
    """Return a field of a list of words."""
    return fields.List(WordsField())
