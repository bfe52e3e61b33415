"""Badges: a label and a value side by side as SVG, which says in words all that its colour does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from markupsafe import Markup

SVG: Final = "image/svg+xml; charset=utf-8"
_HEIGHT: Final = 20
_PADDING: Final = 6
_LONGEST: Final = 60
_LABEL_FILL: Final = "#3d444d"
# What XML cannot hold, not even escaped.
_UNFIT: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW: Final = frozenset("fijlrtI.,:;|!'()[]{}/ ")
_BROAD: Final = frozenset("mwMW%@✓✗○→⚠")


class Tone(StrEnum):
    """The colour behind a value. White text on each has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

    GOOD = "#1a7f37"
    MIDDLING = "#8a5a00"
    BAD = "#c11c2b"
    PLAIN = "#0a5cc2"
    NONE = "#57606a"


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge shows, and ``title``: the whole of it in a sentence, for readers that see no picture."""

    label: str
    value: str
    title: str
    tone: Tone = Tone.NONE


def badge_svg(badge: Badge) -> str:
    """Return *badge* as an SVG document that needs no font and nothing else of another file."""
    label, value = _shown(badge.label), _shown(badge.value)
    left, right = _width(label), _width(value)
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
            'aria-label="{t}"><title>{t}</title><rect width="{w}" height="{h}" rx="3" fill="{lf}"/>'
            '<path d="M{l} 0h{in_}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{l}z" fill="{tone}"/>'
            '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">'
            "{first}{second}</g></svg>\n"
        ).format(
            w=left + right,
            h=_HEIGHT,
            t=_plain(badge.title),
            lf=_LABEL_FILL,
            l=left,
            in_=right - 3,
            tone=badge.tone.value,
            first=_text(label, 0, left),
            second=_text(value, left, right),
        )
    )


def _text(text: str, at: int, width: int) -> Markup:
    """Return *text*, as wide as its part whatever font the reader has."""
    room = width - 2 * _PADDING
    return Markup(
        '<text x="{}" y="14" textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>'
    ).format(at + _PADDING, room, text)  # fmt: skip


def _shown(text: str) -> str:
    text = _plain(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(text: str) -> str:
    """Return *text* on one line, without what XML cannot hold."""
    return " ".join(_UNFIT.sub("\ufffd", text).split())


def _width(text: str) -> int:
    """Return how wide the part with *text* is, about as wide as the fonts above make it."""
    wide = sum(4 if letter in _NARROW else 10 if letter in _BROAD else _common(letter) for letter in text)
    return round(wide) + 2 * _PADDING


def _common(letter: str) -> float:
    # Letters of scripts without small ones are about square.
    return 11 if ord(letter) > 0x2E80 else 7.6 if letter.isupper() else 6.8  # noqa: PLR2004 - where CJK begins
