"""Definitions of APIs as pages: OpenAPI and AsyncAPI read and rendered, other languages as code."""
