"""What is answered before Flask is what Flask would answer, whatever is asked."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from catalog.asking import API

PATHS = [
    *("/entities", "/entities/by-query", "/entity-facets", "/entities/by-refs", "/entities/by-uid/x"),
    *("/entities/by-name/component/default/web", "/entities/by-name/a/b/%FF", "/entities/by-name/a//b"),
    *("//entities", "/entities/", "/entities/by-name/Component/default/WEB/ancestry", "/entities%2F"),
]
PARAMETERS = [
    *(
        "filter=kind=component",
        "filter=",
        "filter=%00",
        "filter=%FF",
        "facet=kind",
        "facet=",
        "limit=2",
        "limit=-1",
    ),
    *(
        "offset=1",
        "fields=kind",
        "fields=a[",
        "order=asc:kind",
        "orderField=kind,desc",
        "cursor=e30%3D",
        "after=e30",
    ),
    *("fullTextFilterTerm=%25a%25b", "totalItems=exclude", "x=1", "&&", "%66ilter=kind"),
]
BODIES = [
    b"",
    b"{}",
    b"[",
    b"[]",
    b'{"entityRefs":["component:default/web"]}',
    b'{"facets":["kind"]}',
    b'{"limit":1}',
]
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "If-None-Match": st.sampled_from(["*", '"x"', 'W/"x", "y"', "", "W/"]),
        "Accept-Encoding": st.sampled_from(["gzip", "gzip;q=0", "*", "identity;q=0", "br, gzip;q=0.1"]),
        "Content-Type": st.sampled_from(["application/json", "text/plain", "application/json; x=y"]),
        "Range": st.just("bytes=0-9"),
    },
)


def told(answer: TestResponse, method: str) -> list[tuple[str, str]]:
    """Return the headers; Flask does not know how long a compressed answer would be that nobody asked for."""
    left = "Content-Length" if method == "HEAD" and "Content-Encoding" in answer.headers else ""
    return sorted((name, value) for name, value in answer.headers if name != left)


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "GET", "HEAD", "POST", "OPTIONS", "PUT"]),
    path=st.sampled_from(PATHS),
    query=st.lists(st.sampled_from(PARAMETERS), max_size=3).map("&".join),
    headers=HEADERS,
    body=st.sampled_from(BODIES),
)
def test_an_answer_before_flask_is_that_of_flask(  # noqa: PLR0917 - the parts of a request
    app: Flask, client: FlaskClient, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    url, data = f"{API}{path}?{query}", body if method in ("POST", "PUT") else None
    before = client.open(url, method=method, headers=headers, data=data)
    app.before_request_funcs[None] = [lambda: None]
    try:
        within = client.open(url, method=method, headers=headers, data=data)
    finally:
        app.before_request_funcs.clear()

    assert (before.status, before.data) == (within.status, within.data)
    assert told(before, method) == told(within, method)
