from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

import build
from waypost.core.database import reading, upgrade
from waypost.core.errors import Problem
from waypost.core.host import (
    Host,
    PluginError,
    all_settings,
    check_workspace,
    find_plugins,
    load_knowledge,
    open_host,
    order_plugins,
    run_jobs,
)
from waypost.core.plugin import Check, CheckedAt, Context, Job, Knowledge, Loaded, Loader, Plugin
from waypost.core.progress import SilentProgress
from waypost.core.revisions import core_revision
from waypost.core.settings import SERVER_PORT, Setting, Settings
from waypost.core.workspace import Workspace


def plugin(name: str, *after: str) -> Plugin:
    return Plugin(name=name, summary=f"The {name}.", after=after)


def test_a_plugin_comes_behind_what_it_builds_on() -> None:
    ordered = order_plugins([plugin("a", "c"), plugin("b"), plugin("c", "d"), plugin("d")])

    assert [each.name for each in ordered] == ["b", "d", "c", "a"]


@pytest.mark.parametrize(
    ("plugins", "message"),
    [
        pytest.param([plugin("a"), plugin("a")], "two plugins are named 'a'", id="one name"),
        pytest.param(
            [plugin("a", "b")], "plugin 'a' comes after 'b', which is not installed", id="none such"
        ),
        pytest.param(
            [plugin("a", "b"), plugin("b", "a"), plugin("c")],
            "plugins come after each other in a circle: a, b",
            id="circle",
        ),
    ],
)
def test_plugins_that_do_not_fit_are_refused(plugins: list[Plugin], message: str) -> None:
    with pytest.raises(PluginError) as raised:
        order_plugins(plugins)

    assert str(raised.value) == message


def install(folder: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build.write_files(
        folder,
        {
            "acme_broken-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-broken\nVersion: 2.0\n",
            "acme_broken-2.0.dist-info/entry_points.txt": f"[waypost.plugins]\nbroken = {target}\n",
            "acme_broken.py": "import a_module_that_is_missing\n",
            "acme_odd.py": "plugin = 5\n",
        },
    )
    monkeypatch.syspath_prepend(folder)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        pytest.param(
            "acme_broken:plugin",
            "plugin 'broken' of acme-broken 2.0 cannot be imported from acme_broken:plugin:"
            " No module named 'a_module_that_is_missing'",
            id="import fails",
        ),
        pytest.param(
            "acme_odd:none", "plugin 'broken' of acme-broken 2.0 cannot be imported", id="no such name"
        ),
        pytest.param(
            "acme_odd:plugin",
            "plugin 'broken' of acme-broken 2.0: acme_odd:plugin is a int, not a Plugin",
            id="no plugin",
        ),
    ],
)
def test_a_broken_plugin_names_its_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    install(tmp_path, target, monkeypatch)

    with pytest.raises(PluginError) as raised:
        find_plugins()

    assert str(raised.value).startswith(message)


def test_two_plugins_cannot_share_a_setting() -> None:
    one = Plugin(name="a", summary="", settings=(Setting("server.port", 1, "Port."),))

    with pytest.raises(PluginError, match=r"plugin 'a': the setting 'server\.port' is already defined"):
        all_settings([one])


def test_loaders_see_settings_and_what_was_loaded_before(tmp_path: Path) -> None:
    def load_first(workspace: Workspace, knowledge: Knowledge) -> Loaded[str]:
        found = f"{workspace.root.name} {knowledge[Settings][SERVER_PORT]}"
        return Loaded(found, [Problem("b.yaml", 1, "a/b", "wrong")])

    def load_second(_: Workspace, knowledge: Knowledge) -> Loaded[int]:
        return Loaded(len(knowledge[str]))

    plugins = [
        Plugin(name="a", summary="", loaders=(Loader("first", load_first),)),
        Plugin(name="b", summary="", loaders=(Loader("second", load_second),)),
    ]
    workspace = build.workspace(tmp_path / "w", {})

    knowledge = load_knowledge(workspace, plugins, Settings({SERVER_PORT.name: 1}))

    assert (knowledge[str], knowledge[int]) == ("w 1", 3)
    assert len(knowledge.problems) == 1


def test_problems_are_sorted_and_told_once(tmp_path: Path) -> None:
    first, second = Problem("a.yaml", 9, "a/b", "x"), Problem("a.yaml", 10, "a/b", "x")

    def find(_: Workspace, __: Knowledge) -> Iterator[Problem]:
        yield from (second, first, second)

    checks = (Check("a/b", "All is well.", find), Check("a/c", "More."))
    knowledge = Knowledge()
    knowledge.problems.append(first)

    problems = check_workspace(
        build.workspace(tmp_path, {}), [Plugin(name="a", summary="", checks=checks)], knowledge, at=build.NOON
    )

    assert problems == [first, second]


def test_checks_find_the_time_that_the_edge_gives(tmp_path: Path) -> None:
    def find(_: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
        yield Problem("a.yaml", 1, "a/b", f"It is {knowledge[CheckedAt].at:%Y-%m-%d}.")

    plugin = Plugin(name="a", summary="", checks=(Check("a/b", "All is well.", find),))

    (problem,) = check_workspace(build.workspace(tmp_path, {}), [plugin], Knowledge(), at=build.NOON)

    assert problem.message == "It is 2026-11-02."


def test_each_job_has_a_transaction_of_its_own(tmp_path: Path) -> None:
    def write(context: Context) -> str:
        row = {"name": "a", "number": 1, "etag": "x", "at": context.now}
        context.connection.execute(insert(core_revision).values(row))
        return "wrote a row"

    def fail(context: Context) -> str:
        write(context)
        raise RuntimeError

    jobs = (Job("late", "evaluate", write), Job("good", "sync", write), Job("bad", "sync", fail))
    told: list[str] = []
    with open_host(tmp_path) as opened:
        host = Host(
            workspace=opened.workspace,
            settings=opened.settings,
            plugins=(Plugin(name="a", summary="", jobs=jobs),),
            engine=opened.engine,
        )
        upgrade(host.engine, [])

        with pytest.raises(Exception, match="UNIQUE"):
            run_jobs("sync", host, Knowledge(), now=build.NOON, progress=SilentProgress(), tell=told.append)

        with reading(host.engine) as connection:
            assert connection.execute(select(core_revision.c.name)).scalars().all() == ["a"]
    assert told == ["wrote a row"]


def test_a_host_keeps_its_database_in_the_workspace(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"waypost.toml": "[server]\nport = 1\n"})

    with open_host(tmp_path, ["server.host=::1"]) as host:
        upgrade(host.engine, [])

    assert host.settings[SERVER_PORT] == 1
    assert (tmp_path / ".waypost" / "waypost.db").is_file()
