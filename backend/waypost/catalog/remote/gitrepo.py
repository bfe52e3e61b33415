"""Files in git repositories on this machine, at a branch, a tag or a commit: read from its objects, never checked out.

A target is ``FOLDER/-/REF/-/PATH``, such as ``/srv/git/shop.git/-/main/-/catalog-info.yaml``.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from waypost.catalog.remote.wildcards import Wildcards
from waypost.core.fetch.fetcher import FetchError

_MARK: Final = "/-/"
_TIMEOUT_S: Final = 60
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# What git takes for a branch or a tag, without anything that means more to it than a name.
_REF = re.compile(
    r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|\Z)|/\.|\.(?:/|\Z)))(?![-./])[^\x00-\x20\x7f~^:?*\[\\]+(?<!/)"
)
_FILE_MODES: Final = ("100644", "100755", "100664")
# Nothing but the repository's own objects: no settings of the machine, no replaced objects, no asking of others.
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class GitFile:
    """A file in the repository in *folder*; its path may hold wildcards."""

    folder: str
    ref: str
    path: str

    @property
    def target(self) -> str:
        """The target of its location."""
        return f"{self.folder}{_MARK}{self.ref}{_MARK}{self.path}"


@dataclass(frozen=True, slots=True)
class GitRepositories:
    """The repositories below the folders that may be read."""

    folders: tuple[str, ...]
    max_bytes: int

    def read_file(self, file: GitFile, stamp: str) -> tuple[bytes, str] | None:
        """Return what *file* holds and what tells whether it changed; None where it is as *stamp* says.

        Raises:
            FetchError: The repository may not be read, there is no such file, or it is too large.
        """
        entries = self._entries(file, "--", file.path)
        found = [entry for entry in entries if entry.path == file.path]
        if not found:
            raise FetchError(file.target, "there is no such file", answered=404)
        entry = found[0]
        if not entry.is_file:
            raise FetchError(file.target, "it is a folder, a link or another repository, and no file")
        if entry.size > self.max_bytes:
            raise FetchError(file.target, f"it is larger than {self.max_bytes:,} bytes (fetch.max-bytes)")
        if entry.sha == stamp:
            return None
        return self._git(file, "cat-file", "blob", entry.sha), entry.sha

    def list_files(self, file: GitFile) -> list[GitFile]:
        """Return the files that the path of *file*, one with wildcards, names, in the order of their paths.

        Raises:
            FetchError: The repository may not or cannot be read.
        """
        wanted = Wildcards(file.path)
        folder = [f"{wanted.fixed_folder}/"] if wanted.fixed_folder else []
        entries = self._entries(file, "-r", "--", *folder)
        found = sorted(entry.path for entry in entries if entry.is_file and wanted.matches(entry.path))
        return [replace(file, path=path) for path in found]

    def default_branch(self, folder: str) -> str:
        """Return the branch that the repository in *folder* begins with, "" where it has no commit there.

        Raises:
            FetchError: The repository may not or cannot be read.
        """
        file = GitFile(folder, "HEAD", "")
        try:
            name = self._git(file, "symbolic-ref", "--quiet", "HEAD").decode("utf-8", "replace").strip()
            branch = name.removeprefix("refs/heads/")
            self._commit(replace(file, ref=branch))
        except FetchError as error:
            if error.is_missing:
                return ""
            raise
        return branch

    def _entries(self, file: GitFile, *arguments: str) -> list[_Entry]:
        listed = self._git(file, "ls-tree", "-z", "--full-tree", "--long", self._commit(file), *arguments)
        texts = listed.decode("utf-8", "surrogateescape").split("\0")
        lines = (text.partition("\t") for text in texts if text)
        return [_Entry(about.split(), path) for about, _, path in lines if path.isprintable()]

    def _commit(self, file: GitFile) -> str:
        """Return the commit that the ref of *file* names: a branch before a tag before one's own hash."""
        if not _REF.fullmatch(file.ref):
            raise FetchError(file.target, f"'{file.ref}' is no name of a branch, a tag or a commit")
        self._repository(file)
        names = ["HEAD"] if file.ref == "HEAD" else [f"refs/heads/{file.ref}", f"refs/tags/{file.ref}"]
        names += [f"refs/remotes/origin/{file.ref}"] * (file.ref != "HEAD")
        names += [file.ref] * (_COMMIT.fullmatch(file.ref) is not None)
        for name in names:
            try:
                found = self._git(file, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
            except FetchError as error:
                if not error.is_missing:
                    raise
            else:
                return found.decode("ascii").strip()
        raise FetchError(file.target, f"it has no branch, tag or commit '{file.ref}'", answered=404)

    def _git(self, file: GitFile, *arguments: str) -> bytes:
        """Return what git says; where it answers no, the error says that there is nothing of the kind."""
        folder = self._repository(file)
        command = [
            "git",
            f"--git-dir={folder}",
            "-c",
            "protocol.allow=never",
            "-c",
            "core.fsmonitor=false",
            *arguments,
        ]
        try:
            done = _run(command)
        except FileNotFoundError as error:
            raise FetchError(file.target, "git is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise FetchError(file.target, f"git took longer than {_TIMEOUT_S} seconds") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = f"git says: {said[-1]}" if said else "git finds nothing of the kind"
            raise FetchError(file.target, reason, answered=0 if said else 404)
        return done.stdout

    def _repository(self, file: GitFile) -> Path:
        """Return where the objects of the repository of *file* lie, when they may be read."""
        folder = Path(os.path.realpath(file.folder))
        allowed = (Path(os.path.realpath(each)) for each in self.folders)
        if not any(folder.is_relative_to(each) for each in allowed):
            reason = f"it is not allowed: add '{folder.parent}' to the setting catalog.git_folders"
            raise FetchError(file.target, reason)
        found = repository_in(folder)
        if found is None:
            raise FetchError(file.target, "there is no git repository", answered=404)
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a tree. ``about`` is its mode, kind, hash and size, as ``git ls-tree --long`` tells them."""

    about: Sequence[str]
    path: str

    @property
    def is_file(self) -> bool:
        return self.about[0] in _FILE_MODES

    @property
    def sha(self) -> str:
        return self.about[2]

    @property
    def size(self) -> int:
        return int(self.about[3])


def parse_git_target(target: str) -> GitFile | str:
    """Return the file that *target* names, or what is wrong with it."""
    folder, mark, rest = target.partition(_MARK)
    ref, second, path = rest.partition(_MARK)
    if not (mark and second and folder.startswith("/") and ref and path):
        return "write it as FOLDER/-/REF/-/PATH, such as /srv/git/shop.git/-/main/-/catalog-info.yaml"
    if not path.isprintable() or posixpath.normpath(path) != path or path.startswith(("/", "..")):
        return "its path leads out of the repository, or is not written plainly"
    return GitFile(folder, ref, path)


def repository_in(folder: Path) -> Path | None:
    """Return where the objects of the repository in *folder* lie: there, or in its ``.git``; None where it is none."""
    for each in (folder, folder / ".git"):
        if (each / "HEAD").is_file() and (each / "objects").is_dir() and (each / "refs").is_dir():
            return each
    return None


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(  # noqa: S603 - no shell; what people write is checked, or stands behind --
        command,
        capture_output=True,
        check=False,
        timeout=_TIMEOUT_S,
        env=kept | _ENVIRONMENT,
        stdin=subprocess.DEVNULL,
    )
