"""Rules over the catalog beyond what makes an entity valid: who owns what, and whether it exists."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from waypost.catalog.model import DEFAULT_NAMESPACE, Catalog, Entity, EntityRef
from waypost.catalog.rules.relations import FIELDS, targets_of
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace

# Looking for what somebody may have meant takes long in a large catalog.
_MOST_CANDIDATES = 300
_OWNERS = ("group", "user")


def check_references(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find references to what does not exist, and owners that can own nothing."""
    catalog = knowledge[Catalog]
    for entity in catalog.written:
        for keys, name, target in _references(entity):
            found = catalog.find(target)
            if found is None:
                yield _unknown(catalog, entity, entity.line_of(*keys), name, target)
            elif name == "owner" and target.kind not in _OWNERS:
                message = f"{entity.ref} is owned by '{target}', which is no group and no user"
                fix = "Name the group that answers for it, such as group:default/payments."
                yield Problem(entity.path, entity.line_of(*keys), "catalog/owner-kind", message, fix)


def check_systems(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find components that are part of no system."""
    for entity in knowledge[Catalog].of_kind("component"):
        if not entity.spec.get("system") and not entity.spec.get("subcomponentOf"):
            message = f"{entity.ref} is part of no system"
            fix = "Add 'spec.system', so that it is found where people look for it."
            line = entity.line_of("spec")
            yield Problem(entity.path, line, "catalog/no-system", message, fix, Severity.WARNING)


def _references(entity: Entity) -> Iterator[tuple[tuple[str | int, ...], str, EntityRef]]:
    """Give the keys, the field and the target of each reference that *entity* holds."""
    namespace = entity.metadata.get("namespace", DEFAULT_NAMESPACE)
    for field in FIELDS.get(entity.kind, ()):
        for keys, value in targets_of(entity.document, field):
            yield keys, field.name, EntityRef.of(value, field.default_kind, namespace)


def _unknown(catalog: Catalog, entity: Entity, line: int, name: str, target: EntityRef) -> Problem:  # noqa: PLR0917
    candidates = [str(other.ref) for other in catalog.of_kind(target.kind)[:_MOST_CANDIDATES]]
    near = get_close_matches(str(target), candidates, n=1, cutoff=0.8)
    fix = f"Did you mean '{near[0]}'?" if near else f"Add {target} to catalog/, or correct the reference."
    if name == "owner":
        message = f"the owner of {entity.ref} does not exist: '{target}'"
        return Problem(entity.path, line, "catalog/unknown-owner", message, fix)
    message = f"{entity.ref} names '{target}' in '{name}', which does not exist"
    return Problem(entity.path, line, "catalog/unknown-reference", message, fix, Severity.WARNING)


CHECKS = (
    Check("catalog/unknown-owner", "An owner exists.", check_references),
    Check("catalog/owner-kind", "An owner is a group or a user."),
    Check("catalog/unknown-reference", "What an entity refers to exists."),
    Check("catalog/no-system", "A component is part of a system.", check_systems),
    Check("catalog/unreadable", "A catalog file can be read, and is UTF-8 text."),
    Check("catalog/yaml", "A catalog file is YAML 1.2, without duplicate keys."),
    Check("catalog/envelope", "A document has apiVersion, kind, and metadata with a name."),
    Check(
        "catalog/format", "Names, labels, annotations, tags and links have the format that Backstage demands."
    ),
    Check("catalog/unknown-kind", "A document is of a kind and version that is known."),
    Check("catalog/spec", "The spec has what its kind needs, each of the right type."),
    Check("catalog/reference", "A reference can be read: [<kind>:][<namespace>/]<name>."),
    Check("catalog/location", "A Location entity is of a type that can be read here."),
    Check("catalog/missing-target", "The files that a Location entity names exist."),
    Check("catalog/placeholder", "What $text, $json and $yaml take in can be read."),
    Check("catalog/case-clash", "Keys of an entity differ in more than case."),
    Check("catalog/duplicate", "An entity is defined once."),
    Check(
        "catalog/definition", "A document of one of Waypost's own kinds has a known kind, version and name."
    ),
)
