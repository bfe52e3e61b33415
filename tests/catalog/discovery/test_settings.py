"""Facts about the settings of discovery."""

from __future__ import annotations

from pathlib import Path

import pytest

import build
from waypost.catalog import plugin
from waypost.catalog.discovery.finding import (
    read_providers,
)
from waypost.core.errors import SettingError
from waypost.core.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"organization": "acme"},
            "'discovery.x.provider' is ''. Set it to one of github, gitlab, git, http.",
        ),
        ({"provider": "github"}, "'discovery.x.organization' must be set for the provider 'github'"),
        ({"provider": "gitlab", "group": "/"}, "'discovery.x.group' must be set for the provider 'gitlab'"),
        (
            {"provider": "gitlab", "group": "a", "organization": "b"},
            "'discovery.x.organization' is nothing that the provider 'gitlab' knows",
        ),
        (
            {"provider": "http", "url": "u", "path": "p"},
            "'discovery.x.path' is nothing that the provider 'http' knows",
        ),
        (
            {"provider": "github", "organization": "a", "host": "git.acme.org"},
            "'discovery.x.host' is 'git.acme.org': name that host in 'catalog.github_hosts' too",
        ),
    ],
)
def test_a_provider_that_cannot_be_is_told(values: dict[str, str], message: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_providers(Settings({f"discovery.x.{name}": value for name, value in values.items()}))

    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('provider = "svn"', "'discovery.x.provider' is 'svn': the providers are github, gitlab, git, http"),
        ('repositories = "("', "'discovery.x.repositories' is no regular expression: "),
        ('every = "PT5S"', "'discovery.x.every' must be PT1M or more"),
        ('every = "daily"', "'discovery.x.every' is wrong: 'daily' is no duration"),
        (
            'path = "../a.yaml"',
            "'discovery.x.path' is '../a.yaml': write the path of a file in the repository",
        ),
        ('topic = ["a"]', "no setting is named 'discovery.x.topic'; did you mean 'discovery.<name>.topics'?"),
    ],
)
def test_a_setting_that_cannot_be_is_told_when_it_is_read(tmp_path: Path, line: str, message: str) -> None:
    build.write_files(tmp_path, {"waypost.toml": f"[discovery.x]\n{line}\n"})

    with pytest.raises(SettingError) as raised:
        read_settings(plugin.settings, tmp_path / "waypost.toml", {})

    assert str(raised.value).startswith(f"waypost.toml: {message}")


def test_folders_are_told_from_the_root_on(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"waypost.toml": "[catalog]\ngit_folders = ['git']\n"})

    with pytest.raises(SettingError, match=r"'catalog\.git_folders' holds 'git': write the whole path"):
        read_settings(plugin.settings, tmp_path / "waypost.toml", {})
