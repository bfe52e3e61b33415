"""The field of front matter that names an entity."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from waypost.catalog.model import EntityRef
from waypost.core.errors import InputError


class RefField(fields.Field[EntityRef]):
    """A reference to an entity: ``component:default/checkout``.

    Args:
        default_kind: The kind of a reference that gives none.
    """

    def __init__(self, *, default_kind: str | None = None, **more: Any) -> None:
        super().__init__(**more)
        self._default_kind = default_kind

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> EntityRef:
        if not isinstance(value, str):
            raise ValidationError("Must be a reference to an entity, like component:default/checkout.")
        try:
            return EntityRef.parse(value, default_kind=self._default_kind)
        except InputError as error:
            raise ValidationError(f"{error}.") from error
