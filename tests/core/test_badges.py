from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from waypost.core.badges import _LABEL_FILL, Badge, Tone, badge_svg

SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [*Tone, _LABEL_FILL])
def test_white_text_can_be_read_on_every_colour(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_a_badge_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(badge_svg(Badge("Ready", "silver", "Ready: silver, 3 of 4 checks evaluated")))  # noqa: S314 - our own

    assert (root.get("role"), root.get("aria-label")) == ("img", "Ready: silver, 3 of 4 checks evaluated")
    assert root.findtext(f"{SVG}title") == "Ready: silver, 3 of 4 checks evaluated"
    assert [text.text for text in root.iter(f"{SVG}text")] == ["Ready", "silver"]


@pytest.mark.parametrize(
    "text", ['<script>alert("1")</script>', "a\x00b\x1b[31m", "]]>&amp;", "\ud800", "x" * 5_000, "日本語", ""]
)
def test_whatever_a_title_holds_the_badge_is_one_document(text: str) -> None:
    root = ET.fromstring(badge_svg(Badge(text, text, text)))  # noqa: S314 - our own

    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg",
        "title",
        "rect",
        "path",
        "g",
        "text",
    }
    assert int(root.get("width", "0")) < 2_000
