"""What a shell block uses: its variables, the placeholders left in it, and whether a shell can parse it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence

SHELLS = frozenset({"sh", "bash", "shell", "zsh", "console", "shell-session"})
_QUIET = re.compile(
    r"""(?P<quoted><<-?[ \t]*(?P<mark>['"])(?P<end>\w+)(?P=mark)[^\n]*\n.*?^[ \t]*(?P=end)$)"""
    r"""|(?P<open><<-?[ \t]*(?P<word>\w+)[^\n]*\n.*?^[ \t]*(?P=word)$)"""
    r"""|(?P<double>"(?:\\.|[^"\\])*")|(?P<single>'[^']*')|(?P<comment>(?:(?<=\s)|^)\#[^\n]*)|\\.""",
    re.DOTALL | re.MULTILINE,
)
_USED = re.compile(r"(?<!\\)\$\{?([A-Z][A-Z0-9_]*)\b")
_SET = re.compile(r"(?:^|[;&|\s(])(?:export\s+|local\s+|readonly\s+|for\s+)?([A-Z][A-Z0-9_]*)(?==|\s+in\s)")
_READ = re.compile(r"\b(?:read|mapfile|readarray)\b[^\n;|]*?\s([A-Z][A-Z0-9_]*)\b")
_PLACEHOLDER = re.compile(r"(?<![<\w])<[A-Za-z][\w.-]*(?:[ /][\w.-]+)*>(?![>&])")
_ENVIRONMENT = frozenset(
    [
        "HOME",
        "PATH",
        "USER",
        "PWD",
        "OLDPWD",
        "SHELL",
        "HOSTNAME",
        "TMPDIR",
        "LANG",
        "EDITOR",
        "RANDOM",
        "SECONDS",
        "UID",
        "EUID",
        "IFS",
        "PIPESTATUS",
        "LINENO",
        "KUBECONFIG",
        "TERM",
        "LOGNAME",
        "OPTARG",
        "OPTIND",
        "REPLY",
    ]
)
_FOUND = re.compile(r"line (\d+): (.*)")


def _expanded(text: str) -> str:
    """Return *text* without what a shell takes as it stands: single quotes, quoted here-documents, comments.

    Lines stay where they are.
    """

    def keep(match: re.Match[str]) -> str:
        if match["single"] or match["quoted"] or match["comment"]:
            return "\n" * match[0].count("\n")
        return match[0]

    return _QUIET.sub(keep, text)


def used_variables(text: str) -> frozenset[str]:
    """Return the variables in capitals that *text* takes from outside: not set in it, not the shell's own."""
    return frozenset(_USED.findall(_expanded(text))) - set_variables(text) - _ENVIRONMENT


def set_variables(text: str) -> frozenset[str]:
    """Return the variables in capitals that *text* sets, for itself and the blocks below it."""
    shown = _expanded(text)
    return frozenset(_SET.findall(shown)) | frozenset(_READ.findall(shown))


def placeholders(text: str) -> list[tuple[int, str]]:
    """Return the placeholders (``<pod>``) in *text*, each with how many lines stand before it.

    A shell reads them as redirections. What it takes as it stands, and comments, are no commands.
    """
    shown = _expanded(text)
    return [(shown.count("\n", 0, match.start()), match[0]) for match in _PLACEHOLDER.finditer(shown)]


def syntax_faults(texts: Sequence[str]) -> dict[int, tuple[int, str]]:
    """Return, by its place in *texts*, the line and message of each block that bash cannot parse.

    Nothing is run: bash reads with ``-n``, all blocks at once, and each by itself only where that fails.
    Without bash nothing is found.
    """
    bash = shutil.which("bash")
    if bash is None or not texts or _parse(bash, "\n".join(texts)) is None:
        return {}
    found = {place: _parse(bash, text) for place, text in enumerate(texts)}
    return {place: fault for place, fault in found.items() if fault is not None}


def _parse(bash: str, text: str) -> tuple[int, str] | None:
    done = subprocess.run(  # noqa: S603 - bash from PATH, reading only
        [bash, "--norc", "--noprofile", "-n"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    match = _FOUND.search(done.stderr)
    if done.returncode == 0 or match is None:
        return None
    return int(match[1]), match[2]
