"""The routes of exemptions."""

from __future__ import annotations

from typing import Any

import orjson

from waypost.core import web
from waypost.core.csvtext import CSV, csv_pieces
from waypost.core.errors import InputError
from waypost.core.reply import Reply
from waypost.scorecards.exemptions.service import HEADS, csv_row, read_ledger
from waypost.scorecards.exemptions.wire import LedgerQuery, LedgerWire


@web.answers(LedgerWire(), query=LedgerQuery(), errors=[InputError], raw=True)
def list_exemptions(query: dict[str, Any]) -> Reply:
    """Return the ledger of exemptions as it is now: each at each check and entity, how many in which state, and the risk that they carry."""
    with web.reading() as connection:
        ledger = read_ledger(connection, web.now(), query)
    told = LedgerWire().dump(ledger)
    if query["format"] == "csv":
        return Reply(b"".join(csv_pieces(HEADS, map(csv_row, told["items"]))), content_type=CSV)
    return Reply(orjson.dumps(told))
