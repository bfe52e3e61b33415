"""Columns of numbers beside lists of names: the small files that the filters of pages read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Names:
    """Values by number: 0 is none, others in the order in which they were met."""

    shown: list[Any] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, key: str, shown: Any = None) -> int:
        """Return the number of *key*, "" for none; a new one is shown as *shown*."""
        if not key:
            return 0
        if key not in self.numbers:
            self.shown.append(key if shown is None else shown)
            self.numbers[key] = len(self.shown)
        return self.numbers[key]


def dumped(value: Mapping[str, Any] | list[Any]) -> str:
    """Return *value* as JSON without a blank."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def versioned(name: str, text: str) -> str:
    """Return the address of the file *name* that holds *text*, so that no cache gives an older one."""
    return f"{name}?{hashlib.sha256(text.encode()).hexdigest()[:10]}"
