from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from markdown import markdown

from waypost.site.extension import WaypostExtension
from waypost.site.wiki import WikiTarget

MATERIAL = (
    "attr_list",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.tasklist",
)
PLAIN = ("attr_list", "fenced_code", "tables")


@dataclass
class View:
    """A page of a site with one component and one decision."""

    uri: str = "how-to/x.md"
    filled: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def find(self, name: str) -> WikiTarget | None:
        known = {
            "component:default/checkout": WikiTarget(
                "../catalog/c.md", "Checkout", "component:default/checkout"
            ),
            "adr:0007": WikiTarget("../decisions/0007-cel.md", "ADR-0007", "Rules in CEL"),
            "component:default/odd": WikiTarget("../o.md", "<img src=x> **a** [[component:default/odd]]"),
            "component:default/gone": WikiTarget("", "component:default/gone", "no entity"),
        }
        return known.get(name)

    def resolve(self, target: str) -> str | None:
        return {"../../Makefile": None}.get(target, target)

    def fill(self, tag: str, attributes: Mapping[str, str]) -> str | None:
        self.filled.append((tag, attributes))
        if tag == "waypost-scorecard":
            return '<waypost-scorecard class="wp-embed wp-block"><table></table></waypost-scorecard>'
        return f"<{tag}>Gold</{tag}>" if tag == "waypost-level" else None


def rendered(text: str, *extensions: str, view: View | None = None) -> str:
    return markdown(text, extensions=[*extensions, WaypostExtension(view or View())])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "see [[component:default/checkout]].",
            '<p>see <a class="wp-ref" href="../catalog/c.md" title="component:default/checkout">Checkout</a>.</p>',
            id="an entity by its title",
        ),
        pytest.param(
            "[[adr:0007|the rule language]]",
            '<p><a class="wp-ref" href="../decisions/0007-cel.md" title="Rules in CEL">the rule language</a></p>',
            id="a decision by a text of one's own",
        ),
        pytest.param(
            "[[component:default/gone]]",
            '<p><span class="wp-ref" title="no entity">component:default/gone</span></p>',
            id="what is not there is no link",
        ),
        pytest.param("`[[adr:0007]]`", "<p><code>[[adr:0007]]</code></p>", id="code stays code"),
        pytest.param("[[ -f x ]] && a[[1]]", "<p>[[ -f x ]] &amp;&amp; a[[1]]</p>", id="a shell test stays"),
        pytest.param("[[note:unknown]]", "<p>[[note:unknown]]</p>", id="what is no name of ours stays"),
        pytest.param("\\[[adr:0007]]", "<p>[[adr:0007]]</p>", id="an escape is honoured"),
    ],
)
def test_wiki_links(text: str, expected: str) -> None:
    assert rendered(text) == expected


def test_the_title_that_a_wiki_link_shows_is_no_markdown() -> None:
    html = rendered("[[component:default/odd]]", *PLAIN)

    shown = "&lt;img src=x&gt; **a** [[component:default/odd]]"
    assert html == f'<p><a class="wp-ref" href="../o.md">{shown}</a></p>'


def test_a_wiki_link_with_a_text_fits_in_a_table() -> None:
    html = rendered("| a |\n|---|\n| [[adr:0007\\|rule]] |", "tables")

    assert '<td><a class="wp-ref" href="../decisions/0007-cel.md" title="Rules in CEL">rule</a></td>' in html


@pytest.mark.parametrize(
    "element",
    [
        pytest.param('<waypost-level entity="component:default/a"></waypost-level>', id="closed"),
        pytest.param('<waypost-level entity="component:default/a">', id="open"),
        pytest.param('<waypost-level entity="component:default/a"/>', id="closing itself"),
        pytest.param("<waypost-level entity=component:default/a>", id="without quotes"),
        pytest.param(
            '<waypost-level entity="component:default/a">not known</waypost-level>', id="with a fallback"
        ),
    ],
)
def test_embeds_are_filled_in_prose(element: str) -> None:
    view = View()

    html = rendered(f"It is {element} today.", view=view)

    assert html == "<p>It is <waypost-level>Gold</waypost-level> today.</p>"
    assert view.filled == [("waypost-level", {"entity": "component:default/a"})]


def test_an_embed_that_is_a_block_leaves_its_paragraph() -> None:
    html = rendered('<waypost-scorecard entity="component:default/a"></waypost-scorecard>')

    assert html.strip() == '<waypost-scorecard class="wp-embed wp-block"><table></table></waypost-scorecard>'


def test_an_embed_in_code_is_text() -> None:
    view = View()

    html = rendered(
        '`<waypost-level entity="a">`\n\n```html\n<waypost-level entity="a">\n```', *PLAIN, view=view
    )

    assert view.filled == []
    assert html.count("&lt;waypost-level") == 2


def test_an_unknown_element_is_left_to_the_browser() -> None:
    assert rendered("<waypost-nothing></waypost-nothing>") == "<p><waypost-nothing></waypost-nothing></p>"


@pytest.mark.parametrize(
    "extensions", [pytest.param(MATERIAL, id="material"), pytest.param(PLAIN, id="plain")]
)
def test_commands_say_in_words_what_they_do(extensions: tuple[str, ...]) -> None:
    html = rendered(
        '``` {.sh effect=destructive undo="kubectl uncordon \\"$NODE\\"" expect="a } b"}\nkubectl drain "$NODE"\n```',
        *extensions,
    )

    assert html.startswith(
        '<div class="wp-step wp-step--destructive" id="step-1" data-language="sh"><p class="wp-step__effect">'
        '<a class="wp-step__number" href="#step-1">Step 1</a> <b>Destructive</b>'
    )
    undo = html.index("<b>Undo:</b> <code>kubectl uncordon &#34;$NODE&#34;</code>")
    expect = html.index("<b>Expect:</b> <span>a } b</span>")
    assert undo < html.index("<pre") < expect
    assert "wp-fence" not in html


def test_an_undo_that_is_none_is_no_command() -> None:
    html = rendered('```{.sh effect=destructive undo="None: ask before"}\nhalt\n```', *MATERIAL)

    assert "<b>Undo:</b> <span>None: ask before</span>" in html


def test_steps_are_numbered_and_have_an_address() -> None:
    html = rendered("```{.bash effect=read}\nls\n```\n\n```{.sql effect=change}\nx\n```", *MATERIAL)

    assert 'id="step-1" data-language="bash"' in html
    assert 'id="step-2" data-language="sql"' in html
    assert '<a class="wp-step__number" href="#step-2">Step 2</a>' in html


def test_commands_in_lists_say_what_they_do() -> None:
    html = rendered(
        "1. Look:\n\n    ```{.sh effect=read}\n    kubectl get pods\n    ```\n\n2. Then", *MATERIAL
    )

    assert html.count("wp-step--read") == 1
    assert html.count("<li>") == 2


def test_a_fence_inside_a_fence_is_only_shown() -> None:
    html = rendered("````\n```{.sh effect=read}\nx\n```\n````", *MATERIAL)

    assert "wp-step" not in html
    assert "effect=read" in html


def test_plain_fences_stay_plain() -> None:
    text = "```sh\necho\n```\n\n```{.sh title=x}\necho\n```"

    assert rendered(text, *MATERIAL) == markdown(text, extensions=list(MATERIAL))


def test_task_boxes_have_names() -> None:
    html = rendered("- [ ] a\n- [x] b", *MATERIAL)

    assert '<input type="checkbox" disabled aria-label="to do">' in html
    assert '<input type="checkbox" disabled checked aria-label="done">' in html


def test_a_link_off_the_site_is_only_text() -> None:
    html = rendered("[make](../../Makefile)")

    assert (
        html == '<p><span title="../../Makefile: a file of the repository, not on this site">make</span></p>'
    )


def test_the_extension_works_alone_by_its_entry_point() -> None:
    html = markdown(
        "[[component:default/a]] <waypost-level entity='x'></waypost-level>", extensions=["waypost"]
    )

    assert '<a class="wp-ref" href="./catalog/component/default/a/">component:default/a</a>' in html
    assert "<waypost-level entity='x'></waypost-level>" in html


def test_an_image_off_the_site_is_its_text() -> None:
    assert 'repository, not on this site">make</span>' in rendered("![make](../../Makefile)")


def test_alone_it_takes_only_names_of_entities() -> None:
    assert markdown("[[adr:0007]] [[a:/]]", extensions=["waypost"]) == "<p>[[adr:0007]] [[a:/]]</p>"
