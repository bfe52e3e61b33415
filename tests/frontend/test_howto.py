"""The how-to page tells the truth: what it says to set is what these tests run on."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from frontend.building import APP, APP_URL, BACKEND_URL
from waypost.core.host import all_settings, find_plugins
from waypost.core.loopback import refuse_beyond_loopback
from waypost.core.settings import (
    AUTH_GUEST,
    SERVER_CORS_CREDENTIALS,
    SERVER_CORS_ORIGINS,
    SERVER_PORT,
    read_settings,
)

PAGE = Path(__file__).parents[2] / "site/how-to/use-a-backstage-frontend.md"


def blocks(language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def test_its_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "waypost.toml"
    file.write_text("".join(blocks("toml")), encoding="utf-8")

    settings = read_settings(all_settings(find_plugins()), file, environment={})

    assert settings[AUTH_GUEST] is True
    refuse_beyond_loopback(settings, "127.0.0.1")
    assert settings[SERVER_CORS_ORIGINS] == (APP_URL,)
    assert settings[SERVER_CORS_CREDENTIALS] is True
    assert BACKEND_URL.endswith(f":{settings[SERVER_PORT]}")


def test_its_configuration_is_that_of_the_app_under_test() -> None:
    said = yaml.safe_load(blocks("yaml")[0])
    used = yaml.safe_load((APP / "app-config.yaml").read_text(encoding="utf-8"))

    assert said == {"app": {"baseUrl": APP_URL}, "backend": {"baseUrl": BACKEND_URL}}
    assert used["app"]["baseUrl"] == APP_URL
    assert used["backend"]["baseUrl"] == BACKEND_URL
