"""Loads the decisions of a workspace, and the file that says who may decide what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from waypost.adr.build import apply_front_matter, build_folder, with_unique_ids
from waypost.adr.formats import is_own
from waypost.adr.model import STATE_WORDS, Decision, Decisions, State, in_order
from waypost.adr.recognise import Record, is_decision, read_record
from waypost.adr.relations import connect
from waypost.adr.rights import Rights
from waypost.adr.rights_schema import RightsSchema
from waypost.adr.schemas import FrontMatterSchema
from waypost.adr.settings import FOLDER
from waypost.core.content import load_yaml
from waypost.core.errors import Fault, Problem, Severity, one_close, suggest
from waypost.core.frontmatteredits import respell_key, respell_word
from waypost.core.markdownstore import load_file
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.schemas import keys_of, load_sound
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

RIGHTS_FILE = "decision-rights.yaml"


def load_decisions(workspace: Workspace, knowledge: Knowledge) -> Loaded[Decisions]:
    """Read every file of the decisions' folder, in whatever format each is written."""
    folder = knowledge[Settings][FOLDER].strip("/")
    problems: list[Problem] = []
    records = list(_read(workspace, knowledge, folder, problems))
    decisions: list[Decision] = []
    others: list[str] = []
    for _, group in groupby(sorted(records, key=lambda r: (r.folder, r.path)), key=lambda r: r.folder):
        near = list(group)
        kept = [record for record in near if is_decision(record)]
        left = [record for record in near if record not in kept]
        decisions += _build(kept, left, problems)
        others += [record.path for record in left]
    connected = connect(with_unique_ids(decisions))
    rights = _load_rights(workspace, f"{folder}/{RIGHTS_FILE}", problems)
    return Loaded(Decisions(in_order(connected), tuple(sorted(others)), rights, folder), problems)


def _read(
    workspace: Workspace, knowledge: Knowledge, folder: str, problems: list[Problem]
) -> Iterator[Record]:
    for path in workspace.files(folder, ".md", ".mdx", ".markdown"):
        file = load_file(workspace, knowledge, path, "adr/unreadable", problems)
        if file is not None:
            yield read_record(file)


def _build(kept: list[Record], left: list[Record], problems: list[Problem]) -> Iterator[Decision]:
    for record, decision in zip(kept, build_folder(kept, left), strict=True):
        problems += _front_matter_faults(record)
        if not is_own(record.file):
            yield decision
            continue
        data, faults = load_sound(FrontMatterSchema(), record.file.front_matter)
        problems += [_problem(record, fault) for fault in faults]
        yield apply_front_matter(decision, record, data)


def _problem(record: Record, fault: Fault) -> Problem:
    keys = keys_of(fault, record.file.front_matter)
    rule, fix = "adr/front-matter", "Correct it; 'waypost adr new' writes all keys as they should be."
    line, edit = record.file.line_of(*keys), None
    if fault.message == "Unknown field.":
        known = [field.data_key or name for name, field in FrontMatterSchema().fields.items()]
        rule = "adr/unknown-key"
        fix = suggest(str(keys[-1]), known, "Remove the key: a decision has no such one.")
        edit = respell_key(record.file, keys, known)
    elif fault.message == "Missing data for required field.":
        rule, fix = "adr/missing-key", f"Add '{keys[-1]}:' to the front matter."
    elif keys == ["status"]:
        word = str(record.file.front_matter["status"])
        edit = respell_word(record.file, line, word, state_meant(word))
    return Problem(record.path, line, rule, f"{fault.path}: {fault.message}", fix, edit=edit)


def state_meant(word: str) -> str:
    """Return the state that *word* stands for, or that it was meant to be; "" where that is not certain."""
    known = STATE_WORDS.get(word.lower())
    return known.value if known else one_close(word, list(State))


def _front_matter_faults(record: Record) -> Iterator[Problem]:
    for fault in record.file.faults:
        yield Problem(
            record.path,
            fault.line,
            "adr/front-matter",
            f"the front matter is not YAML: {fault.message}",
            "Quote the value that holds the character.",
            Severity.WARNING,
            fault.column,
        )


def _load_rights(workspace: Workspace, path: str, problems: list[Problem]) -> Rights:
    if not workspace.exists(path):
        return Rights()
    documents = load_yaml(workspace, path, "adr/rights", problems)
    if not documents:
        return Rights()
    document = documents[0]
    if not isinstance(document.value, dict):
        fix = "Write a mapping with scopes and triggers."
        problems.append(Problem(path, 1, "adr/rights", "is not a mapping", fix))
        return Rights()
    data, faults = load_sound(RightsSchema(), document.value)
    for fault in faults:
        keys = keys_of(fault, document.value)
        message = f"{'.'.join(map(str, keys))}: {fault.message}"
        fix = "Correct it; 'waypost init' writes such a file into a new folder, to compare with."
        problems.append(Problem(path, document.line_of(*keys), "adr/rights", message, fix))
    return Rights(data["scopes"], data["triggers"], path, document.line_of, data["since"])
