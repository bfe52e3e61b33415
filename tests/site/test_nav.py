from __future__ import annotations

from waypost.site.nav import LIMIT, NavPage, make_nav


def test_sections_come_in_the_same_order_on_every_site() -> None:
    pages = [
        NavPage("contributing/setup.md"),
        NavPage("scorecards/index.md"),
        NavPage("zoo/a.md"),
        NavPage("index.md"),
        NavPage("runbooks/a.md", kind="runbook"),
        NavPage("runbooks/index.md"),
        NavPage("decisions/index.md"),
        NavPage("policies/x/index.md", kind="policy"),
        NavPage("catalog/index.md"),
        NavPage("loose.md"),
    ]

    assert make_nav(pages) == [
        {"Home": "index.md"},
        {"Catalog": ["catalog/index.md"]},
        {"Scorecards": ["scorecards/index.md"]},
        {"Runbooks": ["runbooks/index.md", "runbooks/a.md"]},
        {"Architecture": [{"X": ["policies/x/index.md"]}]},
        {"Decisions": ["decisions/index.md"]},
        {"Pages": ["loose.md"]},
        {"Zoo": ["zoo/a.md"]},
        {"Contributing": ["contributing/setup.md"]},
    ]


def test_kinds_of_architecture_stand_apart() -> None:
    nav = make_nav(
        [
            NavPage("golden-paths/web.md"),
            NavPage("standards/k8s.md"),
            NavPage("standards/index.md"),
            NavPage("policies/quota/index.md", title="Quotas for all"),
        ]
    )

    assert nav == [
        {
            "Architecture": [
                {"Golden paths": ["golden-paths/web.md"]},
                {"Policies": [{"Quotas for all": ["policies/quota/index.md"]}]},
                {"Standards": ["standards/index.md", "standards/k8s.md"]},
            ]
        }
    ]


def test_entities_are_reached_by_the_catalog() -> None:
    assert make_nav([NavPage("catalog/component/default/a.md"), NavPage("catalog/index.md")]) == [
        {"Catalog": ["catalog/index.md"]}
    ]


def test_a_thousand_pages_of_a_folder_are_left_to_its_index() -> None:
    many = [NavPage(f"decisions/{n:04}-x.md") for n in range(LIMIT + 1)]

    assert make_nav([*many, NavPage("decisions/index.md")]) == [{"Decisions": ["decisions/index.md"]}]
