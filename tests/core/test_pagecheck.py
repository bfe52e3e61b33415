"""Facts about checks of pages one by one: each runs again when its page or an answer changes, and only then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from build import NOON
from waypost.core import forked
from waypost.core.contentcache import open_cache
from waypost.core.errors import Edit, Problem, Severity
from waypost.core.markdownfile import MarkdownFile, parse_markdown
from waypost.core.pagecheck import TODAY, Look, Question, kept_per_page, per_page
from waypost.core.plugin import CheckedAt, Knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace


@dataclass(frozen=True)
class Item:
    file: MarkdownFile


@dataclass
class Site:
    """Pages by path, the names that exist, and what was checked, in order."""

    pages: dict[str, str]
    names: set[str] = field(default_factory=set)
    checked: list[str] = field(default_factory=list)

    def items(self) -> list[Item]:
        return [Item(parse_markdown(path, text)) for path, text in self.pages.items()]


def _items(knowledge: Knowledge) -> Iterable[Item]:
    return knowledge[Site].items()


EXISTS = Question("exists", lambda _workspace, knowledge, name: name in knowledge[Site].names)


def _run(root: Path, site: Site, *, days: int = 0, settings: Settings | None = None) -> list[Problem]:
    def check(item: Item, look: Look) -> Iterator[Problem]:
        site.checked.append(item.file.path)
        for number, name in enumerate(item.file.text.split(), start=1):
            if name == "today":
                yield Problem(item.file.path, number, "a/b", look(TODAY))
            elif not look(EXISTS, name):
                edit = Edit(item.file.path, number, name, "x")
                yield Problem(item.file.path, number, "a/b", f"no {name}", "Mend.", Severity.WARNING, 2, edit)

    site.checked.clear()
    knowledge = Knowledge()
    with open_cache(root) as cache:
        for value in (site, cache, CheckedAt(NOON + timedelta(days=days)), settings or Settings()):
            knowledge.put(value)
        return list(per_page("a/b", _items, check, (EXISTS,))(Workspace(root), knowledge))


def test_what_did_not_change_is_told_and_not_checked(tmp_path: Path) -> None:
    site = Site({"a.md": "one two", "b.md": "one"}, {"one"})

    first = _run(tmp_path, site)
    second = _run(tmp_path, site)

    assert (
        first
        == second
        == [Problem("a.md", 2, "a/b", "no two", "Mend.", Severity.WARNING, 2, Edit("a.md", 2, "two", "x"))]
    )
    assert second[0].edit == first[0].edit == Edit("a.md", 2, "two", "x")
    assert site.checked == []


def test_a_page_that_changed_is_checked(tmp_path: Path) -> None:
    site = Site({"a.md": "one", "b.md": "one"}, {"one"})
    _run(tmp_path, site)
    site.pages["b.md"] = "one three"

    found = _run(tmp_path, site)

    assert (site.checked, [problem.message for problem in found]) == (["b.md"], ["no three"])


def test_pages_that_asked_for_what_changed_are_checked(tmp_path: Path) -> None:
    site = Site({"a.md": "one", "b.md": "two", "c.md": "two one"}, {"one", "two"})
    _run(tmp_path, site)
    site.names.discard("two")

    found = _run(tmp_path, site)

    assert (site.checked, [problem.path for problem in found]) == (["b.md", "c.md"], ["b.md", "c.md"])
    assert _run(tmp_path, site) == found
    assert site.checked == []


def test_a_page_that_is_gone_is_told_of_no_more(tmp_path: Path) -> None:
    site = Site({"a.md": "one", "b.md": "one"})
    _run(tmp_path, site)
    del site.pages["a.md"]

    assert [problem.path for problem in _run(tmp_path, site)] == ["b.md"]
    assert site.checked == []


def test_a_page_of_another_path_is_another(tmp_path: Path) -> None:
    site = Site({"a.md": "one"})
    _run(tmp_path, site)
    site.pages = {"z.md": "one"}

    assert [problem.path for problem in _run(tmp_path, site)] == ["z.md"]


def test_the_next_day_asks_those_who_asked_for_the_day(tmp_path: Path) -> None:
    site = Site({"a.md": "today", "b.md": "one"}, {"one"})
    _run(tmp_path, site)

    found = _run(tmp_path, site, days=1)

    assert (site.checked, [problem.message for problem in found]) == (["a.md"], ["2026-11-03"])


def test_other_settings_begin_anew(tmp_path: Path) -> None:
    site = Site({"a.md": "one"})
    _run(tmp_path, site)

    _run(tmp_path, site, settings=Settings({"workspace.name": "Other"}))

    assert site.checked == ["a.md"]


def test_many_pages_are_shared_among_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "FEW", 2)
    site = Site({f"{number:02}.md": f"name{number % 3}" for number in range(20)}, {"name1"})

    found = _run(tmp_path, site)

    assert [problem.path for problem in found] == [f"{n:02}.md" for n in range(20) if n % 3 != 1]
    assert _run(tmp_path, site) == found
    assert site.checked == []


def test_a_sign_that_is_the_same_spares_the_answer(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(_workspace: Workspace, _knowledge: Knowledge, about: str) -> list[str]:
        asked.append(about)
        return ["answer"]

    question = Question("costly", answer, lambda _workspace, _knowledge, _about: "same")
    values = kept_per_page("costly", _items, lambda _item, look: look(question, "x"), (question,))
    told = []
    for _ in range(2):
        knowledge = Knowledge()
        with open_cache(tmp_path) as cache:
            knowledge.put(cache)
            knowledge.put(Site({"a.md": "one"}))
            told.append(values(Workspace(tmp_path), knowledge))

    assert (told, asked) == ([{"a.md": ["answer"]}] * 2, ["x"])


def test_without_a_cache_each_page_is_looked_at() -> None:
    knowledge = Knowledge()
    knowledge.put(Site({"a.md": "one"}))
    values = kept_per_page("any", _items, lambda item, _look: item.file.text)

    assert values(Workspace(Path()), knowledge) == {"a.md": "one"}
