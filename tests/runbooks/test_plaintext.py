from __future__ import annotations

import pytest

from runbooks.conftest import See, page, shell
from waypost.catalog.model import Catalog
from waypost.runbooks.briefs import brief_of
from waypost.runbooks.offline.marking import mark
from waypost.runbooks.plaintext import listing, plain_text

CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: platform
  title: Platform
  links:
    - {url: "https://chat.example.com/p", title: "#platform", type: chat}
    - {url: "tel:+4930", title: The pager, type: on-call}
    - {url: "javascript:alert(1)", title: Bad, type: on-call}
spec: {type: team, children: [], profile: {email: p@example.com}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: edge, title: The edge}
spec: {type: service, lifecycle: production, owner: group:platform}
"""
VARIABLES = "{NODE: {description: A node., example: n1, pattern: '^n[0-9]$'}}"


def told(see: See, body: str, **keys: str) -> str:
    """Return the whole text of a runbook with *body*."""
    seen = see({"catalog/all.yaml": CATALOG, "site/runbooks/edge-down.md": page(body, **keys)})
    return plain_text(brief_of(seen.only, seen.knowledge[Catalog]))


def below(text: str) -> list[str]:
    """Return the lines below the first section's heading."""
    body = text.partition("Stop the bleeding\n=================\n\n")[2]
    return body.partition("\nTo fill in, and what is known\n")[0].rstrip().split("\n")


def test_the_head_tells_whom_to_call_and_what_to_fill_in_and_the_rest_stands_last(see: See) -> None:
    text = told(see, "x", variables=VARIABLES, dashboards='["https://d.example.com"]', status="draft")

    assert text.split("\n\nStop the bleeding")[0].split("\n") == [
        "The edge is down",
        "================",
        "",
        "Alerts:     EdgeDown",
        "Severity:   critical, tier-1",
        "Status:     draft",
        "Fill in:    $NODE",
        "Escalate:",
        "  - after 15 minutes: Platform: The pager <tel:+4930>; #platform",
        "    <https://chat.example.com/p>; p@example.com",
    ]
    assert text.partition("\nTo fill in, and what is known\n")[2].split("\n") == [
        "=" * 29,
        "",
        "  - $NODE  A node. (such as n1)",
        "",
        "Owner:      Platform: The pager <tel:+4930>; #platform",
        "            <https://chat.example.com/p>; p@example.com",
        "About:      The edge",
        "Dashboards: https://d.example.com",
        "Exercised:  never",
        "Page:       site/runbooks/edge-down.md",
        "",
    ]


def test_a_command_says_what_it_does_and_is_never_broken(see: See) -> None:
    command = "kubectl get pods " + "--a-long-option " * 8 + '"$NODE"'
    undo = "kubectl uncordon " + "x" * 80
    body = shell(command, f'effect=destructive undo="{undo}" expect="gone" precondition="two are ready"')

    assert below(told(see, body, variables=VARIABLES)) == [
        "  !!! DESTRUCTIVE - stop and read before you run it",
        "    " + command,
        "  Only when: two are ready",
        "  Expect: gone",
        "  Undo:",
        "    " + undo,
    ]


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ("effect=read", ">>> ONLY READS"),
        ("effect=change", ">>> CHANGES SOMETHING"),
        ("effect=odd", ">>> ODD - taken for a change"),
        ("", ">>> EFFECT NOT TOLD"),
    ],
)
def test_every_effect_has_its_words(see: See, attributes: str, words: str) -> None:
    assert below(told(see, shell("ls", attributes)))[0] == "  " + words


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param("a " * 60, ["a " * 38 + "a", "a " * 20 + "a"], id="prose is wrapped"),
        pytest.param(
            "- one\n- two\n\n    more\n\nx\n\n1. a\n2. b",
            ["- one", "- two", "  more", "", "x", "", "1. a", "2. b"],
            id="lists",
        ),
        pytest.param("| a | b |\n|---|---|\n| 1 | **2** |", ["a  b", "-  -", "1  2"], id="a table"),
        pytest.param(
            f"| when | who |\n|---|---|\n| {'x ' * 30} | {'y ' * 20} |",
            ["- when: " + "x " * 29 + "x", "  who: " + "y " * 19 + "y"],
            id="a table that is too wide",
        ),
        pytest.param('!!! warning "Stop"\n    Wait.', ["| Stop", "", "| Wait."], id="an admonition"),
        pytest.param("> Quoted", ["| Quoted"], id="a quotation"),
        pytest.param("Term\n:   What it is", ["Term", "    What it is"], id="a definition"),
        pytest.param("- [x] done\n- [ ] open", ["- [x] done", "- [ ] open"], id="tasks"),
        pytest.param("![A graph](x.svg)", ["[picture: A graph]"], id="a picture"),
        pytest.param(
            "[a](b.md) [c](#d) <https://e.example.com> `f`",
            ["a (b.md) c https://e.example.com `f`"],
            id="links",
        ),
        pytest.param(
            '[[component:default/edge]] [[adr:0007]] [[group:gone|G]] <waypost-owner ref="component:default/edge">',
            ["The edge ADR-0007 G Platform"],
            id="names",
        ),
        pytest.param("`[[component:default/edge]]`", ["`[[component:default/edge]]`"], id="a name in code"),
        pytest.param("a<br>b<script>alert(1)</script><style>x{}</style>", ["a", "b"], id="scripts"),
        pytest.param("### Deeper\n\nx", ["Deeper", "------", "", "x"], id="a heading"),
        pytest.param("```promql\nup == 0\n```", ["  (promql)", "    up == 0"], id="no shell"),
        pytest.param(
            "- ```sh\n  ls\n  ```\n- b", ["-   >>> EFFECT NOT TOLD", "      ls", "", "- b"], id="in an item"
        ),
        pytest.param("a\x1b[2Jb\u202ec", ["a[2Jbc"], id="what a terminal would obey"),
    ],
)
def test_markdown_reads_well_as_text(see: See, body: str, lines: list[str]) -> None:
    assert below(told(see, body)) == lines


@pytest.mark.parametrize(
    "body",
    [
        "```sh\n```\nx",
        "```sh\n\n```\nx",
        "```sh\na",
        "~~~sh\na\n~~~\nx",
        "> ```sh\n> a\n> ```\n\nx",
        "a\n```sh\nb\n```\nc",
    ],
)
def test_only_the_block_of_code_is_taken_out(body: str) -> None:
    marked = mark(body)

    assert [fence.text.strip() for fence in marked.fences] == (
        ["b"] if body[0] == "a" else [marked.fences[0].text.strip()]
    )
    assert marked.html.count("\ue000") == 1
    assert "```" not in marked.html
    assert ("x" in marked.html) is ("x" in body)


def test_a_list_of_alerts_is_in_columns() -> None:
    assert listing([("A", "one"), ("Long", "two")], "Note.") == "Note.\n\nA     one\nLong  two\n"
