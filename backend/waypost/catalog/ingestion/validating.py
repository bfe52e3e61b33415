"""Whether one document would be an entity, told in the words of Backstage's ``validate-entity``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any, Final

from waypost.catalog.ingestion.reading import SourceFault
from waypost.catalog.refs import DEFAULT_NAMESPACE
from waypost.catalog.rules.annotations import LocationRef, is_script
from waypost.catalog.rules.faults import DocumentFault, Keys, RejectedError
from waypost.catalog.rules.formatwords import format_words
from waypost.catalog.rules.placeholders import DEEPEST, fill_placeholders, is_deeper
from waypost.catalog.rules.repositories import is_same_repository
from waypost.catalog.rules.verdict import process
from waypost.core.errors import InputError

_MISSING: Final = re.compile(r"'([^']+)' is missing")
_WRONG: Final = re.compile(
    r"'[^']+' must be (?P<wanted>an object|a list|a text|a boolean)[^,]*, but is (?P<found>.+)"
)
_PARSED: Final = re.compile(r"^a document must be an object, but this is (?:an? )?")
_MALFORMED: Final = re.compile(r"entity reference '(.*)' is not of the form .*", re.DOTALL)
_KINDLESS: Final = re.compile(r"entity reference '(.*)' has no kind .*", re.DOTALL)
_TYPES: Final = {"an object": "object", "a list": "array", "a text": "string", "a boolean": "boolean"}
# What stands for what placeholders take in: asking other servers is not for everybody who may ask this.
_TAKEN_IN: Final[Mapping[str, Any]] = {"$text": "…", "$json": {}, "$yaml": {}}

WireError = dict[str, Any]


def validate_entity(entity: Mapping[str, Any], location: str, types: Collection[str]) -> list[WireError]:
    """Return why *entity*, as read from *location*, is none; empty where it is one.

    What placeholders name is not read: a text stands for ``$text``, an object for ``$json`` and ``$yaml``.

    Args:
        location: ``url:`` and an address.
        types: The types that a Location entity may lead to, besides its own.
    """
    try:
        at = _parse_url(location)
    except InputError as error:
        return [{"name": "TypeError", "message": str(error)}]
    if is_deeper(entity, DEEPEST):
        return [{"name": "InputError", "message": f"the entity is nested deeper than {DEEPEST} levels"}]
    try:
        process(fill_placeholders(entity, partial(_stand_in, at)), at, at, types)
    except RejectedError as error:
        return list(_told(error, entity, types))
    return []


def _parse_url(text: str) -> LocationRef:
    location = parse_location(text)
    if location.type != "url":
        raise InputError(
            f"Invalid location ref {text}, only 'url:<target>' is supported, e.g. url:https://host/path"
        )
    return location


def parse_location(text: str) -> LocationRef:
    """Return the location that *text* names as ``type:target``.

    Raises:
        InputError: It names none that can be read.
    """
    kind, colon, target = (part.strip() for part in text.partition(":"))
    if not (kind and colon and target):
        raise InputError(
            f"Unable to parse location ref '{text}', expected '<type>:<target>', e.g. 'url:https://host/path'"
        )
    if kind in {"http", "https"}:
        raise InputError(f"Invalid location ref '{text}', please prefix it with 'url:', e.g. 'url:{text}'")
    if is_script(target):
        raise InputError(f"Invalid location ref '{text}', target is a javascript: URL")
    return LocationRef(kind, target)


def fault_error(fault: SourceFault, location: LocationRef, types: Collection[str]) -> WireError:
    """Return the *fault* of the source at *location* as the error that processing it would be to Backstage."""
    if fault.cause is not None:
        return next(_told(fault.cause, fault.value, types))
    if fault.is_whole:
        return {"name": "Error", "message": f"YAML error at {location}, {fault.message}"}
    return {"name": "InputError", "message": fault.message}


def _stand_in(at: LocationRef, name: str, target: Any, keys: Keys) -> Any:
    if not isinstance(target, str):
        message = (
            f"Placeholder {name} expected a string value parameter,"
            " in the form of an absolute URL or a relative path"
        )
        raise RejectedError("preprocess", [DocumentFault(keys, message)])
    if "://" in target and not is_same_repository(target, at.target):
        message = (
            f"Placeholder {name} could not form a URL out of {at.target} and {target},"
            " Error: Placeholder may only reference files from the same repository as the entity"
        )
        raise RejectedError("preprocess", [DocumentFault(keys, message)])
    return _TAKEN_IN[name]


def _told(error: RejectedError, entity: object, types: Collection[str]) -> Iterator[WireError]:
    """Give what the step that refused *entity* says, with its cause; the model's own steps stop at the first fault."""
    fault, ref = error.document_faults[0], _ref(entity)
    begins = {
        "preprocess": ("Processor PlaceholderProcessor threw an error while preprocessing", "Error"),
        "policy": (f"Policy check failed for {ref}", "Error"),
        "kind": (
            f"Processor {_processor(entity)} threw an error while validating the entity {ref}",
            "TypeError",
        ),
        "postprocess": (f"Processor {_processor(entity)} threw an error while postprocessing", ""),
    }
    if error.stage == "unrecognised":
        message = f"No processor recognized the entity {ref} as valid, possibly caused by a foreign kind or apiVersion"
        yield {"name": "InputError", "message": message}
    elif error.stage == "other" and fault.keys == ("spec", "type"):
        allowed = ",".join(f'"{kind}"' for kind in types)
        yield {
            "name": "InputError",
            "message": f"Registered locations must be of an allowed type [{allowed}]",
        }
    elif error.stage in begins:
        begin, name = begins[error.stage]
        cause = _schema_words(fault, is_policy=error.stage == "policy")
        if not name:
            name, cause = _reference_words(fault.message)
        message = f"{begin}; caused by {name}: {cause}"
        yield {"name": "InputError", "message": message, "cause": {"name": name, "message": cause}}
    elif error.stage == "parse":
        yield {"name": "Error", "message": _PARSED.sub("Expected object at root, got ", fault.message)}
    elif error.stage == "emit":
        yield {"name": "Error", "message": "metadata.annotations must be a valid object"}
    else:
        name = "TypeError" if error.stage == "envelope" else "InputError"
        yield {"name": name, "message": _schema_words(fault)}


def _processor(entity: object) -> str:
    is_template = isinstance(entity, Mapping) and entity.get("kind") == "Template"
    return "ScaffolderEntitiesProcessor" if is_template else "BuiltinKindsEntityProcessor"


def _ref(entity: object) -> str:
    if not isinstance(entity, Mapping) or not isinstance(entity.get("metadata"), Mapping):
        return ""
    metadata = entity["metadata"]
    return f"{entity.get('kind')}:{metadata.get('namespace') or DEFAULT_NAMESPACE}/{metadata.get('name')}".lower()


def _schema_words(fault: DocumentFault, *, is_policy: bool = False) -> str:
    """Return what *fault* says as a schema of Backstage's says it, where one would; else as it is."""
    if fault.message.startswith("unknown field"):
        return "Malformed envelope, <root> must NOT have additional properties"
    missing, wrong = _MISSING.fullmatch(fault.message), _WRONG.fullmatch(fault.message)
    if missing:
        name = missing[1].rpartition(".")[2]
        told, detail = (
            f"{_pointer(fault.keys)} must have required property '{name}'",
            f"missingProperty: {name}",
        )
    elif wrong and wrong["found"] == "empty" and wrong["wanted"] == "a text":
        told, detail = f"{_pointer(fault.keys)} must NOT have fewer than 1 characters", "limit: 1"
    elif wrong:
        kind = _TYPES[wrong["wanted"]]
        told, detail = f"{_pointer(fault.keys)} must be {kind}", f"type: {kind}"
    else:
        return format_words(fault) or fault.message
    return f"Malformed envelope, {told}" if is_policy else f"{told} - {detail}"


def _pointer(keys: Keys) -> str:
    """Return *keys* as a JSON pointer, as ajv writes it."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys) or "<root>"


def _reference_words(message: str) -> tuple[str, str]:
    """Return the name and the message of the error that an unreadable reference is to Backstage."""
    told = message.partition(": ")[2]
    malformed, kindless = _MALFORMED.fullmatch(told), _KINDLESS.fullmatch(told)
    if malformed:
        shown = f'Entity reference "{malformed[1]}" was not on the form [<kind>:][<namespace>/]<name>'
        return "TypeError", shown
    if kindless:
        begun = '(e.g. did not start with "component:" or similar)'
        return "Error", f'Entity reference "{kindless[1]}" had missing or empty kind {begun}'
    return "Error", told[:1].upper() + told[1:]
