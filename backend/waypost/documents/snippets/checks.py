"""Checks of the code on pages: shell, PromQL, Kubernetes manifests, YAML and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

from waypost.core.contentcache import cached_many
from waypost.core.errors import Problem, Severity
from waypost.core.markdownfile import Fence
from waypost.core.pagecheck import Look, Question, kept_per_page, per_page
from waypost.core.plugin import Check, Knowledge
from waypost.core.problems import dump_problem, read_problem
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents, Page
from waypost.documents.questions import all_pages
from waypost.documents.settings import CUSTOM_GROUPS, KUBERNETES
from waypost.documents.snippets.blocks import BlockReport, report_json, report_promql, report_yaml
from waypost.documents.snippets.data import YAML
from waypost.documents.snippets.places import fences_in, is_off, judged_fences, problem_at
from waypost.documents.snippets.promql import read_promql
from waypost.documents.snippets.shell import Shells
from waypost.documents.snippets.shelltext import LANGUAGES, commands_in

_VERSION: Final = "1"
"""Of what the reports say: another one for another sentence."""
_MANIFEST_MARKS: Final = (b"apiVersion:", b"kind:")
_SHOWN: Final = 6


def check_shell(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find blocks of shell that bash cannot parse, or that ShellCheck finds an error in. Nothing of them is run."""
    blocks = [
        (page, fence, commands_in(fence.language, fence.text))
        for page, fence in fences_in(workspace, knowledge, frozenset(LANGUAGES))
    ]
    if not blocks:
        return
    shells = Shells.find()
    yield from _missing_shells(shells, blocks[0][0], blocks[0][1])
    told = cached_many(knowledge, "shell", shells.version, [text for *_, text in blocks], shells.judge)
    for (page, fence, text), verdict in zip(blocks, told, strict=True):
        # One fault of a sort is enough: a table in a block of shell has as many as it has lines.
        for message, (line, column) in {
            said: (line, column) for line, column, said in reversed(verdict)
        }.items():
            yield problem_at(
                page, fence, line, column,
                rule="documents/shell", message=f"a shell cannot run this: {message}", fix=_shell_fix(text),
            )  # fmt: skip


def _shell_fix(text: str) -> str:
    if read_promql(text).fault is None:
        return "This is PromQL: begin the block with ```promql."
    return "Correct the command. What is no command goes into a block of text, a session with its answers into ```console."


def _missing_shells(shells: Shells, page: Page, fence: Fence) -> Iterator[Problem]:
    missing = [
        name for name, program in (("bash", shells.bash), ("ShellCheck", shells.shellcheck)) if not program
    ]
    if missing:
        message = f"this machine has no {' and no '.join(missing)}: this block of shell, and all others, are not read by it"
        fix = "Install it where pages are checked."
        yield Problem(page.path, fence.line, "documents/unchecked", message, fix, Severity.WARNING)


def _read_blocks(page: Page, version: str) -> Iterator[tuple[Fence, BlockReport]]:
    readers: tuple[tuple[frozenset[str], Callable[[str], BlockReport]], ...] = (
        (frozenset({"promql"}), report_promql),
        (frozenset({"json"}), report_json),
        (YAML, lambda text: report_yaml(text, version)),
    )
    for _, fence in judged_fences([page]):
        for languages, report in readers:
            if fence.language.lower() in languages:
                yield fence, report(fence.text)


def _reports_of_page(page: Page, look: Look) -> list[list[Any]]:
    """Return the line of each block that has faults or could not be judged, its report, and its problems."""
    return [
        [fence.line, report.as_json(), [dump_problem(one) for one in _block_problems(page, fence, report)]]
        for fence, report in _read_blocks(page, look(_VERSION_OF_KUBERNETES))
        if report.faults or report.skipped
    ]


_VERSION_OF_KUBERNETES: Final = Question(
    "kubernetes", lambda _workspace, knowledge, _about: knowledge[Settings][KUBERNETES]
)
_reports_of_pages = kept_per_page("blocks", all_pages, _reports_of_page, (_VERSION_OF_KUBERNETES,))


def check_code(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find blocks of PromQL, YAML and JSON that cannot be read, and manifests that break Kubernetes' schemas."""
    version = knowledge[Settings][KUBERNETES]
    custom = _Custom(knowledge[Settings][CUSTOM_GROUPS])
    reports = _reports_of_pages(workspace, knowledge)
    for page in all_pages(knowledge):
        for line, report, problems in reports[page.path]:
            custom.add(page.path, line, BlockReport.from_json(report))
            yield from map(read_problem, problems)
    yield from _file_problems(workspace, knowledge, version, custom)
    yield from custom.problems()


def _reports(  # noqa: PLR0917 - as of cached_many
    knowledge: Knowledge, kind: str, version: str, texts: list[str], report: Callable[[str], BlockReport]
) -> list[BlockReport]:
    def make(wanted: list[str]) -> list[object]:
        return [report(text).as_json() for text in wanted]

    stamp = f"{_VERSION}/{version}"
    return [
        BlockReport.from_json(value) for value in cached_many(knowledge, f"block-{kind}", stamp, texts, make)
    ]


def _block_problems(page: Page, fence: Fence, report: BlockReport) -> Iterator[Problem]:
    for fault in report.faults:
        yield problem_at(
            page, fence, fault.line, fault.column,
            rule=fault.rule, message=fault.message, fix=fault.fix, severity=Severity(fault.severity),
        )  # fmt: skip


def _file_problems(
    workspace: Workspace, knowledge: Knowledge, version: str, custom: _Custom
) -> Iterator[Problem]:
    """Find what is wrong with the manifests that lie beside pages. What cannot be read is no manifest of anybody's."""
    found = []
    for path in sorted(path for path in knowledge[Documents].files if path.endswith((".yaml", ".yml"))):
        data = workspace.read_bytes(path)
        if all(mark in data for mark in _MANIFEST_MARKS):
            found.append((path, data.decode("utf-8", "replace")))
    reports = _reports(
        knowledge, "yaml", version, [text for _, text in found], lambda text: report_yaml(text, version)
    )
    for (path, _), report in zip(found, reports, strict=True):
        custom.add(path, 1, report)
        for fault in report.faults:
            if fault.rule == "documents/manifest":
                yield Problem(path, fault.line, fault.rule, fault.message, fault.fix)


class _Custom:
    """What no schema is known of, gathered over all pages, to be told once."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        self._groups = groups
        self._kinds: dict[str, int] = {}
        self._first: tuple[str, int] | None = None

    def add(self, path: str, line: int, report: BlockReport) -> None:
        """Count what *report*, of a block at *path* and *line*, leaves unjudged."""
        for kind in report.skipped:
            group = kind.partition("/")[0]
            if not any(fnmatchcase(group, pattern) for pattern in self._groups):
                self._kinds[kind] = self._kinds.get(kind, 0) + 1
                self._first = self._first or (path, line)

    def problems(self) -> Iterator[Problem]:
        """Tell what was left unjudged, at the first of its places."""
        if self._first is None:
            return
        ordered = sorted(self._kinds, key=lambda kind: (-self._kinds[kind], kind))
        named = ", ".join(f"{kind.lstrip('/')} ({self._kinds[kind]})" for kind in ordered[:_SHOWN])
        more = f" and {len(ordered) - _SHOWN} more kinds" if len(ordered) > _SHOWN else ""
        message = f"some manifests of the workspace have no schema here, and are not validated: {named}{more}"
        fix = "Name their groups in the setting documents.custom_groups; 'template' stands for templates."
        path, line = self._first
        yield Problem(path, line, "documents/unchecked", message, fix, Severity.WARNING)


def check_opt_outs_of(page: Page, _look: Look) -> Iterator[Problem]:
    """Tell which blocks of *page* its author keeps from being checked."""
    for fence in page.file.fences:
        given = fence.attributes.get("check")
        if is_off(fence):
            reason = fence.attributes.get("because", "")
            message = f"this block of code is not checked: {reason or 'check=off, without a reason'}"
            fix = "Take 'check=off' away when the reason is gone." if reason else 'Say why: because="…".'
            yield Problem(page.path, fence.line, "documents/unchecked", message, fix, Severity.WARNING)
        elif given is not None:
            message = f"check={given} means nothing; only check=off does"
            fix = 'Write {.sh check=off because="…"}, or leave it out.'
            yield Problem(page.path, fence.line, "documents/unchecked", message, fix)


check_opt_outs = per_page("documents/unchecked", all_pages, check_opt_outs_of)
"""Tells which blocks their authors keep from being checked."""


CHECKS = (
    Check(
        "documents/shell",
        "Bash can parse every block of shell, and ShellCheck finds no error in it.",
        check_shell,
    ),
    Check(
        "documents/promql",
        "Every block of PromQL parses, and so do the rules and dashboards on pages.",
        check_code,
    ),
    Check("documents/manifest", "Kubernetes manifests on pages and beside them fit Kubernetes' schemas."),
    Check("documents/data", "Blocks of YAML and JSON can be read."),
    Check(
        "documents/unchecked",
        "Code that is not checked is told of: check=off, no schema, no shell.",
        check_opt_outs,
    ),
)
