"""What deadlines of campaigns that are over say of an entity: warnings for people, a verdict for a gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from waypost.scorecards.campaigns.service import read_campaigns


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an entity may pass a gate, and a line for each campaign whose deadline it missed."""

    is_blocked: bool
    lines: tuple[str, ...]


def judge_gate(connection: Connection, entity: str, at: datetime) -> Verdict:
    """Return what the campaigns of *entity* say of it *at* a time.

    Only a check that fails blocks: what nobody can tell does not, and is told by the campaign's page.
    """
    items = read_campaigns(connection, at, entity=entity)["items"]
    warned = [item for item in items if item["entity"]["warned"]]
    return Verdict(
        any(item["entity"]["blocked"] for item in warned),
        tuple(
            f"{'blocked' if item['entity']['blocked'] else 'warning'}: campaign {item['name']} ended on "
            f"{item['deadline']}, and {', '.join(_failing(item['entity']))} is not met"
            for item in warned
        ),
    )


def _failing(entity: dict[str, list[dict[str, str]]]) -> list[str]:
    return [check["title"] for check in entity["checks"] if check["state"] == "fail"]
