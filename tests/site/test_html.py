from __future__ import annotations

import pytest

from catalogs import catalog
from waypost.catalog.refs import EntityRef
from waypost.site.html import breakable, few_links, outside_link


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "http://["])
def test_an_address_that_is_not_safe_to_follow_is_only_text(url: str) -> None:
    assert outside_link(url, "<b>Board</b>") == "&lt;b&gt;Board&lt;/b&gt;"


def test_an_address_breaks_behind_slashes_and_nowhere_else() -> None:
    assert breakable("https://a.example/b/<c>/") == "https://a.example/<wbr>b/<wbr>&lt;c&gt;/"


def test_a_crowd_is_told_by_its_first_and_a_number() -> None:
    refs = [EntityRef("user", "default", f"u{at}") for at in range(1200)]

    html = few_links(refs, catalog([]))

    assert html.count("wp-ref") == 5
    assert html.endswith(", and 1,195 more")
