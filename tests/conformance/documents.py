"""Makes documents: entities of all nine kinds that are right, and what becomes of them by changes in any field."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

BACKSTAGE = "backstage.io/v1alpha1"
SCAFFOLDER = "scaffolder.backstage.io/v1beta3"

_PROFILE = {"displayName": "A", "email": "a@b.c", "picture": "https://a.b/c.png"}
_META: dict[str, Any] = {
    "name": "a",
    "namespace": "n",
    "title": "T",
    "description": "D",
    "labels": {"a.b/c": "d", "e": ""},
    "annotations": {"a.b/c": "d"},
    "tags": ["java", "c++"],
    "links": [{"url": "https://a.b", "title": "A", "icon": "i", "type": "t"}],
    "uid": "u",
    "etag": "e",
}
_FORM = {"properties": {"a": {"type": "string"}}, "backstage:permissions": {"tags": ["a"]}}
SPECS: dict[str, dict[str, Any]] = {
    "Component": {
        "type": "service", "lifecycle": "production", "owner": "team", "system": "s", "subcomponentOf": "c",
        "providesApis": ["b", "a"], "consumesApis": ["x/a"], "dependsOn": ["resource:r", "component:n/c"],
        "dependencyOf": ["component:z"],
    },
    "API": {"type": "openapi", "lifecycle": "production", "owner": "user:u", "definition": "d", "system": "s"},
    "Resource": {"type": "db", "owner": "team", "system": "s", "dependsOn": ["component:c"], "dependencyOf": ["resource:r"]},
    "System": {"owner": "team", "domain": "d", "type": "t"},
    "Domain": {"owner": "team", "subdomainOf": "d", "type": "t"},
    "Group": {"type": "team", "children": ["b", "a"], "parent": "p", "members": ["u"], "profile": _PROFILE},
    "User": {"memberOf": ["b", "a"], "profile": _PROFILE},
    "Location": {"type": "url", "target": "./a.yaml", "targets": ["./b.yaml"], "presence": "optional"},
    "Template": {
        "type": "service", "owner": "team", "lifecycle": "l", "parameters": [_FORM], "secrets": {"schema": {}},
        "presentation": {"buttonLabels": {"backButtonText": "b", "createButtonText": "c", "reviewButtonText": "r"}},
        "EXPERIMENTAL_recovery": {"EXPERIMENTAL_strategy": "none"},
        "formDecorators": [{"id": "a", "input": {}}], "EXPERIMENTAL_formDecorators": [{"id": "a", "input": {}}],
        "steps": [{"id": "i", "name": "n", "action": "a", "input": {}, "if": True, "backstage:permissions": {"tags": ["a"]}}],
        "output": {
            "links": [{"if": "x", "url": "https://a", "entityRef": "a", "title": "t", "icon": "i"}],
            "text": [{"if": False, "title": "t", "icon": "i", "content": ""}], "other": "text",
        },
    },
}  # fmt: skip
ESSENTIAL = frozenset({"name", "type", "lifecycle", "owner", "definition", "children", "memberOf", "steps"})

_LETTERS = "aZ09-_./:#+ %@\n\r\t\0\u00a0\u2028\u00e9\u0130\u03a3\ufeff\U0001f600"
_EDGES = [
    "", " ", "a" * 62, "a" * 63, "a" * 64, "a\n", "-a", "a-", "a--b", "a.b", "_a", "a_", "A-", "1", "a/b", "a/b/c", "/a", "a/",
    f"{'a' * 63}/b", f"{'a' * 64}/b", f"{'.'.join(['a' * 63] * 3)}.{'a' * 61}/b", f"{'.'.join(['a' * 63] * 3)}.{'a' * 62}/b",
    "a..b/c", "A.b/c", "a.-b/c", "\U0001f600" * 31, "\U0001f600" * 32, "\u2028", "\ufeff", "\u0085", "\x1c", "v1", "backstage.io/v1beta1",
    "backstage.io/v1alpha2", "true", "null", "C#", "c#", "c:d", "a+b", "constructor", "toString", "optional", "required", "url", "file",
]  # fmt: skip
_REFS = [
    "group:a",
    "Group:B/c",
    "a:b:c",
    "a/b:c",
    "a:b/c/d",
    ":a",
    "a:",
    "a:/b",
    "/",
    ":",
    "a/",
    "a: b",
    " a",
    "\u0130:\u0130/\u0130",
]
_URLS = [
    "https://a.b/c?d#e", "mailto:a@b", "x:y", " https://a ", "https://", "http:a", "http:/a", "a.b", "//a", "/a", "https://a b",
    "https://[::1]", "https://[::1", "https://a:65536", "https://a:0x1", "https://1.2.3.256", "https://0x7f.1", "https://a%20b", "javascript:alert(1)",
    "https://\u00e9.example", "https://xn--a", "https://a..b", "https://user:pw@a", "file:///c:/d", "file://a b", "ssh://a b", "data:,", "urn:x",
]  # fmt: skip
TEXTS = st.sampled_from(_EDGES + _REFS + _URLS) | st.text(_LETTERS, max_size=6) | st.text(max_size=4)
# Whole numbers beyond these lose digits in JavaScript, before any rule is asked.
_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False, width=32)
_KEYS = (
    st.sampled_from(
        ["a", "a.b/c", "$text", "$a", "type", "owner", "kind", "name", "namespace", "target", "A"]
    )
    | TEXTS
)
VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | TEXTS | st.sampled_from([[], {}, 0, "", False]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=5,
)
_MISSING = object()
_EVERY_EDGE = [
    _MISSING,
    None,
    False,
    True,
    0,
    1.5,
    [],
    {},
    [None],
    [""],
    ["a"],
    {"a": "b"},
    {"a": None},
    {"name": "a"},
    *_EDGES,
    *_REFS,
    *_URLS,
]
_NAMES = st.sampled_from(["$text", "$json", "$yaml", "$openapi", "$", "a"])
_PLACEHOLDERS = st.recursive(
    st.dictionaries(
        _NAMES, st.sampled_from(["a.json", "b.json", "", None, 1, ["a.json"]]), min_size=1, max_size=2
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, min_size=1, max_size=2),
    max_leaves=3,
)


@st.composite
def entities(draw: st.DrawFn) -> dict[str, Any]:
    """Make an entity that is right, with some of what its kind may have."""
    kind = draw(st.sampled_from(list(SPECS)))
    spec = {name: value for name, value in SPECS[kind].items() if name in ESSENTIAL or draw(st.booleans())}
    meta = {name: value for name, value in _META.items() if name in ESSENTIAL or draw(st.booleans())}
    version = draw(st.sampled_from([version_of(kind), version_of(kind).replace("v1alpha1", "v1beta1")]))
    return deepcopy({"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec})


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Make an entity, and change up to three places of it, at any depth."""
    document: Any = draw(entities())
    for _ in range(draw(st.integers(0, 3))):
        document = _changed(draw, document)
    return document


@st.composite
def with_placeholders(draw: st.DrawFn) -> Any:
    """Make an entity, and put placeholders in up to three places of it."""
    document: Any = draw(entities())
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(places(document))))
        holder[key] = deepcopy(draw(_PLACEHOLDERS))
    return document


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give each place in *value*, at any depth: what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(pairs):
        yield value, key
        yield from places(item)


def changed_at_each_place(kind: str) -> Iterator[Any]:
    """Give the entity of *kind* that has every field, with each edge of what a field may be in each place."""
    whole = {"apiVersion": version_of(kind), "kind": kind, "metadata": _META, "spec": SPECS[kind]}
    # What all kinds share is tried on one of them.
    shares = kind == "Component"
    for number, _ in enumerate(places(whole if shares else whole["spec"])):
        for edge in _EVERY_EDGE:
            document = deepcopy(whole)
            holder, key = list(places(document if shares else document["spec"]))[number]
            if edge is _MISSING:
                del holder[key]
            else:
                holder[key] = deepcopy(edge)
            yield document


def version_of(kind: str) -> str:
    """Return the ``apiVersion`` of *kind*."""
    return SCAFFOLDER if kind == "Template" else BACKSTAGE


def _changed(draw: st.DrawFn, document: Any) -> Any:
    found = list(places(document))
    if not found:
        return draw(VALUES)
    holder, key = draw(st.sampled_from(found))
    action = draw(st.sampled_from(["replace", "text", "text", "remove", "add", "wrap"]))
    if action == "remove":
        del holder[key]
    elif action == "add" and isinstance(holder, dict):
        holder[draw(_KEYS | st.sampled_from(["relations", "status", "attachments", "spec", "metadata"]))] = (
            deepcopy(draw(VALUES))
        )
    elif action == "add":
        holder.append(deepcopy(draw(VALUES)))
    elif action == "wrap":
        holder[key] = draw(st.sampled_from([[holder[key]], {"a": holder[key]}, [[holder[key]]]]))
    else:
        holder[key] = deepcopy(draw(TEXTS if action == "text" else VALUES))
    return document
