"""Checks of pages one by one: what was found of a page is kept until it, or what was asked for it, changes.

A check that looks at one page after the other declares itself so::

    IN_CATALOG = Question("entity", lambda workspace, knowledge, ref: knowledge[Catalog].find(ref) is not None)

    def check_owner(page: Page, look: Look) -> Iterator[Problem]:
        if page.owner and not look(IN_CATALOG, str(page.owner)):
            yield Problem(page.path, ...)

    Check("documents/owner", "An owner exists.", per_page("documents/owner", all_pages, check_owner))

It may use the page, and what it asks *look*; nothing else: no knowledge, no other file, no clock but ``TODAY``. Then a
page that did not change is checked again only when an answer is another than last time. A check that is declared in no
such way runs each time, which is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

import orjson

from waypost.core.contentcache import ContentCache
from waypost.core.contentkey import content_key
from waypost.core.errors import Problem
from waypost.core.forked import in_parts
from waypost.core.markdownfile import MarkdownFile
from waypost.core.plugin import CheckedAt, Knowledge
from waypost.core.problems import dump_problem, read_problem
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

A = TypeVar("A")


class HasFile(Protocol):
    """What is checked: a page, or something else that was made from one file alone."""

    @property
    def file(self) -> MarkdownFile:
        """The file that it was made from."""
        ...


H = TypeVar("H", bound=HasFile)


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """Something that checks of a page ask about all else: by its name, and what it is asked about.

    ``answer`` gives what JSON can hold. Where that is costly, ``sign`` gives a word that changes whenever the answer
    may: as long as it is the same, nobody asks again.
    """

    name: str
    answer: Callable[[Workspace, Knowledge, str], A]
    sign: Callable[[Workspace, Knowledge, str], str] | None = None


TODAY: Final = Question(
    "today", lambda _workspace, knowledge, _about: knowledge[CheckedAt].at.date().isoformat()
)
"""The day by which content is checked, as ``2026-11-23``. The hour of a day decides nothing."""

_Asked = tuple[str, str]


class Look:
    """Answers a check's questions, and notes them."""

    def __init__(self, workspace: Workspace, knowledge: Knowledge) -> None:
        self._workspace = workspace
        self._knowledge = knowledge
        self._answers: dict[_Asked, Any] = {}
        self.questions: dict[_Asked, Question[Any]] = {}
        self.noted: dict[_Asked, None] = {}

    def __call__(self, question: Question[A], about: str = "") -> A:
        """Return the answer to *question* about *about*."""
        asked = (question.name, about)
        self.noted[asked] = None
        self.questions[asked] = question
        answer: A = self._answer(asked, question)
        return answer

    def _answer(self, asked: _Asked, question: Question[Any]) -> Any:
        if asked not in self._answers:
            self._answers[asked] = question.answer(self._workspace, self._knowledge, asked[1])
        return self._answers[asked]

    def take(self) -> list[_Asked]:
        """Return what was asked since the last time."""
        noted = list(self.noted)
        self.noted.clear()
        return noted

    def mark(self, asked: _Asked, question: Question[Any]) -> list[str]:
        """Return words by which it is seen whether the answer to *asked* is another: its sign, and itself in short."""
        sign = question.sign(self._workspace, self._knowledge, asked[1]) if question.sign else ""
        return [sign, _short(self._answer(asked, question))]

    def renewed(self, asked: _Asked, question: Question[Any], mark: list[str]) -> list[str] | None:
        """Return the mark of *asked* as it is now where the answer is still that of *mark*; None where it is another."""
        if question.sign and question.sign(self._workspace, self._knowledge, asked[1]) == mark[0]:
            return mark
        now = self.mark(asked, question)
        return now if now[1] == mark[1] else None


def _short(answer: Any) -> str:
    text = orjson.dumps(answer, option=orjson.OPT_SORT_KEYS).decode()
    return text if len(text) < 40 else content_key(text)  # noqa: PLR2004 - the length of a key


def per_page(
    name: str,
    items: Callable[[Knowledge], Iterable[H]],
    check: Callable[[H, Look], Iterator[Problem]],
    questions: Sequence[Question[Any]] = (),
) -> Callable[[Workspace, Knowledge], Iterator[Problem]]:
    """Return *check* of every one of *items* as the function of a ``Check``.

    Args:
        name: The name under which findings are kept: that of the first rule.
        items: Gives what is checked, each made from one file alone.
        check: Finds what is wrong with one; see the module.
        questions: Every question that *check* may ask.
    """

    def make(item: H, look: Look) -> list[Any]:
        return [dump_problem(problem) for problem in check(item, look)]

    values = kept_per_page(name, items, make, questions)

    def run(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
        for found in values(workspace, knowledge).values():
            for given in found:
                yield read_problem(given)

    return run


def kept_per_page(
    name: str,
    items: Callable[[Knowledge], Iterable[H]],
    make: Callable[[H, Look], Any],
    questions: Sequence[Question[Any]] = (),
) -> Callable[[Workspace, Knowledge], dict[str, Any]]:
    """Return a function that gives, by path, what *make* makes of every one of *items*.

    Args:
        name: The name under which values are kept, one for each sort.
        items: As of ``per_page``.
        make: Makes a value that JSON holds of one of them, by the rules of the module.
        questions: Every question that *make* may ask.
    """
    by_name = {question.name: question for question in (TODAY, *questions)}

    def run(workspace: Workspace, knowledge: Knowledge) -> dict[str, Any]:
        cache = knowledge.find(ContentCache)
        look = Look(workspace, knowledge)
        if cache is None:
            return {item.file.path: make(item, look) for item in items(knowledge)}
        settings = knowledge.find(Settings)
        slot = cache.slot_of(workspace.root)
        kept = _Kept(cache, f"pages:{name}", slot, settings.sign if settings else "")
        wanting = kept.wanting(items(knowledge), look, by_name)
        for part in in_parts(wanting, lambda some: _run(some, make, look)) if wanting else ():
            kept.add(orjson.loads(part))
        return kept.values()

    return run


def _run(items: Sequence[H], make: Callable[[H, Look], Any], look: Look) -> bytes:
    """Return what *make* makes of *items*, and what it asked."""
    pages = []
    for item in items:
        value = make(item, look)
        pages.append([item.file.path, item.file.key, look.take(), value])
    asked = [
        [name, about, *look.mark((name, about), question)]
        for (name, about), question in look.questions.items()
    ]
    return orjson.dumps([asked, pages])


class _Kept:
    """What was made of each page, with the questions that were asked: each stands once in a list."""

    def __init__(self, cache: ContentCache, kind: str, slot: str, settings: str) -> None:
        self._cache = cache
        self._settings = settings
        self._kind = kind
        self._slot = slot
        self._asked: list[list[str]] = []
        self._pages: dict[str, list[Any]] = {}
        self._places: dict[_Asked, int] = {}
        self._is_new = False

    def wanting(self, items: Iterable[H], look: Look, questions: dict[str, Question[Any]]) -> list[H]:
        """Return those of *items* that have to be checked; what is known of the others is there then."""
        try:
            settings, asked, known = self._cache.get(self._kind, self._slot)
        except (KeyError, ValueError, TypeError):
            settings, asked, known = "", [], {}
        if settings == self._settings:
            self._asked = asked
        else:
            known = {}
        changed = self._changed(look, questions)
        wanting = []
        for item in items:
            file = item.file
            kept = known.get(file.path)
            if kept is not None and kept[0] == file.key and (not changed or changed.isdisjoint(kept[1])):
                self._pages[file.path] = kept
            else:
                wanting.append(item)
        self._is_new = bool(wanting) or len(self._pages) != len(known)
        return wanting

    def _changed(self, look: Look, questions: dict[str, Question[Any]]) -> set[int]:
        changed = set()
        for place, (name, about, *mark) in enumerate(self._asked):
            question = questions.get(name)
            renewed = look.renewed((name, about), question, mark) if question else None
            if renewed is None:
                changed.add(place)
            else:
                self._asked[place] = [name, about, *renewed]
        return changed

    def add(self, found: list[Any]) -> None:
        """Add what was found just now."""
        asked, pages = found
        if not self._places:
            self._places = {(name, about): place for place, (name, about, *_) in enumerate(self._asked)}
        for name, about, *mark in asked:
            place = self._places.setdefault((name, about), len(self._asked))
            if place == len(self._asked):
                self._asked.append([name, about, *mark])
            self._asked[place] = [name, about, *mark]
        for path, key, noted, value in pages:
            self._pages[path] = [key, [self._places[name, about] for name, about in noted], value]

    def values(self) -> dict[str, Any]:
        """Return every value by path, and keep what is known."""
        if self._is_new:
            self._keep()
        return {path: kept[2] for path, kept in self._pages.items()}

    def _keep(self) -> None:
        used = {place for kept in self._pages.values() for place in kept[1]}
        if len(used) < len(self._asked) // 2:
            order = {place: at for at, place in enumerate(sorted(used))}
            self._asked = [self._asked[place] for place in order]
            for path, (key, places, value) in self._pages.items():
                self._pages[path] = [key, [order[place] for place in places], value]
        self._cache.put(self._kind, self._slot, [self._settings, self._asked, self._pages])
