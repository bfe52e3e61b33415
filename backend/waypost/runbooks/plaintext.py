"""A runbook as plain text, for whoever has a terminal and nothing else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from waypost.core.markdownfile import Fence
from waypost.core.terminaltext import printable
from waypost.runbooks.briefs import Brief, after_words
from waypost.runbooks.commandtext import SHELLS
from waypost.runbooks.filling import fill, fill_words
from waypost.runbooks.offline.cleaning import clean
from waypost.runbooks.offline.marking import mark
from waypost.runbooks.offline.terminal import WIDTH, terminal_text

EFFECTS: Final[Mapping[str, str]] = {
    "read": "ONLY READS",
    "change": "CHANGES SOMETHING",
    "destructive": "DESTRUCTIVE - stop and read before you run it",
}
"""What stands before a command, by its effect."""
_TOLD: Final = (("precondition", "Only when"), ("expect", "Expect"), ("undo", "Undo"))


def plain_text(brief: Brief, values: Mapping[str, str] | None = None) -> str:
    """Return *brief* as text: whom to call, its sections and commands in order, then what else is known.

    Args:
        values: What to put into the commands for the page's variables.
    """
    given = values or {}
    lines = [*_head(brief, given), *_body(brief, given), *_foot(brief, given)]
    return "\n".join(lines).rstrip() + "\n"


def listing(briefs: Sequence[tuple[str, str]], note: str = "") -> str:
    """Return alerts with the titles of their runbooks as text, one a line.

    Args:
        note: Stands before them.
    """
    room = max((len(alert) for alert, _ in briefs), default=0)
    lines = [printable(f"{alert.ljust(room)}  {title}".rstrip()) for alert, title in briefs]
    return "\n".join([*([*_wrapped(note), ""] if note else []), *lines]) + "\n"


def contact_words(brief: Brief, ref: str) -> str:
    """Return the group or user *ref* with how to reach it: ``Platform: on call <https://…>``."""
    name = brief.title_of(ref)
    ways = "; ".join(
        f"{contact.title.removeprefix(name).strip() or contact.title} <{contact.address}>"
        if contact.kind != "email"
        else contact.title
        for contact in brief.contacts_of(ref)
    )
    return f"{name}: {ways}" if ways else f"{name} (no contact in the catalog)"


def effect_words(effect: str) -> str:
    """Return what stands before a command of this *effect*; what is not known is taken for a change."""
    return EFFECTS.get(effect, f"{effect.upper()} - taken for a change" if effect else "EFFECT NOT TOLD")


def _head(brief: Brief, values: Mapping[str, str]) -> Iterator[str]:
    """Give what somebody who was woken needs before the first command; all else stands behind the text."""
    yield from _title(brief.title)
    yield from _rows(
        ("Alerts", ", ".join(brief.alerts)),
        ("Severity", ", ".join(filter(None, (brief.severity, brief.tier)))),
        ("Status", brief.status if brief.status != "active" else ""),
        ("Fill in", " ".join(f"${each.name}" for each in brief.variables if each.name not in values)),
    )
    if brief.escalation:
        yield "Escalate:"
    for after, ref in brief.escalation:
        yield from _wrapped(f"{after_words(after)}: {contact_words(brief, ref)}", "  - ", "    ")
    yield ""


def _foot(brief: Brief, values: Mapping[str, str]) -> Iterator[str]:
    yield from ("", *_title("To fill in, and what is known"))
    for each in brief.variables:
        said = f"{each.description} (such as {each.example})" if each.example else each.description
        value = f"={values[each.name]}" if each.name in values else ""
        yield from _wrapped(f"${each.name}{value}  {said}".rstrip(), "  - ", "    ")
    if brief.variables:
        yield ""
    yield from _rows(
        ("Owner", contact_words(brief, brief.owner) if brief.owner else "nobody is named"),
        ("About", ", ".join(map(brief.title_of, brief.about))),
        ("Dashboards", " ".join(brief.dashboards)),
        ("Exercised", brief.exercised_on or "never"),
        ("Reviewed", brief.reviewed_on),
        ("Page", brief.path),
    )


def _title(text: str) -> tuple[str, str, str]:
    shown = printable(text)
    return shown, "=" * min(len(shown), WIDTH), ""


def _body(brief: Brief, values: Mapping[str, str]) -> list[str]:
    marked = mark(brief.body)
    html = clean(marked.html, brief, link=_leads, picture=lambda _: "")
    lines = terminal_text(html, lambda number: _block(marked.fences, number, values))
    # The page's own title has been told.
    if lines[:1] == [printable(brief.title)]:
        del lines[:2]
    return lines[1:] if lines[:1] == [""] else lines


def _leads(target: str) -> str:
    """Return addresses that a reader can type; a link within the page says nothing that its text does not."""
    return "" if target.startswith("#") else target


def _block(fences: Sequence[Fence], number: int, values: Mapping[str, str]) -> list[str]:
    if number >= len(fences):
        return []
    fence = fences[number]
    is_shell = fence.language.lower() in SHELLS
    text = fill(fence.text, values) if is_shell and values else fence.text
    lines = ["    " + line for line in text.split("\n")]
    if not is_shell:
        return [f"  ({fence.language})", *lines] if fence.language else lines
    sign = "!!!" if fence.attributes.get("effect") == "destructive" else ">>>"
    return [f"  {sign} {effect_words(fence.attributes.get('effect', ''))}", *lines, *_told(fence, values)]


def _told(fence: Fence, values: Mapping[str, str]) -> Iterator[str]:
    for key, label in _TOLD:
        text = fence.attributes.get(key, "")
        if text and key == "undo":
            # A command, which a line's end would cut in two.
            yield from (f"  {label}:", *("    " + line for line in fill(text, values).split("\n")))
        elif text:
            yield from _wrapped(f"{label}: {fill_words(text, values)}", "  ", "    ")


def _rows(*rows: tuple[str, str]) -> Iterator[str]:
    for label, value in rows:
        if value:
            yield from _wrapped(value, f"{label + ':':<12}", " " * 12)


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
