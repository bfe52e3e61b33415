"""Writes a new draft: its name, its uid, its front matter, from a template of the workspace's or of ours."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from waypost.adr.names import is_template_name
from waypost.adr.schemas import FrontMatterSchema
from waypost.core.content import load_text
from waypost.core.errors import InputError, suggest
from waypost.core.frontmatter import read_entries, split_lines, with_keys, without_keys, yaml_list, yaml_text
from waypost.core.markdownfile import parse_markdown
from waypost.core.workspace import Workspace

OWN: Final = ("full", "minimal")
"""The templates that come with the package."""
_LONGEST_SLUG: Final = 60
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_SIGNS: Final = _LETTERS + "23456789"
_HEADING: Final = re.compile(r"# [^\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new decision says of itself. References are written in full, decisions by number or uid."""

    title: str
    uid: str
    today: date
    status: str = "draft"
    scope: str = ""
    triggers: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()


def make_uid(taken: Collection[str]) -> str:
    """Return a uid that nobody has: eight signs that are not mistaken for each other, and for no number."""
    while True:
        uid = secrets.choice(_LETTERS) + "".join(secrets.choice(_SIGNS) for _ in range(7))
        if uid not in taken and any(sign.isdigit() for sign in uid):
            return uid


def slug_for(title: str) -> str:
    """Return *title* as the name of a file: words with dashes between, without accents; "" for no words.

    Letters of scripts that have no plain form stay.
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", title) if not unicodedata.combining(sign)
    ).lower()
    plain = unicodedata.normalize("NFC", re.sub(r"['\u2019]", "", plain))
    words = re.findall(r"[^\W_]+", plain)
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST_SLUG]
    return slug


def find_templates(workspace: Workspace, folder: str) -> dict[str, str]:
    """Return where each template lies by its name: those of the workspace's *folder*, then ours, with "".

    ``template.md`` is the workspace's ``default``, ``template-spike.md`` its ``spike``.
    """
    found = dict.fromkeys(OWN, "")
    for path in workspace.files(folder, ".md"):
        pure = PurePosixPath(path)
        name = re.fullmatch(r"(?:adr[-_])?template(?:[-_](?P<name>[\w-]+))?", pure.stem, re.IGNORECASE)
        if name and str(pure.parent) == folder:
            found[(name["name"] or "default").lower()] = path
        elif is_template_name(pure.stem) and str(pure.parent) == folder:
            found.setdefault("default", path)
    return found


def read_template(workspace: Workspace, folder: str, name: str) -> str:
    """Return the text of the template *name*; "" asks for the workspace's own, or else for the full one.

    Raises:
        InputError: There is no such template, or it is no text.
    """
    known = find_templates(workspace, folder)
    wanted = name or ("default" if "default" in known else "full")
    if wanted not in known:
        hint = suggest(wanted, known, f"Known are: {', '.join(sorted(known))}.")
        raise InputError(f"--template {name}", [f"no template is named so. {hint}"])
    path = known[wanted]
    if not path:
        return files(__package__).joinpath("templates", f"{wanted}.md").read_text(encoding="utf-8")
    text = load_text(workspace, path, "adr/unreadable", [])
    if text is None:
        raise InputError(path, ["is not UTF-8 text"])
    return text


def write_draft(template: str, draft: Draft) -> str:
    """Return *template* filled in with *draft*. Its comments and its sections stay; keys that nobody reads go."""
    keys = {entry.key for entry in read_entries(split_lines(template))}
    known = {field.data_key or name for name, field in FrontMatterSchema().fields.items()}
    gone = {key for key in keys if key not in known or key in ("decided", "aliases", "approvals")}
    values = {key: value for key, value in _values(draft, keys).items() if value}
    # Whatever the template has as an example is not true of this decision.
    gone |= {key for key in ("scope", "date") if key in keys and key not in values}
    text = with_keys(without_keys(template, gone), values)
    return _filled(text, draft)


def _values(draft: Draft, keys: Collection[str]) -> Mapping[str, str]:
    """Return what each key is to hold; "" for one that is left as it is."""
    lists = {
        "triggers": draft.triggers,
        "decision-makers": draft.deciders,
        "affects": draft.affects,
    }
    values = {
        "uid": draft.uid,
        "title": yaml_text(draft.title),
        "status": draft.status,
        "scope": yaml_text(draft.scope) if draft.scope else "",
        "proposed": draft.today.isoformat(),
        "supersedes": f"[{', '.join(draft.supersedes)}]" if draft.supersedes or "supersedes" in keys else "",
        "review-by": _in_a_year(draft.today).isoformat() if "review-by" in keys else "",
        "checks": "[]" if "checks" in keys else "",
    }
    return values | {key: yaml_list(items) for key, items in lists.items() if items or key in keys}


def _in_a_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _filled(text: str, draft: Draft) -> str:
    """Return *text* with the title in its heading, and the words that adr-tools' templates have to be filled in."""
    first = next(iter(parse_markdown("", text).headings), None)
    if first is not None and first.level == 1:
        lines = split_lines(text)
        lines[first.line - 1] = _HEADING.sub(lambda _: f"# {draft.title}", lines[first.line - 1], count=1)
        text = "".join(lines)
    text = re.sub(r"(?m)^(Date: )DATE\b", rf"\g<1>{draft.today}", text)
    return re.sub(r"(?m)^STATUS$", draft.status.capitalize(), text)
