"""The text of a decision that an approval is bound to: what decides, in one form, and its hash."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from urllib.parse import unquote

import orjson

from waypost.adr.model import Decision, Decisions
from waypost.adr.names import name_of, split_title

SHORTEST_HASH = 12
"""How many hexadecimal digits of a hash name a text beyond doubt among all that are written."""

_CITED = re.compile(
    r"\[\[adr:(?P<wiki>[^\]|#\s]+)"
    r"|\badr\s*=\s*[\"'](?P<embed>[^\"']+)[\"']"
    r"|(?<![\w-])ADRs?[-_ :#]*(?P<number>\d{1,5})(?![\w-])"
    r"|(?<![\w-])(?:ADRs?[-_ :#]+)?(?P<file>\w+(?:-\w+)+)(?:\.md)?(?![\w-])",
    re.IGNORECASE,
)
"""Every way in which a text names a decision. The last finds many other words, which then name none."""


def text_hash(decision: Decision, decisions: Decisions) -> str:
    """Return the SHA-256 of what an approval of *decision* approves, as 64 hexadecimal digits.

    It covers the body and the keys that carry the decision: title, summary, scope, triggers, supersedes and
    affects. Line ends, spaces at the ends of lines, the order of a list and how YAML is written do not count.
    Another decision counts by its uid, so that giving it a number changes no text that cites it.
    """
    return sha256(approved_text(decision, decisions)).hexdigest()


def approved_text(decision: Decision, decisions: Decisions) -> bytes:
    """Return what is hashed: one JSON object, its keys and its sets sorted."""
    named = partial(with_uids, decisions=decisions)
    written = decision.file.front_matter.get("supersedes")
    supersedes = written if isinstance(written, list) else decision.supersedes
    content = {
        "title": " ".join(decision.title.split()),
        "summary": named(" ".join(decision.summary.split())),
        "scope": decision.scope,
        "triggers": _as_set(decision.triggers),
        "supersedes": _as_set(_identity(str(name), decisions) for name in supersedes),
        "affects": _as_set(map(str, decision.affects)),
        "body": named(_plain_body(decision)),
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def is_hash(text: str) -> bool:
    """Tell whether *text* can be the hash of a text: hexadecimal digits, long enough to name one."""
    return bool(re.fullmatch(rf"[0-9a-f]{{{SHORTEST_HASH},64}}", text.lower()))


def is_of(text: str, hashed: str) -> bool:
    """Tell whether *text*, a hash or the beginning of one, is that of the text whose hash is *hashed*."""
    return is_hash(text) and hashed.startswith(text.lower())


def _as_set(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _plain_body(decision: Decision) -> str:
    lines = [line.rstrip() for line in decision.body.split("\n")]
    first = next((at for at, line in enumerate(lines) if line), 0)
    if lines[first].startswith("# "):
        # A number that is given later may stand in the heading too.
        lines[first] = f"# {split_title(lines[first][2:], decision.number)[1]}"
    return "\n".join(lines).strip("\n")


def with_uids(text: str, *, decisions: Decisions) -> str:
    """Return *text* with every name of a decision replaced by what never changes of it."""

    def replaced(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        # A file may be called adr-0030-x, or draft-x and be cited as ADR draft-x.
        names = (match[0].removesuffix(".md"), match[kind]) if kind == "file" else (match[kind],)
        for name in names:
            found = decisions.find(name)
            if found is not None and (kind != "file" or name.lower() in _file_names(found)):
                return f"[[adr:{_identity_of(found)}" if kind == "wiki" else f"adr:{_identity_of(found)}"
        return match[0]

    # In a link, letters of a name may be escaped.
    return _CITED.sub(replaced, unquote(text))


def _file_names(decision: Decision) -> set[str]:
    """Return what the file of *decision* is called, and was: a slug alone is a word like any other."""
    named = [name_of(decision.path), *decision.aliases]
    if decision.number is not None:
        named.append(decision.id)
    return {name.lower() for name in named}


def _identity(name: str, decisions: Decisions) -> str:
    """Return what never changes of the decision that *name* names; *name* itself where it names none."""
    found = decisions.find(name.removesuffix(".md"))
    return name if found is None else _identity_of(found)


def _identity_of(decision: Decision) -> str:
    return decision.uid or decision.slug or decision.id
