from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import build
from cli.served import free_port
from elsewhere import Asked, Reply, Server, serve
from scorecards.conftest import MakeEstate
from scorecards.estate import CATALOG, LEDGER, SCORECARD, TILL, Estate
from waypost.core.database import reading
from waypost.core.errors import SettingError
from waypost.core.fetch.fetcher import Fetcher, Outside
from waypost.core.host import Host, find_plugins
from waypost.core.markdownfile import parse_markdown
from waypost.core.settings import Settings
from waypost.scorecards.notifying import outbox
from waypost.scorecards.notifying.commands import webhook
from waypost.scorecards.notifying.events import event_of
from waypost.scorecards.notifying.queueing import queue_events
from waypost.scorecards.notifying.sending import CLAIM, Sender
from waypost.scorecards.notifying.service import Notifier
from waypost.scorecards.notifying.settings import read_webhooks
from waypost.scorecards.notifying.signing import new_secret, read_secrets, signed_headers

ROOT = Path(__file__).parents[2]
GUIDE = parse_markdown("guide.md", (ROOT / "site/guide/webhooks.md").read_text(encoding="utf-8"))
SECRET = new_secret()
SITE = "https://docs.example.org/"
GOOD = ((TILL, "slo.target", 99.95), (LEDGER, "slo.target", 99.95))
BAD = ((TILL, "slo.target", 90.0), (LEDGER, "slo.target", 99.95))


def _verify() -> Callable[[Mapping[str, str], bytes, str], bool]:
    """Return the function that the guide gives to receivers."""
    [code] = [fence.text for fence in GUIDE.fences if fence.language == "python"]
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102 - the text of our own guide
    verify: Callable[[Mapping[str, str], bytes, str], bool] = found["verify"]
    return verify


class Receiver:
    """The other side: answers the statuses that it is given, then 204, and keeps what it was sent."""

    def __init__(self) -> None:
        self.statuses: list[int | Reply] = []
        self.server: Server

    def answer(self, asked: Asked) -> Reply:
        assert asked.method == "POST"
        found = self.statuses.pop(0) if self.statuses else 204
        return found if isinstance(found, Reply) else Reply(found)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(asked.body) for asked in self.server.asked]

    @property
    def ids(self) -> list[str]:
        return [asked.headers["webhook-id"] for asked in self.server.asked]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with serve(receiver.answer) as server:
        receiver.server = server
        yield receiver


class Clock:
    """A time that is put forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def _settings(receiver: Receiver, **more: Any) -> Settings:
    values = {"url": f"{receiver.server.url}/in?key=1", "secret": "HOOK_SECRET", **more}
    allowed = {"fetch.allow": (receiver.server.host,), "fetch.private": ("127.0.0.1",)}
    return Settings(
        {f"webhook.ops.{key.replace('_', '-')}": value for key, value in values.items()} | allowed
    )


class Ops:
    """A webhook over an estate: its notifier, as a process has it, and its clock."""

    def __init__(self, estate: Estate, settings: Settings) -> None:
        self.estate = estate
        self.clock = Clock(estate.now)
        self.settings = settings
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart."""
        fetcher = Fetcher(self.settings, Outside(environment={}))
        self.sender = Sender(
            self.estate.engine,
            fetcher,
            read_webhooks(self.settings),
            self.clock,
            environment={"HOOK_SECRET": SECRET},
            jitter=lambda low, high: (low + high) / 2,
        )
        self.notifier = Notifier(self.sender, SITE)

    def later(self, **time: int) -> int:
        """Put the clock forward and look once; return how many attempts were made."""
        self.clock.at += timedelta(**time)
        return self.notifier.tick()

    def move(self, *facts: tuple[str, str, Any]) -> int:
        """Evaluate *facts* an hour later, and look once."""
        self.estate.now += timedelta(hours=1)
        self.clock.at = max(self.clock.at, self.estate.now)
        self.estate.run(*facts)
        return self.notifier.tick()

    @property
    def states(self) -> dict[str, int]:
        with reading(self.estate.engine) as connection:
            return {state: count for (_, state), count in outbox.counts(connection).items()}


MakeOps = Callable[..., Ops]


@pytest.fixture
def make_ops(estate: Estate, receiver: Receiver) -> MakeOps:
    """Makes the webhook ``ops`` over the tiny estate, in which all is well."""

    def make(**more: Any) -> Ops:
        estate.run(*GOOD)
        ops = Ops(estate, _settings(receiver, **more))
        assert ops.notifier.tick() == 0
        return ops

    return make


def test_a_level_that_falls_is_told_with_what_stands_in_the_way(
    make_ops: MakeOps, receiver: Receiver
) -> None:
    ops = make_ops()

    assert ops.move(*BAD) == 1
    [event] = receiver.events
    assert event == {
        "specversion": "1.0",
        "id": receiver.ids[0],
        "source": "https://docs.example.org/scorecards/",
        "type": "dev.waypost.scorecard.level-fell",
        "subject": TILL,
        "time": "2026-11-02T13:00:00+00:00",
        "datacontenttype": "application/json",
        "data": {
            "entity": TILL,
            "owner": "group:default/pay",
            "system": None,
            "domain": None,
            "tier": "tier-1",
            "scorecard": "ready",
            "scorecardTitle": "Ready",
            "from": "silver",
            "to": "bronze",
            "because": "data",
            "at": "2026-11-02T13:00:00+00:00",
            "score": 0.25,
            "target": {"level": "silver", "by": "2027-03-31"},
            "meetsTarget": False,
            "evaluated": 2,
            "applicable": 2,
            "moves": [
                {
                    "check": "precise",
                    "title": "Target is precise",
                    "from": "pass",
                    "to": "fail",
                    "because": "data",
                }
            ],
            "inTheWay": [
                {
                    "check": "precise",
                    "title": "Target is precise",
                    "state": "fail",
                    "message": "90 of 99.9",
                    "effect": "needed for Reliable, +75% of the score",
                    "effort": None,
                    "fix": "https://docs.example.org/how-to/own/",
                }
            ],
            "links": {
                "entity": "https://docs.example.org/catalog/component/default/till/",
                "scorecard": "https://docs.example.org/scorecards/ready/",
            },
        },
    }
    [asked] = receiver.server.asked
    assert asked.target == "/in?key=1"
    assert asked.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert ops.move(*GOOD) == 0
    assert ops.states == {"sent": 1}


def test_the_example_of_the_guide_has_the_keys_of_an_event(make_ops: MakeOps, receiver: Receiver) -> None:
    make_ops().move(*BAD)
    [text] = [fence.text for fence in GUIDE.fences if fence.language == "json"]
    told, sent = json.loads(text), receiver.events[0]

    assert told.keys() == sent.keys()
    assert told["data"].keys() == sent["data"].keys()
    assert told["data"]["inTheWay"][0].keys() == sent["data"]["inTheWay"][0].keys()


def test_the_guides_way_to_verify_takes_what_is_sent_and_nothing_else() -> None:
    verify, body = _verify(), b'{"a": 1}'
    now = datetime.fromtimestamp(int(time.time()), tz=build.NOON.tzinfo)
    older, newer = new_secret(), new_secret()
    keys = read_secrets("S", {"S": f"{newer} {older}"})
    headers = signed_headers("msg_1", body, now, keys)

    assert verify(headers, body, older)
    assert verify(headers, body, newer)
    assert not verify(headers, body, new_secret())
    assert not verify(headers, body + b" ", older)
    assert not verify(headers | {"webhook-id": "msg_2"}, body, older)
    assert not verify(signed_headers("msg_1", body, now - timedelta(hours=1), keys), body, older)


def test_it_signs_what_it_sends(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops()
    ops.clock.at = datetime.fromtimestamp(time.time(), tz=build.NOON.tzinfo)
    ops.move(*BAD)
    [asked] = receiver.server.asked

    assert _verify()(asked.headers, asked.body, SECRET)


def test_what_fails_is_sent_again_later_and_later_under_its_id(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops()
    receiver.statuses = [
        500,
        Reply(302, headers={"Location": "/elsewhere"}),
        Reply(503, headers={"Retry-After": "90"}),
    ]
    ops.move(*BAD)

    assert [ops.later(seconds=4), ops.later(seconds=1)] == [0, 1]
    assert [ops.later(seconds=19), ops.later(seconds=1)] == [0, 1]
    assert [ops.later(seconds=89), ops.later(seconds=1)] == [0, 1]
    assert len(set(receiver.ids)) == 1
    assert receiver.server.paths == ["/in"] * 4
    assert ops.states == {"sent": 1}


def test_what_never_arrives_is_parked_until_a_person_sends_it_again(
    make_ops: MakeOps, receiver: Receiver
) -> None:
    ops = make_ops()
    receiver.statuses = [500] * 50
    ops.move(*BAD)
    for _ in range(30):
        ops.later(hours=6)
    assert ops.states == {"parked": 1}
    assert len(receiver.ids) < 20

    receiver.statuses = []
    with ops.estate.engine.begin() as connection:
        assert outbox.retry(connection, "ops", ops.clock.at) == 1
    assert ops.later(seconds=0) == 1
    assert ops.states == {"sent": 1}


def test_who_is_gone_is_sent_nothing_more(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops(events=("level-fell", "level-rose"))
    receiver.statuses = [410]
    ops.move(*BAD)
    ops.move(*GOOD)

    assert ops.later(days=1) == 0
    assert len(receiver.ids) == 1
    assert ops.states == {"parked": 2}


def test_a_restart_in_the_middle_loses_nothing_and_sends_nothing_twice(
    make_ops: MakeOps, receiver: Receiver
) -> None:
    ops = make_ops()
    ops.estate.now += timedelta(hours=1)
    ops.estate.run(*BAD)
    ops.start()
    assert ops.later(hours=1) == 1

    ops.estate.now += timedelta(hours=1)
    ops.estate.run((TILL, "slo.target", 90.0), (LEDGER, "slo.target", 1.0))
    queue_events(ops.estate.engine, ops.sender.webhooks.values(), ops.clock.at, SITE)
    with ops.estate.engine.begin() as connection:
        outbox.claim(connection, ["ops"], at=ops.clock.at, until=ops.clock.at + CLAIM, limit=10)
    ops.start()
    assert ops.later(seconds=1) == 0
    assert ops.later(seconds=int(CLAIM.total_seconds())) == 1
    assert [event["subject"] for event in receiver.events] == [TILL, LEDGER]
    assert ops.later(days=2) == 0


def test_two_that_send_at_once_send_each_event_once(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops()
    other = Ops(ops.estate, ops.settings)
    ops.estate.now += timedelta(hours=1)
    ops.estate.run((TILL, "slo.target", 1.0), (LEDGER, "slo.target", 1.0))
    ops.clock.at = other.clock.at = ops.estate.now

    threads = [Thread(target=_tick_often, args=(each,)) for each in (ops, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event["subject"] for event in receiver.events) == [LEDGER, TILL]


def _tick_often(ops: Ops) -> None:
    for _ in range(5):
        ops.notifier.tick()


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"owners": ("pay",)}, 1),
        ({"owners": ("group:others",)}, 0),
        ({"tiers": ("tier-1",), "scorecards": ("ready",)}, 1),
        ({"tiers": ("tier-2",)}, 0),
        ({"scorecards": ("other",)}, 0),
        ({"events": ("level-rose",)}, 0),
    ],
)
def test_it_tells_only_of_what_was_asked_for(
    make_ops: MakeOps, receiver: Receiver, more: Mapping[str, Any], count: int
) -> None:
    assert make_ops(**more).move(*BAD) == count
    assert len(receiver.ids) == count


def test_rises_are_told_where_wanted(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops(events=("level-rose",))
    ops.move(*BAD)
    ops.move(*GOOD)

    told = [(event["type"].rpartition(".")[2], event["data"]["entity"]) for event in receiver.events]
    assert told == [("level-rose", TILL)]


def test_who_does_not_answer_is_tried_once_a_minute_and_holds_nobody_up(
    estate: Estate, receiver: Receiver
) -> None:
    estate.run(*GOOD)
    nobody = f"127.0.0.1:{free_port()}"
    dead = {
        "webhook.aside.url": f"http://{nobody}/",
        "webhook.aside.secret": "HOOK_SECRET",
        "fetch.allow": (nobody, receiver.server.host),
    }
    ops = Ops(estate, _settings(receiver).having(dead))
    ops.notifier.tick()
    ops.move((TILL, "slo.target", 1.0), (LEDGER, "slo.target", 1.0))

    assert len(receiver.ids) == 2
    with reading(estate.engine) as connection:
        tried = sorted(each.attempts for each in outbox.unsent(connection, 10))
    assert tried == [0, 1]
    assert [ops.later(seconds=59), ops.later(seconds=1)] == [0, 1]


FAILING = [("slo", "pass", "fail", "data")]


@pytest.mark.parametrize(
    ("was", "level", "moves", "event"),
    [
        ("gold", "bronze", FAILING, "level-fell"),
        ("bronze", "", FAILING, "level-fell"),
        ("", "bronze", [], "level-rose"),
        ("bronze", "bronze", FAILING, "check-failed"),
        ("bronze", "bronze", [("slo", "", "fail", "rule")], ""),
        ("bronze", "bronze", [("slo", "fail", "pass", "data")], ""),
        ("platinum", "bronze", FAILING, ""),
    ],
    ids=str,
)
def test_a_change_is_one_event_or_none(was: str, level: str, moves: list[Any], event: str) -> None:
    assert event_of(["bronze", "gold"], was, level, moves) == event


def test_changes_that_are_still_being_written_are_waited_for(make_ops: MakeOps) -> None:
    ops = make_ops()
    engine, webhooks = ops.estate.engine, ops.sender.webhooks.values()
    if engine.dialect.name == "postgresql":  # On SQLite one transaction writes at a time.
        with engine.begin() as writing:
            writing.execute(text("UPDATE scorecards_change SET level = level"))
            assert queue_events(engine, webhooks, ops.clock.at, SITE) is None
    assert queue_events(engine, webhooks, ops.clock.at, SITE) == 0


def test_many_that_fall_at_once_are_told_together(make_ops: MakeOps, receiver: Receiver) -> None:
    ops = make_ops(digest_above=1)
    ops.move((TILL, "slo.target", 1.0), (LEDGER, "slo.target", 1.0))
    [event] = receiver.events

    assert (event["type"], event["subject"]) == ("dev.waypost.scorecard.levels-fell", "ready")
    data = event["data"]
    assert (data["entities"], data["byOwner"], data["because"]) == (2, {"group:default/pay": 2}, {"data": 2})
    assert data["byTier"] == {"tier-1": 1, "tier-2": 1}
    assert [(item["entity"], item["from"], item["to"]) for item in data["items"]] == [
        (LEDGER, "silver", "bronze"),
        (TILL, "silver", "bronze"),
    ]


def test_a_shadow_tells_nothing_and_neither_does_who_left(
    make_estate: MakeEstate, receiver: Receiver
) -> None:
    shadow = SCORECARD.replace("spec:\n", "spec:\n  lifecycle: shadow\n")
    estate = make_estate({"catalog/ready.yaml": shadow})
    estate.run(*GOOD)
    ops = Ops(estate, _settings(receiver))
    ops.notifier.tick()
    assert ops.move(*BAD) == 0

    build.write_files(estate.workspace.root, {"catalog/ready.yaml": SCORECARD})
    ops.move(*GOOD)
    gone = CATALOG.replace("name: till,", "name: other,")
    build.write_files(estate.workspace.root, {"catalog/estate.yaml": gone})
    assert ops.move((LEDGER, "slo.target", 99.95)) == 0
    assert receiver.ids == []


def test_nothing_is_sent_where_nothing_may_be_fetched_or_nothing_can_be_signed(
    make_ops: MakeOps, receiver: Receiver
) -> None:
    ops = make_ops()
    open_webhook, number = ops.sender.webhooks["ops"], "msg_1"
    closed = Sender(
        ops.estate.engine, Fetcher(Settings()), {}, ops.clock, environment={"HOOK_SECRET": SECRET}
    )
    unsigned = Sender(ops.estate.engine, ops.sender.fetcher, {}, ops.clock, environment={})

    assert "it is not allowed" in closed.attempt(open_webhook, number, b"{}").answer
    assert "HOOK_SECRET holds no secret" in unsigned.attempt(open_webhook, number, b"{}").answer
    assert receiver.ids == []


@pytest.mark.parametrize(
    "held",
    ["plain", "whsec_", "whsec_c2hvcnQ=", "whsec_???", f"{SECRET} x"],
    ids=["no prefix", "empty", "short", "no base64", "a word behind"],
)
def test_a_secret_that_cannot_be_one_is_refused_without_being_told(held: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_secrets("S", {"S": held})

    assert "waypost webhook secret" in str(caught.value)
    assert held.removeprefix("whsec_")[:5] not in str(caught.value) or held == "whsec_"


def test_a_webhook_without_a_secret_or_an_address_is_refused() -> None:
    for key in ("url", "secret"):
        with pytest.raises(SettingError, match=r"'webhook\.ops\..*' must be set"):
            read_webhooks(Settings({f"webhook.ops.{key}": "https://x.example"}))


def test_the_commands_tell_try_and_send(
    make_ops: MakeOps,
    receiver: Receiver,
    runner: CliRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ops = make_ops()
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    estate = ops.estate
    host = Host(
        workspace=estate.workspace, settings=ops.settings, plugins=find_plugins(), engine=estate.engine
    )

    def run(*arguments: str) -> tuple[int, str]:
        done = runner.invoke(webhook, arguments, obj=host)
        return done.exit_code, done.output

    assert run("test", "ops") == (0, f"ops ({receiver.server.host}): the answer is 204\n")
    assert receiver.events[0]["type"] == "dev.waypost.webhook.test"
    receiver.statuses = [500]
    assert run("test", "ops")[0] == 1

    estate.now += timedelta(hours=1)
    estate.run(*BAD)
    receiver.statuses = [410]
    assert run("send")[1].startswith("1 events are new, 1 attempts were made")
    code, told = run("list")
    assert code == 1
    assert f"ops ({receiver.server.host}): 0 sent, 0 waiting, 1 parked; gone since" in told
    assert "level-fell component:default/till, after 1 attempts: the answer is 410" in told

    assert run("retry", "ops")[1] == "1 events are to be sent again.\n"
    run("send")
    assert run("list") == (0, f"ops ({receiver.server.host}): 1 sent, 0 waiting, 0 parked\n")
    assert run("secret")[1].startswith("whsec_")
