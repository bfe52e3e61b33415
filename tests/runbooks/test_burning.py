from __future__ import annotations

import build
from runbooks.conftest import CATALOG, PAGE, See, page
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.plugin import SiteContext
from waypost.core.settings import Settings
from waypost.runbooks.dependants import dependants
from waypost.runbooks.pages import header_for
from waypost.runbooks.pages.burning import SHOWN


class NoApi:
    def get(self, path: str, /, **query: str) -> object:
        raise AssertionError((path, query))


def component(name: str, tier: str = "", **spec: str) -> str:
    labels = f", labels: {{tier: {tier}}}" if tier else ""
    keys = "".join(f", {key}: {value}" for key, value in spec.items())
    return (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: {name}{labels}}}\n"
        f"spec: {{type: service, lifecycle: production, owner: group:platform{keys}}}\n"
    )


API = (
    "---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: routes}\n"
    "spec: {type: openapi, lifecycle: production, owner: group:platform, definition: x}\n"
)
ESTATE = (
    CATALOG.replace("owner: group:platform}", "owner: group:platform, providesApis: [routes]}")
    + API
    + component("shop", "tier-2", dependsOn="[component:edge]")
    + component("search", consumesApis="[routes]")
    + component("basket", "tier-1", dependsOn="[component:shop]")
    + component("shop-part", subcomponentOf="shop")
    + component("far", dependsOn="[component:basket]")
    + component("ring", dependsOn="[component:edge, component:basket]", providesApis="[routes]")
)


def told(see: See, catalog: str, *about: str) -> list[tuple[str, int, str]]:
    found = dependants(map(EntityRef.parse, about), see({"catalog/all.yaml": catalog}).knowledge[Catalog])
    return [(each.entity.name, each.steps, each.through.name if each.through else "") for each in found]


def test_what_depends_on_it_burns_two_steps_far_and_the_first_tier_first(see: See) -> None:
    assert told(see, ESTATE, "component:edge") == [
        ("basket", 2, "shop"),
        ("shop", 1, ""),
        ("ring", 1, ""),
        ("search", 1, ""),
        ("shop-part", 2, "shop"),
    ]


def test_what_is_asked_about_is_not_told_again(see: See) -> None:
    assert told(see, ESTATE, "component:edge", "component:shop", "component:gone") == [
        ("basket", 1, ""),
        ("ring", 1, ""),
        ("search", 1, ""),
        ("shop-part", 1, ""),
        ("far", 2, "basket"),
    ]


def test_nothing_burns_with_what_nobody_uses(see: See) -> None:
    seen = see({PAGE: page()})
    context = SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=NoApi(), now=build.NOON
    )

    assert "wp-burns" not in header_for(PAGE, context)


def test_the_page_counts_what_burns_and_names_some(see: See) -> None:
    many = "".join(component(f"user-{number:02}", dependsOn="[component:edge]") for number in range(20))
    files = {
        PAGE: page(),
        "site/runbooks/shop-down.md": page(about="[component:shop]", title="The <shop>", alerts="[ShopDown]"),
        "catalog/all.yaml": ESTATE + many,
    }
    seen = see(files)
    context = SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=NoApi(), now=build.NOON
    )

    header = header_for(PAGE, context)

    assert "<summary>What else burns: 23 directly, 2 behind; 1 of tier-1</summary>" in header
    assert (
        '<tr><td><a href="/catalog/component/default/basket.md">basket</a> <small>through shop</small></td>'
        '<td class="wp-short">tier-1</td><td><a href="/catalog/group/default/platform.md">platform</a></td><td></td></tr>'
    ) in header
    assert '<td><a href="/runbooks/shop-down.md">The &lt;shop&gt;</a></td></tr>' in header
    assert header.partition("wp-burns")[2].count("<tr><td>") == SHOWN
    assert "<p>And 10 more.</p>" in header
