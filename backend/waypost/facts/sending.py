"""Sends facts to a server: in parts, each again where the way there was at fault, and gathers what came of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import requests

from waypost.core.bulk import chunks
from waypost.core.errors import InputError, NotAllowedError, ServiceUnavailableError
from waypost.facts.exporting import parse_line
from waypost.facts.pushed import MOST_ITEMS

AT_ONCE: Final = 2_000
_TIMES_S: Final = (5.0, 60.0)
_WAITS_S: Final = (0.5, 2.0, 5.0)
_AGAIN: Final = (429, 502, 503, 504)
_REFUSED: Final = (401, 403)


@dataclass(slots=True)
class Sent:
    """What came of what was sent: how many facts of each result, and why those that were refused were."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, results: Iterable[tuple[str, str]]) -> None:
        """Count *results*, each with its reason."""
        for result, reason in results:
            self.counts[result] += 1
            if reason:
                self.reasons[reason] += 1


def read_batches(name: str, text: bytes, source: str) -> dict[str, list[Any]]:
    """Return the facts of *text* by their source: a JSON document as the API takes it, a list, or a line for each.

    Args:
        name: What the text is called.
        source: Whose facts they are where they do not say; "" for nobody's.

    Raises:
        InputError: It is neither, or a fact has no source.
    """
    found: dict[str, list[Any]] = {source: []} if source else {}
    for where, item, own in _items(name, text):
        whose = source or own
        if not isinstance(whose, str) or not whose:
            raise InputError(where, ["names no source; give one with --source, or as the key 'source'"])
        found.setdefault(whose, []).append(item)
    return found


def _items(name: str, text: bytes) -> Iterator[tuple[str, Any, Any]]:
    """Give each fact with where it is written and the source that it names itself."""
    try:
        whole = orjson.loads(text)
    except orjson.JSONDecodeError:
        # More than one document: a line for each.
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                where = f"{name}:{number}"
                yield (where, *_split(parse_line(where, line)))
        return
    if isinstance(whole, Mapping) and "facts" in whole:
        items, own = whole["facts"], whole.get("source")
        if not isinstance(items, list):
            raise InputError(name, ["'facts' must be a list"])
        yield from ((name, item, own) for item in items)
        return
    for item in whole if isinstance(whole, list) else [whole]:
        yield (name, *_split(item))


def _split(item: Any) -> tuple[Any, Any]:
    if not isinstance(item, dict):
        return item, None
    return {
        key: value for key, value in item.items() if key not in {"source", "collectedAt", "readAt"}
    }, item.get("source")


def send(server: str, token: str, source: str, items: Sequence[Any], *, is_full: bool) -> Sent:
    """Send *items* of *source* to the backend at *server*, and return what came of them.

    Each part is sent again where nothing listens, or the server is busy: what came through before has not changed
    by that.

    Raises:
        InputError: They cannot be everything, as they are too many at once; or the server refuses all of them.
        NotAllowedError: The token is not good for it.
        ServiceUnavailableError: The server cannot be reached.
    """
    if is_full and len(items) > MOST_ITEMS:
        raise InputError(
            "the facts", [f"are more than {MOST_ITEMS}: so many cannot be sent as everything, with --full"]
        )
    sent = Sent()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        for part in [list(items)] if is_full else chunks(items, AT_ONCE):
            body = orjson.dumps({"source": source, "facts": part, "full": is_full})
            told = _post(session, server.rstrip("/") + "/api/facts", body)
            sent.add((each["result"], each["reason"]) for each in told["items"])
    return sent


def _post(session: requests.Session, address: str, body: bytes) -> Any:
    for wait_s in (*_WAITS_S, None):
        try:
            answer = session.post(
                address,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=_TIMES_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if wait_s is None:
                raise ServiceUnavailableError(f"{address} cannot be reached") from error
        else:
            if answer.status_code not in _AGAIN or wait_s is None:
                return _read(address, answer)
        time.sleep(wait_s)
    raise ServiceUnavailableError(f"{address} cannot be reached")


def _read(address: str, answer: requests.Response) -> Any:
    try:
        told = answer.json()
        message = "" if answer.ok else str(told["error"]["message"])
    except (ValueError, LookupError, TypeError):
        told, message = {}, f"it answers {answer.status_code}"
    if answer.status_code in _REFUSED:
        raise NotAllowedError(f"{address}: {message}")
    if message:
        raise InputError(address, [message])
    if not isinstance(told, dict) or "items" not in told:
        raise InputError(address, ["it does not answer as a backend does"])
    return told
