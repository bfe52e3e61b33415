"""The variables in capitals that a shell block uses and sets."""

from __future__ import annotations

import re

from waypost.documents.snippets.shelltext import expanded

SHELLS = frozenset({"sh", "bash", "shell", "zsh", "console", "shell-session"})
_USED = re.compile(r"(?<!\\)\$\{?([A-Z][A-Z0-9_]*)\b")
_SET = re.compile(r"(?:^|[;&|\s(])(?:export\s+|local\s+|readonly\s+|for\s+)?([A-Z][A-Z0-9_]*)(?==|\s+in\s)")
_READ = re.compile(r"\b(?:read|mapfile|readarray)\b[^\n;|]*?\s([A-Z][A-Z0-9_]*)\b")
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


def used_variables(text: str) -> frozenset[str]:
    """Return the variables in capitals that *text* takes from outside: not set in it, not the shell's own."""
    return frozenset(_USED.findall(expanded(text))) - set_variables(text) - _ENVIRONMENT


def set_variables(text: str) -> frozenset[str]:
    """Return the variables in capitals that *text* sets, for itself and the blocks below it."""
    shown = expanded(text)
    return frozenset(_SET.findall(shown)) | frozenset(_READ.findall(shown))
