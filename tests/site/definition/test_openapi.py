from __future__ import annotations

import pytest

from definitions import OPENAPI, SWAGGER, pieces_html, shown


def test_each_operation_has_a_heading_that_the_search_reads() -> None:
    markdown = shown("openapi", OPENAPI).markdown

    assert "### orders" in markdown
    assert ">GET</span> <code>/orders/&#123;id&#125;</code>" in markdown
    assert ">POST</span> <code>/orders</code>" in markdown
    assert "<p>Return one order</p>" in markdown
    assert "OpenAPI 3.1.0" in markdown


def test_an_operation_tells_parameters_bodies_answers_and_what_it_needs() -> None:
    html = shown("openapi", OPENAPI).pieces["operation-0"]()

    assert '<div class="wp-op" id="operation-getOrder">' in html
    assert "Needs token (read)." in html
    assert '<td><code>id</code> <em class="wp-schema__required">required</em></td><td>path</td>' in html
    assert "string (uuid)" in html
    assert "For example <code>7a</code>" in html
    assert "list of string" in html
    assert "<td><code>X-Trace</code></td><td>header</td>" in html
    assert "at most 32 characters · pattern ^[a-f]+$" in html
    assert '<b class="wp-code wp-code--4">404</b><div><p>There is none.</p>' in html
    assert "see ./problem.yaml" in html
    assert "Headers: ETag" in html
    assert "<summary>Example: A paid one</summary>" in html


def test_a_schema_folds_what_is_inside_and_stops_where_it_holds_itself() -> None:
    html = shown("openapi", OPENAPI).pieces["schemas"]()

    assert '<details class="wp-named" id="schema-Order">' in html
    assert "The same again: it holds itself." in html
    assert (
        '<code>lines</code> <span class="wp-schema__kind">list of <a href="#schema-Line">Line</a></span>'
        in html
    )
    assert (
        '<code>sku</code> <span class="wp-schema__kind">string</span> <em class="wp-schema__required">'
        in html
    )
    assert "number or null</span> <small>more than 0 · 1.5 if left out</small>" in html
    assert "One of:" in html
    assert "always &#34;invoice&#34;" in html
    assert "(any other name)" in html


def test_an_operation_without_a_tag_may_be_deprecated_need_nothing_and_call_back() -> None:
    found = shown("openapi", OPENAPI)

    place, drop = found.pieces["operation-1"](), found.pieces["operation-2"]()
    assert "Calls back" in place
    assert "paid: POST {$request.body#/url}" in place
    assert "Deprecated." in drop
    assert "Needs" not in drop


def test_the_head_tells_who_where_and_how_without_html_of_the_definition() -> None:
    html = shown("openapi", OPENAPI).pieces["api"]()

    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "Sells <em>things</em>" in html
    assert '<a href="https://shop.example.com" rel="noopener noreferrer">Shop team</a>' in html
    assert "<code>https://api.example.com/shop</code><p>Live</p>" in html
    assert "http · bearer · JWT" in html


def test_a_description_cannot_choose_headings_or_run_scripts() -> None:
    html = shown("openapi", OPENAPI).pieces["operation-0"]()

    assert '<p class="wp-prose__head">Heading</p>' in html
    assert '<a href="https://shop.example.com/guide" rel="noopener noreferrer">the guide</a>' in html
    assert "[this](javascript:alert(1))" in html


def test_swagger_2_is_shown_as_openapi_is() -> None:
    found = shown("openapi", SWAGGER)
    html = pieces_html(found)

    assert "Swagger 2.0" in found.markdown
    assert "<code>https://old.example.com/v1</code>" in html
    assert "<td><code>tenant</code></td><td>header</td><td>" in html
    assert '<code>application/json</code> <span class="wp-schema__kind"><a href="#schema-Order">' in html
    assert "<summary>Example</summary><pre><code>{\n  &#34;id&#34;: 9\n}" in html
    assert '<code>file</code> <span class="wp-schema__kind">file</span>' in html
    assert "apiKey · in header · X-Key" in html


def test_a_big_document_is_cut_and_says_so() -> None:
    paths = "\n".join(f"  /p{number}: {{get: {{responses: {{}}}}}}" for number in range(250))
    properties = ", ".join(f"p{number}: {{type: string}}" for number in range(200))
    schemas = f"components: {{schemas: {{Wide: {{type: object, properties: {{{properties}}}}}}}}}"

    found = shown("openapi", f"openapi: 3.0.3\npaths:\n{paths}\n{schemas}")

    assert found.markdown.count("wp-verb--get") == 200
    assert "And 50 more operations" in found.markdown
    assert "and 120 more: see the definition" in found.pieces["schemas"]()


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("openapi: 3.0.0\npaths: {$ref: '#/paths'}", id="paths that refer to themselves"),
        pytest.param(
            "openapi: 3.0.0\npaths: {/a: {get: {parameters: [1, {schema: 3}, null]}}}", id="odd parameters"
        ),
        pytest.param(
            "openapi: 3.0.0\npaths: {/a: {get: {responses: [x], security: {a: b}}}}", id="lists for objects"
        ),
        pytest.param(
            "openapi: 3.0.0\ncomponents: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}",
            id="part of itself",
        ),
        pytest.param(
            "openapi: 3.0.0\ncomponents: {schemas: {A: {$ref: '#/components/schemas/A'}}}",
            id="nothing but itself",
        ),
        pytest.param("openapi: {a: 1}\ninfo: [1]\nservers: {}\ntags: x", id="nothing as it should be"),
    ],
)
def test_odd_documents_are_shown_all_the_same(definition: str) -> None:
    found = shown("openapi", definition)

    assert pieces_html(found) is not None
    assert found.markdown.startswith("## Definition")
