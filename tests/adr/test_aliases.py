from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

import build
from adr.conftest import See, own
from waypost.adr import service
from waypost.adr.aliases import page_name
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Knowledge


def test_a_decision_is_found_by_the_names_that_it_had(see: See) -> None:
    decisions = see(
        {"adr/0007-one-gateway.md": own(aliases="[draft-one-gateway, 0006-one-gateway]")}
    ).decisions

    assert {
        decisions.get(name).id for name in ("draft-one-gateway", "DRAFT-one-gateway", "0006-one-gateway")
    } == {"0007"}


def test_an_alias_supersedes_as_well_as_a_number(see: See) -> None:
    seen = see(
        {
            "adr/0007-a.md": own(aliases="[draft-a]"),
            "adr/0008-b.md": own(uid="b1b2c3d4", supersedes="[draft-a]"),
        }
    )

    assert seen.decisions.get("0007").superseded_by == ("0008",)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param(
            {"adr/0007-a.md": own(aliases="[draft-b]"), "adr/draft-b.md": own(uid="b1b2c3d4")},
            ("adr/draft-b.md", "has the name 'draft-b', which adr/0007-a.md had before"),
            id="a name that is taken again",
        ),
        pytest.param(
            {
                "adr/0007-a.md": own(aliases="[draft-x]"),
                "adr/0008-b.md": own(uid="b1b2c3d4", aliases="[draft-x]"),
            },
            ("adr/0008-b.md", "its former name 'draft-x' is also one of adr/0007-a.md"),
            id="two had it",
        ),
    ],
)
def test_a_name_that_two_have_is_told(see: See, files: dict[str, str], told: tuple[str, str]) -> None:
    found = [(p.path, p.message) for p in see(files).problems if p.rule == "adr/alias"]

    assert found == [told]


def test_its_own_names_are_no_problem(see: See) -> None:
    seen = see({"adr/0007-one-gateway.md": own(aliases="[draft-one-gateway]")})

    assert "adr/alias" not in seen.rules


def test_the_api_answers_by_a_former_name(see: See, connection: Connection) -> None:
    knowledge: Knowledge = see({"adr/0007-one-gateway.md": own(aliases="[draft-one-gateway]")}).knowledge
    service.sync_decisions(build.context(connection, knowledge))

    assert service.get_decision(connection, "draft-One-gateway")["id"] == "0007"
    with pytest.raises(NotFoundError):
        service.get_decision(connection, "draft-other")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("draft-one-gateway", "one-gateway"),
        ("0006-one-gateway", "0006-one-gateway"),
        ("draft-設計", "draft-設計"),
    ],
)
def test_the_old_address_is_the_one_that_the_page_had(see: See, name: str, page: str) -> None:
    assert page_name(name) == page
    assert see({f"adr/{name}.md": own()}).only.page_uri == f"decisions/{page}.md"


def test_the_site_leads_on_from_every_old_address_without_a_server(tmp_path: Path) -> None:
    build.write_files(
        tmp_path,
        {
            "adr/0007-one-gateway.md": own(
                title="One <b>gateway</b>", aliases="[draft-one-gateway, draft-b]"
            ),
            "adr/draft-b.md": own(uid="b1b2c3d4", status="draft", title="B"),
            "site/index.md": "# Home\n\n[[adr:draft-one-gateway]]\n",
        },
    )

    done = build.run_waypost("build", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    site = tmp_path / "build/site"
    page = (site / "decisions/one-gateway/index.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=../0007-one-gateway/">' in page
    assert '<link rel="canonical" href="../0007-one-gateway/">' in page
    assert "<title>One &lt;b&gt;gateway&lt;/b&gt;</title>" in page
    assert (site / "decisions/0007-one-gateway/index.html").is_file()
    # An address that another decision has is that one's.
    assert "refresh" not in (site / "decisions/b/index.html").read_text(encoding="utf-8")
    assert 'href="decisions/0007-one-gateway/"' in (site / "index.html").read_text(encoding="utf-8")
    assert "one-gateway/index" not in (site / "sitemap.xml").read_text(encoding="utf-8")
