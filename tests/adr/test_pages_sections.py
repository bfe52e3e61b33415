from __future__ import annotations

from adr.conftest import See, Seen, own
from adr.test_pages import context
from waypost.adr.model import Decisions
from waypost.adr.pages.reach import wholes_of
from waypost.adr.pages.sections import FEW, entity_decisions, team_decisions
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef

LB, NET, WORLD = (EntityRef.parse(name) for name in ("component:lb", "system:net", "domain:world"))
ESTATE = "---\n".join(
    f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, title: {name.title()}}}\nspec: {{{spec}}}\n"
    for kind, name, spec in (
        ("Domain", "world", "owner: group:platform"),
        ("System", "net", "owner: group:platform, domain: world"),
        ("Component", "lb", "type: service, lifecycle: production, owner: group:platform, system: net"),
    )
)


def shown(seen: Seen, ref: EntityRef) -> str:
    return entity_decisions(ref, context(seen))


def test_what_affects_an_entity_is_told_apart_from_what_affects_the_whole(see: See) -> None:
    files = {
        "catalog/net.yaml": ESTATE,
        "adr/0001-a.md": own(affects="[component:lb, system:net]", title="Of its own"),
        "adr/0002-b.md": own(uid="b1b2c3d4", affects="[system:net]", title="Of the system"),
        "adr/0003-c.md": own(uid="c1b2c3d4", affects="[domain:world]", title="Of the domain"),
    }

    markdown = shown(see(files), LB)

    order = [
        "Of its own",
        'Through <a href="/catalog/system/default/net.md">Net</a>',
        "Of the system",
        "Of the domain",
    ]
    places = [markdown.index(part) for part in order]
    assert markdown.startswith("## Decisions in force\n\n<ul>")
    assert places == sorted(places)
    assert markdown.count("Of its own") == 1


def test_proposals_have_a_section_of_their_own_and_what_is_past_none(see: See) -> None:
    files = {
        "catalog/net.yaml": ESTATE,
        "adr/0001-a.md": own(affects="[component:lb]", status="proposed", decided=""),
        "adr/0002-b.md": own(uid="b1b2c3d4", affects="[component:lb]", status="rejected", title="Past"),
    }

    markdown = shown(see(files), LB)

    assert markdown.startswith("## Decisions proposed\n\n")
    assert "Past" not in markdown


def test_an_entity_that_nothing_affects_has_no_section(see: See) -> None:
    assert shown(see({"catalog/net.yaml": ESTATE, "adr/0001-a.md": own()}), LB) == ""


def test_wholes_are_found_whatever_circle_they_are_in(see: See) -> None:
    seen = see(
        {
            "catalog/net.yaml": ESTATE.replace(
                "owner: group:platform}", "owner: group:platform, subdomainOf: world}", 1
            )
        }
    )

    assert wholes_of(LB, seen.knowledge[Catalog]) == (NET, WORLD)


def test_a_team_is_told_what_it_decided_and_which_reviews_are_due(see: See) -> None:
    files = {
        "adr/0001-a.md": own(review_by="2026-10-01"),
        "adr/0002-b.md": own(
            uid="b1b2c3d4", decision_makers="[group:board]", status="rejected", title="Not this"
        ),
        "adr/0003-c.md": own(uid="c1b2c3d4", decision_makers="[group:platform]", title="Of others"),
    }

    markdown = team_decisions(EntityRef.parse("group:board"), context(see(files)))

    assert '<strong class="wp-due">▲ review due</strong></small></li><li>' in markdown
    assert markdown.count("review due") == 1
    assert markdown.rindex("Use one gateway") < markdown.index("Not this")
    assert "Of others" not in markdown


def test_a_team_that_decided_much_leads_to_the_list(see: See) -> None:
    files = {f"adr/{number:04}-a.md": own(uid=f"u{number:07}") for number in range(1, FEW + 3)}

    markdown = team_decisions(EntityRef.parse("group:board"), context(see(files)))

    assert '<a href="/decisions/index.md#owner=group:default/board">and 2 more</a>' in markdown


def test_a_team_that_decided_nothing_has_no_section(see: See) -> None:
    seen = see({"adr/0001-a.md": own()})

    assert team_decisions(EntityRef.parse("group:platform"), context(seen)) == ""
    assert len(seen.knowledge[Decisions].ordered) == 1
