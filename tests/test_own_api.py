"""The catalog describes Waypost's own API: by what a backend answers, not by hand."""

from __future__ import annotations

import json

from own_api import DEFINITION, own_api


def test_our_own_api_is_described_as_it_is() -> None:
    kept = json.loads(DEFINITION.read_text(encoding="utf-8"))

    assert kept == json.loads(own_api()), "write it anew: .venv/bin/python tests/own_api.py"
