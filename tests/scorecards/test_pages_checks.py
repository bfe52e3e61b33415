from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate
from scorecards.pages import site, whole_section
from waypost.catalog.model import EntityRef
from waypost.core.errors import ServiceUnavailableError
from waypost.core.plugin import SiteContext
from waypost.scorecards.pages.ages import age_words
from waypost.scorecards.pages.checkpage import asked_of
from waypost.scorecards.pages.estate import estate_of
from waypost.scorecards.pages.fixes import fixes_html
from waypost.scorecards.pages.html import code, left_text, lift_text
from waypost.scorecards.pages.scorecards import scorecard_pages
from waypost.scorecards.pages.teams import team_section

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
EXEMPTION = (
    "apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {name: later}\nspec: {scorecard: ready, "
    "checks: [precise], entities: [component:ledger], reason: soon, from: 2026-11-01, expires: 2026-11-03}\n"
)


def page_of(context: SiteContext, uri: str) -> str:
    return next(page.markdown for page in scorecard_pages(context) if page.uri == uri)


def test_a_check_tells_who_fails_it_since_when_and_what_mends_it(estate: Estate) -> None:
    estate.run(*GOOD)

    page = page_of(site(estate), "scorecards/ready/precise.md")

    assert "<strong>1 of 2 (50%) pass</strong>" in page
    assert "## Who does not meet it (1)" in page
    assert '<a href="/catalog/component/default/ledger.md">Ledger</a></td>' in page
    assert '<time datetime="2026-11-02T12:00:00+00:00" class="wp-day">2026-11-02</time>' in page
    assert ">98 of 99</td>" in page
    assert '<a href="/how-to/own.md">Own it</a>' in page


def test_a_check_tells_how_it_is_decided(estate: Estate) -> None:
    estate.run(*GOOD)

    page = page_of(site(estate), "scorecards/ready/precise.md")

    assert "``` { .js .wp-rule }\nfacts.slo.target >= params.least\n```" in page
    assert '<th scope="col">tier-1</th><th scope="col">Every other tier</th>' in page
    assert "<code>99.9</code></td>" in page
    assert '<code>slo.target</code></td><td class="wp-short" data-label="Says"></td>' in page
    assert ">number in percent</td>" in page
    assert ">7 days</td>" in page


def test_a_check_that_reads_no_fact_says_so(estate: Estate) -> None:
    estate.run(*GOOD)

    assert "it looks at the catalog's entry of the entity alone" in page_of(
        site(estate), "scorecards/ready/owned.md"
    )


def test_of_whom_nobody_can_tell_is_no_failure(estate: Estate) -> None:
    estate.run()

    page = page_of(site(estate), "scorecards/ready/precise.md")

    assert "0 of 0, for nobody was judged: 2 asked, pass</strong> · 2 no data" in page
    assert "## Who does not meet it (0)\n\n<p>None.</p>" in page
    assert "## Of whom nobody can tell (2)" in page


def test_who_is_exempt_is_told_with_the_last_day(make_estate: MakeEstate) -> None:
    estate = make_estate({"catalog/exemption.yaml": EXEMPTION})
    estate.run(*GOOD)
    context = site(estate)

    page = page_of(context, "scorecards/ready/precise.md")

    assert "## Who is exempt (1)" in page
    assert '<a href="/scorecards/exemptions.md">2026-11-03</a>' in page
    card = page_of(context, "scorecards/ready.md")
    assert '>later</a></td><td data-label="Checks">Target is precise</td>' in card


def test_a_target_tells_the_days_left_and_what_is_missing_most(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace('{tier: "*", level: bronze', '{tier: "*", level: silver')
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)

    page = page_of(site(estate), "scorecards/ready.md")

    assert "2027-03-31, 149 days left</td>" in page
    assert '<a href="/scorecards/ready/precise.md">Target is precise</a> (1)</td>' in page


def test_a_page_says_how_many_fail_what_it_mends(estate: Estate) -> None:
    estate.run(*GOOD)
    context = site(estate)

    html = fixes_html("how-to/own.md", context)

    assert "This page mends 2 checks. <strong>1 entity fails one or more of them now.</strong>" in html
    assert "<strong>No entity fails</strong> of 2 the check" in html
    assert fixes_html("how-to/other.md", context) == ""


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        pytest.param(GOOD, "<strong>1 entity fails</strong>, 1 of 2 (50%), the check", id="one fails"),
        pytest.param((), "nobody was judged yet", id="nobody was judged"),
    ],
)
def test_a_page_that_mends_one_check_says_so_in_a_line(
    make_estate: MakeEstate, facts: tuple[Any, ...], told: str
) -> None:
    estate = make_estate(
        {"catalog/ready.yaml": SCORECARD.replace("fix: {doc: how-to/own.md}", "fix: {doc: a.md}")}
    )
    estate.run(*facts)

    assert told in fixes_html("a.md", site(estate))


def test_a_page_says_nothing_of_what_it_mends_while_the_backend_is_away(estate: Estate) -> None:
    class Away:
        def get(self, path: str, /, **_: str) -> Any:
            raise ServiceUnavailableError(path)

    context = site(estate, api=Away())

    assert fixes_html("how-to/own.md", context) == ""


def test_an_answer_is_asked_for_once_a_build(estate: Estate) -> None:
    estate.run(*GOOD)
    context = site(estate)

    assert estate_of(context) is estate_of(context)
    assert estate_of(context).find("/api/nothing/is/here") is None


@pytest.mark.parametrize(
    ("whole", "own", "told"),
    [
        pytest.param({}, {}, "every entity", id="no limit"),
        pytest.param({"kinds": ["Component"]}, {"types": ["service"]}, "Component, service", id="narrowed"),
        pytest.param(
            {"kinds": ["Component", "API"]},
            {"when": "true"},
            "Component or API, where a rule says so (below)",
            id="by a rule",
        ),
    ],
)
def test_who_is_asked_is_told_in_words(whole: dict[str, Any], own: dict[str, Any], told: str) -> None:
    nothing = {"kinds": [], "types": [], "lifecycles": [], "when": ""}

    assert asked_of(nothing | whole, nothing | own) == told


@pytest.mark.parametrize(
    ("by", "told"),
    [("2026-11-03", "1 day left"), ("2026-11-02", "today"), ("2026-10-30", "3 days ago")],
)
def test_days_left_are_told_and_days_over(estate: Estate, by: str, told: str) -> None:
    assert left_text(by, estate.now) == told


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(minutes=59), "under an hour"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=-1), "under an hour"),
    ],
)
def test_an_age_is_told_in_hours_then_in_days(age: timedelta, told: str) -> None:
    assert age_words(age) == told


def test_a_rule_with_ticks_is_shown_whole() -> None:
    assert code("a ```` b") == "````` { .js .wp-rule }\na ```` b\n`````"


@pytest.mark.parametrize(
    ("lift", "told"),
    [
        ({"level": 2, "target": 1}, "2 entities would rise a level, 1 entity would meet the target"),
        ({"level": 1, "target": 0}, "1 entity would rise a level"),
        (None, ""),
    ],
)
def test_what_a_fix_lifts_is_told(lift: dict[str, int] | None, told: str) -> None:
    assert lift_text({"wouldLift": lift}) == told


def test_an_entity_tells_what_moved_it_and_why(make_estate: MakeEstate) -> None:
    estate = make_estate({})
    estate.run(*GOOD)
    estate.now += timedelta(days=1)
    estate.run((TILL, "slo.target", 99.95), (LEDGER, "slo.target", 99.5))
    context = site(estate, site_url="https://docs.example.org/")

    section = whole_section(LEDGER, context)

    assert "What changed in 90 days (1)" in section
    assert ">bronze → silver</td>" in section
    assert ">the data changed</td>" in section
    assert "Target is precise</a>: fail → pass</td>" in section
    assert "https://docs.example.org/scorecards/badges/level/component/default/ledger/ready.svg" in section
    assert "What changed" not in whole_section(TILL, context)


def test_a_team_is_told_what_helps_most(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace('{tier: "*", level: bronze', '{tier: "*", level: silver')
    estate = make_estate({"catalog/ready.yaml": text, "catalog/exemption.yaml": EXEMPTION})
    estate.run((TILL, "slo.target", 90), (LEDGER, "slo.target", 98))

    section = team_section(EntityRef.parse("group:pay"), site(estate))

    assert "1 entity; it alone keeps 1 entity from the target" in section
    assert "Exemptions that end soon" in section
    assert "2026-11-03</a>; then it counts as fail" in section
    assert '<figure class="wp-bar">' in section


def test_two_days_make_a_line_and_a_heat_map_tells_teams(estate: Estate) -> None:
    estate.run(*GOOD)
    context = site(estate)
    assert (
        "On record since 2026-11-02: bronze 1, silver 1, of 2 entities; 2 of 2 (100%) met their target"
        in page_of(context, "scorecards/ready.md")
    )
    estate.now += timedelta(days=2)
    estate.run((TILL, "slo.target", 90), (LEDGER, "slo.target", 98))

    context = site(estate)
    page = page_of(context, "scorecards/ready.md")

    assert "Meet it: 2 of 2 (100%) on 2026-11-02, 1 of 2 (50%) on 2026-11-04." in page
    assert 'aria-label="Checks met, by team"' in page
    assert '<td class="wp-heat--4" data-label="Target is precise">0/2</td>' in page
    check = page_of(context, "scorecards/ready/precise.md")
    assert "Pass: 1 of 2 (50%) on 2026-11-02, 0 of 2 (0%) on 2026-11-04." in check


def test_a_check_with_bands_tells_its_bounds_and_who_is_close_to_failing(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace(
        '      rule: "facts.slo.target >= params.least"\n',
        "      bands: {value: facts.slo.target, pass: {tier-1: 99.9, '*': 99}, warn: 95}\n"
        '      minSample: "facts.slo.target > 1.0"\n      appliesTo: {when: "has(entity.spec.owner)"}\n',
    )
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)

    page = page_of(site(estate), "scorecards/ready/precise.md")

    assert "<strong>2 of 2 (100%) pass</strong> · 1 warn" in page
    assert "## Who is close to failing (1)" in page
    assert "A number, which passes or warns from the bounds below:" in page
    assert '>pass (bound)</td><td data-label="tier-1"><code>99.9</code></td>' in page
    assert "It is judged only where this is true" in page
    assert "It is asked only where this is true" in page


def test_a_history_of_many_pages_is_read_whole(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.run(*GOOD)
    monkeypatch.setattr("waypost.scorecards.pages.estate.PAGE_SIZE", "1")
    context = site(estate)

    assert [grade.entity for grade in estate_of(context).grades("ready")] == [LEDGER, TILL]
    assert sorted(estate_of(context).ages) == [LEDGER, TILL]
    assert estate_of(context).changes("ready", estate.now.date()) == {}


def test_what_is_too_long_for_a_page_is_a_csv_beside_it(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.run(*GOOD)
    context = site(estate)
    assert not any(page.uri.endswith(".csv") for page in scorecard_pages(context))
    monkeypatch.setattr("waypost.scorecards.pages.checkpage.MOST", 0)
    monkeypatch.setattr("waypost.scorecards.pages.scorecards.MOST", 1)

    pages = {page.uri: page for page in scorecard_pages(context)}

    link = '<p>And 1 more: <a href="/scorecards/ready/precise.csv">all of them as CSV</a>.</p>'
    assert link in pages["scorecards/ready/precise.md"].markdown
    assert b"component:default/ledger" in (pages["scorecards/ready/precise.csv"].data or b"")
    whole = (pages["scorecards/ready.csv"].data or b"").decode().splitlines()
    assert whole[0] == "entity,owner,tier,level,meetsTarget,score,evaluated,applicable"
    assert [line.partition(",")[0] for line in whole[1:]] == [LEDGER, TILL]
    shown = str(pages["scorecards/ready.md"].pieces["entities"]())
    assert '<a href="/scorecards/ready.csv">all of them as CSV</a>' in shown
