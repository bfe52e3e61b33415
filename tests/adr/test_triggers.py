from __future__ import annotations

from pathlib import Path

import pytest

from adr.changes import changed
from adr.conftest import See, Seen, own
from waypost.adr.touched import value_at
from waypost.adr.triggers import implied_triggers
from waypost.core.errors import Severity
from waypost.core.plugin import Before

RIGHTS = (
    (Path(__file__).parents[2] / "adr/decision-rights.yaml")
    .read_text(encoding="utf-8")
    .replace("group:default/architecture-review", "group:board")
    .replace("group:default/engineering-leadership", "group:board")
)
FILE = "adr/decision-rights.yaml"
PATH = "site/golden-paths/web.md"


def page(kind: str = "golden-path", more: str = "", *sections: str) -> str:
    parts = "".join(f"\n## {name}\n\nWords about {name.lower()} and nothing else.\n" for name in sections)
    return f"---\nkind: {kind}\ntitle: Web\nowner: group:platform\nabout: [component:edge]\n{more}---\n\n# Web\n{parts}"


def thing(kind: str, name: str, spec: str, links: str = "") -> str:
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, links: [{links}]}}\n"
        f"spec: {{owner: group:platform, {spec}}}\n---\n"
    )


def implied(seen: Seen) -> list[tuple[str, str]]:
    found = implied_triggers(seen.knowledge[Before], seen.knowledge)
    return [(each.trigger, each.because) for each in found]


def service(name: str, owner: str, needs: str = "") -> str:
    more = f", dependsOn: [{needs}]" if needs else ""
    spec = f"type: service, lifecycle: production{more}"
    return thing("Component", name, spec).replace("group:platform", f"group:{owner}")


def scorecard(*checks: str) -> str:
    asked = ", ".join(f"{{id: {name}, rule: 'true'}}" for name in checks)
    return (
        "apiVersion: waypost.dev/v1alpha1\nkind: Scorecard\nmetadata: {name: x}\n"
        f"spec: {{checks: [{asked}]}}\n"
    )


CALL = "{url: 'https://x.example', type: on-call}"


@pytest.mark.parametrize(
    ("path", "old", "new", "trigger", "because"),
    [
        pytest.param(
            PATH, page("golden-path", "", "Context", "Exit"), page("golden-path", "", "Context"),
            "golden-path-breaking-change", "removes 'Exit' from golden-path 'Web'", id="a section goes",
        ),
        pytest.param(
            PATH, page(), None, "golden-path-breaking-change", "removes golden-path 'Web'", id="a page goes"
        ),
        pytest.param(
            PATH, page(more="status: active\n"), page(more="status: deprecated\n"),
            "deprecation", "deprecates golden-path 'Web'", id="a page is deprecated",
        ),
        pytest.param(
            "site/p.md", page("policy", "enforcement: warn\n"), page("policy", "enforcement: enforce\n"),
            "release-blocking-enforcement", "changes enforcement of policy 'Web' to 'enforce'", id="enforcement",
        ),
        pytest.param(
            "site/p.md", None, page("standard"), "product-team-requirement", "adds standard 'Web'", id="a standard"
        ),
        pytest.param(
            "catalog/a.yaml", thing("API", "x", "type: openapi, lifecycle: production, definition: x"), None,
            "api-breaking-change", "removes api:default/x", id="an API goes",
        ),
        pytest.param(
            "catalog/a.yaml", thing("Component", "x", "type: library, lifecycle: production"),
            thing("Component", "x", "type: library, lifecycle: deprecated"),
            "deprecation", "deprecates component:default/x", id="a component is deprecated",
        ),
        pytest.param(
            "catalog/a.yaml", service("a", "platform") + service("b", "board"),
            service("a", "platform", "component:edge") + service("b", "board", "component:edge"),
            "cross-component-change",
            "touches 2 entities of 2 owners: group:default/board, group:default/platform", id="several owners",
        ),
        pytest.param(
            "catalog/a.yaml", thing("System", "x", ""), thing("System", "x", "", CALL),
            "on-call-change", "changes metadata.links.on-call of system:default/x", id="on call",
        ),
        pytest.param(
            "catalog/a.yaml", None, thing("Resource", "x", "type: vendor"),
            "new-vendor", "adds resource:default/x", id="a vendor",
        ),
        pytest.param(
            "catalog/s.yaml", scorecard("a"), scorecard("a", "b"), "product-team-requirement",
            "changes spec.checks.*.id of scorecard:x", id="a check",
        ),
        pytest.param(
            "slos/edge.yaml", None, "a: 1\n", "slo-definition", "adds slos/edge.yaml", id="an SLO"
        ),
        pytest.param(
            FILE, None, RIGHTS + "# More.\n", "decision-rights", f"changes {FILE}", id="the rights themselves"
        ),
    ],
)  # fmt: skip
def test_a_change_implies_a_trigger(
    see: See, path: str, old: str | None, new: str | None, *, trigger: str, because: str
) -> None:
    seen = changed(see, {FILE: RIGHTS} | ({path: old} if old else {}), {path: new})

    assert implied(seen) == [(trigger, because)]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(PATH, page("golden-path", "", "Exit"), page("golden-path", "", "Exit", "More"), id="more"),
        pytest.param(
            PATH, page("golden-path", "", "Exit"), page("golden-path", "", "Exit").replace("## Exit", "## Leaving"),
            id="another heading over the same text",
        ),
        pytest.param("site/p.md", page("policy", "enforcement: enforce\n"), page("policy", "enforcement: warn\n"), id="less"),
        pytest.param(
            "catalog/a.yaml", service("a", "platform") + service("b", "platform"),
            service("a", "platform", "component:edge") + service("b", "platform", "component:edge"), id="one owner",
        ),
        pytest.param(
            "catalog/a.yaml", service("a", "platform"), "# Said.\n" + service("a", "platform"), id="a comment",
        ),
        pytest.param(PATH, page("guide", "", "Exit"), page("guide", ""), id="another kind of page"),
    ],
)  # fmt: skip
def test_what_breaks_nothing_implies_nothing(see: See, path: str, old: str, new: str) -> None:
    assert implied(changed(see, {FILE: RIGHTS, path: old}, {path: new})) == []


def test_what_moves_to_another_file_implies_nothing(see: See) -> None:
    text = thing("API", "x", "type: openapi, lifecycle: production, definition: x")
    card = scorecard("a")
    files = {
        FILE: RIGHTS,
        "catalog/a.yaml": text,
        PATH: page("golden-path", "", "Exit"),
        "catalog/s.yaml": card,
    }

    seen = changed(
        see,
        files,
        {"catalog/a.yaml": None, "catalog/b.yaml": text, PATH: None, "site/web.md": files[PATH]}
        | {"catalog/s.yaml": None, "catalog/t.yaml": card},
    )

    assert implied(seen) == []


def told(seen: Seen) -> list[tuple[str, int, Severity]]:
    return [(p.path, p.line, p.severity) for p in seen.problems if p.rule == "adr/trigger"]


BREAKS: dict[str, str | None] = {PATH: page("golden-path", "", "Context")}
BEFORE = {FILE: RIGHTS, PATH: page("golden-path", "", "Context", "Exit")}
NAMES = "[golden-path-breaking-change]"


def test_without_a_decision_one_is_asked_for(see: See) -> None:
    seen = changed(see, BEFORE, BREAKS)

    assert told(seen) == [(PATH, 1, Severity.WARNING)]
    (problem,) = (p for p in seen.problems if p.rule == "adr/trigger")
    assert problem.message == (
        "this change removes 'Exit' from golden-path 'Web': a decision of scope team is asked for"
    )
    assert "'golden-path-breaking-change'" in problem.fix


@pytest.mark.parametrize(("status", "severity"), [("draft", Severity.WARNING), ("proposed", Severity.ERROR)])
def test_a_decision_in_the_change_must_name_the_trigger(see: See, status: str, severity: Severity) -> None:
    decision = own(status=status, decided="", triggers="[component-internals]", scope="team")

    assert told(changed(see, BEFORE, BREAKS | {"adr/draft-a.md": decision})) == [
        ("adr/draft-a.md", 9, severity)
    ]


def test_a_decision_that_names_the_trigger_answers_for_the_change(see: See) -> None:
    decision = own(status="proposed", decided="", triggers=NAMES)

    assert told(changed(see, BEFORE, BREAKS | {"adr/draft-a.md": decision})) == []


@pytest.mark.parametrize(
    ("keys", "covered"),
    [
        ({"status": "proposed", "affects": "[component:edge]"}, True),
        ({"status": "proposed"}, False),
        ({"status": "draft", "affects": "[component:edge]"}, False),
        ({"status": "proposed", "affects": "[component:edge]", "implementation": "done"}, False),
    ],
)
def test_a_decision_of_before_answers_while_it_is_carried_out(
    see: See, keys: dict[str, str], *, covered: bool
) -> None:
    decision = own(**{"decided": "", "triggers": NAMES} | keys)

    assert (told(changed(see, BEFORE | {"adr/0001-a.md": decision}, BREAKS)) == []) is covered


def test_a_page_may_cite_the_decision_that_it_carries_out(see: See) -> None:
    decision = own(status="proposed", decided="", triggers=NAMES)
    before = BEFORE | {"adr/0001-a.md": decision}

    for cited in ("[[adr:0001]]", "[it](../../adr/0001-a.md)"):
        assert told(changed(see, before, {PATH: f"{BREAKS[PATH]}\n{cited}\n"})) == []


def test_a_change_of_the_rights_does_not_excuse_itself(see: See) -> None:
    loose = "scopes: {solo: {}}\ntriggers: {}\n"

    seen = changed(see, BEFORE, BREAKS | {FILE: loose})

    assert {trigger for trigger, _ in implied(seen)} == {"decision-rights", "golden-path-breaking-change"}
    assert [path for path, _, _ in told(seen)] == [FILE, PATH]


def test_values_are_found_by_dots_names_and_stars() -> None:
    document = {
        "spec": {"checks": [{"id": "a", "level": 1}, {"id": "b"}]},
        "links": [{"type": "slo", "url": "u"}],
    }

    assert value_at(document, "spec.checks.*.id") == ["a", "b"]
    assert value_at(document, "spec.checks.a.level") == [1]
    assert value_at(document, "links.slo") == [{"type": "slo", "url": "u"}]
    assert value_at(document, "links.other") is None
    assert value_at(document, "spec.nothing.below") is None
