"""Definitions of APIs that tests render: small, and with everything that a page has to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.catalog.model import Entity, EntityRef
from waypost.site.definition.shown import ShownDefinition, show_definition

OPENAPI = """
openapi: 3.1.0
info:
  title: Shop
  version: 2.0.0
  description: "Sells *things*. <script>alert(1)</script> ![pixel](https://elsewhere.example/p.png)"
  contact: {name: Shop team, url: "https://shop.example.com", email: shop@example.com}
  license: {name: Apache-2.0, identifier: Apache-2.0}
servers: [{url: "https://api.example.com/shop", description: Live}]
security: [{token: [read]}]
tags: [{name: orders, description: What was bought.}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, description: The order., schema: {type: string, format: uuid}, example: 7a}
    get:
      operationId: getOrder
      tags: [orders]
      summary: Return one order
      description: "# Heading\\n\\nSee [the guide](https://shop.example.com/guide) or [this](javascript:alert(1))."
      parameters:
        - {name: expand, in: query, schema: {type: array, items: {type: string, enum: [lines, parcels]}}}
        - {$ref: '#/components/parameters/Trace'}
      responses:
        '200':
          description: The order.
          headers: {ETag: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
              examples: {paid: {summary: A paid one, value: {id: 7a, lines: []}}}
        404: {$ref: '#/components/responses/Missing'}
    delete:
      deprecated: true
      security: []
      responses: {default: {description: Gone.}}
  /orders:
    post:
      tags: [orders]
      summary: Place an order
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'201': {description: Placed., content: {application/json: {schema: {type: 'null'}}}}}
      callbacks: {paid: {'{$request.body#/url}': {post: {responses: {}}}}}
components:
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string, pattern: '^[a-f]+$', maxLength: 32}}
  responses:
    Missing: {description: There is none., content: {application/problem+json: {schema: {$ref: './problem.yaml'}}}}
  schemas:
    Order:
      type: object
      required: [id]
      description: What a customer bought.
      properties:
        id: {type: string, readOnly: true}
        parent: {$ref: '#/components/schemas/Order'}
        lines: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Line'}}
        total: {type: [number, 'null'], exclusiveMinimum: 0, default: 1.5}
        paidBy: {oneOf: [{$ref: '#/components/schemas/Card'}, {type: string, const: invoice}]}
      additionalProperties: {type: string}
    Line:
      allOf:
        - {type: object, properties: {sku: {type: string}}, required: [sku]}
        - {type: object, properties: {count: {type: integer, minimum: 1}}}
    Card: {type: object, properties: {number: {type: string, writeOnly: true}}}
  securitySchemes:
    token: {type: http, scheme: bearer, bearerFormat: JWT, description: From the portal.}
"""

SWAGGER = """
swagger: '2.0'
info: {title: Old shop, version: '1'}
host: old.example.com
basePath: /v1
schemes: [https]
consumes: [application/json]
produces: [application/json]
paths:
  /orders:
    parameters: [{name: tenant, in: header, type: string}]
    post:
      operationId: place
      parameters:
        - {name: order, in: body, required: true, schema: {$ref: '#/definitions/Order'}}
      responses:
        200: {description: Placed., schema: {$ref: '#/definitions/Order'}, examples: {application/json: {id: 9}}}
  /files:
    post:
      parameters: [{name: file, in: formData, type: file, required: true, description: The file.}]
      responses: {}
definitions:
  Order: {type: object, properties: {id: {type: integer, format: int64}}}
securityDefinitions: {key: {type: apiKey, name: X-Key, in: header}}
"""

ASYNCAPI_2 = """
asyncapi: 2.6.0
info: {title: Events, version: 1.0.0}
servers: {live: {url: broker.example.com, protocol: kafka, description: Live}}
channels:
  orders.{market}.paid:
    description: Each paid order.
    parameters: {market: {description: Where., schema: {type: string, enum: [de, nl]}}}
    subscribe:
      operationId: onPaid
      summary: An order was paid
      message:
        oneOf:
          - $ref: '#/components/messages/Paid'
          - {name: Refunded, payload: {type: object, properties: {id: {type: string}}}}
    publish: {message: {payload: {type: string}}}
components:
  messages:
    Paid:
      contentType: application/json
      headers: {type: object, properties: {trace: {type: string}}}
      payload: {$ref: '#/components/schemas/Order'}
      examples: [{name: one, payload: {id: 7a}}]
  schemas: {Order: {type: object, required: [id], properties: {id: {type: string}}}}
"""

ASYNCAPI_3 = """
asyncapi: 3.0.0
info: {title: Events, version: 2.0.0}
servers: {live: {host: 'broker.example.com:9092', protocol: kafka}}
channels:
  paid:
    address: orders.paid.v1
    title: Paid orders
    messages: {Paid: {$ref: '#/components/messages/Paid'}}
    bindings: {kafka: {partitions: 12}}
  silent: {address: nobody.speaks, messages: {Ping: {payload: {type: integer}}}}
operations:
  publishPaid:
    action: send
    channel: {$ref: '#/channels/paid'}
    summary: An order was paid
    reply: {channel: {$ref: '#/channels/silent'}}
components:
  messages:
    Paid:
      traits: [{headers: {type: object, properties: {trace: {type: string}}}}]
      payload: {schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: {type: record, name: Order}}
"""


def api(kind: str, definition: object) -> Entity:
    """Return an API entity of type *kind* with *definition*."""
    document: Mapping[str, Any] = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {"name": "shop"},
        "spec": {"type": kind, "definition": definition},
    }
    return Entity(EntityRef("api", "default", "shop"), document)


def shown(kind: str, definition: object) -> ShownDefinition:
    """Return how a page shows *definition*."""
    found = show_definition(api(kind, definition))
    assert found is not None
    return found


def pieces_html(found: ShownDefinition) -> str:
    """Return all that a page shows below the headings."""
    return "\n".join(make() for make in found.pieces.values())
