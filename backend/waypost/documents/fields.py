"""Fields of front matter that marshmallow has not: references to entities, durations, plain words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from waypost.catalog.model import EntityRef
from waypost.core.durations import parse_duration
from waypost.core.errors import InputError

not_blank = validate.Regexp(r"(?s).*\S", error="Must not be empty.")


class RefField(fields.Field[EntityRef]):
    """A reference to an entity: ``component:default/checkout``."""

    def __init__(self, *, default_kind: str | None = None, **more: Any) -> None:
        super().__init__(**more)
        self._default_kind = default_kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> EntityRef:
        del attr, data
        if not isinstance(value, str):
            raise ValidationError("Must be a reference to an entity, like component:default/checkout.")
        try:
            return EntityRef.parse(value, default_kind=self._default_kind)
        except InputError as error:
            raise ValidationError(f"{error}.") from error


class DurationField(fields.Field[timedelta]):
    """An ISO 8601 duration: ``P180D``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> timedelta:
        del attr, data
        try:
            return parse_duration(value if isinstance(value, str) else str(value))
        except InputError as error:
            raise ValidationError("Must be a duration, like P180D or PT15M.") from error


class WordsField(fields.Field[str]):
    """Words on one or more lines; a number is taken as it is written."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        del attr, data
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValidationError("Must be text.")
        text = str(value).strip()
        if not text:
            raise ValidationError("Must not be empty.")
        return text


def words(*, required: bool = False) -> WordsField:
    """Return a field of words."""
    return WordsField(required=required)


def list_of_words() -> fields.List[str]:
    """Return a field of a list of words."""
    return fields.List(WordsField())
