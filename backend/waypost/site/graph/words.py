"""What each type of relation is called on a page, and on which side of an entity it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from waypost.catalog.refs import EntityRef

Side = Literal["left", "right", "top"]


@dataclass(frozen=True, slots=True)
class Words:
    """How one type of relation is told.

    ``label`` heads its row in a table, ``arrow`` stands at the arrow, ``inverse`` is the type of the way back.
    ``points_here`` tells that the arrow leads to the entity, and is read from the other end.
    """

    label: str
    arrow: str
    side: Side
    inverse: str = ""
    points_here: bool = False


# In the order in which somebody who changes or repairs the entity asks for them.
RELATIONS: Final = {
    "dependsOn": Words("Depends on", "depends on", "right", "dependencyOf"),
    "dependencyOf": Words("Needed by", "depend on it", "left", "dependsOn", points_here=True),
    "providesApi": Words("Provides", "provides", "left", "apiProvidedBy"),
    "apiConsumedBy": Words("Consumed by", "consume it", "left", "consumesApi", points_here=True),
    "consumesApi": Words("Consumes", "consumes", "right", "apiConsumedBy"),
    "apiProvidedBy": Words("Provided by", "provided by", "right", "providesApi"),
    "hasPart": Words("Parts", "is made of", "right", "partOf"),
    "partOf": Words("Part of", "part of", "top", "hasPart"),
    "ownedBy": Words("Owned by", "owned by", "top", "ownerOf"),
    "ownerOf": Words("Owns", "owns", "right", "ownedBy"),
    "hasMember": Words("Members", "has as members", "left", "memberOf"),
    "memberOf": Words("Member of", "member of", "top", "hasMember"),
    "parentOf": Words("Parent of", "parent of", "right", "childOf"),
    "childOf": Words("Child of", "child of", "top", "parentOf"),
}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_of(relation: str) -> Words:
    """Return how *relation* is told; one that nobody named is told by its own words."""
    known = RELATIONS.get(relation)
    if known:
        return known
    told = " ".join(_CAPITAL.split(relation)).lower()
    return Words(told[:1].upper() + told[1:], told, "right")


def filtered_address(relation: str, ref: EntityRef) -> str:
    """Return where the catalog's index lists all that *ref* has the *relation* to; "" where it cannot."""
    inverse = words_of(relation).inverse
    if not inverse:
        return ""
    name = "owner" if inverse == "ownedBy" else inverse
    return f"/catalog/index.md#{name}={quote(str(ref), safe='')}"
