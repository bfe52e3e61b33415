"""The addresses of alerts on a built site: files that any web server hands out, or a folder on a disk."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.catalog.model import Catalog
from waypost.core.plugin import Knowledge, SiteContext, SitePage
from waypost.runbooks.addresses import Addresses, Entry, make_addresses
from waypost.runbooks.addresspages import list_page, list_text, way_page
from waypost.runbooks.briefs import document_of, read_brief
from waypost.runbooks.model import Runbooks
from waypost.runbooks.plaintext import plain_text

# From the page of one, which is a folder's.
_ROOT = "../../"


def address_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give, for each alert as written and in small letters, a page that leads to its runbook, and that as text.

    On a disk that takes both names for one, the second file is the same as the first. A name that cannot be
    a file's is left to the page for what is not there, which knows them all.
    """
    runbooks, catalog = context.knowledge[Runbooks], context.knowledge[Catalog]
    documents = {runbook.name: document_of(runbook, catalog) for runbook in runbooks.ordered}
    if not documents:
        return
    addresses = make_addresses(documents.values())
    for entry in addresses.entries:
        if not entry.is_plain:
            continue
        page, text = way_page(entry, _ROOT), plain_text(read_brief(documents[entry.runbook]))
        for name in dict.fromkeys([entry.alert, entry.alert.lower()]):
            yield _file(f"r/{name}/index.html", page)
            yield _file(f"r/{name}.txt", text)
    yield _file("r/index.html", list_page(addresses, "../"))
    yield _file("r/index.txt", list_text(addresses))


def entries_of(knowledge: Knowledge) -> tuple[Entry, ...]:
    """Return every alert of the workspace with its runbook, for a page that looks among them."""
    runbooks, catalog = knowledge[Runbooks], knowledge[Catalog]
    addresses: Addresses = make_addresses(document_of(each, catalog) for each in runbooks.ordered)
    return addresses.entries


def _file(uri: str, text: str) -> SitePage:
    return SitePage(uri, "", text, meta={"in_nav": False})
