from __future__ import annotations

import os
from pathlib import Path

import pytest

from waypost.site.strays import find_strays


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param("/etc", ["site/link is a link that leads out of the workspace"], id="a folder outside"),
        pytest.param(
            "/etc/hosts", ["site/link is a link that leads out of the workspace"], id="a file outside"
        ),
        pytest.param(".", ["site/link is a link to a folder around it"], id="its own folder"),
        pytest.param("..", ["site/link is a link to a folder around it"], id="the workspace"),
        pytest.param("/dev/null/x", [], id="nowhere"),
        pytest.param("link", [], id="itself"),
        pytest.param("../adr", [], id="another folder of the workspace"),
        pytest.param("../README.md", [], id="a file of the workspace"),
        pytest.param("../pipe", ["site/link is a link to what is no file"], id="a pipe"),
    ],
)
def test_links_may_lead_only_to_what_the_workspace_holds(
    tmp_path: Path, target: str, told: list[str]
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "adr").mkdir()
    (tmp_path / "README.md").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "site" / "link").symlink_to(target)

    assert list(find_strays(tmp_path / "site", tmp_path)) == told


def test_a_pipe_among_the_pages_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.md").touch()
    os.mkfifo(tmp_path / "deep" / "pipe.md")

    assert list(find_strays(tmp_path, tmp_path)) == [f"{tmp_path.name}/deep/pipe.md is no file"]
