"""Facts about the settings of fetching."""

from __future__ import annotations

from pathlib import Path

import pytest

import build
from waypost.core.errors import SettingError
from waypost.core.fetch.fetcher import open_fetcher
from waypost.core.fetch.settings import ALLOW, FETCH_SETTINGS, PRIVATE, TOKENS
from waypost.core.settings import Settings, read_settings


def _read(tmp_path: Path, text: str, **environment: str) -> Settings:
    build.write_files(tmp_path, {"waypost.toml": text})
    return read_settings(FETCH_SETTINGS, tmp_path / "waypost.toml", environment)


def test_they_are_read_from_a_file(tmp_path: Path) -> None:
    text = '[fetch]\nallow = ["github.com/acme"]\nprivate = ["10.0.0.0/8"]\n[fetch.tokens]\n"github.com" = "GH"\ngit.acme.org = "GL"\n'

    settings = _read(tmp_path, text)

    assert settings[ALLOW] == ("github.com/acme",)
    assert settings[PRIVATE] == ("10.0.0.0/8",)
    assert settings[TOKENS] == {"github.com": "GH", "git.acme.org": "GL"}


def test_they_are_read_from_the_environment(tmp_path: Path) -> None:
    variables = {
        "WAYPOST_FETCH_ALLOW": "github.com, [::1]:80",
        "WAYPOST_FETCH_TOKENS": "github.com=GH, git.acme.org:8443=GL",
    }

    settings = _read(tmp_path, "", **variables)

    assert settings[ALLOW] == ("github.com", "[::1]:80")
    assert settings[TOKENS] == {"github.com": "GH", "git.acme.org:8443": "GL"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('allow = ["ftp://a"]', "'fetch.allow' holds 'ftp://a': only http and https are fetched"),
        ('allow = ["a b"]', "'fetch.allow' holds 'a b': it holds a blank"),
        ('allow = ["a*.org"]', "'fetch.allow' holds 'a*.org': "),
        ('allow = ["a?b"]', "'fetch.allow' holds 'a?b': write a host or the beginning"),
        ('private = ["10.0.0.1/8"]', "'fetch.private' holds '10.0.0.1/8': write a host"),
        ('private = ["10.0.0"]', "'fetch.private' holds '10.0.0': write a host"),
        ('tokens = {"https://a" = "B"}', "'fetch.tokens' names 'https://a': write a host"),
        ('tokens = {"a.org" = "B C"}', "'fetch.tokens' must name an environment variable for a.org"),
        ('tokens = {"a.org" = 1}', "'fetch.tokens' must be a table of texts"),
        ('tokens = "a"', "'fetch.tokens' must be a table of texts, not 'a'"),
        ("timeout-s = 0", "'fetch.timeout-s' must be more than 0"),
        ("max-bytes = -1", "'fetch.max-bytes' must be more than 0"),
    ],
)
def test_a_wrong_value_is_told(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        _read(tmp_path, f"[fetch]\n{line}\n")

    assert str(raised.value).startswith(f"waypost.toml: {message}")


def test_a_token_in_a_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as raised:
        _read(tmp_path, '[fetch.tokens]\n"github.com" = "ghp_abcdefghijklmnopqrstuvwxyz"\n')

    assert "holds a token for github.com" in str(raised.value)
    assert "ghp_" not in str(raised.value)


@pytest.mark.parametrize(
    "values", [{ALLOW.name: ("ftp://a",)}, {PRIVATE.name: ("a b",)}, {TOKENS.name: {"a b": "X"}}]
)
def test_values_that_never_came_from_a_file_are_held_to_the_same(values: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        open_fetcher(Settings(values))
