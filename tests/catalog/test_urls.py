"""Whether a text is an absolute URL."""

from __future__ import annotations

import pytest

from waypost.catalog.urls import is_url


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org", " https://a ", "mailto:x", "x:y", "HTTP:a", "https:\\\\a", "file:", "file:///c|/x",
        "https://user:pass@example.org:443/?q#f", "https://[::1]:80/", "https://127.1", "https://0x7f.1/",
        "https://büro.example", "https://xn--bro-hoa.example", "foo://", "foo:///x", "foo://[::1]", "a+b-c.d:x",
        "ht\ntps://a", "https://a:", "https://%61", "https://1.2.3.4./", "https://0x.1", "https://xn--a-", "https://010.1",
    ],
)  # fmt: skip
def test_a_url_that_a_browser_takes_is_one(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "/a", "a.b", "https://", "https:", "1a:b", "https://a b", "https://a:99999", "https://a:x", "https://@",
        "https://[::1", "https://[::g]", "https://256.1.1.1", "https://1.2.3.4.5", "https://0x100000000",
        "https://a<b", "https://%00", "https://09", "foo://a b", "foo://:80", "foo://x@", "https://xn--a",
        "file://a:80/", "https://\u00ad", "https://xn--a\u00e4-.b", "https://xn--999999999", "https://xn--", "https://xn--\u20ac", "https://a.08", "https://[::1]x",
    ],
)  # fmt: skip
def test_what_a_browser_refuses_is_none(text: str) -> None:
    assert not is_url(text)
