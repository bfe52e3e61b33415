from __future__ import annotations

import re
from pathlib import Path

import pytest

import build
from site_files import FILES, BuildSite, Lines
from waypost.core.host import open_host
from waypost.site.build import BuildError, build_site


def test_a_whole_workspace_builds_without_a_warning(build_files: BuildSite) -> None:
    built = build_files()

    assert built.said == []
    assert built.report.warnings == 0
    for address in (
        "",
        "catalog",
        "catalog/component/default/checkout",
        "catalog/group/default/payments",
        "decisions",
        "decisions/0001-use-a-queue",
        "runbooks",
        "runbooks/disk",
        "reference/api",
        "reference/settings",
        "reference/commands",
        "reference/checks",
    ):
        assert "<h1" in built.page(address)


def test_an_entity_page_says_who_to_call_and_escapes_what_the_catalog_says(build_files: BuildSite) -> None:
    page = build_files().page("catalog/component/default/checkout")

    assert "Checkout &lt;&amp;&gt;" in page
    assert "<title>Checkout &lt;" in page
    assert "<b>safely</b>" not in page
    assert "javascript:" not in page
    first, chat = page.index("Payments on call"), page.index("#payments")
    assert first < chat
    assert 'href="mailto:p@example.com"' in page
    assert 'href="../../../../catalog/group/default/payments/"' in page
    assert 'href="../../../../runbooks/disk/"' in page
    assert 'href="../../../../catalog/resource/default/db/"' in page


def test_a_team_page_lists_what_it_owns_and_its_runbooks(build_files: BuildSite) -> None:
    page = build_files().page("catalog/group/default/payments")

    assert "Orders database" in page
    assert 'href="../../../../catalog/component/default/checkout/"' in page
    assert 'href="../../../../runbooks/disk/"' in page


def test_links_between_repository_files_lead_to_their_pages(build_files: BuildSite) -> None:
    built = build_files()

    runbook, decision = built.page("runbooks/disk"), built.page("decisions/0001-use-a-queue")
    assert 'href="../../decisions/0001-use-a-queue/"' in runbook
    assert 'href="../../catalog/component/default/checkout/"' in runbook
    assert "../../Makefile: a file of the repository" in runbook
    assert 'href="../../runbooks/disk/"' in decision
    assert 'href="../../catalog/component/default/checkout/"' in decision


def test_files_of_the_repository_and_edits_lead_to_the_forge(build_files: BuildSite) -> None:
    built = build_files(**{"workspace.url": "https://git.example.com/w/blob/main/"})

    assert 'href="https://git.example.com/w/blob/main/Makefile"' in built.page("runbooks/disk")
    edit = 'href="https://git.example.com/w/blob/main/adr/0001-use-a-queue.md"'
    assert edit in built.page("decisions/0001-use-a-queue")


def test_a_page_says_what_it_is_and_when_it_was_read_again(build_files: BuildSite) -> None:
    page = build_files().page("runbooks/disk")

    head = page[page.index('<div class="wp-head"') :]
    assert page.index("</h1>") < page.index('<div class="wp-head"')
    assert re.sub(r"<[^>]+>", " ", head[: head.index("</div>")]).split() == (
        ["Runbook", "Active", "Owned", "by", "Payments"]
    )
    assert "read on 2026-11-01" in head
    assert "DiskFull" in head
    assert "md-status" not in page


def test_an_embed_is_filled_and_says_when(build_files: BuildSite) -> None:
    page = build_files().page("runbooks/disk")

    assert re.search(
        r'<waypost-owner class="wp-embed" data-at="[^"]+" ref="component:default/checkout">'
        r'<span class="wp-value"><a class="wp-ref" href="../../catalog/group/default/payments/"[^>]*>Payments</a>',
        page,
    )


def test_nothing_is_loaded_from_another_host(build_files: BuildSite) -> None:
    built = build_files()

    for file in built.root.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//', text), file
        assert not re.search(r'<link[^>]+href="(?:https?:)?//', text), file
    css = (built.root / "assets/waypost.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_what_an_author_wrote_comes_before_a_generated_index(build_files: BuildSite) -> None:
    built = build_files(
        {**FILES, "site/runbooks/index.md": "---\ntitle: Ours\n---\n# Our runbooks\n\nRead them calmly.\n"}
    )

    page = built.page("runbooks")
    assert page.index("Our runbooks") < page.index("Read them calmly") < page.index("DiskFull")


def test_broken_pages_are_told_and_the_good_are_published(build_files: BuildSite) -> None:
    built = build_files(
        {
            **FILES,
            "site/latin.md": b"# Caf\xe9\n",
            "site/front.md": "---\n{ [ broken\n---\n# Front\n\nStill read.\n",
            "site/embed.md": '# E\n\n<waypost-owner ref="component:default/gone"> <waypost-nothing>\n\n[[component:default/gone]]\n',
            "site/link.md": "# L\n\n[gone](gone.md)\n",
        }
    )

    assert "Still read." in built.page("front")
    assert "broken" not in built.page("front")
    assert "Caf" in built.page("latin")
    assert "No value: no entity is named" in built.page("embed")
    told = "\n".join(built.said)
    for said in (
        "latin.md: is not UTF-8",
        "embed.md: <waypost-owner>: no entity is named 'component:default/gone'",
        "embed.md: no embed is named <waypost-nothing>",
        "embed.md: [[component:default/gone]]: no entity is named 'component:default/gone'",
        "link.md' contains a link 'gone.md'",
    ):
        assert said in told


def test_a_page_that_cannot_be_rendered_is_left_out(build_files: BuildSite) -> None:
    built = build_files({**FILES, "site/deep.md": "\n".join("    " * n + "- x" for n in range(400))})

    assert not (built.root / "deep").exists()
    assert "deep.md" in "\n".join(built.said)
    assert "<h1" in built.page("runbooks/disk")


def test_a_strict_build_fails_on_a_warning_and_leaves_the_old_site(build_files: BuildSite) -> None:
    built = build_files()
    before = built.page("")

    with pytest.raises(BuildError, match="1 warning"):
        build_files({**FILES, "site/link.md": "[gone](gone.md)"}, strict=True)

    assert built.page("") == before
    assert [path.name for path in built.root.parent.iterdir()] == ["site"]


def test_a_strict_build_names_the_page_that_broke(build_files: BuildSite) -> None:
    deep = "\n".join("    " * n + "- x" for n in range(400))

    with pytest.raises(BuildError, match=r"deep\.md: "):
        build_files({**FILES, "site/deep.md": deep}, strict=True)


def test_a_page_that_breaks_a_site_without_our_plugin_is_not_left_out(build_files: BuildSite) -> None:
    files = {
        "site/deep.md": "\n".join("    " * n + "- x" for n in range(400)),
        "mkdocs.yml": "site_name: x\ndocs_dir: site\nsite_dir: out\nplugins: []\n",
    }

    with pytest.raises(RecursionError):
        build_files(files)


def test_a_new_site_takes_the_place_of_the_old(build_files: BuildSite) -> None:
    build_files({**FILES, "site/old.md": "# Old"})

    (build_files(FILES).root.parents[1] / "workspace/site/old.md").unlink()
    built = build_files(FILES)

    assert not (built.root / "old").exists()
    assert [path.name for path in built.root.parent.iterdir()] == ["site"]


def test_a_site_cannot_be_built_into_its_own_pages(tmp_path: Path) -> None:
    workspace = build.workspace(tmp_path, FILES)

    with (
        open_host(workspace.root) as host,
        pytest.raises(BuildError, match="should not be within the 'docs_dir'"),
    ):
        build_site(host, tmp_path / "site" / "out", strict=False, progress=Lines())


def test_a_page_says_which_files_show_decisions_and_documents(build_files: BuildSite) -> None:
    decision = """---
uid: abc
title: Cache it
status: accepted
affects: [component:default/checkout]
---
# Cache it
"""
    built = build_files(
        {
            **FILES,
            "adr/0002-cache-it.md": decision,
            "site/how-to/x.md": "---\nkind: guide\ntitle: How to x\nowner: group:default/payments\nabout: [component:default/checkout]\n---\n# How to x\n\n[[adr:0009]] [[template:none/x]]\n",
        }
    )

    page = built.page("catalog/component/default/checkout")
    assert 'href="../../../../decisions/0002-cache-it/">0002 Cache it</a>' in page
    assert 'href="../../../../how-to/x/">How to x</a> <small>guide</small>' in page
    assert 'href="../../../../how-to/x/">How to x</a>' in built.page("catalog/group/default/payments")
    assert '<span class="wp-ref" title="no decision is named \'0009\'">adr:0009</span>' in built.page(
        "how-to/x"
    )
    assert "[[template:none/x]]" in built.page("how-to/x")


def test_a_value_that_is_missing_on_many_pages_is_told_once(build_files: BuildSite) -> None:
    owner = '<waypost-owner ref="component:default/checkout">'
    files = {**FILES, "site/a.md": f"# A\n\n{owner} {owner}", "site/b.md": f"# B\n\n{owner}"}

    built = build_files(files, **{"site.backend": "http://127.0.0.1:9"})

    assert sum("values of embeds are missing" in line for line in built.said) == 1
    assert "No values of scorecards: " in built.page("catalog/component/default/checkout")


def test_a_backend_that_is_away_is_told_once_and_values_are_missing(build_files: BuildSite) -> None:
    built = build_files(**{"site.backend": "http://127.0.0.1:9"})

    assert "values of embeds are missing: the backend at http://127.0.0.1:9 cannot be reached" in "\n".join(
        built.said
    )
    assert 'class="wp-missing">No value: the backend at' in built.page("runbooks/disk")


def test_a_folder_without_pages_still_gets_a_site(build_files: BuildSite) -> None:
    built = build_files({"adr/0001-use-a-queue.md": DECISION_ALONE})

    assert "Use a queue" in built.page("decisions")
    assert "All decisions" in built.page("")


def test_an_empty_folder_gets_a_home_page(build_files: BuildSite) -> None:
    assert "<h1" in build_files({"README.txt": "nothing"}).page("")


def test_the_same_commit_gives_the_same_pages(build_files: BuildSite, tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    plain = "site_name: x\ndocs_dir: site\nsite_dir: out\ntheme: mkdocs\nplugins: [waypost]\n"
    build.write_files(tmp_path / "workspace", {**FILES, "mkdocs.yml": plain})
    build.commit(tmp_path / "workspace")

    page = build_files().page("")

    assert "Build Date UTC : 2026-11-02 12:00:00" in page


def test_a_workspace_may_have_a_configuration_of_its_own(build_files: BuildSite) -> None:
    built = build_files(
        {
            **FILES,
            "mkdocs.yml": "site_name: Mine\ndocs_dir: site\nsite_dir: build/site\nplugins: [search, waypost]\ntheme: mkdocs\nmarkdown_extensions: [attr_list, md_in_html]\n",
        }
    )

    assert "Mine" in built.page("")
    assert 'href="../../catalog/component/default/checkout/"' in built.page("runbooks/disk")


def test_a_wrong_configuration_is_told_in_words(build_files: BuildSite) -> None:
    with pytest.raises(BuildError, match="no_such_plugin"):
        build_files(
            {
                **FILES,
                "mkdocs.yml": "site_name: x\ndocs_dir: site\nsite_dir: out\nplugins: [no_such_plugin]\n",
            }
        )


DECISION_ALONE = (
    FILES["adr/0001-use-a-queue.md"]
    .replace("[the runbook](../site/runbooks/disk.md)", "it")
    .replace("[the catalog](../catalog/all.yaml)", "it")
)


def test_what_is_not_in_the_catalog_is_named_without_a_link(build_files: BuildSite) -> None:
    entities = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: a}
spec: {type: service, lifecycle: production, owner: nobody, dependsOn: ["resource:gone"]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: idle}
spec: {type: team, children: []}
"""
    path = "---\nkind: standard\ntitle: Our rules\n---\n# Our rules\n"

    built = build_files({"catalog/a.yaml": entities, "site/rules.md": path})

    page = built.page("catalog/component/default/a")
    assert '<span class="wp-ref" title="not in the catalog">resource:default/gone</span>' in page
    assert "group:default/nobody (not in the catalog)" in page
    assert "<table" not in built.page("catalog/group/default/idle")


def test_pages_are_counted_as_they_are_made(build_files: BuildSite) -> None:
    built = build_files()

    assert {"Rendering pages", "Writing pages"} <= set(built.tracked)


def test_a_page_of_an_entity_leads_back_to_the_catalog(build_files: BuildSite) -> None:
    page = build_files().page("catalog/component/default/checkout")

    crumbs = page[page.index('aria-label="Breadcrumbs"') :]
    assert 'href="../../../"' in crumbs[: crumbs.index("</nav>")]


def test_an_address_without_a_page_leads_on(build_files: BuildSite) -> None:
    built = build_files()

    missing = (built.root / "404.html").read_text()
    assert "<h1>Not found</h1>" in missing
    assert '<li><a href="/runbooks/">Runbooks</a></li>' in missing
    assert 'aria-label="Search"' in missing
