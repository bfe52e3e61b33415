from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer

import build
from site_files import FILES

CONFIG = "site_name: Ours\ndocs_dir: site\nsite_dir: build/site\nplugins: [search, waypost]\n"


def mkdocs(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *arguments],
        cwd=root,
        env=os.environ | {"NO_COLOR": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_plain_mkdocs_builds_the_whole_site(tmp_path: Path) -> None:
    theme = "theme: {name: material, font: false}\nmarkdown_extensions: [attr_list, md_in_html, waypost]\n"
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG + theme})

    done = mkdocs(tmp_path, "--strict")

    assert done.returncode == 0, done.stderr
    page = (tmp_path / "build/site/runbooks/disk/index.html").read_text(encoding="utf-8")
    assert '<div class="wp-head"' in page
    assert not (tmp_path / ".waypost/waypost.db").exists()


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG})

    done = mkdocs(tmp_path, WAYPOST_SITE_BACKENT="x")

    assert done.returncode == 1
    assert "did you mean 'WAYPOST_SITE_BACKEND'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_wrong_with_a_setting_reaches_mkdocs_in_words(tmp_path: Path) -> None:
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG, "waypost.toml": "[site]\nbackent = 1\n"})
    config = load_config(str(tmp_path / "mkdocs.yml"))

    with pytest.raises(PluginError, match=r"did you mean 'site\.backend'"):
        config.plugins.on_config(config)


def test_pages_of_other_plugins_are_left_alone(tmp_path: Path) -> None:
    hook = """
from mkdocs.structure.files import File


def on_files(files, config):
    files.append(File.generated(config, "other.md", content="# Other"))
"""
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG + "hooks: [hook.py]\n", "hook.py": hook})

    done = mkdocs(tmp_path, "--strict")

    assert done.returncode == 0, done.stderr
    assert "Other</h1>" in (tmp_path / "build/site/other/index.html").read_text(encoding="utf-8")


def test_a_navigation_of_ones_own_is_kept(tmp_path: Path) -> None:
    nav = "nav: [{Start: index.md}]\n"
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG + nav})

    done = mkdocs(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Start" in (tmp_path / "build/site/index.html").read_text(encoding="utf-8")


def test_serving_watches_what_the_site_is_made_from(tmp_path: Path) -> None:
    build.write_files(tmp_path, {**FILES, "mkdocs.yml": CONFIG})
    config = load_config(str(tmp_path / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    config.plugins.on_config(config)
    server = LiveReloadServer(lambda: None, host="127.0.0.1", port=0, root=str(tmp_path))

    config.plugins.on_serve(server, config=config, builder=lambda: None)

    assert {Path(path).name for path in server._watched_paths} == {"catalog", "adr"}
    config.plugins.on_build_error(error=RuntimeError())
    server.server_close()
