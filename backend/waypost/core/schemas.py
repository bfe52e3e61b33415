"""The base of every schema: outside data becomes a value, or one error that tells every fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import RAISE, Schema, ValidationError
from marshmallow.fields import Field

from waypost.core.errors import Fault, InputError


class WireSchema(Schema):
    """The base of every schema: camelCase on the wire, and no key that nobody reads.

    A field with a ``data_key`` of its own keeps it.
    """

    class Meta:
        """What all schemas share."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Give the field its name on the wire."""
        if field_obj.data_key is None:
            field_obj.data_key = camel_case(field_name)

    def read(self, source: str, data: object) -> Any:
        """Load *data*, telling all its faults at once.

        Args:
            source: What a person calls the data: a file's path, ``the request body``.
            data: Plain values, as JSON or YAML gives them.

        Raises:
            InputError: The data breaks the schema.
        """
        try:
            return self.load(data)  # type: ignore[arg-type]
        except ValidationError as error:
            raise InputError(source, faults_of(error.messages)) from error


def camel_case(name: str) -> str:
    """Return the snake_case *name* as it is written on the wire: ``as_of`` becomes ``asOf``."""
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def faults_of(messages: object) -> list[Fault]:
    """Return what marshmallow's nested *messages* say as faults, each with its dotted path."""
    return list(_faults(messages, ""))


def _faults(messages: object, path: str) -> Iterator[Fault]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            # "_schema" holds what is wrong with the whole value.
            below = path if key == "_schema" else f"{path}.{key}" if path else str(key)
            yield from _faults(inner, below)
    elif isinstance(messages, list):
        for message in messages:
            yield from _faults(message, path)
    else:
        yield Fault(path, str(messages))
