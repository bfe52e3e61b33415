"""What tests of YAML ask of a text."""

from __future__ import annotations

from typing import Any

from waypost.core.yamlfile import parse_yaml


def value_of(text: str) -> Any:
    """Return what the first document of *text* holds, in which nothing is wrong."""
    documents, faults = parse_yaml(text)
    assert faults == []
    return documents[0].value


def messages_of(text: str | bytes) -> list[tuple[int, str]]:
    """Return the line and the message of each fault of *text*."""
    return [(fault.line, fault.message) for fault in parse_yaml(text)[1]]
