"""Our verdicts and references are those of Backstage's own model."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waypost.catalog.annotations import LocationRef
from waypost.catalog.faults import RejectedError
from waypost.catalog.refs import EntityRef
from waypost.catalog.verdict import process
from waypost.core.errors import InputError

HERE = LocationRef("url", "https://example.org/catalog-info.yaml")
Ask = Callable[[dict[str, Any]], Any]

LETTERS = "aZ0-_./:#+ \n\u00e9\U0001f600"
TEXT = st.text(LETTERS, max_size=5) | st.sampled_from(
    ["a" * 63, "a" * 64, "a.b/c", "https://a.b", "mailto:x"]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 1) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
KINDS = ("API", "Component", "Domain", "Group", "Location", "Resource", "System", "User", "Other")
FIELDS = (
    "type", "lifecycle", "owner", "system", "definition", "children", "memberOf", "members", "parent", "domain",
    "profile", "presence", "target", "targets", "providesApis", "subcomponentOf",
)  # fmt: skip
META = ("name", "namespace", "title", "description", "labels", "annotations", "tags", "links", "uid", "other")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Entities that are right but for a change or two."""
    document: dict[str, Any] = {
        "apiVersion": draw(st.sampled_from(["backstage.io/v1alpha1", "backstage.io/v1beta1", "v1", "a/b/c"])),
        "kind": draw(st.sampled_from(KINDS)),
        "metadata": {"name": "a"},
        "spec": {
            "type": "a", "lifecycle": "a", "owner": "a", "definition": "a", "children": [], "memberOf": ["a"],
        },
    }  # fmt: skip
    for part, names in (("metadata", META), ("spec", FIELDS)):
        for name in draw(st.lists(st.sampled_from(names), max_size=2)):
            document[part][name] = draw(VALUE)
    for name in draw(st.lists(st.sampled_from([*document, "relations", "status"]), max_size=1)):
        document[name] = draw(VALUE)
    if draw(st.booleans()):
        document.get("spec") and isinstance(document["spec"], dict) and document["spec"].pop(
            draw(st.sampled_from(FIELDS)), None
        )
    return document


@pytest.fixture(scope="module")
def ask(packages: Path) -> Iterator[Ask]:
    """Asks Backstage's model, one process for all questions."""
    with subprocess.Popen(
        ["node", "oracle.mjs"], cwd=packages, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as oracle:
        sent, told = oracle.stdin, oracle.stdout
        assert sent is not None
        assert told is not None

        def question(asked: dict[str, Any]) -> Any:
            sent.write(f"{json.dumps(asked)}\n")
            sent.flush()
            return json.loads(told.readline())

        yield question
        sent.close()


def is_entity(document: dict[str, Any]) -> bool:
    """Tell whether the model accepts *document*; what comes behind the model's rules is not asked here."""
    try:
        process(document, HERE, HERE)
    except RejectedError as error:
        return error.stage in ("postprocess", "other")
    return True


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents())
def test_a_document_is_an_entity_where_backstage_says_so(ask: Ask, document: dict[str, Any]) -> None:
    # Ingestion puts annotations of its own where there are none; the model by itself does not see that.
    metadata = document.get("metadata")
    if isinstance(metadata, dict) and metadata.get("annotations", 1) in (None, False, 0, ""):
        with suppress(KeyError):
            del metadata["annotations"]

    assert is_entity(json.loads(json.dumps(document))) == ask({"entity": document})


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ref=st.text("aZ:/ .", max_size=7), kind=st.none() | st.just("Group"))
def test_a_reference_means_what_backstage_says(ask: Ask, ref: str, kind: str | None) -> None:
    try:
        ours: str | bool = str(EntityRef.parse(ref, kind, "here"))
    except InputError:
        ours = False

    assert ours == ask({"ref": ref, "kind": kind, "namespace": "here"})
