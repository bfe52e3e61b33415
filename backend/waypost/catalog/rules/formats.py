"""The formats of an entity's fields: names, keys, tags, versions (Backstage catalog model)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+\Z")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]*\Z")
_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\Z")
_DNS_LABEL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*\Z")
_TAG = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*\Z")
_LONGEST_LABEL = 63
_LONGEST_DOMAIN = 253

# What JavaScript's trim() takes off.
JS_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

NAME_WORDS = "letters and digits, with '-', '_' or '.' between them, at most 63 characters"
NAMESPACE_WORDS = "lower-case letters and digits, with '-' between them, at most 63 characters"
KEY_WORDS = f"a name ({NAME_WORDS}), or a domain, '/' and a name"
TAG_WORDS = (
    "lower-case letters, digits, ':', '+' and '#', with single '-' between them, at most 63 characters"
)
KIND_WORDS = "a letter, then letters and digits, at most 63 characters"
VERSION_WORDS = "a version such as 'backstage.io/v1alpha1'"


def is_name(text: str) -> bool:
    """Tell whether *text* can be the name of an entity."""
    return len(text) <= _LONGEST_LABEL and _NAME.match(text) is not None


def is_namespace(text: str) -> bool:
    """Tell whether *text* can be a namespace."""
    return len(text) <= _LONGEST_LABEL and _DNS_LABEL.match(text) is not None


def is_kind(text: str) -> bool:
    """Tell whether *text* can be a kind."""
    return len(text) <= _LONGEST_LABEL and _KIND.match(text) is not None


# The same few keys and versions stand in thousands of entities.
@lru_cache(maxsize=4096)
def is_api_version(text: str) -> bool:
    """Tell whether *text* can be an ``apiVersion``."""
    return _has_prefix(
        text, lambda part: len(part) <= _LONGEST_LABEL and _ALPHANUMERIC.match(part) is not None
    )


@lru_cache(maxsize=4096)
def is_key(text: str) -> bool:
    """Tell whether *text* can be the key of a label or an annotation."""
    return _has_prefix(text, is_name)


def is_label_value(text: str) -> bool:
    """Tell whether *text* can be the value of a label."""
    return not text or is_name(text)


def is_tag(text: str) -> bool:
    """Tell whether *text* can be a tag."""
    return len(text) <= _LONGEST_LABEL and _TAG.match(text) is not None


def is_not_blank(text: str) -> bool:
    """Tell whether *text* holds more than spaces, as JavaScript counts them."""
    return bool(text.strip(JS_SPACE))


def _has_prefix(text: str, is_suffix: Callable[[str], bool]) -> bool:
    prefix, slash, suffix = text.rpartition("/")
    return is_suffix(suffix) and (not slash or _is_domain(prefix))


def _is_domain(text: str) -> bool:
    return len(text) <= _LONGEST_DOMAIN and all(map(is_namespace, text.split(".")))
