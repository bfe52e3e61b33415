from __future__ import annotations

import pytest

from waypost.catalog.refs import EntityRef
from waypost.site.addresses import link, root_of, rooted_to_relative, url_of


def test_the_page_of_an_entity_is_lower_case() -> None:
    assert EntityRef.parse("API:Shop/Orders").page_uri == "catalog/api/shop/orders.md"


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        pytest.param("index.md", "", id="home"),
        pytest.param("runbooks/index.md", "runbooks/", id="an index"),
        pytest.param("decisions/0007-cel.md", "decisions/0007-cel/", id="a page is a folder"),
        pytest.param("a/b c.svg", "a/b%20c.svg", id="a file stays"),
        pytest.param(
            "catalog/component/default/a.b.md", "catalog/component/default/a.b/", id="a dot in a name"
        ),
    ],
)
def test_addresses_are_those_that_mkdocs_gives(uri: str, url: str) -> None:
    assert url_of(uri) == url


def test_links_between_pages_are_relative() -> None:
    assert link("catalog/component/default/a.md", "decisions/0007-cel.md") == "../../../decisions/0007-cel.md"
    assert root_of("index.md") == "./"
    assert root_of("runbooks/index.md") == "../"
    assert root_of("decisions/0007-cel.md") == "../../"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param('<a href="/catalog/index.md">', '<a href="../../catalog/">', id="a page"),
        pytest.param('<a href="/scorecards/x/#y">', '<a href="../../scorecards/x/#y">', id="an address"),
        pytest.param('<img src="/a.svg?x=1">', '<img src="../../a.svg?x=1">', id="a file"),
        pytest.param('<a href="/api/catalog/entities">', '<a href="/api/catalog/entities">', id="the API"),
        pytest.param('<a href="//example.com/">', '<a href="//example.com/">', id="another host"),
        pytest.param('<a href="x/y.md">', '<a href="x/y.md">', id="already relative"),
    ],
)
def test_links_from_the_root_start_at_the_page(html: str, expected: str) -> None:
    assert rooted_to_relative(html, "decisions/0007-cel.md") == expected
