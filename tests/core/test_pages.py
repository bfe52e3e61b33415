from __future__ import annotations

import click

from waypost.core.pages import checks_page, commands_page, settings_page
from waypost.core.plugin import Check, Plugin
from waypost.core.settings import HOST_SETTINGS, Setting


@click.group()
@click.option("--set", "overrides", metavar="NAME=VALUE", help="Set a setting.")
def main(overrides: str) -> None:
    """The team's <whole>."""
    assert overrides


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(["a", "b"]), help="Which <kind>.")
@click.option("--inner", hidden=True)
def upgrade(name: str, kind: str, inner: str) -> None:
    """Bring NAME up to date."""
    click.echo(f"{name} {kind} {inner}")


@main.command(hidden=True)
def secret() -> None:
    """Do what nobody should see."""


def test_the_page_of_settings_tells_each() -> None:
    page = settings_page([*HOST_SETTINGS, Setting("look.tags", ("a", "b"), "Either a|b.")])

    assert page.uri == "reference/settings.md"
    for setting in HOST_SETTINGS:
        assert f"| `{setting.name}` | `{setting.variable}` |" in page.markdown
    assert (
        "| `look.tags` | `WAYPOST_LOOK_TAGS` | list of texts | `a, b` | Either a&#124;b. |" in page.markdown
    )
    assert page.markdown.index("## look") < page.markdown.index("## server")


def test_words_that_look_like_markdown_are_shown_as_written() -> None:
    page = settings_page([Setting("look.at", "", "Ask /label/__name__; ** is any folder.")])

    assert "Ask /label/&#95;&#95;name&#95;&#95;; &#42;&#42; is any folder." in page.markdown


def test_the_page_of_commands_tells_each() -> None:
    page = commands_page(main)

    assert page.uri == "reference/commands.md"
    assert "| `--set NAME=VALUE` | Set a setting. |" in page.markdown
    assert "## waypost db upgrade\n\n```text\nwaypost db upgrade [OPTIONS] NAME\n```" in page.markdown
    assert "Bring NAME up to date." in page.markdown
    assert "| <code>--kind [a&#124;b]</code> | Which &lt;kind&gt;. |" in page.markdown
    assert "The team's &lt;whole&gt;." in page.markdown
    assert "secret" not in page.markdown
    assert "--help" not in page.markdown
    assert "--inner" not in page.markdown


def test_the_page_of_checks_tells_each_by_plugin() -> None:
    page = checks_page(
        [
            Plugin(name="a", summary="The a.", checks=(Check("a/b", "All are <b>."),)),
            Plugin(name="c", summary="The c."),
        ]
    )

    assert page.uri == "reference/checks.md"
    assert "## a\n\nThe a.\n" in page.markdown
    assert "| `a/b` | All are &lt;b&gt;. |" in page.markdown
    assert "## c" not in page.markdown
