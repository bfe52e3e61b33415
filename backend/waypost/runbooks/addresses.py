"""Addresses by alert: which runbook an alert's name leads to, however it is written, and which it may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.pageaddress import url_of
from waypost.core.words import counted
from waypost.runbooks.likeness import Weights, letters_of, misspelt_by, shared_words, words_of

LONGEST_NAME: Final = 100
"""Letters of a name that are looked at: no alert is called longer, and comparing costs by the letter."""
_LIKELY: Final = 6
_LEAST: Final = 0.2
_SERVICE: Final = 0.3
_PART: Final = 4
_SPELT: Final = "spelt"
_MOST_LABELS: Final = 64
_LONGEST_QUERY: Final = 8_192
# Of a file or a folder on any system, and in any address.
_PLAIN: Final = re.compile(r"[\w](?:[\w.-]{0,98}[\w])?\Z")
_RESERVED: Final = frozenset({"index", "con", "prn", "aux", "nul", "alerts"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert and its runbook; a runbook without an alert goes by its own name. ``page`` is its address."""

    alert: str
    runbook: str
    title: str
    page: str
    services: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    severity: str = ""
    has_alert: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether its name can be that of a file, on every system."""
        return bool(_PLAIN.match(self.alert)) and self.alert.casefold() not in _RESERVED


@dataclass(frozen=True, slots=True)
class Likely:
    """An entry that may have been meant, and each reason to think so."""

    entry: Entry
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """Every alert that a runbook answers, one for all ways to write its letters, sorted; then runbooks without."""

    entries: tuple[Entry, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self.entries:
            found.setdefault(entry.alert.casefold(), entry)
        for entry in self.entries:
            found.setdefault(entry.runbook.casefold(), entry)
        return found

    @cached_property
    def _weights(self) -> Weights:
        return Weights(words_of(entry.alert) for entry in self.entries)

    def find(self, name: str) -> Entry | None:
        """Return the entry of the alert *name*, or else of the runbook so called, in any case; None without one."""
        return self._by_name.get(name.casefold())

    def likely(self, name: str) -> tuple[Likely, ...]:
        """Return the entries that *name* may have meant, the likeliest first; none where nothing is alike."""
        name = name[:LONGEST_NAME]
        wanted = _Wanted(
            letters_of(name),
            shared_words(name, self._vocabulary),
            self._weights.of(words_of(name)),
        )
        judged = (self._judge(wanted, known) for known in self._known)
        near = sorted(
            (each for each in judged if each[0] >= _LEAST), key=lambda each: (-each[0], each[1].alert)
        )
        return tuple(Likely(entry, reasons) for _, entry, reasons in near[:_LIKELY])

    @cached_property
    def _known(self) -> tuple[_Known, ...]:
        return tuple(
            _Known(
                each,
                letters_of(each.alert),
                words_of(each.alert),
                tuple((service, words_of(service)) for service in each.services),
            )
            for each in self.entries
        )

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Every word in names of alerts and services: each is compared with a name once, however many have it."""
        words = (word for known in self._known for word in known.words)
        return frozenset(words).union(
            *(words for known in self._known for _, words in known.services), frozenset()
        )

    def _judge(self, wanted: _Wanted, known: _Known) -> tuple[float, Entry, tuple[str, ...]]:
        """Return how likely a name means an entry, from 0, and why."""
        found = [_by_letters(wanted, known), self._by_words(wanted, known), _by_service(wanted, known)]
        reasons = [reason for _, reason in found if reason]
        # Who shares nearly all letters shares the words: that need not be said.
        if len(reasons) > 1 and reasons[0].startswith(_SPELT):
            del reasons[1:]
        return sum(score for score, _ in found), known.entry, tuple(reasons)

    def _by_words(self, wanted: _Wanted, known: _Known) -> tuple[float, str]:
        shared = [word for word in known.words if word in wanted.words]
        if not shared:
            return 0, ""
        everything = self._weights.of(known.words) + wanted.weight
        return 2 * self._weights.of(shared) / everything, f"the same words: {', '.join(shared)}"


class _Wanted(NamedTuple):
    """A name that was asked for: its letters, the known words in it, and the weight of all its own."""

    letters: str
    words: frozenset[str]
    weight: float


class _Known(NamedTuple):
    """An entry with what it is compared by."""

    entry: Entry
    letters: str
    words: tuple[str, ...]
    services: tuple[tuple[str, tuple[str, ...]], ...]


def make_addresses(documents: Iterable[Mapping[str, Any]]) -> Addresses:
    """Return the addresses of runbooks as they are kept and served.

    Of two alerts that differ in the case of their letters only the first is kept: they have one address. A
    runbook that says which alerts it answers goes before a guide that is only named like one.
    """
    documents = sorted(documents, key=lambda document: not document["severity"] and not document["owner"])
    named: dict[str, Entry] = {}
    for document in documents:
        for alert in document["alerts"]:
            named.setdefault(alert.casefold(), _entry(document, alert))
    ordered = [entry for _, entry in sorted(named.items())]
    others = (_entry(each, each["name"], has_alert=False) for each in documents if not each["alerts"])
    return Addresses((*ordered, *sorted(others, key=lambda entry: entry.alert.casefold())))


def carried(entry: Entry, query: str) -> tuple[str, str]:
    """Return the query and the fragment with which *entry* is opened that was asked for with *query*.

    Labels that the runbook has a variable for, however their letters are written, become the fragment, which
    fills the variables and is sent to nobody; all others stay. A query that is too long is dropped.
    """
    if not query or len(query) > _LONGEST_QUERY:
        return "", ""
    known = {name.casefold(): name for name in entry.variables}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_LABELS, errors="replace")
    except ValueError:
        return "", ""
    filling = [(known[name.casefold()], value) for name, value in pairs if name.casefold() in known]
    others = [(name, value) for name, value in pairs if name.casefold() not in known]
    return _written(others), _written(filling)


def address(path: str, query: str = "", fragment: str = "") -> str:
    """Return *path* with *query* and *fragment*, where there are any."""
    return path + f"?{query}" * bool(query) + f"#{fragment}" * bool(fragment)


def _entry(document: Mapping[str, Any], alert: str, *, has_alert: bool = True) -> Entry:
    titles = {each["ref"]: each["title"] for each in document.get("named", ())}
    return Entry(
        alert=alert,
        runbook=document["name"],
        title=document["title"],
        page=url_of(document["page"]),
        services=tuple(titles.get(ref, _name_of(ref)) for ref in document["about"]),
        variables=tuple(each["name"] for each in document.get("variables", ())),
        severity=document["severity"],
        has_alert=has_alert,
    )


def _name_of(ref: str) -> str:
    try:
        return EntityRef.parse(ref).name
    except InputError:
        return ref


def _by_letters(wanted: _Wanted, known: _Known) -> tuple[float, str]:
    wrong = misspelt_by(wanted.letters, known.letters)
    if wrong is not None:
        told = f"{_SPELT} almost the same: {counted(wrong, 'letter')} off"
        return 1 - wrong / max(len(known.letters), 1), told if wrong else f"{_SPELT} with the same letters"
    if len(wanted.letters) >= _PART and wanted.letters in known.letters:
        return len(wanted.letters) / len(known.letters), "its name holds these letters"
    return 0, ""


def _by_service(wanted: _Wanted, known: _Known) -> tuple[float, str]:
    """Tell whether the name holds a word of a service that the alert's own name has not."""
    for service, words in known.services:
        if any(word in wanted.words and word not in known.words for word in words):
            return _SERVICE, f"it is about {service}"
    return 0, ""


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(_pairs(pairs))


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        yield f"{quote(name, safe='')}={quote(value, safe='')}"
