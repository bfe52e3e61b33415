"""Which decision gets which number, in the order of merging, and everything that changes with it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

from waypost.adr import names
from waypost.adr.aliases import page_name
from waypost.adr.mainline import Change, Repository, arrival
from waypost.adr.model import Decision, Decisions
from waypost.adr.naming import Convention, folder_of, is_draft, learn_convention, rest_of, top_heading
from waypost.adr.renaming import Renamed, Renames, rewrite_markdown, rewrite_yaml
from waypost.core.errors import ConflictError
from waypost.core.frontmatter import front_matter_end, split_lines, with_keys, yaml_list
from waypost.core.markdownfile import parse_markdown

_MARKDOWN = (".md", ".markdown", ".mdx")
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A decision that gets *number*. Paths are those of the repository: of its file, and of what moves with it.

    ``unit`` is what is renamed, a file or the folder that it is the README of, and ``heading`` what is put
    before its title.
    """

    decision: Decision
    number: int
    path: str
    unit: str
    new_unit: str
    heading: str = ""

    @property
    def new_path(self) -> str:
        """Where its file lies afterwards."""
        return self.new_unit + self.path[len(self.unit) :]

    @property
    def old_name(self) -> str:
        """What it was called."""
        return names.name_of(self.path)

    @property
    def page_uri(self) -> str:
        """The address of its page afterwards."""
        name = names.name_of(self.new_path)
        numbered = replace(
            self.decision, id=f"{self.number:04d}", number=self.number, slug=names.slug_of(name)
        )
        return numbered.page_uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What numbering does: *steps* in the order of merging, files that move, and texts by their old paths.

    ``left`` are sentences about what was met and is left alone.
    """

    steps: tuple[Step, ...] = ()
    moves: Mapping[str, str]
    texts: Mapping[str, str]
    left: tuple[str, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """Every path that changes, by its name before."""
        return frozenset(self.moves) | frozenset(self.texts)


def choose_steps(
    decisions: Decisions, repository: Repository, changes: Sequence[Change], *, collisions: bool
) -> tuple[list[Step], list[str]]:
    """Return the decisions that get a number, in the order of merging, and sentences about those that do not.

    Args:
        collisions: Give a new number also to what came later with a number that was already there.
    """
    waiting = [decision for decision in decisions.ordered if is_draft(decision)]
    if collisions:
        waiting += _later_ones(decisions, repository, changes)
    came = [(arrival(repository, changes, repository.prefix + d.path), d) for d in waiting]
    left = [f"{d.path} is in no commit of this branch: it waits" for place, d in came if place is None]
    ordered = sorted(
        ((place, d) for place, d in came if place is not None), key=lambda pair: (-pair[0], pair[1].path)
    )
    taken = _highest(decisions, repository, changes)
    steps = []
    for _, decision in ordered:
        folder = folder_of(decision.path)
        # A folder without a number of its own goes on where the others are.
        number = taken.get(folder, max(taken.values(), default=0)) + 1
        taken[folder] = number
        steps.append(_step(decision, number, _convention(decisions, folder), repository))
    return steps, left


def _later_ones(
    decisions: Decisions, repository: Repository, changes: Sequence[Change]
) -> Iterator[Decision]:
    """Give of all decisions that share a number those that came after the first."""

    def key(decision: Decision) -> tuple[str, int]:
        return folder_of(decision.path), decision.number or 0

    numbered = sorted((d for d in decisions.ordered if d.number is not None), key=key)
    for _, group in groupby(numbered, key=key):
        # Who cannot be dated came last: nothing but the working tree has it.
        came = [(arrival(repository, changes, repository.prefix + d.path), d) for d in group]
        dated = [(-1 if place is None else place, d) for place, d in came]
        yield from (d for _, d in sorted(dated, key=lambda pair: (-pair[0], pair[1].path))[1:])


def _highest(decisions: Decisions, repository: Repository, changes: Sequence[Change]) -> dict[str, int]:
    """Return the highest number that each folder ever used: now, in an alias, or in a commit of the main line."""
    used = [(folder_of(d.path), names.number_of(names.name_of(d.path))) for d in decisions.ordered]
    used += [(folder_of(d.path), names.number_of(alias)) for d in decisions.ordered for alias in d.aliases]
    for change in changes:
        if change.path.startswith(repository.prefix):
            path = change.path[len(repository.prefix) :]
            used.append((folder_of(path), names.number_of(names.name_of(path))))
    highest: dict[str, int] = {}
    for folder, number in used:
        if number is not None:
            highest[folder] = max(highest.get(folder, 0), number)
    return highest


def _convention(decisions: Decisions, folder: str) -> Convention:
    return learn_convention(d for d in decisions.ordered if folder_of(d.path) == folder)


def _step(decision: Decision, number: int, convention: Convention, repository: Repository) -> Step:
    path = repository.prefix + decision.path
    name = names.name_of(path)
    is_folder = posixpath.splitext(posixpath.basename(path))[0] != name
    unit = posixpath.dirname(path) if is_folder else path
    ending = "" if is_folder else posixpath.splitext(path)[1]
    new_name = convention.name(number, rest_of(name)) + ending
    heading = ""
    if convention.heading and top_heading(decision) and decision.title_number is None:
        heading = convention.heading_lead(number)
    return Step(
        decision=decision,
        number=number,
        path=path,
        unit=unit,
        new_unit=posixpath.join(posixpath.dirname(unit), new_name),
        heading=heading,
    )


def plan_renames(
    decisions: Decisions,
    steps: Sequence[Step],
    tracked: Iterable[str],
    *,
    workspace: str,
    docs: str,
    web: Mapping[str, str],
) -> Renames:
    """Return what *steps* rename, and what was renamed before: a branch that is merged later has the old names.

    Args:
        tracked: Every file that git knows.
        workspace: The folder of the workspace in the repository, with its slash.
        docs: The folder of the site's pages in the repository.
        web: Addresses of the main line's files, as ``Renames`` has them.
    """
    known = set(tracked)
    former = list(_former(decisions, steps, workspace))
    paths = {f.path: f.new_path for f in former if f.path not in known}
    for step in steps:
        below = (path for path in known if path == step.unit or path.startswith(f"{step.unit}/"))
        paths |= {path: step.new_unit + path[len(step.unit) :] for path in below}
    pages = {f"{docs}/{f.page_uri}": f"{docs}/{f.new_page_uri}" for f in former}
    pages |= {f"{docs}/{step.decision.page_uri}": f"{docs}/{step.page_uri}" for step in steps}
    taken = known | {f"{docs}/{d.page_uri}" for d in decisions.ordered if not is_draft(d)}
    return Renames(
        decisions=(*map(_renamed, steps), *(f.renamed for f in former if f.path not in known)),
        paths=paths,
        pages={old: new for old, new in pages.items() if old not in taken and old != new},
        anchors={step.path: _moved_anchors(step) for step in steps if step.heading},
        workspace=workspace.rstrip("/"),
        docs=docs,
        web=web,
    )


class Former(NamedTuple):
    """A name that a decision had before, and where that led: its file and page then, and as they will be."""

    path: str
    new_path: str
    page_uri: str
    new_page_uri: str
    renamed: Renamed


def _former(decisions: Decisions, steps: Sequence[Step], workspace: str) -> Iterator[Former]:
    coming = {step.decision.path: step for step in steps}
    for decision in decisions.ordered:
        step = coming.get(decision.path)
        path = workspace + decision.path
        number = step.number if step else decision.number
        if number is None:
            continue
        new_path = step.new_path if step else path
        name = names.name_of(path)
        renamed = Renamed("", names.name_of(new_path), f"{number:04d}")
        for alias in decision.aliases:
            # The last part of the path that is called as the decision is: its file, or its folder.
            at = path.rfind(f"/{name}") + 1
            yield Former(
                path[:at] + alias + path[at + len(name) :],
                new_path,
                f"decisions/{page_name(alias)}.md",
                step.page_uri if step else decision.page_uri,
                renamed._replace(old=alias),
            )


def former_words(decisions: Decisions) -> Iterator[str]:
    """Give the texts of which one stands in every file that may lead to a decision by a name that it had."""
    for decision in decisions.ordered:
        for alias in decision.aliases:
            yield from (alias, quote(alias), f"decisions/{page_name(alias)}")


def _renamed(step: Step) -> Renamed:
    id_ = step.decision.id if is_draft(step.decision) else ""
    return Renamed(step.old_name, names.name_of(step.new_path), f"{step.number:04d}", id_)


def _moved_anchors(step: Step) -> dict[str, str]:
    before = step.decision.file
    after = parse_markdown(step.path, _with_heading(before.text, step))
    pairs = zip(before.headings, after.headings, strict=True)
    return {old.anchor: new.anchor for old, new in pairs if old.anchor != new.anchor}


def _with_heading(text: str, step: Step) -> str:
    lines = split_lines(text)
    at = step.decision.file.headings[0].line - 1
    mark = re.match(r"(?:#+[ \t]*)?", lines[at])
    end = mark.end() if mark else 0
    lines[at] = lines[at][:end] + step.heading + lines[at][end:]
    return "".join(lines)


def search_words(steps: Iterable[Step]) -> Iterator[str]:
    """Give the texts of which one stands in every file that may lead to a decision of *steps*."""
    for step in steps:
        page = posixpath.splitext(step.decision.page_uri)[0]
        yield from (step.old_name, quote(step.old_name), page, quote(page))


def rewritten(path: str, text: str, renames: Renames, steps: Sequence[Step]) -> str | None:
    """Return what the file at *path* says afterwards; None where files of its kind are left alone."""
    if path.endswith(_MARKDOWN):
        text = rewrite_markdown(path, text, renames)
    elif path.endswith(_YAML):
        text = rewrite_yaml(path, text, renames)
    else:
        return None
    for step in steps:
        if step.path == path:
            text = _own_text(text, step)
    return text


def _own_text(text: str, step: Step) -> str:
    """Return the decision's own *text* with its former name, and its number where titles have one."""
    if step.heading:
        text = _with_heading(text, step)
    file = step.decision.file
    if front_matter_end(split_lines(text)) and file.faults:
        raise ConflictError(f"{step.decision.path}: its front matter is no YAML; mend it first")
    return with_keys(text, {"aliases": yaml_list([*step.decision.aliases, step.old_name])})
