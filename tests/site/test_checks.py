from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from waypost.core.host import find_plugins, load_knowledge
from waypost.core.workspace import Workspace
from waypost.site.checks import check_embeds, hide_code

CATALOG = "{apiVersion: backstage.io/v1alpha1, kind: System, metadata: {name: shop}, spec: {owner: x}}\n"
MakeWorkspace = Callable[[Mapping[str, str | bytes]], Workspace]


def problems(make_workspace: MakeWorkspace, page: str) -> list[tuple[int, str, str, str]]:
    workspace = make_workspace({"catalog/a.yaml": CATALOG, "site/a.md": page})
    knowledge = load_knowledge(workspace, find_plugins())
    return [(p.line, p.rule, p.message, p.fix) for p in check_embeds(workspace, knowledge)]


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        pytest.param(
            "<waypost-levle>",
            (
                "site/embed-unknown",
                "no embed is named <waypost-levle>",
                "Did you mean <waypost-level>?",
            ),
            id="a tag that nobody knows",
        ),
        pytest.param(
            '<waypost-owner ref="system:shop" of="x">',
            (
                "site/embed-attribute",
                "<waypost-owner> has no attribute 'of'",
                "It takes: ref.",
            ),
            id="an attribute that it does not have",
        ),
        pytest.param(
            "<waypost-owner>",
            (
                "site/embed-attribute",
                "<waypost-owner> needs the attribute 'ref'",
                'Write ref="…".',
            ),
            id="without what it needs",
        ),
        pytest.param(
            '<waypost-level entity="system:default/shopp">',
            (
                "site/embed-entity",
                "<waypost-level> names 'system:default/shopp', which is not in the catalog",
                "Did you mean 'system:default/shop'?",
            ),
            id="an entity that is not there",
        ),
        pytest.param(
            '<waypost-entity ref="zzz">',
            (
                "site/embed-entity",
                "<waypost-entity> names 'zzz', which is not in the catalog",
                "Add it to catalog/, or mend the reference.",
            ),
            id="a component by its name alone",
        ),
    ],
)
def test_a_wrong_element_is_found_with_its_line(
    make_workspace: MakeWorkspace, element: str, problem: tuple[str, str, str]
) -> None:
    found = problems(make_workspace, f"---\nkind: guide\n---\n# A\n\nText {element} text.\n")

    assert found == [(6, *problem)]


def test_nothing_like_a_known_tag_lists_them_all(make_workspace: MakeWorkspace) -> None:
    ((_, _, _, fix),) = problems(make_workspace, "<waypost-1234567890>")

    assert fix.startswith("Known are: waypost-adoption, waypost-badge, waypost-entity")


def test_right_elements_and_examples_are_no_problem(make_workspace: MakeWorkspace) -> None:
    page = """# A

<waypost-scorecard entity="system:shop" class="wide">

<waypost-badge entity="system:shop" scorecard="a"> <waypost-heat-map scorecard="a"> <waypost-score-trend scorecard="a">

`<waypost-nothing>`, and <!-- <waypost-nothing> --> and ``a ` <waypost-nothing>``

```html
<waypost-nothing>
```

- in a list

    ~~~~
    ~~~
    <waypost-nothing>
    ~~~~

text

    <waypost-nothing>
"""

    assert problems(make_workspace, page) == []


def test_hidden_code_keeps_every_line_in_its_place() -> None:
    text = "a\n```\nb\n```\nc `d` <!-- e\nf --> g\n"

    hidden = hide_code(text)

    assert [line.strip() for line in hidden.split("\n")] == ["a", "", "", "", "c", "g", ""]
    assert len(hidden) == len(text)
