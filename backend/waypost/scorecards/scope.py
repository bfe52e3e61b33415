"""Scopes: which entities a scorecard, a check or a campaign is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Which entities are meant, by kind, type and lifecycle in any case, and by a rule; empty is all."""

    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    lifecycles: tuple[str, ...] = ()
    when: str = ""

    def fits(self, document: Mapping[str, Any]) -> bool:
        """Tell whether the entity *document* is meant, as far as can be told without the rule."""
        if not (self.kinds or self.types or self.lifecycles):
            return True
        spec = document.get("spec") or {}
        return all(
            not allowed or str(value or "").lower() in {name.lower() for name in allowed}
            for allowed, value in (
                (self.kinds, document.get("kind")),
                (self.types, spec.get("type")),
                (self.lifecycles, spec.get("lifecycle")),
            )
        )


EVERYTHING: Final = AppliesTo()


def can_meet(one: AppliesTo, other: AppliesTo) -> bool:
    """Tell whether some entity may fit both, as far as can be told without their rules."""
    pairs = ((one.kinds, other.kinds), (one.types, other.types), (one.lifecycles, other.lifecycles))
    return all(
        not left or not right or {name.lower() for name in left} & {name.lower() for name in right}
        for left, right in pairs
    )
