"""People of the catalog as git and CODEOWNERS name them: by e-mail and by account, and never by guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from waypost.catalog.model import Catalog, Entity, EntityRef

LOGIN: Final = "github.com/user-login"
TEAM: Final = "github.com/team-slug"
_AUTHOR: Final = re.compile(r"(?P<name>.*) <(?P<email>[^<>]*)>\Z")


@dataclass(frozen=True)
class People:
    """The users and groups of a catalog, and how others name them."""

    catalog: Catalog

    @cached_property
    def _by_email(self) -> Mapping[str, EntityRef]:
        found = dict[str, EntityRef]()
        for user in self.catalog.of_kind("user"):
            email = _profile(user).get("email")
            if isinstance(email, str) and email:
                found.setdefault(email.lower(), user.ref)
        return found

    @cached_property
    def _by_account(self) -> Mapping[str, EntityRef]:
        """Who is meant by an account: what an annotation says; else the user or group of that name, if it is the only one."""
        named: dict[str, list[EntityRef]] = {}
        for kind in ("user", "group"):
            for entity in self.catalog.of_kind(kind):
                named.setdefault(entity.name.lower(), []).append(entity.ref)
        found = {name: refs[0] for name, refs in named.items() if len(refs) == 1}
        for kind, annotation in (("user", LOGIN), ("group", TEAM)):
            for entity in self.catalog.of_kind(kind):
                account = (entity.metadata.get("annotations") or {}).get(annotation)
                if isinstance(account, str) and account:
                    found[account.lower()] = entity.ref
        return found

    def members(self, owner: EntityRef) -> frozenset[EntityRef]:
        """Return *owner* and, of a group, the groups below it and the users in any of them."""
        waiting, found = [owner], set[EntityRef]()
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                entity = self.catalog.find(ref)
                if entity is not None and ref.kind == "group":
                    waiting += [*entity.relations("hasMember"), *entity.relations("parentOf")]
        return frozenset(found)

    def count_authors(self, authors: Iterable[str], owner: EntityRef | None) -> dict[str, int]:
        """Return how many of *authors*, each ``Name <e-mail>``, belong to *owner*, are others, or are nobody known.

        An author is known by the e-mail of a User's profile. Several names with one e-mail are one person.
        """
        members = self.members(owner) if owner else frozenset()
        emails = {found["email"].lower() for author in authors if (found := _AUTHOR.match(author))}
        users = {email: self._by_email.get(email) for email in emails}
        known = {user for user in users.values() if user is not None}
        inside = known & members if owner else set()
        unknown = sum(user is None for user in users.values())
        return {
            "total": len(known) + unknown,
            "members": len(inside),
            "outside": len(known) - len(inside) if owner else 0,
            "unknown": unknown if owner else len(known) + unknown,
        }

    def agrees(self, codeowners: Iterable[str], owner: EntityRef | None) -> bool | None:
        """Tell whether one of *codeowners* belongs to *owner*; None where that cannot be told."""
        if owner is None:
            return None
        members = self.members(owner)
        meant = [self._meant(text) for text in codeowners]
        if any(ref in members for ref in meant if ref):
            return True
        return False if meant and all(meant) else None

    def _meant(self, text: str) -> EntityRef | None:
        """Return who is meant by ``@account``, ``@organisation/team`` or an e-mail in CODEOWNERS."""
        if not text.startswith("@"):
            return self._by_email.get(text.lower())
        account = text[1:].lower()
        return self._by_account.get(account) or self._by_account.get(account.rpartition("/")[2])


def _profile(user: Entity) -> Mapping[str, Any]:
    profile = user.spec.get("profile")
    return profile if isinstance(profile, Mapping) else {}
