"""Files of the workspace, read as far as they can be: what cannot is a problem with its place."""

from __future__ import annotations

from waypost.core.errors import InputError, Problem
from waypost.core.workspace import Workspace
from waypost.core.yamlfile import YamlDocument, parse_yaml


def load_text(workspace: Workspace, path: str, rule: str, problems: list[Problem]) -> str | None:
    """Return the text of the file at *path*, or None where it has none; that goes to *problems*, under *rule*."""
    try:
        return workspace.read_text(path)
    except InputError as error:
        message = "; ".join(map(str, error.faults))
        problems.append(Problem(path, error.line, rule, message, "Save the file as UTF-8 text."))
        return None


def load_yaml(workspace: Workspace, path: str, rule: str, problems: list[Problem]) -> list[YamlDocument]:
    """Return the documents of the file at *path*, without those that cannot be read.

    What is wrong goes to *problems*, under *rule*.
    """
    text = load_text(workspace, path, rule, problems)
    documents, faults = parse_yaml(text or "")
    problems += [
        Problem(path, fault.line, rule, fault.message, "Mend the YAML.", column=fault.column)
        for fault in faults
    ]
    return documents
