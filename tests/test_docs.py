"""What can be set, called or met is documented."""

from __future__ import annotations

import ast
import dataclasses
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from waypost.cli.group import main
from waypost.core import errors
from waypost.core.database import open_engine
from waypost.core.host import all_settings, find_plugins
from waypost.core.openapi import describe_api
from waypost.core.pages import api_page, checks_page, commands_page, settings_page
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def plugins() -> tuple[Plugin, ...]:
    return find_plugins()


@pytest.fixture(scope="module")
def app(plugins: tuple[Plugin, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('docs') / 'docs.db'}")
    yield create_app(Settings(), plugins=plugins, engine=engine, workspace=Workspace(ROOT))
    engine.dispose()


def test_every_setting_is_on_the_page_of_settings(plugins: tuple[Plugin, ...]) -> None:
    settings = all_settings(plugins)
    page = settings_page(settings).markdown

    for setting in settings:
        assert setting.name in page
        assert setting.variable in page
        assert setting.help.endswith(".")


def test_every_command_and_option_is_on_the_page_of_commands() -> None:
    page = commands_page(main).markdown

    for name, command in _commands(main, "waypost"):
        assert name in page
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.opts[-1] in page, (name, parameter.opts)
                assert parameter.help, (name, parameter.opts)


def test_every_check_is_on_the_page_of_checks(plugins: tuple[Plugin, ...]) -> None:
    page = checks_page(plugins).markdown

    for plugin in plugins:
        for check in plugin.checks:
            assert f"`{check.rule}`" in page
            assert check.rule.startswith(f"{plugin.name}/")


def test_every_rule_that_a_problem_carries_is_declared(plugins: tuple[Plugin, ...]) -> None:
    declared = {check.rule for plugin in plugins for check in plugin.checks}

    assert {rule: place for rule, place in _rules_in_use(plugins) if rule not in declared} == {}


def test_every_endpoint_is_described_and_on_the_page_of_the_api(
    app: Flask, plugins: tuple[Plugin, ...]
) -> None:
    described = describe_api(app, plugins)
    page = api_page(described).markdown

    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                path = _openapi_path(str(rule))
                assert described["paths"][path][method.lower()]["summary"], path
                assert f"{method} {path}" in page


def test_every_error_is_on_the_page_of_the_api() -> None:
    page = api_page({}).markdown
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]

    for kind in kinds:
        if issubclass(kind, errors.WaypostError) and kind is not errors.WaypostError:
            assert f"| `{kind.__name__}` | {kind.status} |" in page


def test_every_feature_has_its_guide(plugins: tuple[Plugin, ...]) -> None:
    guides = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "site" / "guide").glob("*.md"))

    for plugin in plugins:
        if plugin.routes is not None:
            assert f"/api/{plugin.name}" in guides, plugin.name


def test_every_embed_and_its_attributes_are_in_the_guide(plugins: tuple[Plugin, ...]) -> None:
    guide = (ROOT / "site/guide/embedding.md").read_text(encoding="utf-8")

    for embed in (embed for plugin in plugins for embed in plugin.embeds):
        row = next(line for line in guide.splitlines() if line.startswith(f"| `<{embed.tag} "))
        assert [name for name in embed.attributes if f' {name}="' not in row] == [], embed.tag


def test_everything_that_a_plugin_may_add_is_in_the_architecture() -> None:
    page = (ROOT / "site/contributing/architecture.md").read_text(encoding="utf-8")

    assert [field.name for field in dataclasses.fields(Plugin) if f"`{field.name}`" not in page] == []


def test_the_changelog_tells_each_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").lower()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]

    for requirement in wanted:
        name = requirement.split("[")[0].split(">")[0].split("=")[0]
        assert name in told, name


def _commands(group: click.Group, at: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{at} {name}")
        else:
            yield f"{at} {name}", command


def _openapi_path(rule: str) -> str:
    return "".join(
        "{" + part.split(">")[0].split(":")[-1] + "}" + part.split(">")[1] if ">" in part else part
        for part in rule.split("<")
    )


def _rules_in_use(plugins: tuple[Plugin, ...]) -> Iterator[tuple[str, str]]:
    """Give every text in the code that looks like the id of a rule, with its file."""
    names = {plugin.name for plugin in plugins}
    for path in (ROOT / "backend").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                feature, slash, rule = node.value.partition("/")
                if slash and feature in names and rule.replace("-", "").isalpha() and rule.islower():
                    yield node.value, str(path.relative_to(ROOT))
