"""References, addresses, texts of YAML, and what filters look at: as Backstage reads them."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conformance import judging
from conformance.documents import TEXTS, VALUES, documents
from conformance.oracle import Oracle, plain
from waypost.catalog.refs import EntityRef, split_ref
from waypost.catalog.rules.search import clashing_keys, leaves_of, search_rows
from waypost.catalog.rules.urls import is_url
from waypost.core.errors import InputError

PROFILE = settings.get_profile("conformance")

REFS = TEXTS | st.text("aZ:/ .\u0130", max_size=8)
# Letters of both directions, marks, and what other characters are written for. Joiners are left out: behind one
# Node looks at nothing else of a name.
FOREIGN = "\u00e9\u00df\u00ad\u0130\u03c2\u05d0\u0627\u0660\u06f0\u0301\u094d\u0915\u2260\u3002\uff0e\u2100\U0001f600"
NUMBERS = ("0x", "08", "256", "4294967296", "%41", "xn--", "xn--4ca", "xn--a")
SCHEMES = (
    "https://",
    "http:",
    "ssh://",
    "x:",
    "file://",
    "file:/",
    "",
    "//",
    "mailto:",
    "ws:\\",
    " https:///",
)
ADDRESSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(SCHEMES),
    st.lists(st.sampled_from([*"a1-.%_~!*@:/?#\\[]<|^ \t\0\x7f", *NUMBERS, *FOREIGN]), max_size=5).map(
        "".join
    ),
    st.sampled_from(["", "", "/a", ".com", ":80", ":65536"]),
)
# Where libyaml is stricter or milder than Backstage's parser (tabs, keys without text, flow that is not indented)
# is no matter of these tests: the page of differences tells it.
PIECES = st.sampled_from(
    ["#", " # ", "- ", "&x ", "*x", "!!str ", "!foo ", "---\n", "...\n", "\n", "  ", "~", "k: ", "<<: ", "\\", "@",
     "017", "0o17", "yes", "2024-01-01", "12:30", "1_000", ".inf", "null", "true", "\r\n", "\u00e9", "a: b\n", "kind: User\n"]
)  # fmt: skip
SCALARS = st.text("aeExXoOnuUltrfsyNA0179+-._:~#/ \u00e9'\"\\", max_size=7) | st.sampled_from(
    [".inf", "-.INF", ".NaN", "1e400", "0x1F", "0o17", "+1", "-0", "1.", ".5", "1e3", "190:20:30", "=", "<<", "2024-01-01T00:00:00Z", "!!binary aGk="]
)  # fmt: skip
ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: a
  description: some words
  tags:
    - java
spec:
  memberOf:
    - team
    - other
  given:
    a: 1
    b:
      - true
      - null
"""


@settings(PROFILE, max_examples=PROFILE.max_examples * 2)
@given(ref=REFS, kind=st.sampled_from([None, "Group"]), namespace=st.sampled_from([None, "here"]))
def test_a_reference_is_split_as_backstage_splits_it(
    oracle: Oracle, ref: str, kind: str | None, namespace: str | None
) -> None:
    try:
        parts = split_ref(ref) if ref else (None, None, "")
        ours: Any = {
            "kind": parts[0] or kind,
            "namespace": parts[1] or namespace or "default",
            "name": parts[2],
        }
        EntityRef.parse(ref, kind, namespace or "default")
    except InputError:
        ours = None

    assert ours == oracle.parse_ref(ref, kind, namespace)


@settings(PROFILE, max_examples=PROFILE.max_examples * 2)
@given(parts=st.fixed_dictionaries({"kind": REFS, "name": REFS}, optional={"namespace": REFS}))
def test_a_reference_is_written_as_backstage_writes_it(oracle: Oracle, parts: dict[str, str]) -> None:
    given_parts = all(parts.values())

    assert not given_parts or str(EntityRef.of(parts)) == oracle.stringify_ref(parts)


@PROFILE
@given(ref=VALUES)
def test_what_is_no_text_is_a_reference_where_backstage_takes_it_for_one(oracle: Oracle, ref: Any) -> None:
    try:
        ours: Any = str(EntityRef.of(ref, "Group", "here"))
    except InputError:
        ours = None
    parts = oracle.parse_ref(ref, "Group", "here")

    assert ours == (parts and oracle.stringify_ref(parts))


@settings(PROFILE, max_examples=PROFILE.max_examples * 4)
@given(text=ADDRESSES | TEXTS)
def test_a_text_is_an_address_where_node_takes_it_for_one(oracle: Oracle, text: str) -> None:
    assert is_url(text) == oracle.is_url(text)


@pytest.mark.parametrize(
    "host",
    ["a\u200db", "\u0915\u094d\u200d\u0915", "\u200c", "\u0628\u200c\u0628", "a\u200c", "\u0915\u094d\u200c"],
)
def test_a_joiner_is_taken_where_node_takes_it(oracle: Oracle, host: str) -> None:
    assert is_url(f"https://{host}") == oracle.is_url(f"https://{host}")


@settings(PROFILE, max_examples=PROFILE.max_examples * 2)
@given(text=SCALARS, quote=st.sampled_from(["", "'", '"']))
def test_a_scalar_means_what_it_means_to_backstage(oracle: Oracle, text: str, quote: str) -> None:
    # A comment right behind a quotation mark is one of the things that libyaml reads more mildly.
    assume(not quote or quote not in text)
    assume(not re.search("['\"]#", text))
    entity = f"{ENTITY}    c: {quote}{text}{quote}\n"

    assert plain(judging.read(entity)) == plain(oracle.read(entity))


@PROFILE
@given(
    documents=st.lists(documents(), min_size=1, max_size=2),
    look=st.fixed_dictionaries(
        {
            "default_style": st.sampled_from([None, '"', "'", "|", ">"]),
            "default_flow_style": st.sampled_from([True, False, None]),
        }
    ),
)
def test_a_text_is_read_as_backstage_reads_it(
    oracle: Oracle, documents: list[Any], look: dict[str, Any]
) -> None:
    text = yaml.dump_all(documents, allow_unicode=True, **look)

    assert plain(judging.read(text)) == plain(oracle.read(text))


@pytest.mark.parametrize(
    "text", ["", "# only words\n", "null\n", "~", "---\n", "---\n---\n", "...\n", "---\n...\n# the end\n"]
)
def test_a_text_without_a_document_is_no_fault(oracle: Oracle, text: str) -> None:
    assert judging.read(text) == oracle.read(text) == {"documents": [], "faults": 0}


@PROFILE
@given(at=st.integers(0, len(ENTITY)), piece=PIECES)
def test_a_damaged_text_is_read_as_backstage_reads_it(oracle: Oracle, at: int, piece: str) -> None:
    text = ENTITY[:at] + piece + ENTITY[at:]
    assume(not re.search(r"(?m)^[ -]*:( |$)", text))

    assert plain(judging.read(text)) == plain(oracle.read(text))


@PROFILE
@given(document=documents(), relations=st.lists(st.tuples(TEXTS, TEXTS), max_size=2))
def test_filters_look_at_what_they_look_at_in_backstage(
    oracle: Oracle, document: Any, relations: list[tuple[str, str]]
) -> None:
    judged = judging.judge(document)
    entity = orjson.loads(orjson.dumps(judged["document"])) if judged else None
    if entity is None:
        return
    entity["relations"] = [{"type": kind, "targetRef": target} for kind, target in relations]
    entity["metadata"]["uid"] = "U"

    ours = None if clashing_keys(leaves_of(entity)) else [list(row) for row in search_rows(entity, "U")]

    theirs = oracle.search(entity)
    assert (ours is None) == (theirs is None)
    assert sorted(ours or [], key=str) == sorted(theirs or [], key=str)
