"""References to entities: how they are written, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from waypost.core.errors import InputError

DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True, order=True)
class EntityRef:
    """Names one entity, whether it exists or not. Its parts are lower-case, as Backstage compares them."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def parse(
        cls, text: str, default_kind: str | None = None, default_namespace: str = DEFAULT_NAMESPACE
    ) -> EntityRef:
        """Read ``[<kind>:][<namespace>/]<name>``, by Backstage's rules.

        Raises:
            InputError: A part is empty, or there is no kind and no default for it.
        """
        return cls.of(text, default_kind, default_namespace)

    @classmethod
    def of(
        cls, value: object, default_kind: str | None = None, default_namespace: str = DEFAULT_NAMESPACE
    ) -> EntityRef:
        """Read a reference written as a text, or as an object with ``kind``, ``namespace`` and ``name``.

        Raises:
            InputError: It is neither, or a part is missing.
        """
        return cls(*_whole(value, default_kind, default_namespace))

    def __str__(self) -> str:
        """Return ``kind:namespace/name``."""
        return f"{self.kind}:{self.namespace}/{self.name}"

    @property
    def page_uri(self) -> str:
        """Where its page lies on the site, as a Markdown file below the root."""
        return f"catalog/{self.kind}/{self.namespace}/{self.name}.md"


def ref_text(value: object, default_kind: str | None, default_namespace: str) -> str:
    """Return ``str(EntityRef.of(…))`` without making one: ingestion reads tens of thousands.

    Raises:
        InputError: As there.
    """
    if value.__class__ is str:
        return _text_ref(str(value), default_kind, default_namespace)
    kind, namespace, name = _whole(value, default_kind, default_namespace)
    return f"{kind}:{namespace}/{name}"


# The same few thousand stand everywhere.
@lru_cache(maxsize=1 << 15)
def _text_ref(text: str, default_kind: str | None, default_namespace: str) -> str:
    kind, namespace, name = _whole(text, default_kind, default_namespace)
    return f"{kind}:{namespace}/{name}"


def _whole(value: object, default_kind: str | None, default_namespace: str) -> tuple[str, str, str]:
    """Return the parts of a reference in lower case, with the defaults in place."""
    kind, namespace, name = _parts(value)
    kind = default_kind if kind is None else kind
    namespace = (default_namespace or DEFAULT_NAMESPACE) if namespace is None else namespace
    for word, part in (("kind", kind), ("namespace", namespace), ("name", name)):
        if not part or not isinstance(part, str):
            raise InputError(f"entity reference {_shown(value)} has no {word}{_HINTS.get(word, '')}")
    return str(kind).lower(), namespace.lower(), name.lower()


_HINTS = {"kind": " (it must begin with one, like 'component:')"}


def split_ref(text: str) -> tuple[str | None, str | None, str]:
    """Cut *text* into kind, namespace and name, None for what is not there.

    The kind ends at the first colon, unless a slash comes before it; the name may hold both.

    Raises:
        InputError: A part is there, but empty.
    """
    slash = text.find("/")
    colon = text.find(":")
    if -1 < slash < colon:
        colon = -1
    kind = None if colon == -1 else text[:colon]
    namespace = None if slash == -1 else text[colon + 1 : slash]
    name = text[max(colon, slash) + 1 :]
    if "" in (kind, namespace, name):
        raise InputError(f"entity reference {_shown(text)} is not of the form [<kind>:][<namespace>/]<name>")
    return kind, namespace, name


def _parts(value: object) -> tuple[Any, Any, Any]:
    if not value and not isinstance(value, (dict, list)):
        raise InputError("an entity reference must not be empty")
    if isinstance(value, str):
        return split_ref(value)
    if isinstance(value, Mapping):
        return value.get("kind"), value.get("namespace"), value.get("name")
    return None, None, None


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value)
