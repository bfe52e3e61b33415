"""Facts about the checks of pages that name their kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from waypost.core.errors import Problem, Severity
from waypost.documents.checks import CHECKS
from waypost.documents.kinds import KINDS

Check = Callable[..., list[Problem]]

HEAD = "kind: guide\ntitle: A\nowner: platform\n"


def _front(more: str = "", kind: str = "guide") -> str:
    return f"---\nkind: {kind}\ntitle: A\nowner: platform\n{more}---\n"


def _sections(*titles: str) -> str:
    return "".join(f"## {title}\n\nWords.\n\n" for title in titles)


def _shown(problems: list[Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.rule.removeprefix("documents/"), problem.fix) for problem in problems]


def test_a_good_page_has_no_problems(check: Check) -> None:
    good = _front("about: [checkout]\nreview: {by: platform, on: 2026-11-02}\nwatches: [catalog/*.yaml]\n")

    assert check(a=good, b="# An ordinary page\n\n```sh\necho\n```\n") == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_with_all_sections_of_its_kind_has_no_problems(check: Check, kind: str) -> None:
    more = "id: A\n" if kind == "policy" else ""

    assert check(a=_front(more, kind) + _sections(*KINDS[kind].sections)) == []


def test_a_missing_section_is_told_with_its_place(check: Check) -> None:
    sections = [title for title in KINDS["runbook"].sections if title not in ("Stop the bleeding", "Impact")]

    found = check(a=_front(kind="runbook") + _sections(*sections))

    assert _shown(found) == [
        (1, "section", "Add '## Stop the bleeding' as the first section."),
        (6, "section", "Add '## Impact' below 'Meaning'."),
    ]


def test_sections_out_of_order_are_told(check: Check) -> None:
    first, second, *rest = KINDS["runbook"].sections

    found = check(a=_front(kind="runbook") + _sections(second, first, "Something more", *rest))

    assert [(problem.line, problem.message) for problem in found] == [
        (6, "the section 'Meaning' stands before 'Stop the bleeding'")
    ]


def test_a_draft_may_lack_sections(check: Check) -> None:
    found = check(a=_front("status: draft\n", "runbook"))

    assert {problem.severity for problem in found} == {Severity.WARNING}


def test_headings_of_other_levels_are_no_sections(check: Check) -> None:
    found = check(a=_front(kind="runbook") + "# Meaning\n\n### Impact\n")

    assert len(found) == len(KINDS["runbook"].sections)


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        pytest.param(
            "---\nkind: guide\nowner: platform\n---\n", (1, "title", "Add 'title:' or a heading of level one."), id="no title"
        ),
        pytest.param(
            "---\nkind: guide\n---\n# A", (1, "owner", "Add 'owner: group:default/…' to its front matter."), id="no owner"
        ),
        pytest.param(
            "---\nkind: guide\nowner: platfrom\n---\n# A",
            (3, "owner", "Did you mean 'group:default/platform'?"), id="an owner that is not there",
        ),
        pytest.param(
            _front("review: {on: 2026-01-01, by: user:default/nobody-at-all-zzz}\n"),
            (5, "owner", "Add it to catalog/, or mend the reference."), id="a reviewer who is not there",
        ),
        pytest.param(
            _front("about:\n  - checkout\n  - chekout\n"),
            (7, "about", "Did you mean 'component:default/checkout'?"), id="a subject that is not there",
        ),
        pytest.param(
            _front("watches: [catalog/estate.yaml, 'nowhere/**']\n"),
            (5, "watches", "Write the path from the top of the workspace; '*' and '**' stand for any name and any folders."),
            id="a watched file that is not there",
        ),
        pytest.param(
            _front("status: retired\n"), (5, "replaced-by", "Add 'replaced_by: other-page.md'."), id="no successor"
        ),
        pytest.param(
            _front("status: retired\nreplaced_by: gone.md\n"),
            (6, "replaced-by", "Write it as a link from this page, or as a path from the top of the workspace."),
            id="a successor that is not there",
        ),
        pytest.param("# A\n\n```\nx\n", (3, "fence", "Close it with the same marks."), id="a fence without end"),
        pytest.param(
            _front("id: A\nartefacts: [../catalog/estate.yaml, x.yaml]\n", "policy"),
            (6, "artefact", "Add site/x.yaml."), id="an artefact that is not there",
        ),
        pytest.param(
            _front("id: A\nfixtures: fixtures\n", "policy"),
            (6, "artefact", "Add files to site/fixtures/."), id="no fixtures",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line_and_how_to_mend_it(
    check: Check, page: str, problem: tuple[int, str, str]
) -> None:
    assert _shown(check(a=page)) == [problem]


@pytest.mark.parametrize("successor", ["b.md", "site/b.md", "../site/b.md"])
def test_a_successor_is_found_from_the_page_and_from_the_top(check: Check, successor: str) -> None:
    assert check(a=_front(f"status: retired\nreplaced_by: {successor}\n"), b="# B") == []


def _golden(more: str) -> str:
    return _front(more, "golden-path") + _sections(*KINDS["golden-path"].sections)


def test_a_golden_path_names_a_template_policies_and_runbooks_that_exist(check: Check) -> None:
    page = _golden("template: web-service\npolicies: [A-1, pol]\nrunbooks: [run, site/run.md]\n")
    policy = _front("id: A-1\n", "policy")
    runbook = _front(kind="runbook") + _sections(*KINDS["runbook"].sections)

    assert check(a=page, pol=policy, run=runbook) == []


@pytest.mark.parametrize(
    ("more", "line", "rule"),
    [
        ("template: web-servise\n", 5, "template"),
        ("template: component:default/checkout\n", 5, "template"),
        ("policies: [A-1]\n", 5, "named-page"),
        ("runbooks:\n  - run\n", 6, "named-page"),
    ],
)
def test_what_a_golden_path_names_must_exist(check: Check, more: str, line: int, rule: str) -> None:
    assert [shown[:2] for shown in _shown(check(a=_golden(more)))] == [(line, rule)]


def test_what_is_no_reference_or_list_is_told_once(check: Check) -> None:
    found = check(a=_golden("template: 'a:'\npolicies: A\n"))

    assert [problem.rule for problem in found] == ["documents/front-matter", "documents/front-matter"]


def test_every_rule_is_declared_once() -> None:
    rules = [check.rule for check in CHECKS]

    assert len(rules) == len(set(rules))
