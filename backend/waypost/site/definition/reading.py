"""From the text of a definition to what is shown of it, or to why it is shown as code."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from waypost.core.yamlfile import YamlLimits, parse_yaml
from waypost.site.definition.asyncapi import render_asyncapi
from waypost.site.definition.model import Rendered
from waypost.site.definition.openapi import render_openapi

LIMIT: Final = 4_000_000
"""Characters of a definition that is read; a longer one is shown as code."""

_LIMITS: Final = YamlLimits(nodes=300_000)
_KEY: Final = re.compile(r"""(?:^\s*["']?|[{,]\s*["'])(?:openapi|swagger|asyncapi)["']?\s*:""", re.MULTILINE)
_RENDERERS: Final = {"openapi": render_openapi, "swagger": render_openapi, "asyncapi": render_asyncapi}


def read_definition(kind: str, text: str) -> Rendered | str:
    """Return how the definition *text* of an API of type *kind* is shown; else why it is shown as code.

    That is "" where its language is one that is always shown so.
    """
    if _KEY.search(text[:LIMIT]) is None:
        name = {"openapi": "OpenAPI", "asyncapi": "AsyncAPI"}.get(kind.lower())
        return f"This is no {name} document, so it is shown as it is written." if name else ""
    if len(text) > LIMIT:
        return "This definition is too long to be rendered, so it is shown as it is written."
    document = _parsed(text)
    if isinstance(document, str):
        return f"This definition cannot be read ({document}), so it is shown as it is written."
    found = next((name for name in _RENDERERS if name in document), "")
    if not found:
        return "This definition names no version of OpenAPI or AsyncAPI, so it is shown as it is written."
    return _RENDERERS[found](document)


def _parsed(text: str) -> dict[str, Any] | str:
    """Return the object that *text* holds as JSON or YAML, or what is wrong with it."""
    if text.lstrip().startswith("{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            pass  # YAML takes more, and says where it is wrong.
        else:
            return value if isinstance(value, dict) else "it is no object"
    documents, faults = parse_yaml(text, _LIMITS)
    if faults:
        return f"line {faults[0].line}: {faults[0].message}"
    if not documents or not isinstance(documents[0].value, dict):
        return "it is no object"
    document: dict[str, Any] = documents[0].value
    return document
