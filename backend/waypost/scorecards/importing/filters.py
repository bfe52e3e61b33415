"""Filters of Tech Insights' checks as what a check applies to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from waypost.scorecards.importing.operands import UnsupportedError, every, literal, some

_SCOPES: Final = {"kind": "kinds", "spec.type": "types", "spec.lifecycle": "lifecycles"}
_STEP = re.compile(r"(?:^|\.)([A-Za-z_]\w*)|\[(?:'([^']*)'|\"([^\"]*)\")\]")


def read_filter(found: Any) -> dict[str, Any]:
    """Return what a check with the filter *found* applies to, as the format writes it; {} for all.

    Raises:
        UnsupportedError: It looks at what cannot be looked at here.
    """
    if not found:
        return {}
    if isinstance(found, Mapping) or (isinstance(found, list) and len(found) == 1):
        return _one(found if isinstance(found, Mapping) else found[0])
    if not isinstance(found, list):
        raise UnsupportedError("its filter is neither an object nor a list")
    if all(isinstance(one, Mapping) and set(one) == {"kind"} for one in found):
        return {"kinds": [kind for one in found for kind in _texts(one["kind"])]}
    return {"when": some(every(_claim(path, value) for path, value in one.items()) for one in found)}


def _one(found: Any) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise UnsupportedError("its filter holds what is no object")
    scope: dict[str, Any] = {_SCOPES[path]: _texts(value) for path, value in found.items() if path in _SCOPES}
    rest = every(_claim(path, value) for path, value in found.items() if path not in _SCOPES)
    return scope if rest == "true" else scope | {"when": rest}


def _claim(path: str, value: Any) -> str:
    """Return that the text at *path* is one of those in *value*, in any case."""
    *guards, at = _steps(path)
    names = "|".join(re.escape(text) for text in _texts(value))
    return every([*guards, f"type({at}) == string", f"{at}.matches({literal(f'(?i)^({names})$')})"])


def _steps(path: str) -> Iterator[str]:
    """Give what has to be there on the way along *path*, and at last the place itself."""
    at, end = "entity", 0
    while end < len(path):
        match = _STEP.match(path, end)
        if match is None:
            raise UnsupportedError(f"its filter looks at '{path}', which is no plain list of keys")
        name, quoted = match[1], match[2] or match[3]
        yield f"has({at}.{name})" if name else f"{literal(quoted)} in {at}"
        at = f"{at}.{name}" if name else f"{at}[{literal(quoted)}]"
        end = match.end()
    yield at


def _texts(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise UnsupportedError("its filter compares with what is no text")
    return list(texts)
