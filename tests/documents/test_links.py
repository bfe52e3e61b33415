"""Facts about where links lead, and what is said of those that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from waypost.core.errors import Problem
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.links import Place, Resolved, entity_address, resolve_link
from waypost.documents.load import load_documents

Check = Callable[..., list[Problem]]
MakeWorkspace = Callable[[dict[str, str | bytes]], Workspace]

FILES: dict[str, str | bytes] = {
    "site/index.md": "# Home",
    "site/how-to/a.md": "# A",
    "site/how-to/b c.md": "# B",
    "site/how-to/a.png": b"",
    "site/policies/x/index.md": "# X",
    "adr/0001-x.md": "# One",
    "catalog/a.yaml": "",
}


@pytest.mark.parametrize(
    ("target", "place", "path"),
    [
        pytest.param("b%20c.md", Place.PAGE, "site/how-to/b c.md", id="a page, encoded"),
        pytest.param("../index.md?x=1", Place.PAGE, "site/index.md", id="a page with a query"),
        pytest.param("#one", Place.PAGE, "site/how-to/a.md", id="this page"),
        pytest.param("", Place.PAGE, "site/how-to/a.md", id="nothing"),
        pytest.param("../policies/x", Place.PAGE, "site/policies/x/index.md", id="a folder with an index"),
        pytest.param("a.png", Place.FILE, "site/how-to/a.png", id="an image"),
        pytest.param("../../adr/0001-x.md", Place.FILE, "adr/0001-x.md", id="a decision's file"),
        pytest.param("../../catalog/", Place.FILE, "catalog", id="a folder of the repository"),
        pytest.param(
            "../catalog/component/default/x.md", Place.GENERATED, "catalog/component/default/x.md", id="an entity's page"
        ),
        pytest.param("../decisions/0001-x.md", Place.GENERATED, "decisions/0001-x.md", id="a decision's page"),
        pytest.param("../scorecards/index.md", Place.GENERATED, "scorecards/index.md", id="the scorecards"),
        pytest.param("../reference/api.md", Place.GENERATED, "reference/api.md", id="the reference"),
        pytest.param("https://a.example/x", Place.EXTERNAL, "https://a.example/x", id="another site"),
        pytest.param("mailto:a@example.org", Place.EXTERNAL, "mailto:a@example.org", id="an address"),
        pytest.param("/api/catalog/entities", Place.BACKEND, "/api/catalog/entities", id="the backend"),
        pytest.param("c.md", Place.NOWHERE, "site/how-to/c.md", id="nowhere"),
        pytest.param("../../../etc/passwd", Place.NOWHERE, "../etc/passwd", id="out of the workspace"),
        pytest.param("../../catalog/component/default/x.md", Place.NOWHERE, "catalog/component/default/x.md",
                     id="a made page from the top of the repository"),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_place(make_workspace: MakeWorkspace, target: str, place: Place, path: str) -> None:
    workspace = make_workspace(FILES)
    documents = load_documents(workspace, Knowledge()).value

    found = resolve_link(documents, workspace, "site/how-to/a.md", target)

    assert (found.place, found.path) == (place, path)


@pytest.mark.parametrize(
    ("target", "suggestion"),
    [
        ("../policies/x/index.html", "../policies/x/index.md"),
        ("a", "a.md"),
        ("a/", "a.md"),
        ("../a/", "a.md"),
        ("nowhere/", ""),
    ],
)
def test_the_address_of_a_rendered_page_is_understood(
    make_workspace: MakeWorkspace, target: str, suggestion: str
) -> None:
    workspace = make_workspace(FILES)
    documents = load_documents(workspace, Knowledge()).value

    found = resolve_link(documents, workspace, "site/how-to/b c.md", target)

    assert (found.place, found.suggestion) == (Place.NOWHERE, suggestion)


def test_a_link_from_the_root_says_so_and_how_to_write_it(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(FILES)
    documents = load_documents(workspace, Knowledge()).value

    assert resolve_link(documents, workspace, "site/how-to/a.md", "/policies/x/index.md#y") == Resolved(
        Place.PAGE, "site/policies/x/index.md", "y", is_absolute=True, suggestions=("../policies/x/index.md",)
    )


def test_links_of_a_decision_are_read_from_its_own_place(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(FILES)
    documents = load_documents(workspace, Knowledge()).value

    assert resolve_link(documents, workspace, "adr/0001-x.md", "../site/index.md").place is Place.PAGE
    assert resolve_link(documents, workspace, "adr/0001-x.md", "#x").place is Place.FILE


def test_an_entitys_page_tells_its_reference() -> None:
    assert entity_address("catalog/api/shop/x.y.md") == "api:shop/x.y"
    assert entity_address("catalog/index.md") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("[a](gone.md)", ("link", "Mend or remove it."), id="nowhere"),
        pytest.param("![a](gone.png)", ("link", "Mend or remove it."), id="an image that is not there"),
        pytest.param("[a](b/)", ("link", "Did you mean 'b.md'?"), id="a rendered address"),
        pytest.param("[a](c.md)", ("link", "Did you mean 'deep/c.md'?"), id="in another folder"),
        pytest.param("[a](b.md#to)", ("anchor", "Did you mean '#two'?"), id="a heading that is not there"),
        pytest.param(
            "[a](#x)", ("anchor", "Mend it, or remove what stands behind the '#'."), id="a heading of this page"
        ),
        pytest.param("[a](/b.md)", ("link-absolute", "Write 'b.md'."), id="from the root"),
        pytest.param(
            "[a](/#x)", ("link-absolute", "Write it from this page's own place."), id="the home page from the root"
        ),
        pytest.param(
            "[a](/catalog/index.md)", ("link-absolute", "Write it from this page's own place."), id="a made page from the root"
        ),
        pytest.param(
            "[[component:default/chekout]]", ("entity-link", "Did you mean 'component:default/checkout'?"), id="no entity"
        ),
        pytest.param(
            "[a](catalog/group/default/platfrom.md)",
            ("entity-link", "Did you mean 'group:default/platform'?"), id="no entity's page",
        ),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_told(check: Check, text: str, problem: tuple[str, str]) -> None:
    found = check({"site/b.md": "# Two\n", "site/deep/c.md": "# C"}, a=f"Words.\n\n{text}\n")

    assert [(p.path, p.line, p.rule, p.fix) for p in found] == [
        ("site/a.md", 3, f"documents/{problem[0]}", problem[1])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[a](b.md#two)",
        "[a](https://a.example)",
        "[a](/api/catalog/entities)",
        "[[component:default/checkout]] and [[checkout]]",
        "[[adr:9999]]",
        "[[ -f x:y ]]",
        "[a](catalog/component/default/checkout.md)",
        "[a](../catalog/estate.yaml)",
        "text[^1]\n\n[^1]: note <a href='#fn:1'>x</a>",
    ],
)
def test_a_good_link_is_not_told(check: Check, text: str) -> None:
    assert check({"site/b.md": "# Two\n"}, a=text) == []


def test_an_empty_link_is_told(check: Check) -> None:
    assert [problem.message for problem in check(a="[a]()")] == ["the link 'a' has no target"]
