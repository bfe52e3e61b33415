from __future__ import annotations

from typing import Any

import pytest

from waypost.core.errors import InputError, NotFoundError
from waypost.site.embeds import fill_entity, fill_owner

CHECKOUT = {
    "kind": "Component",
    "metadata": {"name": "Checkout", "title": "Check <out>", "description": "Takes\nmoney."},
    "relations": [{"type": "ownedBy", "targetRef": "group:default/payments"}],
}
PAYMENTS = {
    "kind": "Group",
    "metadata": {"name": "payments", "namespace": "default"},
    "spec": {"profile": {"displayName": "Payments"}},
}


class Api:
    """A backend with a component and its team, or without the team."""

    def __init__(self, *, team: bool = True) -> None:
        self._known: dict[str, Any] = {"component/default/checkout": CHECKOUT}
        if team:
            self._known["group/default/payments"] = PAYMENTS

    def get(self, path: str, /, **query: str) -> Any:
        assert not query
        name = path.removeprefix("/api/catalog/entities/by-name/")
        if name not in self._known:
            raise NotFoundError("answer", path)
        return self._known[name]


def test_an_entity_is_shown_escaped_with_its_kind_and_purpose() -> None:
    assert fill_entity({"ref": "component:default/checkout"}, Api()) == (
        '<a class="wp-ref" href="/catalog/component/default/checkout.md" title="component:default/checkout">'
        "Check &lt;out&gt;</a> <small>Component</small>: Takes money."
    )


def test_the_kind_may_be_left_out_for_a_component() -> None:
    assert "Check &lt;out&gt;" in fill_entity({"ref": "checkout"}, Api())


def test_an_owner_is_shown_by_its_name() -> None:
    assert fill_owner({"ref": "component:default/checkout"}, Api()) == (
        '<a class="wp-ref" href="/catalog/group/default/payments.md" title="group:default/payments">Payments</a>'
    )


def test_an_owner_that_is_not_in_the_catalog_is_named() -> None:
    assert fill_owner({"ref": "checkout"}, Api(team=False)) == "group:default/payments (not in the catalog)"


def test_what_has_no_owner_says_so() -> None:
    assert fill_owner({"ref": "group:default/payments"}, Api()) == "nobody owns group:default/payments"


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        pytest.param({}, InputError, id="without a name"),
        pytest.param({"ref": "component:default/gone"}, NotFoundError, id="not in the catalog"),
        pytest.param({"ref": "component:"}, InputError, id="no reference"),
    ],
)
def test_what_cannot_be_shown_is_an_error(attributes: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        fill_entity(attributes, Api())
