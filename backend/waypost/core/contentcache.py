"""The content cache: what was worked out from a content is kept for the next run, as JSON, in a file of the workspace.

A check that needs a costly process, or much time for one text, says so with one call::

    faults = cached(knowledge, "shellcheck", SHELLCHECK_VERSION, text, lambda: run_shellcheck(text))

What it gives must follow from the *content* and the *version* alone: no clock, no other file, no setting that is not
part of either. Where a command has no cache, the same call works it out each time.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson

from waypost.core.codestamp import code_stamp
from waypost.core.contentkey import content_key
from waypost.core.git import run_git
from waypost.core.plugin import Knowledge

FOLDER: Final = ".waypost/cache"
MOST_BYTES: Final = 256 * 1024 * 1024
"""A file that grew beyond this loses what the last run did not use."""
KEPT_FILES: Final = 3
"""Several releases may take turns in one workspace, each with a file of its own; those used longest ago go."""

_SCHEMA: Final = 1
_WAIT_S: Final = 5.0


def cached(  # noqa: PLR0917 - the words of one sentence
    knowledge: Knowledge, kind: str, version: str, content: str, make: Callable[[], Any]
) -> Any:
    """Return what *make* gives for *content*, from the cache where it was made before.

    The first answer and every later one are the same: what JSON makes of the value, so a tuple is a list.

    Args:
        kind: What is worked out, one word for each sort: ``shellcheck``.
        version: What else the value follows from: the version of the tool, the options it is called with.
        content: The text that it is worked out from.
        make: Works it out; the value is one that JSON can hold.
    """
    return cached_many(knowledge, kind, version, [content], lambda _: [make()])[0]


def cached_many(  # noqa: PLR0917 - as of cached
    knowledge: Knowledge,
    kind: str,
    version: str,
    contents: Sequence[str],
    make: Callable[[list[str]], Sequence[Any]],
) -> list[Any]:
    """Return a value for each of *contents*; *make* gets those that the cache has not, each once, in one call.

    Args:
        kind: As of ``cached``, and so is *version*.
        make: Gives a value for each content that it gets, in their order; it is not called for none.
    """
    cache = knowledge.find(ContentCache)
    keys = {content: content_key(version, content) for content in contents}
    known: dict[str, Any] = {}
    if cache is not None:
        for content, key in keys.items():
            with suppress(KeyError):
                known[content] = cache.get(kind, key)
    wanting = [content for content in keys if content not in known]
    for content, value in zip(wanting, make(wanting) if wanting else (), strict=True):
        data = orjson.dumps(value)
        known[content] = orjson.loads(data)
        if cache is not None:
            cache.put_json(kind, keys[content], data)
    return [known[content] for content in contents]


class ContentCache:
    """JSON values by kind and key, in an SQLite file that several processes may use at once.

    Nothing depends on it: what cannot be read is not there, and what cannot be written is not kept. What is put is
    written when it is closed. In a forked child it gives nothing and keeps nothing.

    Args:
        file: The file; None for a cache that keeps nothing longer than itself.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._process = os.getpid()
        self._new: dict[tuple[str, str], bytes] = {}
        self._used: set[tuple[str, str]] = set()
        self._connection = _open(file) if file else None
        self._in_use: list[tuple[str, Callable[[], Iterable[str]]]] = []
        self._last: list[Callable[[], None]] = []

    def get(self, kind: str, key: str) -> Any:
        """Return the value of *kind* at *key*.

        Raises:
            KeyError: There is none, or it cannot be read.
        """
        return orjson.loads(self.get_json(kind, key))

    def get_json(self, kind: str, key: str) -> bytes:
        """Return the value of *kind* at *key* as JSON.

        Raises:
            KeyError: There is none, or it cannot be read.
        """
        data = self._new.get((kind, key))
        if data is None:
            sound = _sound(self._select(kind, key))
            if sound is None:
                raise KeyError(key)
            data = sound
        self._used.add((kind, key))
        return data

    def keys(self, kind: str) -> set[str]:
        """Return the keys of all values of *kind*."""
        known = {key for own, key in self._new if own == kind}
        with suppress(sqlite3.Error):
            if self._connection and self._process == os.getpid():
                rows = self._connection.execute("SELECT key FROM kept WHERE kind = ?", (kind,))
                known.update(key for (key,) in rows)
        return known

    def use(self, kind: str, keys: Callable[[], Iterable[str]]) -> None:
        """Say that the values of *kind* at *keys* are in use, though nobody reads them now."""
        self._in_use.append((kind, keys))

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep *value*, which JSON can hold, in place of any other of *kind* at *key*."""
        self.put_json(kind, key, orjson.dumps(value))

    def put_json(self, kind: str, key: str, data: bytes) -> None:
        """Keep the JSON text *data*, in place of any other value of *kind* at *key*."""
        self._new[kind, key] = data

    def slot_of(self, root: Path) -> str:
        """Return the key of what belongs to a tree of files: the workspace of the cache, or what it is compared with."""
        return "now" if self._file and self._file.parent == root / FOLDER else "before"

    def before_close(self, keep: Callable[[], None]) -> None:
        """Call *keep* before all is written: it may put more."""
        self._last.append(keep)

    def close(self) -> None:
        """Write what was put, in one transaction, and let the file go."""
        if self._connection is None or self._process != os.getpid():
            return
        for keep in self._last:
            keep()
        with suppress(sqlite3.Error):
            if self._new:
                self._write(self._connection)
            if self._file and self._file.stat().st_size > MOST_BYTES:
                self._shrink(self._connection)
        self._connection.close()
        self._connection = None

    def _select(self, kind: str, key: str) -> bytes | None:
        if self._connection is None or self._process != os.getpid():
            return None
        try:
            row = self._connection.execute(
                "SELECT value FROM kept WHERE kind = ? AND key = ?", (kind, key)
            ).fetchone()
        except sqlite3.Error:
            return None
        return row[0] if row else None

    def _write(self, connection: sqlite3.Connection) -> None:
        rows = ((kind, key, _packed(data)) for (kind, key), data in self._new.items())
        with connection:
            connection.executemany("INSERT OR REPLACE INTO kept (kind, key, value) VALUES (?, ?, ?)", rows)

    def _shrink(self, connection: sqlite3.Connection) -> None:
        """Drop what this run did not use."""
        used = self._used | self._new.keys()
        used.update((kind, key) for kind, keys in self._in_use for key in keys())
        rows = connection.execute("SELECT kind, key FROM kept").fetchall()
        with connection:
            connection.executemany(
                "DELETE FROM kept WHERE kind = ? AND key = ?", [row for row in rows if row not in used]
            )
        connection.execute("VACUUM")


@contextmanager
def open_cache(root: Path) -> Iterator[ContentCache]:
    """Give the cache of the workspace at *root* for the code that runs now; what was put is written at the end."""
    folder = root / FOLDER
    name = f"content-{_SCHEMA}-{code_stamp()}.db"
    cache = ContentCache(folder / name if _is_own(root) and _prepare(folder, name) else None)
    try:
        yield cache
    finally:
        cache.close()


def _is_own(root: Path) -> bool:
    """Tell whether the folder of the cache is this machine's: no link that leads elsewhere, and nothing of a commit.

    What a commit brought would say of contents what its author likes.
    """
    is_inside = (root / FOLDER).resolve() == root.resolve() / FOLDER
    return is_inside and not run_git(root, "ls-files", "--", FOLDER)


def _prepare(folder: Path, name: str) -> bool:
    """Make *folder*, which git is to ignore, drop old files beside *name*, and tell whether that could be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        others = [file for file in folder.glob("content-*.db") if file.name != name]
        others.sort(key=lambda file: file.stat().st_mtime, reverse=True)
        for file in others[KEPT_FILES - 1 :]:
            file.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _open(file: Path) -> sqlite3.Connection | None:
    """Return the open *file*; one that is no database is begun anew. None where nothing can be kept there."""
    for _ in range(2):
        connection = None
        try:
            connection = sqlite3.connect(file, timeout=_WAIT_S)
            # Who loses power loses a cache: nothing waits for the disk.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS kept"
                " (kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key))"
            )
        except sqlite3.OperationalError:
            if connection:
                connection.close()
            return None
        except sqlite3.DatabaseError:
            if connection:
                connection.close()
            with suppress(OSError):
                file.unlink(missing_ok=True)
        else:
            return connection
    return None


def _packed(data: bytes) -> bytes:
    """Return *data* with its sum in front."""
    return zlib.crc32(data).to_bytes(4, "big") + data


def _sound(packed: bytes | None) -> bytes | None:
    """Return the data of *packed*, or None where that is not what was written."""
    if not isinstance(packed, bytes) or zlib.crc32(packed[4:]).to_bytes(4, "big") != packed[:4]:
        return None
    return packed[4:]
