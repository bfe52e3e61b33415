"""Facts about loading pages and their front matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from waypost.catalog.model import EntityRef
from waypost.core.errors import NotFoundError, Problem, Severity
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.load import load_documents, load_page
from waypost.documents.model import Documents, Page, Review

MakeWorkspace = Callable[[dict[str, str | bytes]], Workspace]

PLATFORM = EntityRef("group", "default", "platform")
CHECKOUT = EntityRef("component", "default", "checkout")

TEXT = """\
---
kind: standard
title: Workloads
owner: platform
status: deprecated
about: [checkout]
review: {by: group:default/platform, on: 2026-11-02, method: read, every: P180D}
watches: [catalog/*.yaml]
replaced_by: other.md
tags: [kubernetes]
---
# Something else
"""


def _page(text: str) -> Page:
    page, problems = load_page("site/standards/workloads.md", text)
    assert problems == []
    return page


def _problems(text: str) -> list[tuple[int, str, str]]:
    _, problems = load_page("site/a.md", text)
    return [(problem.line, problem.rule, problem.message) for problem in problems]


def test_front_matter_becomes_a_page() -> None:
    page = _page(TEXT)

    assert page == Page(
        path="site/standards/workloads.md",
        kind="standard",
        title="Workloads",
        file=page.file,
        owner=PLATFORM,
        status="deprecated",
        about=(CHECKOUT,),
        review=Review(date(2026, 11, 2), PLATFORM, "read", timedelta(days=180)),
        watches=("catalog/*.yaml",),
        replaced_by="other.md",
        tags=("kubernetes",),
        front=page.file.front_matter,
    )
    assert (page.uri, page.slug) == ("standards/workloads.md", "workloads")


def test_a_page_without_front_matter_is_an_ordinary_page() -> None:
    page = _page("# A page\n")

    assert (page.kind, page.title, page.owner, page.status) == ("", "A page", None, "active")


def test_front_matter_of_others_is_kept_and_not_read() -> None:
    page = _page("---\ntitle: X\nlayout: post\ntags: [a, 1]\nstatus: weird\n---\n")

    assert (page.kind, page.title, page.tags, page.front["layout"]) == ("", "X", ("a",), "post")


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("site/runbooks/x.md", "x"),
        ("site/policies/y/index.md", "y"),
        ("site/z/README.md", "z"),
        ("site/index.md", "index"),
    ],
)
def test_the_slug_of_an_index_is_its_folders_name(path: str, slug: str) -> None:
    page, _ = load_page(path, "")

    assert page.slug == slug


def test_a_review_is_due_when_its_interval_is_over() -> None:
    page = _page(TEXT)

    assert page.reviewed_on == date(2026, 11, 2)
    assert page.review is not None
    assert (page.review.every, page.review.due_on) == (timedelta(days=180), date(2027, 5, 1))
    assert not page.is_due(datetime(2027, 4, 30, 23, 59, tzinfo=UTC))
    assert page.is_due(datetime(2027, 5, 1, tzinfo=UTC))


def test_without_an_interval_no_review_is_due() -> None:
    page = _page("---\nkind: guide\nreview: {on: 2020-01-01}\n---\n")

    assert not page.is_due(datetime(2026, 1, 1, tzinfo=UTC))
    assert _page("# A").review is None
    assert not _page("# A").is_due(datetime(2026, 1, 1, tzinfo=UTC))
    assert _page("# A").reviewed_on is None


@pytest.mark.parametrize(
    ("front", "line", "rule", "message"),
    [
        pytest.param("kind: runbok", 2, "kind", "no kind of page is named 'runbok'", id="unknown kind"),
        pytest.param("kind: [a]", 2, "kind", "no kind of page is named '['a']'", id="a list as kind"),
        pytest.param(
            "kind: guide\nalerts: [a]", 3, "unknown-key", "a page of kind 'guide' has no key 'alerts'", id="other's key"
        ),
        pytest.param(
            "kind: guide\nreview:\n  untill: x", 4, "unknown-key", "a page of kind 'guide' has no key 'review.untill'",
            id="an unknown key within",
        ),
        pytest.param("kind: guide\nowner: a:b:", 3, "front-matter", None, id="no reference"),
        pytest.param(
            "kind: guide\nstatus: gone", 3, "front-matter",
            "'status': must be one of: draft, active, deprecated, retired", id="unknown status",
        ),
        pytest.param(
            "kind: guide\nabout:\n  - x\n  - 1", 5, "front-matter",
            "'about.1': must be a reference to an entity, like component:default/checkout", id="no reference in a list",
        ),
        pytest.param(
            "kind: guide\nreview: {on: soon}", 3, "front-matter", "'review.on': must be a day, like 2026-11-02",
            id="no day",
        ),
        pytest.param(
            "kind: runbook\nexercise_every: P1M", 3, "front-matter",
            "'exercise_every': must be a duration, like P180D or PT15M", id="no duration",
        ),
        pytest.param("kind: guide\ntags: ['']", 3, "front-matter", "'tags.0': must not be empty", id="an empty word"),
        pytest.param("kind: guide\ntags: [true]", 3, "front-matter", "'tags.0': must be text", id="no word"),
        pytest.param(
            "kind: runbook\nvariables:\n  NODE: {example: a}", 4, "front-matter",
            "'variables.NODE.description': missing data for required field", id="a variable without words",
        ),
        pytest.param(
            "kind: policy\nid: A\nenforcement: maybe", 4, "front-matter",
            "'enforcement': must be one of: audit, warn, enforce", id="no enforcement",
        ),
        pytest.param(
            "kind: training\nminutes: '5'", 3, "front-matter", "'minutes': not a valid integer", id="no number"
        ),
        pytest.param(
            "kind: plan\nmilestones: [{title: x, by: 2027-01-01, status: late}]", 3, "front-matter",
            "'milestones.0.status': must be one of: planned, in-progress, done, dropped", id="no status of a milestone",
        ),
        pytest.param("kind: guide\nkind: guide", 3, "front-matter", None, id="a key twice"),
    ],
)  # fmt: skip
def test_faults_of_front_matter_stand_at_their_line(
    front: str, line: int, rule: str, message: str | None
) -> None:
    found = _problems(f"---\n{front}\n---\n# A\n")

    assert [(problem[0], problem[1]) for problem in found] == [(line, f"documents/{rule}")]
    assert message is None or found[0][2] == message


def test_what_is_valid_of_a_faulty_page_is_kept() -> None:
    page, problems = load_page(
        "site/a.md", "---\nkind: guide\nowner: platform\nreview: {on: x, by: a}\nx: 1\n---\n"
    )

    assert (page.kind, page.owner, page.review, len(problems)) == ("guide", PLATFORM, None, 2)


def test_the_nearest_kind_is_told() -> None:
    _, problems = load_page("site/a.md", "---\nkind: runbok\n---\n")

    assert problems[0].fix == "Did you mean 'runbook'?"


def test_keys_of_ours_without_a_kind_are_a_warning() -> None:
    _, problems = load_page("site/a.md", "---\ntitle: A\nreview: {on: 2026-01-01}\n---\n")

    assert [(problem.line, problem.severity) for problem in problems] == [(3, Severity.WARNING)]


FULL = """\
---
kind: golden-path
maturity: adopt
workloads: [web]
tier: tier-1
adrs: ["0002"]
policies: [A]
runbooks: [b]
slo: 99.9 %
rto: PT15M
rpo: PT5M
template: web-service
time_to_first_deploy: PT2H
support: group:default/platform
hide: [toc]
search: {exclude: true}
---
"""


def test_every_key_of_a_golden_path_is_known() -> None:
    assert _problems(FULL) == []


def test_a_file_that_is_not_utf8_is_a_page_without_text(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"site/a.md": b"# A\n\xff", "site/b.png": b"", "site/c.md": "# C"})

    loaded = load_documents(workspace, Knowledge())

    assert list(loaded.value.pages) == ["site/a.md", "site/c.md"]
    assert loaded.value.files == {"site/a.md", "site/b.png", "site/c.md"}
    assert loaded.problems == [
        Problem(
            "site/a.md",
            2,
            "documents/text",
            "is not UTF-8 text: byte 0xff in line 2",
            "Save the file as UTF-8 text.",
        )
    ]


def test_a_workspace_without_a_site_has_no_pages(make_workspace: MakeWorkspace) -> None:
    assert load_documents(make_workspace({}), Knowledge()).value == Documents()


def test_pages_are_found_by_kind_subject_owner_and_path() -> None:
    page, other = _page(TEXT), _page("# A")
    documents = Documents({"b": page, "a": other}, frozenset({"site/x/a.md", "site/a.md"}))

    assert documents.of_kind("standard") == (page,)
    assert documents.about(CHECKOUT) == (page,)
    assert documents.about(PLATFORM) == ()
    assert documents.owned_by(PLATFORM) == (page,)
    assert (documents.find("c"), documents.get("b")) == (None, page)
    assert documents.by_name("a.md") == ("site/a.md", "site/x/a.md")
    with pytest.raises(NotFoundError, match="no page is named 'c'"):
        documents.get("c")
