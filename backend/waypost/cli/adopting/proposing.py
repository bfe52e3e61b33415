"""Proposes front matter for pages that have none, and the files that make a folder a workspace. Writes nothing."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.cli.adopting.finding import Found
from waypost.cli.adopting.guessing import Guess, conforms, guess_kind, is_alert_name
from waypost.cli.adopting.owners import Described, Owner, Owners
from waypost.core.errors import InputError
from waypost.core.frontmatter import with_keys, yaml_list, yaml_text
from waypost.core.markdownfile import MarkdownFile, parse_markdown
from waypost.core.plugin import Progress
from waypost.core.workspace import Workspace
from waypost.documents.load import load_page
from waypost.documents.schemas import SCHEMAS
from waypost.runbooks.checks import check_prose, check_steps, check_variables
from waypost.runbooks.load import read_runbook

CATALOG_FILE = "catalog/adopted.yaml"
SETTINGS_FILE = "waypost.toml"
_MOSTLY = 0.8
_SHOWN_KEYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A page with the front matter that it would get, and why."""

    path: str
    old: str
    new: str
    guess: Guess
    owner: Owner

    @property
    def diff(self) -> str:
        """What changes, as a diff."""
        lines = difflib.unified_diff(
            self.old.splitlines(), self.new.splitlines(), f"a/{self.path}", f"b/{self.path}", n=2, lineterm=""
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """All that would be written: pages with front matter, new files, and what is left alone with the reason."""

    found: Found
    proposals: tuple[Proposal, ...]
    left: Mapping[str, str]
    files: Mapping[str, str]
    settings: str
    in_the_way: tuple[str, ...] = ()


def propose(
    workspace: Workspace, found: Found, owners: Owners, catalog: Catalog, *, name: str, progress: Progress
) -> Adoption:
    """Return what adopting *found* would write.

    Args:
        name: What the site calls itself.
    """
    proposals: list[Proposal] = []
    left: dict[str, str] = dict.fromkeys(found.unread, "is not UTF-8 text")
    guides: list[str] = []
    for page in progress.track(found.pages, "Proposing front matter"):
        made = _propose_page(workspace, page, owners, guides)
        if isinstance(made, Proposal):
            proposals.append(made)
        else:
            left[page.path] = made
    settings = settings_text(found, name, guides)
    described = [each for each in owners.entities.values() if catalog.find(each.ref) is None]
    refs = {proposal.owner.ref for proposal in proposals} | {each.owner for each in described}
    groups = sorted(ref for ref in refs if ref.startswith("group:") and catalog.find(ref) is None)
    wanted = {
        SETTINGS_FILE: settings,
        CATALOG_FILE: catalog_text(groups, described),
        ".gitignore": "# What Waypost makes from the other files.\n.waypost/\nbuild/\n",
    }
    wanted = {path: text for path, text in wanted.items() if text}
    there = tuple(path for path in wanted if (workspace.root / path).exists())
    return Adoption(
        found=found,
        proposals=tuple(proposals),
        left=left,
        files={path: text for path, text in wanted.items() if path not in there},
        settings=settings,
        in_the_way=there,
    )


def _propose_page(
    workspace: Workspace, page: MarkdownFile, owners: Owners, guides: list[str]
) -> Proposal | str:
    """Return what *page* would become, or why it is left as it is."""
    if page.faults:
        return f"its front matter is not YAML (line {page.faults[0].line})"
    if "kind" in page.front_matter:
        return "it says what kind it is"
    if (workspace.root / page.path).is_symlink():
        return "it is a link to another file"
    guess = guess_kind(page)
    proposal = _with_front(workspace, page, guess, owners)
    if guess.kind == "runbook" and not (isinstance(proposal, Proposal) and _is_sound_runbook(proposal)):
        guides.append(page.path)
        return f"a runbook, since {guess.reason}; found by its alert, and of that kind once it is as runbooks are"
    return proposal


def _with_front(workspace: Workspace, page: MarkdownFile, guess: Guess, owners: Owners) -> Proposal | str:
    foreign = sorted(map(str, set(page.front_matter) - set(SCHEMAS[guess.kind].fields)))
    if foreign:
        more = ", …" if len(foreign) > _SHOWN_KEYS else ""
        return f"its front matter has keys of another tool: {', '.join(foreign[:_SHOWN_KEYS])}{more}"
    try:
        old = workspace.read_bytes(page.path).decode()
    except (InputError, UnicodeDecodeError):
        return "is not UTF-8 text"
    owner, near = owners.of(page.path), owners.about(page.path)
    values = {"kind": guess.kind, "title": yaml_text(_title(page)), "owner": owner.ref}
    if near is not None:
        values["about"] = yaml_list([near.ref])
    if guess.kind == "runbook" and is_alert_name(PurePosixPath(page.path).stem):
        values["alerts"] = f"[{PurePosixPath(page.path).stem}]"
    values = {key: value for key, value in values.items() if key not in page.front_matter}
    new = with_keys(old, values)
    _, problems = load_page(page.path, new)
    if problems:
        return f"front matter would not be sound: {problems[0].message}"
    if parse_markdown(page.path, new).body.lstrip("\n") != page.body.lstrip("\n"):
        return "its text would be read otherwise with front matter before it"
    return Proposal(path=page.path, old=old, new=new, guess=guess, owner=owner)


def _title(page: MarkdownFile) -> str:
    heading = next((heading.text for heading in page.headings if heading.text), "")
    path = PurePosixPath(page.path)
    name = path.parent.name if path.stem.lower() in ("index", "readme") else path.stem
    words = name.replace("-", " ").replace("_", " ").strip()
    return page.title or heading or words[:1].upper() + words[1:] or path.name


def _is_sound_runbook(proposal: Proposal) -> bool:
    """Tell whether *proposal*, as a runbook, has all that a runbook needs."""
    page, _ = load_page(proposal.path, proposal.new)
    runbook = read_runbook(page)
    if runbook is None or not (runbook.alerts and runbook.escalation and conforms(page.file, "runbook")):
        return False
    return not any(any(check(runbook)) for check in (check_steps, check_prose, check_variables))


def settings_text(found: Found, name: str, guides: Sequence[str] = ()) -> str:
    """Return the settings that make Waypost read what was *found* where it lies.

    Args:
        guides: Pages that are runbooks without saying so.
    """
    tables: dict[str, dict[str, object]] = {"workspace": {"name": name}}
    if found.folder not in ("", "site"):
        tables["documents"] = {"folder": found.folder}
    if found.decisions and found.decisions.startswith(f"{found.folder}/"):
        tables.setdefault("documents", {})["exclude"] = [found.decisions]
    if found.decisions not in ("", "adr"):
        tables["adr"] = {"folder": found.decisions}
    folders = list(_guide_folders(found, guides))
    if folders not in ([], ["runbooks"]):
        tables["runbooks"] = {"guides": folders}
    if found.folder not in ("", "site"):
        rules = [f"{found.folder}/**/*.yaml", f"{found.folder}/**/*.yml"]
        tables.setdefault("runbooks", {})["rules"] = rules
    parts = ["# Settings of Waypost. 'waypost --help' and the site's page on settings name the others."]
    for table, values in tables.items():
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
        parts.append("\n".join((f"[{table}]", *lines)))
    return "\n\n".join(parts).replace("others.\n\n", "others.\n", 1) + "\n"


def _guide_folders(found: Found, guides: Sequence[str]) -> Iterator[str]:
    """Give the folders of *guides* below the site's pages, without those that lie in another."""
    if len(guides) >= _MOSTLY * len(found.pages) and guides:
        yield "."
        return
    folders = {str(PurePosixPath(path).relative_to(found.folder).parent) for path in guides}
    for folder in sorted(folders - {"."}):
        if not any(folder.startswith(f"{other}/") for other in folders):
            yield folder


def catalog_text(groups: Sequence[str], described: Sequence[Described]) -> str:
    """Return a file of the catalog with *groups* that own pages, and a Location that reads what is *described*."""
    parts = [_group(EntityRef.parse(ref)) for ref in groups]
    if described:
        targets = json.dumps([f"../{each.path}" for each in described], ensure_ascii=False)
        parts.append(
            "# Entities that files outside catalog/ describe.\napiVersion: backstage.io/v1alpha1\nkind: Location\n"
            f"metadata: {{name: adopted}}\nspec: {{type: file, targets: {targets}}}\n"
        )
    return "---\n".join(parts)


def _group(ref: EntityRef) -> str:
    namespace = "" if ref.namespace == "default" else f", namespace: {ref.namespace}"
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Group\n"
        f"metadata: {{name: {ref.name}{namespace}}}\nspec: {{type: team, children: []}}\n"
    )
