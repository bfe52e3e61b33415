from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate
from scorecards.pages import site, whole_section
from waypost.catalog.model import EntityRef
from waypost.scorecards.pages.embeds import EMBEDS, fill_adoption
from waypost.scorecards.pages.scorecards import scorecard_pages
from waypost.scorecards.pages.sections import entity_section
from waypost.scorecards.pages.teams import team_section

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)


def test_a_scorecard_has_a_page_with_what_stands_in_it(estate: Estate) -> None:
    estate.run(*GOOD)

    index, page, *checks = scorecard_pages(site(estate))

    assert (index.uri, page.uri, page.source) == (
        "scorecards/index.md", "scorecards/ready.md", "catalog/ready.yaml",
    )  # fmt: skip
    assert [each.uri for each in checks] == ["scorecards/ready/owned.md", "scorecards/ready/precise.md"]
    assert ">2 of 2 (100%)</td>" in index.markdown
    headings = [line for line in page.markdown.splitlines() if line.startswith("#")]
    assert headings == [
        "# Ready", "## Levels", "## Targets", "## Checks, worst first", "## Teams", "## Over time", "## Entities",
    ]  # fmt: skip
    assert "1 fail, 1 pass" in page.markdown
    listed = page.markdown.partition("## Checks, worst first")[2].partition("## ")[0]
    worst, rest = (listed.index(f'/{check}.md">') for check in ("precise", "owned"))
    assert worst < rest
    assert '<a href="/how-to/own.md">Own it</a> (effort S)' in page.markdown
    assert '<a href="/catalog/component/default/till.md">Till</a>' in page.pieces["entities"]()


def test_nothing_evaluated_is_no_page(estate: Estate) -> None:
    assert list(scorecard_pages(site(estate))) == []


def test_a_shadow_says_that_it_is_one(make_estate: MakeEstate) -> None:
    estate = make_estate(
        {"catalog/ready.yaml": SCORECARD.replace("spec:\n", "spec:\n  lifecycle: shadow\n", 1)}
    )
    estate.run(*GOOD)
    context = site(estate)

    assert "in the shadow" in list(scorecard_pages(context))[1].markdown
    assert entity_section(EntityRef.parse(TILL), context) == ""
    assert team_section(EntityRef.parse("group:pay"), context) == ""


def test_an_entity_is_told_its_level_and_what_to_do_next(estate: Estate) -> None:
    estate.run(*GOOD)

    section = whole_section(LEDGER, site(estate))

    assert section.startswith("## Scorecards\n\n### Ready\n")
    assert "<strong>Operable (bronze)</strong> · score 25% · 2 of 2 checks evaluated" in section
    assert '<li><a href="/how-to/own.md">Target is precise</a>: 98 of 99' in section
    assert '<time datetime="2026-11-02T12:00:00+00:00">2026-11-02 12:00 UTC</time>' in section


def test_a_team_is_told_how_what_it_owns_stands(estate: Estate) -> None:
    estate.run(*GOOD)

    section = team_section(EntityRef.parse("group:pay"), site(estate))

    assert "2 entities: bronze 1, silver 1. Meeting their target: 2 of 2 (100%)." in section
    assert "nothing left" in section


def test_text_from_outside_is_escaped(make_estate: MakeEstate) -> None:
    estate = make_estate(
        {"catalog/ready.yaml": SCORECARD.replace("Target is precise", "<script>x</script> | *y*")}
    )
    estate.run(*GOOD)
    context = site(estate)

    shown = whole_section(LEDGER, context) + list(scorecard_pages(context))[1].markdown

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_the_title_of_a_scorecard_is_one_line_and_no_markdown(make_estate: MakeEstate) -> None:
    title = 'title: "A *b*\\n\\n[c](javascript:d)"'
    estate = make_estate({"catalog/ready.yaml": SCORECARD.replace("title: Ready", title)})
    estate.run(*GOOD)
    context = site(estate)

    page = list(scorecard_pages(context))[1]
    section = entity_section(EntityRef.parse(LEDGER), context)

    shown = "A &#42;b&#42; &#91;c&#93;(javascript:d)"
    assert page.markdown.startswith(f"# {shown}\n")
    assert f"### {shown}\n" in section


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        pytest.param(
            ("waypost-level", {"entity": "component:till"}),
            [
                "Ready</a>: <strong>Reliable (silver)</strong>, 100% (2 of 2 checks evaluated",
                "<time datetime=",
            ],
            id="a level",
        ),
        pytest.param(
            ("waypost-scorecard", {"entity": LEDGER, "scorecard": "ready"}),
            ["Operable", "98 of 99", 'aria-hidden="true">✗</span> fail', "<time datetime="],
            id="a scorecard",
        ),
        pytest.param(
            ("waypost-scorecard", {"entity": LEDGER, "scorecard": "none"}),
            ["There is no scorecard named none."],
            id="an unknown scorecard",
        ),
        pytest.param(
            ("waypost-level", {"entity": "component:nobody"}),
            ["component:default/nobody is not in the catalog."],
            id="an unknown entity",
        ),
        pytest.param(
            ("waypost-level", {"entity": "component:draft"}),
            ["component:default/draft was not graded"],
            id="an entity that no scorecard applies to",
        ),
        pytest.param(
            ("waypost-adoption", {"adr": "0042"}),
            ["No check asks whether decision 0042 is followed."],
            id="a decision that nobody asks about",
        ),
    ],
)
def test_an_embed_is_filled(estate: Estate, element: tuple[str, dict[str, str]], expected: list[str]) -> None:
    estate.run(*GOOD)
    tag, attributes = element
    [embed] = [embed for embed in EMBEDS if embed.tag == tag]

    html = embed.fill(attributes, site(estate).api)

    assert [part for part in expected if part not in html] == []
    assert "<script" not in html


def test_adoption_counts_the_checks_tied_to_a_decision(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace(
        "fix: {doc: how-to/own.md}", "fix: {doc: how-to/own.md}\n      because: adr:0007"
    )
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)

    html = fill_adoption({"adr": "0007"}, site(estate).api)

    assert html.startswith(
        "1 of 2 (50%) of the entities pass every check that decision 0007 asks for; 0 without an answer, 0 exempt"
    )


def test_the_same_embed_is_filled_over_http_as_in_the_process(estate: Estate, client: FlaskClient) -> None:
    estate.run(*GOOD)

    answer = client.get("/api/site/embed/waypost-level?entity=component:till")

    assert answer.status_code == 200
    assert "Reliable" in answer.get_data(as_text=True)


def test_what_is_exempt_or_announced_says_what_it_would_be(make_estate: MakeEstate) -> None:
    exemption = (
        "apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {name: later}\nspec: {scorecard: ready, "
        "checks: [precise], entities: [component:ledger], reason: soon, from: 2026-11-01, expires: 2026-11-03}\n"
    )
    text = SCORECARD.replace("      title: Owned\n", '      title: Owned\n      notBefore: "2027-01-15"\n')
    estate = make_estate({"catalog/exemption.yaml": exemption, "catalog/ready.yaml": text})
    estate.run(*GOOD)

    section = whole_section(LEDGER, site(estate))

    assert "would be fail; later" in section
    assert "counts from 2027-01-15; now pass" in section
    assert "no score yet · 1 of 1 checks evaluated · 0% without exemptions" in section


def test_a_check_that_a_decision_asked_for_links_to_it(make_estate: MakeEstate) -> None:
    decision = "---\ntitle: Promise precisely\nstatus: accepted\n---\n# Promise precisely\n\nWe will.\n"
    text = SCORECARD.replace("fix: {doc: how-to/own.md}", "because: adr:0007")
    estate = make_estate({"adr/0007-promise-precisely.md": decision, "catalog/ready.yaml": text})
    estate.run(*GOOD)

    page = next(page for page in scorecard_pages(site(estate)) if page.uri == "scorecards/ready/precise.md")

    assert '<a href="/decisions/0007-promise-precisely.md">0007 Promise precisely</a>' in page.markdown
