"""``/r/<alert>``: from an alert's name to its runbook, never to nothing."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from flask import Blueprint, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from waypost.core.errors import ServiceUnavailableError
from waypost.core.records import find_record, list_records
from waypost.core.revisions import revision_of
from waypost.core.static import find_page
from waypost.core.web import Edge, Reply, answers, edge, reading
from waypost.runbooks.addresses import Addresses, Entry, address, carried, make_addresses
from waypost.runbooks.addresspages import (
    choice_page,
    choice_text,
    list_page,
    list_text,
    shown_name,
    text_page,
)
from waypost.runbooks.briefs import Brief, read_brief
from waypost.runbooks.filling import is_fit
from waypost.runbooks.plaintext import plain_text
from waypost.runbooks.store import REVISION, runbooks_runbook

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
_CHOICE: Final = 300
_MISSING: Final = 404
_HEADERS: Final = (
    ("Cache-Control", "no-cache"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
)


def make_roots() -> Blueprint:
    """Return the routes below ``/r``."""
    blueprint = Blueprint("addresses", __name__)
    blueprint.get("")(lead_to_list)
    blueprint.get("/<rest:alert>")(lead_by_alert)
    return blueprint


@answers(raw=True, status=302, media_type="text/html")
def lead_to_list() -> Reply:
    """Lead to the list of alerts."""
    return _moved("r/")


@answers(raw=True, media_type="text/html", errors=[ServiceUnavailableError])
def lead_by_alert(alert: str) -> Reply:
    """Lead from an alert's name, in any case, to its runbook: 302, with its labels for the page's variables.

    A name that no runbook answers is shown those that it may have meant (300), an empty one every alert; never 404.
    With ``.txt`` behind it the runbook itself is the answer, as plain text.
    """
    this = edge()
    try:
        state = this.once(_Kept).read()
        if alert.lower().endswith(".txt"):
            return _as_text(alert[:-4], state)
        return _as_page(this, alert, state.addresses)
    except SQLAlchemyError as error:
        return _from_site(this, alert, error)


class _State(NamedTuple):
    """The addresses of one revision of the runbooks, and the texts that were asked for, by runbook."""

    etag: str
    addresses: Addresses
    texts: dict[str, str]


class _Kept:
    """The addresses as they were last read: made anew when the runbooks are, and used while the database is away."""

    def __init__(self, _edge: Edge) -> None:
        self._state: _State | None = None

    def read(self) -> _State:
        """Return the addresses of the newest revision. One query where nothing has changed."""
        known = self._state
        try:
            with reading() as connection:
                revision = revision_of(connection, REVISION)
                etag = revision.etag if revision else ""
                if known is None or known.etag != etag:
                    known = _State(etag, make_addresses(list_records(connection, runbooks_runbook)), {})
                    self._state = known
        except SQLAlchemyError:
            if known is None:
                raise
        return known


def _as_page(this: Edge, name: str, addresses: Addresses) -> Reply:
    root = "../" * (1 + name.count("/"))
    if not name.strip("/"):
        return _page(list_page(addresses, root))
    entry = addresses.find(name.strip("/"))
    if entry is None:
        return _page(choice_page(name, addresses.likely(name), addresses, root), _CHOICE)
    if _is_built(this, entry):
        query, fragment = carried(entry, request.query_string.decode("latin-1"))
        return _moved(address(root + entry.page, query, fragment))
    brief = _brief(entry)
    return _page(text_page(entry.title, plain_text(brief, _values(brief)), root))


def _as_text(name: str, state: _State) -> Reply:
    addresses = state.addresses
    if name.strip("/").lower() in ("", "index"):
        return _text(list_text(addresses))
    entry = addresses.find(name.strip("/"))
    if entry is None:
        return _text(choice_text(name, addresses.likely(name), addresses), _CHOICE)
    if request.query_string:
        brief = _brief(entry)
        return _text(plain_text(brief, _values(brief)))
    if entry.runbook not in state.texts:
        state.texts[entry.runbook] = plain_text(_brief(entry))
    return _text(state.texts[entry.runbook])


def _brief(entry: Entry) -> Brief:
    with reading() as connection:
        document = find_record(connection, runbooks_runbook, entry.runbook)
    if document is None:
        raise ServiceUnavailableError("the runbooks are just being read anew; ask again")
    return read_brief(document)


def _values(brief: Brief) -> dict[str, str]:
    """Return what the query gives for the variables of *brief*; what does not fit them is none."""
    _, fragment = carried(_entry_of(brief), request.query_string.decode("latin-1"))
    given = dict(parse_qsl(fragment))
    return {
        each.name: given[each.name]
        for each in brief.variables
        if each.name in given and is_fit(each.pattern, given[each.name])
    }


def _entry_of(brief: Brief) -> Entry:
    return Entry("", brief.name, brief.title, "", variables=tuple(each.name for each in brief.variables))


def _is_built(this: Edge, entry: Entry) -> bool:
    return this.site is not None and (this.site / unquote(entry.page) / "index.html").is_file()


def _from_site(this: Edge, name: str, error: SQLAlchemyError) -> Reply:
    """Return what the built site has at the address: it needs no database.

    Raises:
        ServiceUnavailableError: No site is built.
    """
    told = f"the database cannot be reached, nor a built site: '{shown_name(name)}' cannot be looked up"
    if this.site is None:
        raise ServiceUnavailableError(told) from error
    try:
        found = find_page(this.site, f"r/{name}")
    except NotFound:
        raise ServiceUnavailableError(told) from error
    status = _CHOICE if found.status_code == _MISSING else found.status_code
    headers = tuple(
        (key, value) for key, value in found.headers.items() if key in ("Location", "Cache-Control")
    )
    found.direct_passthrough = False
    return Reply(found.get_data(), headers=headers, status=status, content_type=found.content_type or HTML)


def _page(html: str, status: int = 200) -> Reply:
    return Reply(html.encode(errors="replace"), headers=_HEADERS, status=status, content_type=HTML)


def _text(text: str, status: int = 200) -> Reply:
    return Reply(text.encode(errors="replace"), headers=_HEADERS, status=status, content_type=TEXT)


def _moved(where: str) -> Reply:
    return Reply(headers=(("Location", where), ("Cache-Control", "no-cache")), status=302, content_type=HTML)
