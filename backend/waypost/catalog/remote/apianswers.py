"""Answers of the APIs of forges: JSON of a shape, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import orjson
from requests.utils import parse_header_links

from waypost.core.fetch.fetcher import Answer, Fetcher, FetchError

MOST_PAGES: Final = 1_000


def get_json(fetcher: Fetcher, url: str, given: str, kind: type, *, accept: str = "application/json") -> Any:
    """Return what the API answers at *url*, for the address that a person gave.

    Raises:
        FetchError: It cannot be asked, or answers something else than a *kind* in JSON.
    """
    return parse_json(fetcher.get(url, given=given, accept=accept), kind)


def list_pages(
    fetcher: Fetcher, url: str, given: str, accept: str = "application/json"
) -> Iterator[dict[str, Any]]:
    """Give the objects of a list that the API answers in pages.

    The next page is where the ``Link`` header says, or by the number in GitLab's ``X-Next-Page``.

    Raises:
        FetchError: A page cannot be read, leads to another host, or there are more than can be.
    """
    following = url
    for _ in range(MOST_PAGES):
        answer = fetcher.get(following, given=given, accept=accept)
        for item in parse_json(answer, list):
            if not isinstance(item, dict):
                raise _strange(answer)
            yield item
        found = _next_page(answer, following)
        if not found:
            return
        if not found.startswith(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"):
            raise FetchError(answer.address.shown, "its next page is on another host")
        following = found
    raise FetchError(given, f"it has more than {MOST_PAGES} pages")


def parse_json(answer: Answer, kind: type) -> Any:
    """Return the *answer* as JSON, which must be a *kind*."""
    try:
        value = orjson.loads(answer.body)
    except ValueError as error:
        raise _strange(answer) from error
    if not isinstance(value, kind):
        raise _strange(answer)
    return value


def _joined(base: str, target: str, answer: Answer) -> str:
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise _strange(answer) from error


def _strange(answer: Answer) -> FetchError:
    return FetchError(answer.address.shown, "its answer is not what this API is known to say")


def _next_page(answer: Answer, url: str) -> str:
    for link in parse_header_links(answer.headers.get("link", "")):
        if link.get("rel") == "next":
            return _joined(url, link["url"], answer)
    number = answer.headers.get("x-next-page", "").strip()
    if not number.isdigit() or "link" in answer.headers:
        return ""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {"page": number}
    return parts._replace(query=urlencode(query)).geturl()
