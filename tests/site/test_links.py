from __future__ import annotations

import pytest

from waypost.site.links import SiteMap, resolve_link

SITE = SiteMap(
    uris=frozenset(
        {
            "index.md",
            "how-to/x.md",
            "decisions/0007-cel.md",
            "decisions/0001-adr.md",
            "catalog/system/default/edge.md",
        }
    ),
    page_of={
        "adr/0007-cel.md": "decisions/0007-cel.md",
        "adr/0001-adr.md": "decisions/0001-adr.md",
        "catalog/edge.yaml": "catalog/system/default/edge.md",
        "site/how-to/x.md": "how-to/x.md",
        "site/index.md": "index.md",
    },
    source_of={
        "decisions/0007-cel.md": "adr/0007-cel.md",
        "how-to/x.md": "site/how-to/x.md",
        "index.md": "site/index.md",
    },
    exists=lambda path: path in {"Makefile", "backend/waypost/core/web.py"},
)


@pytest.mark.parametrize(
    ("uri", "target", "leads_to"),
    [
        pytest.param("how-to/x.md", "http://[", None, id="no address at all"),
        pytest.param("how-to/x.md", "../index.md#a", "../index.md#a", id="a page is left to MkDocs"),
        pytest.param(
            "how-to/x.md", "../../adr/0007-cel.md#why", "../decisions/0007-cel.md#why", id="a decision"
        ),
        pytest.param(
            "how-to/x.md", "../../catalog/edge.yaml", "../catalog/system/default/edge.md", id="an entity"
        ),
        pytest.param("decisions/0007-cel.md", "0001-adr.md", "0001-adr.md", id="a decision beside it"),
        pytest.param(
            "decisions/0007-cel.md", "../site/how-to/x.md", "../how-to/x.md", id="a page from a decision"
        ),
        pytest.param("decisions/0007-cel.md", "../site/", "../index.md", id="a folder is its index"),
        pytest.param("index.md", "../Makefile", None, id="a file that is not on the site"),
        pytest.param("index.md", "gone.md", "gone.md", id="what nobody knows is left to be reported"),
        pytest.param(
            "index.md", "../../../etc/passwd", "../../../etc/passwd", id="nothing outside is looked at"
        ),
        pytest.param("index.md", "https://example.com/a.md", "https://example.com/a.md", id="another host"),
        pytest.param("index.md", "#here", "#here", id="the same page"),
        pytest.param("index.md", "/api/catalog", "/api/catalog", id="from the root"),
    ],
)
def test_links_lead_where_their_author_meant(uri: str, target: str, leads_to: str | None) -> None:
    assert resolve_link(SITE, uri, target) == leads_to


def test_files_lead_to_the_forge_where_the_workspace_names_it() -> None:
    site = SiteMap(
        uris=SITE.uris,
        source_of=SITE.source_of,
        exists=SITE.exists,
        files_url="https://git.example.com/w/blob/main/",
    )

    assert resolve_link(site, "index.md", "../Makefile") == "https://git.example.com/w/blob/main/Makefile"
