"""What one build reads of scorecards: each answer of the backend once, whichever pages want it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from waypost.core.errors import NotFoundError, ServiceUnavailableError
from waypost.core.plugin import Api, SiteContext
from waypost.scorecards.model import MET, State
from waypost.scorecards.reading.explaining import read_paths

PAGE_SIZE: Final = "500"
_CAMPAIGNS: Final = "/api/scorecards/campaigns"

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a check came to for an entity; ``check`` is what is said of it for all of them."""

    check: Document
    state: State
    would: str | None
    exemption: str | None
    message: str
    since: str

    @property
    def is_met(self) -> bool:
        """Whether it stands in no level's way."""
        return self.state in MET

    def document(self) -> dict[str, Any]:
        """Return it as the backend writes it."""
        return {
            **self.check,
            "state": self.state.value,
            "would": self.would,
            "exemption": self.exemption,
            "message": self.message,
            "since": self.since,
        }


@dataclass(frozen=True, slots=True)
class Grade:
    """How an entity stands in a scorecard: ``told`` is what the backend says beside the results of its checks."""

    told: Document
    results: tuple[Result, ...]

    @property
    def entity(self) -> str:
        """The reference of the entity."""
        return str(self.told["entity"])

    @property
    def owner(self) -> str:
        """The reference of who owns it, "" for nobody."""
        return str(self.told["owner"])

    def document(self) -> dict[str, Any]:
        """Return it as the backend writes it."""
        return {**self.told, "checks": [result.document() for result in self.results]}


class AsOf(NamedTuple):
    """When a fact was true."""

    at: str
    path: str


class Estate:
    """Every scorecard, and how each entity stands in it; each is asked for once, a page of 500 at a time."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._get = api.get
        self._grades: dict[str, list[Grade]] = {}
        self._changes: dict[tuple[str, date], Mapping[str, Sequence[Document]]] = {}
        self._reads: dict[int, Sequence[tuple[str, Document, Document]]] = {}
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], Any] = {}

    @cached_property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Every scorecard by its name, shadows too: what it asks, and what its grades say together."""
        listed = self._get("/api/scorecards", include="shadow")["items"]
        return {card["name"]: self._get(f"/api/scorecards/{card['name']}") for card in listed}

    @property
    def shown(self) -> Iterator[dict[str, Any]]:
        """The scorecards that reach teams' pages."""
        return (card for card in self.cards.values() if card["lifecycle"] in ("active", "deprecated"))

    def grades(self, name: str) -> Sequence[Grade]:
        """Return every grade in the scorecard called *name*, by entity."""
        if name not in self._grades:
            self._grades[name] = list(self._read(name))
        return self._grades[name]

    def of_entity(self, ref: str) -> Sequence[Grade]:
        """Return the grades of the entity *ref* in the scorecards that are shown to teams."""
        return self._by_entity.get(ref, ())

    def of_owner(self, ref: str) -> Mapping[str, Sequence[Grade]]:
        """Return the grades of what *ref* owns, by scorecard."""
        return self._by_owner.get(ref, {})

    def find(self, path: str, /, **query: str) -> Any:
        """Return the answer to ``GET path``, asked once; None where the backend has none."""
        key = (path, tuple(sorted(query.items())))
        if key not in self._answers:
            try:
                self._answers[key] = self._get(path, **query)
            except NotFoundError:
                self._answers[key] = None
        return self._answers[key]

    @cached_property
    def campaigns(self) -> Sequence[Document]:
        """Each campaign that teams see, with its course and who is not done, by deadline."""
        listed = self.find(_CAMPAIGNS)
        found = (self.find(f"{_CAMPAIGNS}/{item['name']}") for item in (listed["items"] if listed else ()))
        return [item for item in found if item]

    @cached_property
    def not_done(self) -> Mapping[str, Sequence[tuple[Document, Document]]]:
        """The campaigns in which an entity is not done, with how far it is, by entity and by owner."""
        found: dict[str, list[tuple[Document, Document]]] = defaultdict(list)
        for campaign in self.campaigns:
            for one in campaign["items"]:
                for ref in filter(None, (one["entity"], one["owner"])):
                    found[ref].append((campaign, one))
        return dict(found)

    def facts_of(self, check: Document) -> Sequence[tuple[str, Document, Document]]:
        """Return each declared fact that *check* reads: its path, its declaration and its source."""
        # The same document of a check is at hand as long as this is.
        if id(check) not in self._reads:
            declared = self._declared
            paths = read_paths(_as_kept(check), declared)
            self._reads[id(check)] = [(path, *declared[path]) for path in paths]
        return self._reads[id(check)]

    @cached_property
    def _declared(self) -> Mapping[str, tuple[Document, Document]]:
        found = self.find("/api/facts/sources")
        sources = found["items"] if found else ()
        return {fact["path"]: (fact, source) for source in sources for fact in source["facts"]}

    @cached_property
    def mended_by(self) -> Mapping[str, Sequence[tuple[Document, Document]]]:
        """Which checks each page mends, with their scorecards, by where the page lies; none where nobody tells."""
        found: dict[str, list[tuple[Document, Document]]] = defaultdict(list)
        try:
            for card in self.shown:
                for check in card["checks"]:
                    if check["fix"]:
                        found[check["fix"]["doc"].partition("#")[0]].append((card, check))
                        self.grades(card["name"])
        except (NotFoundError, ServiceUnavailableError):
            return {}
        return dict(found)

    @cached_property
    def ages(self) -> Mapping[str, Mapping[str, str]]:
        """As of when the facts of each entity are, by their path; none where the backend does not tell."""
        found: dict[str, Mapping[str, str]] = {}
        after: str | None = ""
        while after is not None:
            page = self.find("/api/facts/ages", limit=PAGE_SIZE, after=after) or {"items": (), "next": None}
            found |= {item["entity"]: item["facts"] for item in page["items"]}
            after = page["next"]
        return found

    def oldest(self, card: Document) -> AsOf | None:
        """Return the oldest fact that *card* reads of any entity that it grades; None where none is known."""
        read = {path for check in card["checks"] for path, _, _ in self.facts_of(check)}
        ages = (self.ages.get(grade.entity, {}) for grade in self.grades(card["name"]))
        return min(
            (AsOf(at, path) for each in ages for path, at in each.items() if path in read), default=None
        )

    def changes(self, name: str, first: date) -> Mapping[str, Sequence[Document]]:
        """Return what changed of each entity in the scorecard called *name* since the day *first*, the newest first.

        That an entity was judged at all, for the first time, is left out: nothing moved.
        """
        if (name, first) not in self._changes:
            found: dict[str, list[Document]] = defaultdict(list)
            for change in self._read_changes(name, first):
                if change["was"] or any(move["was"] for move in change["moves"]):
                    found[change["entity"]].append(change)
            self._changes[name, first] = dict(found)
        return self._changes[name, first]

    def _read_changes(self, name: str, first: date) -> Iterator[Document]:
        cursor: dict[str, str] = {"from": first.isoformat()}
        while True:
            page = self.find(f"/api/scorecards/{name}/history", limit=PAGE_SIZE, **cursor)
            if page is None:
                return
            yield from page["items"]
            if "nextCursor" not in page["pageInfo"]:
                return
            cursor["cursor"] = page["pageInfo"]["nextCursor"]

    @cached_property
    def _by_entity(self) -> Mapping[str, Sequence[Grade]]:
        found: dict[str, list[Grade]] = defaultdict(list)
        for grade in self._all_shown():
            found[grade.entity].append(grade)
        return dict(found)

    @cached_property
    def _by_owner(self) -> Mapping[str, Mapping[str, Sequence[Grade]]]:
        found: dict[str, dict[str, list[Grade]]] = defaultdict(lambda: defaultdict(list))
        for grade in self._all_shown():
            found[grade.owner][grade.told["scorecard"]].append(grade)
        return {owner: dict(cards) for owner, cards in found.items()}

    def _all_shown(self) -> Iterator[Grade]:
        return (grade for card in self.shown for grade in self.grades(card["name"]))

    def _read(self, name: str) -> Iterator[Grade]:
        checks = {check["id"]: check for check in self.cards[name]["checks"]}
        cursor: dict[str, str] = {}
        while True:
            page = self._get(f"/api/scorecards/{name}/results", limit=PAGE_SIZE, **cursor)
            yield from (_to_grade(item, checks) for item in page["items"])
            if "nextCursor" not in page["pageInfo"]:
                return
            cursor = {"cursor": page["pageInfo"]["nextCursor"]}


def _as_kept(check: Document) -> dict[str, Any]:
    """Return as much of *check* as tells which facts it reads, named as the backend keeps it."""
    return {key: check[key] for key in ("facts", "rule", "evidence", "bands") if key in check} | {
        "min_sample": check["minSample"]
    }


def _to_grade(item: dict[str, Any], checks: Mapping[str, Document]) -> Grade:
    results = tuple(
        Result(
            checks[each["id"]],
            State(each["state"]),
            each["would"],
            each["exemption"],
            each["message"],
            each["since"],
        )
        for each in item.pop("checks")
        # An evaluation between two answers may have brought a check that the first did not have.
        if each["id"] in checks
    )
    return Grade(item, results)


def estate_of(context: SiteContext) -> Estate:
    """Return what is read for *context*: the same for every page of a build."""
    found = context.knowledge.find(Estate)
    if found is None or found.api is not context.api:
        found = Estate(context.api)
        context.knowledge.put(found)
    return found
