"""Whether a text is an absolute URL, how it is written, and where a relative one leads."""

from __future__ import annotations

import pytest

from waypost.catalog.rules.urls import href, is_url, join_url


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


@pytest.mark.parametrize(
    "label",
    [
        "\u05d0",
        "\u0627\u0660",
        "\u0660",
        "a\u05d0",
        "\u05d01",
        "\u05d0\u0301",
        "\u0915\u094d\u200d\u0915",
        "xn--4ca",
    ],
)
def test_a_name_of_other_letters_is_one_that_node_takes(label: str) -> None:
    assert is_url(f"https://{label}.example")


@pytest.mark.parametrize(
    "label",
    [
        "a\u200d",
        "\u0301a",
        "\u0627\u06601",
        "\u05d0a\u05d0",
        "a\u0627b",
        "\u05d0-",
        "xn--\u00e9",
        "xn--1",
        "\u0378",
        "\0\u200d",
    ],
)
def test_a_name_that_breaks_the_rules_of_its_letters_is_none(label: str) -> None:
    assert not is_url(f"https://{label}.example")


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        (
            "https://example.org:8443/a b/\u00e9?q=a b#f g",
            "https://example.org:8443/a%20b/%C3%A9?q=a%20b#f%20g",
        ),
        ("https://me:pw@b\u00fcro.example/%7e/../x", "https://me:pw@xn--bro-hoa.example/x"),
        ("http://[::1]:80/%2e%2E/x", "http://[::1]/x"),
    ],
)
def test_an_address_is_written_in_one_way(url: str, written: str) -> None:
    assert href(url) == written


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        (" ../x.yaml ", "https://a.b/x.yaml"),
        ("x\\y\n.yaml", "https://a.b/c/x/y.yaml"),
        ("%2e%2e/x?q=..\\y", "https://a.b/x?q=..\\y"),
        ("", "https://a.b/c/d.yaml?e"),
        ("//h/x", "https://h/x"),
    ],
)
def test_a_relative_address_leads_from_where_it_stands(target: str, leads_to: str) -> None:
    assert join_url(target, "https://a.b/c/d.yaml?e#f") == leads_to
