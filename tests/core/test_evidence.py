"""Facts about how evidence and findings are gathered: from every plugin, when asked for, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import build
from waypost.core.errors import Problem
from waypost.core.evidence import Bearing, Evidence, Evidences, Subject
from waypost.core.findings import Findings
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.plugin import Check, Knowledge, Plugin
from waypost.core.workspace import Workspace

PIECE = Evidence(path="site/a.md", kind="scan", sentence="it was scanned", bearing=Bearing.CONFIRMS)


def _subjects(_workspace: Workspace, _knowledge: Knowledge) -> Iterator[Subject]:
    for name in ("b", "a"):
        yield Subject(path=f"site/{name}.md", title=name, uri=f"{name}.md", kind="guide")


def test_what_plugins_tell_is_found_by_its_page(tmp_path: Path) -> None:
    def scan(_workspace: Workspace, _knowledge: Knowledge) -> Iterator[Evidence]:
        yield PIECE

    plugin = Plugin(name="stranger", summary="", subjects=(_subjects,), evidence=(scan,))

    evidences = load_knowledge(Workspace(tmp_path), [plugin])[Evidences]

    assert evidences.of("site/a.md") == (PIECE,)
    assert evidences.of("site/b.md") == ()
    assert list(evidences.subjects) == ["site/a.md", "site/b.md"]


def test_evidence_is_gathered_once_and_only_when_asked_for(tmp_path: Path) -> None:
    asked = []

    def scan(_workspace: Workspace, _knowledge: Knowledge) -> Iterator[Evidence]:
        asked.append(1)
        yield PIECE

    knowledge = load_knowledge(Workspace(tmp_path), [Plugin(name="a", summary="", evidence=(scan,))])
    before = len(asked)
    for _ in range(2):
        knowledge[Evidences].of("site/a.md")

    assert (before, len(asked)) == (0, 1)


def test_a_check_that_evidence_asked_is_not_run_again(tmp_path: Path) -> None:
    ran = []

    def check(_workspace: Workspace, _knowledge: Knowledge) -> Iterator[Problem]:
        ran.append(1)
        yield Problem("site/a.md", 1, "a/first", "is wrong")

    def evidence(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Evidence]:
        for problem in knowledge[Findings].of(check):
            yield Evidence(path=problem.path, kind="check", sentence=problem.message, bearing=Bearing.REFUTES)

    plugins = [
        Plugin(
            name="a",
            summary="",
            checks=(Check("a/first", "", check),),
            evidence=(evidence,),
        )
    ]
    workspace = Workspace(tmp_path)
    knowledge = load_knowledge(workspace, plugins)

    told = [piece.sentence for piece in knowledge[Evidences].of("site/a.md")]
    problems = check_workspace(workspace, plugins, knowledge, at=build.NOON)

    assert (told, len(problems), ran) == (["is wrong"], 1, [1])
