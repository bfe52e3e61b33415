"""What every entity has, whatever its kind: the envelope, its metadata, and the formats of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from waypost.catalog.rules import formats
from waypost.catalog.rules.faults import DocumentFault, describe
from waypost.catalog.rules.shapes import text_list_faults
from waypost.catalog.rules.urls import is_url

ROOT_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec"})
_MISSING = object()
_ENVELOPE = (("apiVersion", True), ("kind", True))
_META = (("name", True), ("namespace", False))
_META_TEXTS = ("uid", "etag", "title")
_LINK_TEXTS = ("title", "icon", "type")


def envelope_faults(document: Mapping[str, Any]) -> Iterator[DocumentFault]:
    """Find what keeps *document* from being any entity at all."""
    yield from _text_faults(document, (), _ENVELOPE)
    metadata = document.get("metadata", _MISSING)
    if metadata is _MISSING:
        yield DocumentFault((), "'metadata' is missing", "Add 'metadata' with a 'name'.")
    elif not isinstance(metadata, dict):
        yield DocumentFault(("metadata",), f"'metadata' must be an object, but is {describe(metadata)}")
    else:
        yield from _text_faults(metadata, ("metadata",), _META)


def policy_faults(document: Mapping[str, Any]) -> Iterator[DocumentFault]:
    """Find what breaks the rules for all kinds in a *document* whose envelope is right."""
    for name in document:
        if name not in ROOT_FIELDS:
            fix = (
                f"Only {', '.join(sorted(ROOT_FIELDS))} may stand there: move it below 'metadata' or 'spec'."
            )
            yield DocumentFault((name,), f"unknown field '{name}'", fix)
    if "spec" in document and not isinstance(document["spec"], dict):
        yield DocumentFault(("spec",), f"'spec' must be an object, but is {describe(document['spec'])}")
    yield from _version_faults(document)
    metadata = document["metadata"]
    yield from _name_faults(metadata)
    yield from _meta_text_faults(metadata)
    if "labels" in metadata:
        yield from _map_faults(metadata, "labels", formats.is_label_value)
    # Processing has put some there by now.
    yield from _map_faults(metadata, "annotations", None)
    if "tags" in metadata:
        yield from _tag_faults(metadata["tags"])
    if "links" in metadata:
        yield from _link_faults(metadata["links"])


def _text_faults(
    holder: Mapping[str, Any], keys: tuple[str, ...], names: tuple[tuple[str, bool], ...]
) -> Iterator[DocumentFault]:
    for name, is_required in names:
        value = holder.get(name, _MISSING)
        if value.__class__ is str and value:
            continue
        path = ".".join((*keys, name))
        if value is not _MISSING:
            found = "empty" if value == "" else describe(value)
            yield DocumentFault((*keys, name), f"'{path}' must be a text that is not empty, but is {found}")
        elif is_required:
            yield DocumentFault(keys, f"'{path}' is missing", f"Add '{name}'.")


def _version_faults(document: Mapping[str, Any]) -> Iterator[DocumentFault]:
    if not formats.is_api_version(document["apiVersion"]):
        yield _format_fault(("apiVersion",), document["apiVersion"], formats.VERSION_WORDS)
    if not formats.is_kind(document["kind"]):
        yield _format_fault(("kind",), document["kind"], formats.KIND_WORDS)


def _name_faults(metadata: Mapping[str, Any]) -> Iterator[DocumentFault]:
    if not formats.is_name(metadata["name"]):
        yield _format_fault(("metadata", "name"), metadata["name"], formats.NAME_WORDS)
    if "namespace" in metadata and not formats.is_namespace(metadata["namespace"]):
        yield _format_fault(("metadata", "namespace"), metadata["namespace"], formats.NAMESPACE_WORDS)


def _meta_text_faults(metadata: Mapping[str, Any]) -> Iterator[DocumentFault]:
    yield from _text_faults(
        metadata, ("metadata",), tuple((name, False) for name in _META_TEXTS if name in metadata)
    )
    if not isinstance(metadata.get("description", ""), str):
        found = describe(metadata["description"])
        yield DocumentFault(
            ("metadata", "description"), f"'metadata.description' must be a text, but is {found}"
        )


def _map_faults(
    metadata: Mapping[str, Any], name: str, is_value: Callable[[str], bool] | None
) -> Iterator[DocumentFault]:
    found = metadata[name]
    if not isinstance(found, dict):
        yield DocumentFault(
            ("metadata", name), f"'metadata.{name}' must be an object, but is {describe(found)}"
        )
        return
    for key, value in found.items():
        keys = ("metadata", name, key)
        if not formats.is_key(key):
            yield _format_fault(keys, key, formats.KEY_WORDS)
        if value.__class__ is not str:
            fix = f'Write "{key}" with its value in quotes.'
            yield DocumentFault(
                keys, f"'metadata.{name}.{key}' must be a text, but is {describe(value)}", fix
            )
        elif is_value and not is_value(value):
            yield _format_fault(keys, value, f"empty, or {formats.NAME_WORDS}")


def _tag_faults(tags: object) -> Iterator[DocumentFault]:
    yield from text_list_faults(("metadata", "tags"), tags)
    for at, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str) and tag and not formats.is_tag(tag):
            yield _format_fault(("metadata", "tags", at), tag, formats.TAG_WORDS)


def _link_faults(links: object) -> Iterator[DocumentFault]:
    if not isinstance(links, list):
        yield DocumentFault(
            ("metadata", "links"), f"'metadata.links' must be a list, but is {describe(links)}"
        )
        return
    for at, link in enumerate(links):
        keys = ("metadata", "links", at)
        if not isinstance(link, dict):
            yield DocumentFault(keys, f"a link must be an object with a 'url', but is {describe(link)}")
            continue
        for name in ("url", *_LINK_TEXTS):
            yield from _link_field_faults(link, name, keys)


def _link_field_faults(
    link: Mapping[str, Any], name: str, keys: tuple[str | int, ...]
) -> Iterator[DocumentFault]:
    value = link.get(name, _MISSING)
    if value is _MISSING:
        if name == "url":
            yield DocumentFault(keys, "a link's 'url' is missing", "Add 'url'.")
    elif not isinstance(value, str) or not value:
        yield DocumentFault((*keys, name), f"a link's '{name}' must be a text that is not empty")
    elif name == "url" and not is_url(value):
        yield DocumentFault((*keys, name), f"'{value}' is not an absolute URL", "Write it whole: https://…")
    elif name in ("title", "icon") and not formats.is_not_blank(value):
        yield DocumentFault((*keys, name), f"a link's '{name}' must not be blank")


def _format_fault(keys: tuple[str | int, ...], value: str, wanted: str) -> DocumentFault:
    path = ".".join(map(str, keys))
    return DocumentFault(keys, f"'{path}' is not valid: {value!r} must be {wanted}")
