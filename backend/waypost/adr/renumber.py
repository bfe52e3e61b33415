"""Gives numbers on the main line: from a workspace to a plan, from the plan to files, index and commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from waypost.adr.mainline import Repository, open_repository, read_changes
from waypost.adr.model import Decisions
from waypost.adr.numbering import (
    Plan,
    Step,
    choose_steps,
    former_words,
    plan_renames,
    rewritten,
    search_words,
)
from waypost.adr.renaming import Renames
from waypost.adr.settings import MAIN_BRANCH
from waypost.core.errors import ConflictError
from waypost.core.git import web_address
from waypost.core.settings import WORKSPACE_URL, Settings
from waypost.core.workspace import Workspace
from waypost.documents.settings import FOLDER_SETTING

_WAYS = ("blob", "tree", "raw", "edit", "blame", "-/blob", "-/tree", "-/raw", "-/edit", "-/blame")
"""What forges put before the branch in the address of a file."""
_SHOWN = 3
_SUBJECT = 72


def plan_numbers(
    workspace: Workspace,
    settings: Settings,
    decisions: Decisions,
    *,
    branch: str = "",
    collisions: bool = False,
) -> tuple[Repository, Plan]:
    """Return the repository of *workspace*, and what numbering its drafts would change in it. Nothing is written.

    Args:
        branch: The branch to number on, where that is not the main line; also where none is checked out.
        collisions: Give a new number also to what came later with a number that was already there.

    Raises:
        ConflictError: There is no repository, it is shallow, another branch is checked out, or something that
            would change has changes that are not committed.
    """
    repository = open_repository(workspace.root)
    _check_branch(repository, settings, branch)
    changes = read_changes(repository, repository.prefix + decisions.folder)
    steps, left = choose_steps(decisions, repository, changes, collisions=collisions)
    renames = plan_renames(
        decisions,
        steps,
        repository.tracked(),
        workspace=repository.prefix,
        docs=repository.prefix + settings[FOLDER_SETTING].strip("/"),
        web=addresses_of(repository, settings, branch),
    )
    texts: dict[str, str] = {}
    mentioning = set(repository.mentioning(search_words(steps)))
    for path in sorted(_candidates(repository, decisions, steps) | mentioning):
        text = _rewritten(repository, path, renames, steps)
        if text is None and path in mentioning:
            left.append(f"{path} speaks of a decision by its old name, and is left as it is")
        elif text is not None and text != _text_of(repository.top / path):
            texts[path] = text
    moves = {old: new for old, new in renames.paths.items() if (repository.top / old).exists()}
    plan = Plan(steps=tuple(steps), moves=moves, texts=texts, left=tuple(left))
    _check_clean(repository, plan)
    return repository, plan


def _check_branch(repository: Repository, settings: Settings, branch: str) -> None:
    current = repository.branch
    wanted = branch or repository.main_branch(settings[MAIN_BRANCH])
    if current == wanted or (branch and not current):
        return
    here = f"branch '{current}' is checked out" if current else "no branch is checked out"
    raise ConflictError(
        f"{here}, and decisions get their numbers on '{wanted}', where two of them cannot take the same;"
        f" where this is the main line, say --branch {current or wanted}"
    )


def addresses_of(repository: Repository, settings: Settings, branch: str) -> dict[str, str]:
    """Return the addresses at which files of the main line are read, and the folder that each stands for."""
    main = branch or repository.branch
    remote = web_address(repository.git("config", "--get", "remote.origin.url", allow=(0, 1)).strip())
    found = {f"{remote}/{way}/{main}/": "" for way in _WAYS} if remote else {}
    if settings[WORKSPACE_URL]:
        found[f"{settings[WORKSPACE_URL].rstrip('/')}/"] = repository.prefix.rstrip("/")
    return found


def _candidates(repository: Repository, decisions: Decisions, steps: Sequence[Step]) -> set[str]:
    """Return the files that may lead to a decision of *steps*, and their own."""
    ids = {step.decision.id for step in steps}
    found = {step.path for step in steps} | set(repository.mentioning(former_words(decisions)))
    tracked = set(repository.tracked(repository.prefix + decisions.folder))
    for decision in decisions.ordered:
        path = repository.prefix + decision.path
        if path in tracked and any(mention.decision in ids for mention in decision.mentions):
            found.add(path)
    return found


def _rewritten(repository: Repository, path: str, renames: Renames, steps: Sequence[Step]) -> str | None:
    """Return what the file at *path* will say; None where it is none that can be rewritten."""
    file = repository.top / path
    if file.is_symlink() or not file.is_file():
        return None
    text = _text_of(file)
    return rewritten(path, text, renames, steps) if text is not None else None


def _text_of(file: Path) -> str | None:
    try:
        # Line ends and a mark of byte order stay as they are.
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        return None


def _check_clean(repository: Repository, plan: Plan) -> None:
    changed = repository.changed(plan.touched)
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        told = f"{', '.join(changed[:_SHOWN])}{more}"
        raise ConflictError(f"{told}: commit or take back these changes first, numbering rewrites them")
    there = sorted(step.new_unit for step in plan.steps if (repository.top / step.new_unit).exists())
    if there:
        raise ConflictError(f"{', '.join(there)}: is in the way of a decision's new name; move it away first")


def apply_plan(repository: Repository, plan: Plan) -> None:
    """Rename and rewrite what *plan* says, in the working tree and in the index.

    Raises:
        ConflictError: Git refuses.
    """
    for step in plan.steps:
        repository.git("mv", "--", step.unit, step.new_unit)
    for path, text in plan.texts.items():
        (repository.top / plan.moves.get(path, path)).write_bytes(text.encode())
    repository.git("add", "--", *sorted(plan.moves.get(path, path) for path in plan.texts))


def commit_plan(repository: Repository, plan: Plan) -> str:
    """Commit what *plan* changed and nothing else; return the commit.

    Raises:
        ConflictError: Git refuses, for instance because it knows no author.
    """
    paths = sorted({*plan.touched, *(plan.moves.get(path, path) for path in plan.touched)})
    try:
        repository.git("commit", "--quiet", "--message", commit_message(plan), "--", *paths)
    except ConflictError as error:
        raise ConflictError(f"{error}; the files are renamed, and all is in the index") from error
    return repository.git("rev-parse", "--short", "HEAD").strip()


def commit_message(plan: Plan) -> str:
    """Return the message of the commit that *plan* makes."""
    numbers = [f"{step.number:04d}" for step in plan.steps]
    if not numbers:
        return "Lead old names of decisions to where they are"
    if len(numbers) == 1:
        subject = f"Number decision {numbers[0]}"
    else:
        subject = f"Number decisions {', '.join(numbers[:-1])} and {numbers[-1]}"
        if len(subject) > _SUBJECT:
            subject = f"Number decisions {numbers[0]} to {numbers[-1]}"
    return "\n\n".join((subject, "\n".join(told_steps(plan))))


def told_steps(plan: Plan) -> Iterator[str]:
    """Give a line for each decision that *plan* numbers."""
    for step in plan.steps:
        yield f"{step.path} -> {step.new_path}"
