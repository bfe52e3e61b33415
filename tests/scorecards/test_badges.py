from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate
from scorecards.pages import site
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.scorecards.pages.badges import MOST_OF_CHECKS, badge_pages
from waypost.scorecards.pages.embedded import MANY_EMBEDS
from waypost.scorecards.reading.badges import badge_markdown

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
# What is shown does not depend on which database it came from.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SVG = "{http://www.w3.org/2000/svg}"
BADGES = "/api/scorecards/badges"


def shown(answer: TestResponse) -> tuple[list[str | None], str]:
    """Return the texts of a badge, and its title."""
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    root = ET.fromstring(answer.get_data())  # noqa: S314 - our own
    title = root.findtext(f"{SVG}title") or ""
    assert (root.get("role"), root.get("aria-label")) == ("img", title)
    return [text.text for text in root.iter(f"{SVG}text")], title


@pytest.mark.parametrize(
    ("path", "texts", "title"),
    [
        pytest.param(
            "level/component/default/till/ready.svg",
            ["Ready", "Reliable"],
            "Ready, of component:default/till: Reliable; target silver by 2027-03-31, met; "
            "2 of 2 checks evaluated 2026-11-02 12:00 UTC",
            id="a level",
        ),
        pytest.param(
            "score/component/default/ledger/ready.svg",
            ["Ready", "25% (2 of 2)"],
            "Ready, of component:default/ledger: 25%, the weight of checks that pass; "
            "2 of 2 checks evaluated 2026-11-02 12:00 UTC",
            id="a score",
        ),
        pytest.param(
            "check/component/default/LEDGER/ready/precise.svg",
            ["Target is precise", "✗ fail"],
            "Target is precise, of component:default/ledger: fail; 98 of 99; "
            "since 2026-11-02 12:00 UTC, evaluated 2026-11-02 12:00 UTC",
            id="a check",
        ),
        pytest.param(
            "level/component/default/draft/ready.svg",
            ["Ready", "not graded"],
            "Ready: not graded; it does not apply to component:default/draft",
            id="an entity that is not graded",
        ),
    ],
)
def test_a_badge_shows_and_tells(
    client: FlaskClient, estate: Estate, path: str, *, texts: list[str], title: str
) -> None:
    estate.run(*GOOD)

    answer = client.get(f"{BADGES}/{path}")

    assert (answer.status_code, *shown(answer)) == (200, texts, title)
    assert "max-age=60" in answer.headers["Cache-Control"]
    again = client.get(f"{BADGES}/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("level/component/default/till/none.svg", "no such scorecard"),
        ("score/component/default/none/ready.svg", "no such entity"),
        ("check/component/default/till/ready/none.svg", "no such check"),
    ],
)
def test_a_name_that_nobody_knows_is_a_badge_and_404(
    client: FlaskClient, estate: Estate, path: str, text: str
) -> None:
    estate.run(*GOOD)

    answer = client.get(f"{BADGES}/{path}")

    assert (answer.status_code, shown(answer)[0][1]) == (404, text)


@pytest.mark.parametrize("lifecycle", ["shadow", "draft"])
def test_drafts_and_shadows_have_no_badge(make_estate: MakeEstate, lifecycle: str) -> None:
    text = SCORECARD.replace("spec:\n", f"spec:\n  lifecycle: {lifecycle}\n", 1)
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()

    assert client.get(f"{BADGES}/level/component/default/till/ready.svg").status_code == 404
    assert list(badge_pages(site(estate))) == []


def test_a_title_is_shown_as_it_is_written_and_never_obeyed(make_estate: MakeEstate) -> None:
    text = SCORECARD.replace("title: Ready,", 'title: "<script>&\\"\'</script>",')
    estate = make_estate({"catalog/ready.yaml": text})
    estate.run(*GOOD)
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()

    answer = client.get(f"{BADGES}/level/component/default/till/ready.svg")

    assert shown(answer)[0][0] == "<script>&\"'</script>"
    assert b"<script" not in answer.get_data()
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


def test_files_of_the_site_are_the_badges_of_the_api(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)

    pages = list(badge_pages(site(estate)))

    assert len(pages) == 2 * (2 + 2) < MOST_OF_CHECKS
    for page in pages:
        path = page.uri.removeprefix("scorecards/badges/")
        assert page.markdown == client.get(f"{BADGES}/{path}").get_data(as_text=True), path


def test_the_markdown_of_a_badge_leads_to_the_page(client: FlaskClient, estate: Estate) -> None:
    estate.run(*GOOD)
    [grade] = client.get("/api/scorecards/results/by-entity/component/default/till").get_json()["items"]
    grade["scorecardTitle"] = "All [*] ready"

    text = badge_markdown(grade, "https://docs.example.com/b/", "https://docs.example.com/till/")

    assert text == (
        r"[![All \[\*\] ready](https://docs.example.com/b/level/component/default/till/ready.svg)]"
        "(https://docs.example.com/till/)"
    )


@pytest.mark.parametrize(
    ("tag", "attributes", "expected"),
    [
        ("waypost-badge", {"entity": "till", "scorecard": "ready"}, ["<svg", "Reliable"]),
        ("waypost-badge", {"entity": "till", "scorecard": "ready", "check": "precise"}, ["✓ pass"]),
        ("waypost-badge", {"entity": "draft", "scorecard": "ready"}, ["not graded"]),
        ("waypost-badge", {"entity": "till", "scorecard": "none"}, ["There is no scorecard named none."]),
        ("waypost-heat-map", {"scorecard": "ready"}, ["<table", "group:default/pay", "Target is precise"]),
        ("waypost-heat-map", {"scorecard": "ready", "rows": "tier"}, ["tier-1", "tier-2"]),
        ("waypost-score-trend", {"scorecard": "ready"}, ["2026-11-02", "2 entities"]),
        ("waypost-score-trend", {"scorecard": "ready", "owner": "pay"}, ["2026-11-02"]),
        ("waypost-exemptions", {"owner": "pay"}, ["group:default/pay has 0 active exemptions"]),
    ],
)  # fmt: skip
def test_an_embed_is_filled(
    estate: Estate, tag: str, attributes: dict[str, str], expected: list[str]
) -> None:
    estate.run(*GOOD)
    [embed] = [embed for embed in MANY_EMBEDS if embed.tag == tag]

    html = embed.fill(attributes, site(estate).api)

    assert [part for part in expected if part not in html] == []
