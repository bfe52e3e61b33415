from __future__ import annotations

from definitions import ASYNCAPI_2, ASYNCAPI_3, pieces_html, shown


def test_asyncapi_2_tells_what_the_application_sends_and_receives() -> None:
    found = shown("asyncapi", ASYNCAPI_2)

    assert "AsyncAPI 2.6.0" in found.markdown
    assert ">SEND</span> <code>orders.&#123;market&#125;.paid</code>" in found.markdown
    assert ">RECEIVE</span>" in found.markdown
    received, sent = found.pieces["operation-0"](), found.pieces["operation-1"]()
    assert "The application receives this." in received
    assert "One of these messages" in sent
    assert "<b>Paid</b> <small>application/json</small>" in sent
    assert "<b>Refunded</b>" in sent
    assert "<summary>Example: one</summary>" in sent
    assert '<a href="#schema-Order">Order</a>' in sent


def test_a_channel_tells_its_parameters_below_its_name() -> None:
    found = shown("asyncapi", ASYNCAPI_2)
    html = found.pieces["part-0"]()

    assert "### orders.&#123;market&#125;.paid" in found.markdown
    assert "Each paid order." in html
    assert "one of &#34;de&#34;, &#34;nl&#34;" in html


def test_asyncapi_3_leads_from_operations_to_channels_and_messages() -> None:
    found = shown("asyncapi", ASYNCAPI_3)

    assert "### Paid orders" in found.markdown
    assert ">SEND</span> <code>orders.paid.v1</code>" in found.markdown
    html = found.pieces["operation-0"]()
    assert '<div class="wp-op" id="operation-publishPaid">' in html
    assert "<code>trace</code>" in html
    assert "Answered with" in html
    assert "Bindings: kafka" in html
    assert "kafka://broker.example.com:9092" in found.pieces["api"]()


def test_a_channel_that_nothing_uses_is_shown() -> None:
    found = shown("asyncapi", ASYNCAPI_3)

    assert ">CHANNEL</span> <code>nobody.speaks</code>" in found.markdown


def test_a_payload_in_another_language_is_shown_as_it_is() -> None:
    html = pieces_html(shown("asyncapi", ASYNCAPI_3))

    assert "application/vnd.apache.avro;version=1.9.0" in html
    assert "&#34;name&#34;: &#34;Order&#34;" in html
