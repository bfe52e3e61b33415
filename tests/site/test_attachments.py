from __future__ import annotations

from pathlib import Path

import pytest

import build
from site_files import FILES, BuildSite
from waypost.core.plugin import SitePage
from waypost.site.attachments import find_attachments

SOURCE = "adr/0001-use-a-queue.md"
PICTURE = "\x89PNG"


def page(source: str = SOURCE) -> SitePage:
    return SitePage("decisions/0001-use-a-queue.md", "A", "", source=source)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        pytest.param(
            "![a](images/a.png)", {"adr/images/a.png": "decisions/files/adr/images/a.png"}, id="a picture"
        ),
        pytest.param(
            "[a](../docs/b%20c.pdf)", {"docs/b c.pdf": "decisions/files/docs/b c.pdf"}, id="beside it"
        ),
        pytest.param("[a](deploy.yaml)", {}, id="what is read in the repository"),
        pytest.param("![a](gone.png)", {}, id="nothing there"),
        pytest.param("![a](../../out.png)", {}, id="outside of the workspace"),
        pytest.param("![a](.secret/a.png)", {}, id="hidden"),
        pytest.param("![a](https://example.com/images/a.png)", {}, id="another host"),
        pytest.param("![a](http://[/a.png)", {}, id="no address at all"),
        pytest.param("![a](../site/c.png)", {}, id="published already"),
    ],
)
def test_what_a_page_shows_goes_beside_it(tmp_path: Path, link: str, found: dict[str, str]) -> None:
    files = {
        SOURCE: f"# A\n\n{link}\n",
        "adr/images/a.png": PICTURE,
        "adr/.secret/a.png": PICTURE,
        "adr/deploy.yaml": "a: 1\n",
        "docs/b c.pdf": PICTURE,
        "site/c.png": PICTURE,
    }
    workspace = build.workspace(tmp_path / "workspace", files)
    (tmp_path / "out.png").write_text(PICTURE)

    assert find_attachments([page()], workspace, {"site/c.png": ""}) == found


def test_a_source_that_is_no_text_shows_nothing(tmp_path: Path) -> None:
    workspace = build.workspace(tmp_path / "workspace", {SOURCE: b"\xff\xfe\xfd"})

    assert find_attachments([page(), page("catalog/a.yaml")], workspace, {}) == {}


def test_the_pictures_of_a_decision_are_on_the_site(build_files: BuildSite) -> None:
    text = str(FILES[SOURCE]) + "\n![Flow](images/flow.svg)\n"

    built = build_files({**FILES, SOURCE: text, "adr/images/flow.svg": "<svg></svg>"}, strict=True)

    assert 'src="../files/adr/images/flow.svg"' in built.page("decisions/0001-use-a-queue")
    assert (built.root / "decisions/files/adr/images/flow.svg").read_text() == "<svg></svg>"
