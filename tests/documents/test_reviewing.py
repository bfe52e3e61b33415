"""Facts about writing a review into front matter: it changes that, and not a byte beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.core.errors import InputError
from waypost.core.markdownfile import parse_markdown
from waypost.documents.reviewing import with_day, with_review

VALUES = {"by": "group:default/platform", "on": "2026-11-02", "method": "read"}
WRITTEN = "{by: group:default/platform, on: 2026-11-02, method: read}"


def _with(front: str, body: str = "# A\n") -> str:
    return f"---\n{front}---\n{body}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("kind: guide\n", f"kind: guide\nreview: {WRITTEN}\n", id="none yet"),
        pytest.param("review:\nkind: guide\n", f"review: {WRITTEN}\nkind: guide\n", id="nothing"),
        pytest.param("review: null\n", f"review: {WRITTEN}\n", id="null"),
        pytest.param("review: {}\n", f"review: {WRITTEN}\n", id="empty"),
        pytest.param(
            "review: { every: P180D,  on: 2025-01-01 }  # yearly\n",
            "review: {by: group:default/platform, method: read,  every: P180D,  on: 2026-11-02 }  # yearly\n",
            id="a line of keys",
        ),
        pytest.param(
            "review:  # each spring\n  # who\n  by: platform  # us\n  on: '2025-01-01'\n\n  every: P1D\ntags: [a]\n",
            "review:  # each spring\n  # who\n  method: read\n  by: group:default/platform  # us\n"
            "  on: 2026-11-02\n\n  every: P1D\ntags: [a]\n",
            id="keys on lines",
        ),
        pytest.param(
            "review:\n  on:\n  by: platform\n",
            "review:\n  method: read\n  on: 2026-11-02\n  by: group:default/platform\n",
            id="a key that holds nothing",
        ),
        pytest.param(
            "review: {by: platform,\n         on: 2025-01-01,\n         method: skimmed}\n",
            "review: {by: group:default/platform,\n         on: 2026-11-02,\n         method: read}\n",
            id="a line of keys over several",
        ),
    ],
)
def test_only_the_review_is_another(before: str, after: str) -> None:
    for ending, mark in (("\n", ""), ("\r\n", ""), ("\n", "\ufeff")):
        text, wanted = (mark + _with(each).replace("\n", ending) for each in (before, after))

        assert with_review("site/a.md", text, VALUES) == wanted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("# A\n", "has no front matter", id="no front matter"),
        pytest.param(_with("a: [\n"), "line 3: the front matter cannot be read", id="broken"),
        pytest.param(_with("review: read\n"), "line 2: 'review' holds no keys", id="a word"),
        pytest.param(_with("review: [a]\n"), "line 2: 'review' holds no keys", id="a list"),
        pytest.param(
            _with("review: {on: [2025-01-01]}\n"), "line 2: 'on' holds more than a word", id="a list of days"
        ),
        pytest.param(
            _with("a: &r {on: 2025-01-01}\nreview: *r\n"),
            "line 3: 'review' stands there twice, or",
            id="alias",
        ),
        pytest.param(_with("review: &r {on: 2025-01-01}\nb: *r\n"), "an anchor or a tag", id="anchor"),
        pytest.param(
            _with("review: {on: &d 2025-01-01}\nb: *d\n"), "an anchor, a tag or a block", id="anchored"
        ),
        pytest.param(_with("review:\n  method: |\n    read\n"), "an anchor, a tag or a block", id="block"),
        pytest.param(_with("{review: {on: 2025-01-01}}\n"), "no list of keys", id="flow"),
    ],
)
def test_what_is_unclear_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        with_review("site/a.md", text, VALUES)

    assert told in str(caught.value)


def test_two_reviews_are_refused() -> None:
    with pytest.raises(InputError, match="the front matter cannot be read"):
        with_review("site/a.md", _with("review: {on: 2025-01-01}\nreview: {on: 2025-01-02}\n"), VALUES)


def test_a_decisions_day_is_replaced_or_added() -> None:
    replaced = with_day("adr/1.md", _with("review-by: 2026-11-01 # soon\n"), "review-by", "2027-11-02")
    added = with_day("adr/1.md", _with("title: A\n"), "review-by", "2027-11-02")

    assert replaced == _with("review-by: 2027-11-02 # soon\n")
    assert added == _with("title: A\nreview-by: 2027-11-02\n")


def test_a_decisions_day_that_is_a_list_is_refused() -> None:
    with pytest.raises(InputError, match="does not hold a day"):
        with_day("adr/1.md", _with("review-by: [2026-11-01]\n"), "review-by", "2027-11-02")


@given(
    method=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
    ).filter(lambda text: text.strip() == text)
)
def test_any_words_can_be_a_method(method: str) -> None:
    text = _with("review: {on: 2025-01-01}\n")

    changed = with_review("site/a.md", text, {**VALUES, "method": method})

    assert parse_markdown("site/a.md", changed).front_matter["review"]["method"] == method
