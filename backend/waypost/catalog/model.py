"""The catalog's values: entities, their references, and what stands beside them in ``catalog/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from waypost.catalog.refs import DEFAULT_NAMESPACE, EntityRef
from waypost.core.errors import InputError, NotFoundError

__all__ = [
    "DEFAULT_NAMESPACE",
    "OWN_API_PREFIX",
    "Catalog",
    "Definition",
    "Entity",
    "EntityRef",
    "is_generated",
]

OWN_API_PREFIX = "waypost.dev/"

LineOf = Callable[..., int]


def _no_line(*_keys: str | int) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of the catalog, as it is served.

    ``document`` is the processed entity, its relations included. ``path`` is the file that it was read
    from, relative to the workspace; "" for a Location that Waypost made. ``lines`` gives a key's line.
    """

    ref: EntityRef
    document: Mapping[str, Any]
    path: str = ""
    line: int = 0
    parents: tuple[str, ...] = ()
    lines: LineOf = field(default=_no_line, compare=False, repr=False)

    def line_of(self, *keys: str | int) -> int:
        """Return the line of the value at *keys*, or of the nearest thing around it."""
        return self.lines(*keys)

    @property
    def kind(self) -> str:
        """The kind as written: ``Component``."""
        return str(self.document["kind"])

    @property
    def name(self) -> str:
        """The name as written."""
        return str(self.metadata["name"])

    @property
    def namespace(self) -> str:
        """The namespace as written, or ``default``."""
        return str(self.metadata.get("namespace", DEFAULT_NAMESPACE))

    @property
    def title(self) -> str:
        """What to show: the title, the display name of a group or user, or else the name."""
        profile = self.spec.get("profile")
        shown = profile.get("displayName") if isinstance(profile, Mapping) else None
        return str(self.metadata.get("title") or shown or self.name)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata``."""
        value: Mapping[str, Any] = self.document["metadata"]
        return value

    @property
    def spec(self) -> Mapping[str, Any]:
        """The ``spec``, empty where there is none."""
        value: Mapping[str, Any] = self.document.get("spec") or {}
        return value

    @property
    def owner(self) -> EntityRef | None:
        """Who owns it, where somebody is named."""
        owners = self.relations("ownedBy")
        return owners[0] if owners else None

    def relations(self, kind: str) -> tuple[EntityRef, ...]:
        """Return the targets of its relations of type *kind*, in order. They need not exist."""
        found = (r["targetRef"] for r in self.document.get("relations", ()) if r["type"] == kind)
        return tuple(EntityRef.parse(target) for target in found)


@dataclass(frozen=True, slots=True)
class Definition:
    """A document of one of Waypost's own kinds (Scorecard, FactSource, …), for the feature that reads it."""

    api_version: str
    kind: str
    name: str
    document: Mapping[str, Any]
    path: str
    line: int
    lines: LineOf = field(default=_no_line, compare=False, repr=False)

    @classmethod
    def of(cls, document: Mapping[str, Any], path: str, line: int, lines: LineOf) -> Definition:
        """Return what *document* defines, which stands in the file *path* from *line* on."""
        kind, name = document["kind"], document["metadata"]["name"]
        return cls(document["apiVersion"], kind, name, document, path, line, lines)

    def line_of(self, *keys: str | int) -> int:
        """Return the line of the value at *keys*, or of the nearest thing around it."""
        return self.lines(*keys)


@dataclass(frozen=True)
class Catalog:
    """Every entity and definition of the workspace. ``entities`` is keyed by reference."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()

    def find(self, ref: EntityRef | str) -> Entity | None:
        """Return the entity that *ref* names, in any case, or None."""
        try:
            key = ref if isinstance(ref, EntityRef) else EntityRef.parse(ref)
        except InputError:
            return None
        return self.entities.get(str(key))

    def get(self, ref: EntityRef | str) -> Entity:
        """Return the entity that *ref* names.

        Raises:
            NotFoundError: There is none.
        """
        found = self.find(ref)
        if found is None:
            raise NotFoundError("entity", ref)
        return found

    def of_kind(self, kind: str) -> tuple[Entity, ...]:
        """Return the entities of *kind*, in any case, by reference."""
        return self._by_kind.get(kind.lower(), ())

    def owned_by(self, ref: EntityRef | str) -> tuple[Entity, ...]:
        """Return what the group or user *ref* owns, by reference."""
        owner = self.find(ref)
        if owner is None:
            return ()
        found = (self.find(target) for target in sorted(owner.relations("ownerOf")))
        return tuple(entity for entity in found if entity is not None)

    @property
    def groups(self) -> tuple[Entity, ...]:
        """The groups, by reference."""
        return self.of_kind("group")

    @cached_property
    def written(self) -> tuple[Entity, ...]:
        """The entities that people wrote, by reference: all but the Locations that Waypost made."""
        return tuple(entity for _, entity in sorted(self.entities.items()) if not is_generated(entity.ref))

    def definitions_of(self, kind: str) -> tuple[Definition, ...]:
        """Return the definitions of *kind*, exactly so written, by name."""
        return tuple(sorted((d for d in self.definitions if d.kind == kind), key=lambda d: (d.name, d.path)))

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Entity, ...]]:
        kinds: dict[str, list[Entity]] = {}
        for _, entity in sorted(self.entities.items()):
            kinds.setdefault(entity.ref.kind, []).append(entity)
        return {kind: tuple(entities) for kind, entities in kinds.items()}


def is_generated(ref: EntityRef) -> bool:
    """Tell whether *ref* names a Location that Waypost made for a file: no page shows it."""
    return ref.kind == "location" and ref.name.startswith("generated-") and len(ref.name) == 50  # noqa: PLR2004
