from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from waypost.core.errors import ServiceUnavailableError
from waypost.core.plugin import Embed, Knowledge, Plugin, SiteContext, SitePage
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.site.publish import make_site, titled, with_authored, without_front_matter


class NoApi:
    """A backend that nobody asks."""

    def get(self, path: str, /, **query: str) -> Any:
        raise ServiceUnavailableError(f"asked {path} {query}")


CONTEXT = SiteContext(
    workspace=Workspace(Path()),
    settings=Settings(),
    knowledge=Knowledge(),
    api=NoApi(),
    now=datetime(2026, 11, 2, 12, tzinfo=UTC),
)


def one_then_ask(context: SiteContext) -> Iterator[SitePage]:
    yield SitePage("a.md", "A", "text")
    context.api.get("/api/x")


def test_a_strangers_pages_and_embeds_are_found_like_ours() -> None:
    embed = Embed("waypost-hello", (), "Says hello.", lambda _attributes, _api: "hello")
    stranger = Plugin(
        name="stranger", summary="", pages=(lambda _: [SitePage("b.md", "B", "text")],), embeds=(embed,)
    )

    site = make_site(CONTEXT, [stranger])

    assert list(site.pages) == ["b.md"]
    assert site.embeds == {"waypost-hello": embed}
    assert site.warnings == ()


def test_what_needs_a_backend_that_is_away_is_left_out_and_told() -> None:
    site = make_site(CONTEXT, [Plugin(name="p", summary="", pages=(one_then_ask,))])

    assert list(site.pages) == ["a.md"]
    assert site.warnings == ("pages of plugin 'p' are missing: asked /api/x {}",)


def test_the_first_to_make_a_page_keeps_it() -> None:
    first = Plugin(name="p", summary="", pages=(lambda _: [SitePage("a.md", "First", "")],))
    second = Plugin(name="q", summary="", pages=(lambda _: [SitePage("a.md", "Second", "")],))

    site = make_site(CONTEXT, [first, second])

    assert site.pages["a.md"].title == "First"
    assert site.warnings == ("plugin 'q' makes the page a.md, which is already made",)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        pytest.param("text", "# T\n\ntext", id="a title is put before"),
        pytest.param("# Own\n\ntext", "# Own\n\ntext", id="one's own stays"),
        pytest.param("<h1>Own</h1>", "<h1>Own</h1>", id="as HTML too"),
    ],
)
def test_every_page_has_one_title(markdown: str, shown: str) -> None:
    assert titled(SitePage("a.md", "T", markdown)) == shown


def test_an_authors_text_comes_before_what_is_generated() -> None:
    page = with_authored(SitePage("a.md", "A", "# Generated\n\nlist"), "---\nkind: x\n---\n# Own\n\ntext\n")

    assert page.markdown == "# Own\n\ntext\n\n\nlist"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param("---\na: 1\n---\nx", "x", id="between dashes"),
        pytest.param("---\n{ [\n---\nx", "x", id="broken"),
        pytest.param("\ufeff---\na: 1\n...\nx", "x", id="with a mark and dots"),
        pytest.param("x\n\n---\n\ny", "x\n\n---\n\ny", id="a line across is none"),
    ],
)
def test_front_matter_is_not_shown(text: str, body: str) -> None:
    assert without_front_matter(text) == body
