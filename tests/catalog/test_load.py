"""Reading the workspace's catalog files."""

from __future__ import annotations

from hashlib import sha1

import pytest

from catalog.texts import GROUP, WEB
from conftest import MakeWorkspace
from waypost.catalog.load import read_catalog
from waypost.catalog.loading import load_catalog
from waypost.catalog.model import Catalog, EntityRef, is_generated
from waypost.core.errors import NotFoundError, Problem
from waypost.core.plugin import Knowledge
from waypost.core.settings import Settings


def location(target: str, name: str = "here") -> str:
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\n"
        f"metadata: {{name: {name}}}\nspec:\n  target: {target}\n"
    )


def told(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.rule) for problem in problems]


def test_entities_know_their_file_their_line_and_each_other(make_workspace: MakeWorkspace) -> None:
    loaded = read_catalog(make_workspace({"catalog/a.yaml": f"{GROUP}---\n{WEB}"}))

    catalog, web = loaded.value, loaded.value.get("component:web")
    assert (web.path, web.line, web.line_of("spec", "owner")) == ("catalog/a.yaml", 6, 13)
    assert (web.kind, web.name, web.namespace, web.title) == ("Component", "web", "default", "web")
    assert web.owner == EntityRef.parse("group:payments")
    assert [str(entity.ref) for entity in catalog.owned_by("group:payments")] == ["component:default/web"]
    assert catalog.groups == catalog.of_kind("GROUP")
    assert catalog.find("component:nope") is None
    assert catalog.find("::") is None
    assert catalog.owned_by("group:nope") == ()
    with pytest.raises(NotFoundError):
        catalog.get("component:nope")


def test_the_line_of_a_list_item_is_the_one_that_its_author_wrote(make_workspace: MakeWorkspace) -> None:
    web = read_catalog(make_workspace({"catalog/a.yaml": WEB})).value.get("component:web")

    assert web.spec["dependsOn"] == ["resource:a", "resource:z"]
    assert [web.line_of("spec", "dependsOn", at) for at in (0, 1)] == [11, 10]


def test_each_file_hangs_on_a_location_that_waypost_makes(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"catalog/a.yaml": GROUP})

    catalog = read_catalog(workspace).value

    address = f"file:{workspace.root.resolve()}/catalog/a.yaml"
    ref = EntityRef("location", "default", f"generated-{sha1(address.encode()).hexdigest()}")  # noqa: S324
    group = catalog.get("group:payments")
    assert group.parents == (str(ref),)
    assert group.metadata["annotations"]["backstage.io/managed-by-origin-location"] == address
    assert is_generated(ref)
    assert catalog.get(ref).spec == {"type": "file", "target": address.removeprefix("file:")}
    assert catalog.written == (group,)


def test_with_a_web_address_entities_come_from_there(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"catalog/a.yaml": GROUP})
    knowledge = Knowledge()
    knowledge.put(Settings({"workspace.url": "https://github.com/acme/repo/blob/main/"}))

    group = load_catalog(workspace, knowledge).value.get("group:payments")

    notes = group.metadata["annotations"]
    assert (
        notes["backstage.io/managed-by-location"]
        == "url:https://github.com/acme/repo/blob/main/catalog/a.yaml"
    )
    assert notes["backstage.io/edit-url"] == "https://github.com/acme/repo/edit/main/catalog/a.yaml"


@pytest.mark.parametrize(
    "target", ["https://example.org/files/catalog/teams/a.yaml", "https://example.org/files/catalog/*/a.yaml"]
)
def test_a_location_may_name_a_file_by_its_web_address(make_workspace: MakeWorkspace, target: str) -> None:
    workspace = make_workspace({"catalog/all.yaml": location(target), "catalog/teams/a.yaml": GROUP})

    catalog = read_catalog(workspace, "https://example.org/files/").value

    assert catalog.get("group:payments").parents == ("location:default/here",)


def test_a_location_may_name_a_file_by_its_whole_path(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace({"catalog/teams/a.yaml": GROUP})
    inside = location(f"{workspace.root.resolve()}/catalog/teams/a.yaml")
    (workspace.root / "catalog/all.yaml").write_text(inside)

    assert read_catalog(workspace).value.get("group:payments").parents == ("location:default/here",)


def test_a_location_without_a_spec_leads_nowhere(make_workspace: MakeWorkspace) -> None:
    files = {"catalog/a.yaml": location("./b.yaml").replace("spec:", "other:"), "catalog/b.yaml": GROUP}

    loaded = read_catalog(make_workspace(files))

    assert [problem.rule for problem in loaded.problems] == ["catalog/format"]
    assert loaded.value.find("group:payments") is not None


@pytest.mark.parametrize("target", ["./teams/a.yaml", "./teams/*.yaml", "./**/a.yaml"])
def test_a_file_that_a_location_names_is_reached_through_it(
    make_workspace: MakeWorkspace, target: str
) -> None:
    workspace = make_workspace({"catalog/all.yaml": location(target), "catalog/teams/a.yaml": GROUP})

    group = read_catalog(workspace).value.get("group:payments")

    assert group.parents == ("location:default/here",)
    origin = group.metadata["annotations"]["backstage.io/managed-by-origin-location"]
    assert origin.endswith("/catalog/all.yaml")


def test_a_file_may_have_several_parents(make_workspace: MakeWorkspace) -> None:
    both = f"{location('./a.yaml')}---\n{location('./a.yaml', 'there')}"

    catalog = read_catalog(make_workspace({"catalog/all.yaml": both, "catalog/a.yaml": GROUP})).value

    assert catalog.get("group:payments").parents == ("location:default/here", "location:default/there")


def test_files_that_only_lead_to_each_other_are_read_from_the_first(make_workspace: MakeWorkspace) -> None:
    files = {
        "catalog/a.yaml": f"{GROUP}---\n{location('./b.yaml')}",
        "catalog/b.yaml": location("./a.yaml", "back"),
    }

    loaded = read_catalog(make_workspace(files))

    assert loaded.problems == []
    assert len(loaded.value.get("group:payments").parents) == 2


def test_a_target_that_is_not_there_is_told(make_workspace: MakeWorkspace) -> None:
    files = {
        "catalog/a.yaml": location("./nope.yaml"),
        "catalog/b.yaml": location("./nope.yaml\n  presence: optional", "other"),
        "catalog/c.yaml": location("https://example.org/a.yaml", "elsewhere"),
    }

    assert told(list(read_catalog(make_workspace(files)).problems)) == [
        ("catalog/a.yaml", 5, "catalog/missing-target")
    ]


def test_what_is_wrong_is_told_with_its_line_and_hides_nothing_else(make_workspace: MakeWorkspace) -> None:
    wrong = WEB.replace("owner: payments", "owner: 1").replace("name: web", "name: a b")
    files = {
        "catalog/a.yaml": f"{wrong}---\n{GROUP}",
        "catalog/b.yaml": "a: [1\n",
        "catalog/c.yaml": GROUP,
        "catalog/d.yaml": WEB.replace("resource:z", "z"),
        "catalog/e.yaml": b"\xff".decode("latin-1"),
        "catalog/f.yaml": GROUP.replace("payments}", "other, labels: {a: b, A: b}}"),
    }

    loaded = read_catalog(make_workspace(files))

    assert {(path, rule) for path, _, rule in told(list(loaded.problems))} == {
        ("catalog/a.yaml", "catalog/format"),
        ("catalog/b.yaml", "catalog/yaml"),
        ("catalog/c.yaml", "catalog/duplicate"),
        ("catalog/d.yaml", "catalog/reference"),
        ("catalog/e.yaml", "catalog/envelope"),
        ("catalog/f.yaml", "catalog/case-clash"),
    }
    assert ("catalog/d.yaml", 10, "catalog/reference") in told(list(loaded.problems))
    assert [str(entity.ref) for entity in loaded.value.written] == ["group:default/payments"]


def test_a_file_that_is_no_text_is_told(make_workspace: MakeWorkspace) -> None:
    loaded = read_catalog(make_workspace({"catalog/a.yaml": b"a: \xff"}))

    assert told(list(loaded.problems)) == [("catalog/a.yaml", 0, "catalog/unreadable")]


def test_placeholders_take_in_files_beside_the_entity(make_workspace: MakeWorkspace) -> None:
    api = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: a}
spec:
  type: openapi
  lifecycle: production
  owner: payments
  definition: {$text: ./spec.yaml}
  more: [{$json: ./data.json}, {$yaml: ./spec.yaml}, {$other: x}]
"""
    files = {"catalog/a.yaml": api, "catalog/spec.yaml": "openapi: 3.1.0\n", "catalog/data.json": '{"a": 1}'}

    loaded = read_catalog(make_workspace(files))

    spec = loaded.value.get("api:a").spec
    assert (spec["definition"], spec["more"]) == (
        "openapi: 3.1.0\n",
        [{"a": 1}, {"openapi": "3.1.0"}, {"$other": "x"}],
    )
    assert loaded.problems == []


@pytest.mark.parametrize(
    "placeholder",
    ["{$text: ./nope}", "{$text: 1}", "{$json: ./b.txt}", "{$yaml: ./b.txt}", "{$yaml: ./c.txt}"],
)
def test_a_placeholder_that_cannot_be_filled_is_told(make_workspace: MakeWorkspace, placeholder: str) -> None:
    text = GROUP.replace("children: []", f"children: [], mine: {placeholder}")
    files = {"catalog/a.yaml": text, "catalog/b.txt": "a: [", "catalog/c.txt": "a: 1\n---\nb: 2\n"}

    loaded = read_catalog(make_workspace(files))

    assert told(list(loaded.problems)) == [("catalog/a.yaml", 4, "catalog/placeholder")]


def test_own_kinds_are_left_to_their_features(make_workspace: MakeWorkspace) -> None:
    card = "apiVersion: waypost.dev/v1alpha1\nkind: Scorecard\nmetadata: {name: ready}\nspec: {}\n"

    loaded = read_catalog(make_workspace({"catalog/a.yaml": card}))

    (found,) = loaded.value.definitions_of("Scorecard")
    assert (found.kind, found.name, found.path, found.line, found.line_of("spec")) == (
        "Scorecard", "ready", "catalog/a.yaml", 1, 4,
    )  # fmt: skip
    assert loaded.value.entities == {}


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        pytest.param(("Scorecard", "Scorcard"), "Did you mean 'Scorecard'?", id="kind"),
        pytest.param(
            ("Scorecard", "Poem"),
            "The kinds are Campaign, Exemption, FactSource, Scorecard.",
            id="kind like no other",
        ),
        pytest.param(("v1alpha1", "v2"), "Write waypost.dev/v1alpha1.", id="version"),
        pytest.param(("name: ready", "title: x"), "Add 'name'.", id="name"),
    ],
)
def test_an_own_document_that_nobody_reads_is_told(
    make_workspace: MakeWorkspace, change: tuple[str, str], fix: str
) -> None:
    card = "apiVersion: waypost.dev/v1alpha1\nkind: Scorecard\nmetadata: {name: ready}\n".replace(*change)

    loaded = read_catalog(make_workspace({"catalog/a.yaml": card}))

    assert [(problem.rule, problem.fix) for problem in loaded.problems] == [("catalog/definition", fix)]


def test_an_address_that_runs_a_script_is_replaced(make_workspace: MakeWorkspace) -> None:
    text = GROUP.replace("payments}", 'payments, annotations: {backstage.io/view-url: " JavaScript:x()"}}')

    group = read_catalog(make_workspace({"catalog/a.yaml": text})).value.get("group:payments")

    assert group.metadata["annotations"]["backstage.io/view-url"].endswith("rejected-for-security-reasons")


def test_a_workspace_without_a_catalog_has_an_empty_one(make_workspace: MakeWorkspace) -> None:
    assert read_catalog(make_workspace({})).value == Catalog()


def test_a_file_of_the_folder_has_an_entity_before_one_that_a_location_leads_to(
    make_workspace: MakeWorkspace,
) -> None:
    location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {target: ../other/e.yaml}\n"
    entity = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec: {type: team, children: []}\n"
    workspace = make_workspace(
        {"catalog/a.yaml": location, "catalog/sub/d.yaml": entity, "other/e.yaml": entity}
    )

    loaded = read_catalog(workspace)

    assert loaded.value.get("group:default/g").path == "catalog/sub/d.yaml"
    assert [problem.path for problem in loaded.problems] == ["other/e.yaml"]
