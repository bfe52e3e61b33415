"""What is an entity, what it becomes, and what it is related to: by Backstage's own packages, and by ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from conformance.documents import SPECS, changed_at_each_place, documents, entities, with_placeholders
from conformance.judging import FILES, judge
from conformance.oracle import Oracle, plain

PROFILE = settings.get_profile("conformance")


@PROFILE
@given(document=documents())
def test_a_document_becomes_what_backstage_makes_of_it(oracle: Oracle, document: Any) -> None:
    assert plain(judge(document)) == plain(oracle.judge(document))


@pytest.mark.parametrize("kind", SPECS)
def test_every_field_may_hold_what_backstage_lets_it_hold(oracle: Oracle, kind: str) -> None:
    different = [
        document
        for document in changed_at_each_place(kind)
        if plain(judge(document)) != plain(oracle.judge(document))
    ]

    assert different == []


@settings(PROFILE, max_examples=PROFILE.max_examples // 4)
@given(document=with_placeholders())
def test_placeholders_are_filled_where_backstage_fills_them(oracle: Oracle, document: Any) -> None:
    assert plain(judge(document)) == plain(oracle.judge(document, FILES))


@settings(PROFILE, max_examples=PROFILE.max_examples // 4)
@given(document=entities())
def test_what_the_tests_change_is_an_entity(oracle: Oracle, document: Any) -> None:
    assert oracle.judge(document) is not None
