from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.core.errors import SettingError
from waypost.core.settings import (
    DATABASE_URL,
    HOST_SETTINGS,
    SERVER_PORT,
    WORKSPACE_NAME,
    Setting,
    Settings,
    parse_setting,
    read_settings,
)

REPOSITORY = Path(__file__).parents[2]
COLOUR = Setting("look.colour", "blue", "Colour.")
RATIO = Setting("look.ratio", 0.5, "Ratio.")
BRIGHT = Setting("look.is-bright", False, "Bright.")
TAGS = Setting("look.tags", (), "Tags.")
KEY = Setting("look.key", "", "Key.", secret=True)
TABLE: tuple[Setting[Any], ...] = (*HOST_SETTINGS, COLOUR, RATIO, BRIGHT, TAGS, KEY)


def read(tmp_path: Path, text: str = "", *overrides: str, **environment: str) -> Settings:
    build.write_files(tmp_path, {"waypost.toml": text})
    return read_settings(TABLE, tmp_path / "waypost.toml", environment, overrides)


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    settings = read_settings(TABLE, tmp_path / "none.toml", {})

    assert settings[SERVER_PORT] == 7007
    assert settings[WORKSPACE_NAME] == "Waypost"


def test_the_later_source_wins(tmp_path: Path) -> None:
    file = "[look]\ncolour = 'red'\nratio = 1\nis-bright = true\n"

    settings = read(
        tmp_path, file, "look.colour=green", WAYPOST_LOOK_COLOUR="grey", WAYPOST_LOOK_RATIO="0.25"
    )

    assert (settings[COLOUR], settings[RATIO], settings[BRIGHT]) == ("green", 0.25, True)


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        pytest.param(TAGS, "a, b,,", ("a", "b"), id="a list"),
        pytest.param(TAGS, "", (), id="an empty list"),
        pytest.param(BRIGHT, "TRUE", True, id="true"),
        pytest.param(BRIGHT, "0", False, id="false"),
        pytest.param(RATIO, "2", 2.0, id="a number"),
        pytest.param(COLOUR, "1", "1", id="text that looks like a number"),
    ],
)
def test_text_is_read_as_the_kind_of_the_setting(setting: Setting[Any], text: str, value: object) -> None:
    parsed = parse_setting(setting, text, "here")

    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        pytest.param(
            "[look]\ncolor = 'red'",
            "waypost.toml: no setting is named 'look.color'; did you mean 'look.colour'?",
            id="misspelt",
        ),
        pytest.param("[else]\na = 1", "waypost.toml: no setting is named 'else.a'", id="unknown"),
        pytest.param(
            "[server]\nport = 'x'",
            "waypost.toml: 'server.port' must be a whole number, not 'x'",
            id="of another kind",
        ),
        pytest.param(
            "[server]\nport = true", "waypost.toml: 'server.port' must be a whole number", id="bool"
        ),
        pytest.param("[look]\ntags = [1]", "waypost.toml: 'look.tags' must be a list of texts", id="items"),
        pytest.param("[look]\nkey = 5", "waypost.toml: 'look.key' must be a text, not that", id="secret"),
        pytest.param("[look", "waypost.toml: not valid TOML", id="no TOML"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, file: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        read(tmp_path, file)

    assert str(raised.value).startswith(message)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"waypost.toml": b"\xff"})

    with pytest.raises(SettingError, match="UTF-8"):
        read_settings(TABLE, tmp_path / "waypost.toml", {})


def test_an_unknown_variable_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="did you mean 'WAYPOST_SERVER_PORT'"):
        read(tmp_path, "", WAYPOST_SERVER_PROT="1")


def test_variables_that_our_pipelines_are_told_by_are_no_settings(tmp_path: Path) -> None:
    pipeline = (REPOSITORY / "backend/waypost/cli/starter/gitlab-ci.yml").read_text(encoding="utf-8")
    told = dict.fromkeys(re.findall(r"WAYPOST_[A-Z_]+", pipeline), "x")

    assert told
    assert read(tmp_path, "", **told).sign == read(tmp_path, "").sign


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("server.port", "--set server.port: write it as --set name=value"),
        ("server.prot=1", "--set: no setting is named 'server.prot'; did you mean 'server.port'?"),
        ("server.port=x", "--set: 'server.port' must be a whole number, not 'x'"),
    ],
)
def test_a_wrong_override_is_told(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        read(tmp_path, "", override)

    assert str(raised.value) == message


def test_a_secret_is_never_shown() -> None:
    settings = Settings(
        {KEY.name: "hunter2", DATABASE_URL.name: "postgresql://u:p@h/d", TAGS.name: ("a", "b")}
    )

    shown = [settings.shown(setting) for setting in (KEY, DATABASE_URL, TAGS, BRIGHT, SERVER_PORT)]

    assert shown == ["(secret)", "(secret)", "a, b", "false", "7007"]


def test_values_on_top_leave_the_rest() -> None:
    settings = Settings({COLOUR.name: "red"}).having({SERVER_PORT.name: 1})

    assert (settings[COLOUR], settings[SERVER_PORT]) == ("red", 1)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for setting in TABLE:
        try:
            value = parse_setting(setting, text, "here")
        except SettingError:
            continue
        assert type(value) is type(setting.default)


PLACES = Setting("source.<name>.url", "", "Address.")
WEIGHT = Setting("source.<name>.weight-kg", 1, "Weight.", fault=lambda kg: "must be light" if kg > 9 else "")
NAMES: Setting[dict[str, str]] = Setting("look.names", {}, "Names.")
BY_NAME: tuple[Setting[Any], ...] = (*TABLE, PLACES, WEIGHT, NAMES)


def read_all(tmp_path: Path, text: str = "", *overrides: str, **environment: str) -> Settings:
    build.write_files(tmp_path, {"waypost.toml": text})
    return read_settings(BY_NAME, tmp_path / "waypost.toml", environment, overrides)


def test_a_setting_can_be_given_under_names_of_the_readers_own(tmp_path: Path) -> None:
    file = "[source.one-two]\nurl = 'a'\n[source.b]\nurl = 'b'\nweight-kg = 2\n"

    settings = read_all(
        tmp_path, file, "source.b.weight-kg=3", WAYPOST_SOURCE_ONE_TWO_URL="c", WAYPOST_SOURCE_D_WEIGHT_KG="4"
    )

    assert settings.by_name(PLACES) == {"b": "b", "one-two": "c"}
    assert settings.by_name(WEIGHT) == {"b": 3, "d": 4}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            "[source.a]\nulr = 'x'",
            "waypost.toml: no setting is named 'source.a.ulr'; did you mean 'source.<name>.url'?",
        ),
        ("[source.A]\nurl = 'x'", "waypost.toml: no setting is named 'source.A.url'"),
        ("[source]\nurl = 'x'", "waypost.toml: no setting is named 'source.url'"),
        ('[source."<name>"]\nurl = "x"', "waypost.toml: no setting is named 'source.<name>.url'"),
        ("[source.a]\nurl = 1", "waypost.toml: 'source.a.url' must be a text, not 1"),
        ("[source.a]\nweight-kg = 10", "waypost.toml: 'source.a.weight-kg' must be light"),
    ],
)
def test_a_wrong_value_under_such_a_name_is_told(tmp_path: Path, file: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_all(tmp_path, file)

    assert str(raised.value).startswith(message)


def test_a_table_of_texts_is_read(tmp_path: Path) -> None:
    in_file = read_all(tmp_path, "[look.names]\na = 'b'\nc.d = 'e'\n")
    in_environment = read_all(tmp_path, WAYPOST_LOOK_NAMES="a=b, c.d = e=f,")

    assert (in_file[NAMES], in_file.shown(NAMES)) == ({"a": "b", "c.d": "e"}, "a=b, c.d=e")
    assert in_environment[NAMES] == {"a": "b", "c.d": "e=f"}


@pytest.mark.parametrize("text", ["a", "=b", "a=b, c"])
def test_a_text_that_is_no_table_is_told(text: str) -> None:
    with pytest.raises(SettingError, match=r"'look\.names' must be a table of texts"):
        parse_setting(NAMES, text, "here")
