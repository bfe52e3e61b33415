from __future__ import annotations

import pytest

from waypost.site.html import outside_link


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "http://["])
def test_an_address_that_is_not_safe_to_follow_is_only_text(url: str) -> None:
    assert outside_link(url, "<b>Board</b>") == "&lt;b&gt;Board&lt;/b&gt;"
