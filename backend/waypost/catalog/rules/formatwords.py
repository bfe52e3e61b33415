"""What is wrong with the format of a field, in the words that Backstage's catalog has for it."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Mapping
from typing import Final

from waypost.catalog.rules import formats
from waypost.catalog.rules.faults import DocumentFault, Keys

_NAME: Final = (
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total"
)
_EXPECTED: Final[Mapping[str, str]] = {
    f"empty, or {formats.NAME_WORDS}": _NAME,
    formats.KEY_WORDS: "a valid prefix and/or suffix",
    formats.VERSION_WORDS: "a valid prefix and/or suffix",
    formats.NAME_WORDS: _NAME,
    formats.NAMESPACE_WORDS: "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total",
    formats.TAG_WORDS: "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total",
    formats.KIND_WORDS: "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
}
_MORE: Final = (
    "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master"
    "/docs/architecture-decisions/adr002-default-catalog-file-format.md"
)
_WITHOUT_METADATA: Final = ("labels", "annotations", "tags", "links")


def format_words(fault: DocumentFault) -> str:
    """Return what Backstage says of a *fault* of format, "" where it is of another kind."""
    begin = f"'{fault.path}' is not valid: "
    if not fault.message.startswith(begin):
        return ""
    for ours, expected in _EXPECTED.items():
        if fault.message.endswith(f" must be {ours}"):
            shown = fault.message.removeprefix(begin).removesuffix(f" must be {ours}")
            found = literal_eval(shown)
            return f'"{_field(fault.keys)}" is not valid; expected {expected} but found "{found}". {_MORE}'
    return ""


def _field(keys: Keys) -> str:
    held = keys[1:] if keys[:1] == ("metadata",) and keys[1:2] and keys[1] in _WITHOUT_METADATA else keys
    return ".".join(map(str, held))
