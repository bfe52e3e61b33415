"""Facts about the content cache: it saves work, and nothing depends on it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from waypost.core import contentcache
from waypost.core.contentcache import ContentCache, cached, cached_many, open_cache
from waypost.core.contentkey import content_key
from waypost.core.plugin import Knowledge


def _knowing(cache: ContentCache | None) -> Knowledge:
    knowledge = Knowledge()
    if cache is not None:
        knowledge.put(cache)
    return knowledge


def _file(root: Path) -> Path:
    return next((root / contentcache.FOLDER).glob("content-*.db"))


def test_a_value_is_worked_out_once_for_a_content(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> list[str]:
        made.append("made")
        return ["a fault"]

    found = []
    for _ in range(2):
        with open_cache(tmp_path) as cache:
            found.append(cached(_knowing(cache), "shell", "1", "echo ü", make))

    assert (found, made) == ([["a fault"], ["a fault"]], ["made"])


@pytest.mark.parametrize(
    ("kind", "version", "content"),
    [("other", "1", "text"), ("shell", "2", "text"), ("shell", "1", "texts"), ("shell", "1t", "ext")],
)
def test_another_kind_version_or_content_is_another_value(
    tmp_path: Path, kind: str, version: str, content: str
) -> None:
    with open_cache(tmp_path) as cache:
        knowledge = _knowing(cache)
        cached(knowledge, "shell", "1", "text", lambda: "first")

        assert cached(knowledge, kind, version, content, lambda: "second") == "second"


def test_what_was_not_made_before_is_made_in_one_call(tmp_path: Path) -> None:
    calls: list[list[str]] = []

    def make(contents: list[str]) -> list[str]:
        calls.append(contents)
        return [content.upper() for content in contents]

    with open_cache(tmp_path) as cache:
        knowledge = _knowing(cache)
        first = cached_many(knowledge, "upper", "", ["a", "b", "a"], make)
        second = cached_many(knowledge, "upper", "", ["c", "b"], make)
        third = cached_many(knowledge, "upper", "", ["c"], make)

    assert (first, second, third) == (["A", "B", "A"], ["C", "B"], ["C"])
    assert calls == [["a", "b"], ["c"]]


def test_the_first_answer_is_what_json_makes_of_it_as_every_later_one() -> None:
    assert cached(_knowing(None), "any", "", "", lambda: {"faults": (1, "a")}) == {"faults": [1, "a"]}


def test_the_folder_is_none_of_gits(tmp_path: Path) -> None:
    with open_cache(tmp_path):
        pass

    assert (tmp_path / contentcache.FOLDER / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize("junk", [b"", b"junk" * 500, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path, junk: bytes) -> None:
    with open_cache(tmp_path) as cache:
        cache.put("kind", "key", 1)
    _file(tmp_path).write_bytes(junk)

    with open_cache(tmp_path) as cache:
        assert cached(_knowing(cache), "kind", "", "text", lambda: "made") == "made"
    with open_cache(tmp_path) as cache:
        cached(_knowing(cache), "kind", "", "text", lambda: "again")


def test_a_value_that_was_tampered_with_is_not_there(tmp_path: Path) -> None:
    with open_cache(tmp_path) as cache:
        cache.put("kind", "long", ["text"] * 100)
        cache.put("kind", "short", 1)
    connection = sqlite3.connect(_file(tmp_path))
    with connection:
        connection.execute("UPDATE kept SET value = substr(value, 1, length(value) - 1) || x'21'")
    connection.close()

    with open_cache(tmp_path) as cache:
        for key in ("long", "short"):
            with pytest.raises(KeyError):
                cache.get("kind", key)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".waypost").write_text("a file where the folder would be", encoding="utf-8")

    with open_cache(tmp_path) as cache:
        assert cached(_knowing(cache), "kind", "", "text", lambda: 1) == 1


def test_a_file_that_grew_too_big_loses_what_was_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_cache(tmp_path) as cache:
        for number in range(50):
            cache.put("kind", str(number), os.urandom(2000).hex())
    monkeypatch.setattr(contentcache, "MOST_BYTES", 50_000)

    with open_cache(tmp_path) as cache:
        cache.use("kind", lambda: ["7"])
        cache.get("kind", "8")
        cache.put("kind", "new", 1)

    with open_cache(tmp_path) as cache:
        assert cache.keys("kind") == {"7", "8", "new"}
    assert _file(tmp_path).stat().st_size < 50_000


def test_files_of_other_releases_are_kept_few(tmp_path: Path) -> None:
    folder = tmp_path / contentcache.FOLDER
    folder.mkdir(parents=True)
    for number in range(5):
        (folder / f"content-0-{number}.db").write_bytes(b"")
        os.utime(folder / f"content-0-{number}.db", (number, number))

    with open_cache(tmp_path):
        pass

    left = sorted(file.name for file in folder.glob("content-0-*.db"))
    assert left == ["content-0-3.db", "content-0-4.db"]


_WRITER = """
import sys
from pathlib import Path
from waypost.core.contentcache import ContentCache
for at in range(20):
    cache = ContentCache(Path(sys.argv[1]) / "content.db")
    cache.put("kind", f"{sys.argv[2]}-{at}", at)
    cache.close()
"""


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), str(number)]) for number in range(3)
    ]

    codes = [writer.wait(60) for writer in writers]

    cache = ContentCache(tmp_path / "content.db")
    assert (codes, len(cache.keys("kind"))) == ([0, 0, 0], 60)
    cache.close()


def test_a_cache_without_a_file_keeps_for_its_own_life() -> None:
    cache = ContentCache(None)

    cache.put("kind", "key", [1])

    assert (cache.get("kind", "key"), cache.keys("kind")) == ([1], {"key"})


def test_names_of_contents_tell_their_parts_apart() -> None:
    names: set[Any] = {
        content_key("ab", "c"),
        content_key("a", "bc"),
        content_key("abc"),
        content_key(b"abc"),
    }

    assert len(names) == 3


def test_a_cache_that_a_commit_brought_is_not_used(tmp_path: Path) -> None:
    with open_cache(tmp_path) as cache:
        cache.put("kind", "key", "what its author likes")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "--force", str(_file(tmp_path))], check=True)

    with open_cache(tmp_path) as cache, pytest.raises(KeyError):
        cache.get("kind", "key")


def test_a_folder_that_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "workspace"
    root.mkdir()
    (root / ".waypost").symlink_to(tmp_path / "elsewhere")

    with open_cache(root) as cache:
        cache.put("kind", "key", "value")

    assert list((tmp_path / "elsewhere").iterdir()) == []
