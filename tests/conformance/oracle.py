"""Asks Backstage's own packages, in one long-lived process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

# Both catalogs take every document from here.
ADDRESS = "https://github.com/acme/repo/blob/main/sub/catalog-info.yaml"


class Oracle:
    """What Backstage says: a line of JSON goes in, and one comes back."""

    def __init__(self, sent: IO[str], told: IO[str]) -> None:
        self._sent = sent
        self._told = told

    def judge(self, document: object, files: dict[str, str] | None = None) -> Any:
        """Return the entity and the relations that *document* becomes, None where it is refused."""
        return self._ask("judge", document=document, location=f"url:{ADDRESS}", files=files or {})

    def read(self, text: str) -> Any:
        """Return what becomes of each document in *text*, and how many cannot be read."""
        return self._ask("read", text=text, location=f"url:{ADDRESS}")

    def search(self, entity: object) -> Any:
        """Return the rows that filters look at, None where keys of *entity* differ only in case."""
        return self._ask("search", entity=entity)

    def parse_ref(self, ref: object, kind: str | None, namespace: str | None) -> Any:
        """Return the parts of *ref*, None where it is none."""
        context = {"kind": kind, "namespace": namespace}
        return self._ask("parseRef", ref=ref, **{name: value for name, value in context.items() if value})

    def stringify_ref(self, ref: object) -> Any:
        """Return *ref* as a text in lower case."""
        return self._ask("stringifyRef", ref=ref)

    def is_url(self, text: str) -> Any:
        """Tell whether *text* is an absolute URL."""
        return self._ask("isUrl", text=text)

    def resolve(self, url: str, base: str) -> Any:
        """Return where *url* leads that is written in the file at *base*, None where nowhere."""
        return self._ask("resolve", url=url, base=base)

    def annotate(self, location: str) -> Any:
        """Return what the catalog notes of an entity that was read from *location*."""
        return self._ask("annotate", location=location)

    def _ask(self, asked: str, **question: object) -> Any:
        self._sent.write(json.dumps({"asked": asked, **question}) + "\n")
        self._sent.flush()
        return json.loads(self._told.readline())


@contextmanager
def run_oracle(packages: Path) -> Iterator[Oracle]:
    """Run the oracle of *packages*."""
    with subprocess.Popen(
        ["node", "oracle.mjs"], cwd=packages, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Oracle(process.stdin, process.stdout)
        process.stdin.close()


def plain(value: object) -> Any:
    """Return *value* as it comes out of JSON, with numbers as JavaScript has them: 1 is 1.0, but True is not."""
    return _plain(orjson.loads(orjson.dumps(value)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return f"bool {value}"
    return float(value) if isinstance(value, int) else value
