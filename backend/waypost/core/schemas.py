"""The base of every schema: outside data becomes a value, or one error that tells every fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def load_sound(schema: Schema, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return what *schema* reads of *data* without the keys that are wrong, and every fault.

    What is left out has its default; a required key that is missing or wrong is absent.
    """
    try:
        return _loaded(schema, data), []
    except ValidationError as error:
        messages = error.messages_dict
    sound = {key: value for key, value in data.items() if key not in messages}
    required = [name for name, field in schema.load_fields.items() if field.required]
    return _loaded(schema, sound, partial=required), faults_of(messages)


def _loaded(schema: Schema, data: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = schema.load(data, **options)
    return loaded


def keys_of(fault: Fault, data: Any) -> list[str | int]:
    """Return the steps to what *fault* is about in *data*: keys of mappings, places in lists.

    Without the ``value`` that marshmallow puts behind a key of a mapping.
    """
    keys: list[str | int] = []
    value = data
    for step in fault.path.split("."):
        if step == "value" and not (isinstance(value, dict) and step in value):
            continue
        key: str | int = int(step) if isinstance(value, list) and step.isdigit() else step
        keys.append(key)
        value = _below(value, key)
    return keys


def _below(value: Any, key: str | int) -> Any:
    if isinstance(value, list) and isinstance(key, int):
        return value[key]
    return value.get(key) if isinstance(value, dict) else None


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
