"""Reads the pages of ``site/``, and tells what is wrong with their front matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from waypost.core.errors import Problem, Severity, one_close, suggest
from waypost.core.frontmatteredits import respell_key, respell_word
from waypost.core.markdownfile import MarkdownFile, parse_markdown
from waypost.core.markdownstore import load_file, markdown_store
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.schemas import faults_of, keys_of
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents.keptpages import KeptPages
from waypost.documents.model import KINDS, Documents, Page
from waypost.documents.schemas import SCHEMAS
from waypost.documents.settings import EXCLUDE, FOLDER_SETTING

SUFFIXES = (".md", ".markdown")

# Whoever writes one of these means a page of ours.
_TELLING_KEYS = frozenset({"about", "review", "watches", "replaced_by"})
_SHARED = ("owner", "status", "about", "review", "watches", "replaced_by", "tags")


def load_documents(workspace: Workspace, knowledge: Knowledge) -> Loaded[Documents]:
    """Read every page of the site's folder. A page with faults is there with what could be read of it."""
    settings = knowledge[Settings] if Settings in knowledge else Settings()
    folder, left_out = settings[FOLDER_SETTING].strip("/"), settings[EXCLUDE]
    files = [path for path in workspace.files(folder) if not is_below(path, left_out)]
    problems: list[Problem] = []
    found = [
        load_file(workspace, knowledge, path, "documents/text", problems) or parse_markdown(path, "")
        for path in files
        if path.endswith(SUFFIXES)
    ]
    markdown_store(workspace, knowledge).parse(found)
    pages: dict[str, Page] = {}
    for page, told in KeptPages(workspace, knowledge).read(found, read_page):
        # What is kept of a page does not depend on where the pages lie.
        pages[page.path] = page if folder == page.folder else replace(page, folder=folder)
        problems += told
    return Loaded(Documents(pages, frozenset(files), folder), problems)


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Tell whether *path* is one of *folders*, or lies below one."""
    return any(path == at or path.startswith(f"{at}/") for at in (folder.strip("/") for folder in folders))


def load_page(path: str, text: str) -> tuple[Page, list[Problem]]:
    """Return the page that the *text* of the file at *path* makes, and the problems of its front matter."""
    return read_page(parse_markdown(path, text))


def read_page(file: MarkdownFile) -> tuple[Page, list[Problem]]:
    """Return the page that *file* makes, and the problems of its front matter."""
    front = file.front_matter
    problems = [
        Problem(
            file.path, fault.line, "documents/front-matter", fault.message, _FIX_YAML, column=fault.column
        )
        for fault in file.faults
    ]
    kind = front.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return _typed_page(file, kind, problems)
    problems += _kind_problems(file)
    return _plain_page(file), problems


_FIX_YAML = "Mend the YAML between the two '---' lines."


def _plain_page(file: MarkdownFile) -> Page:
    """Return a page of no kind: what others' front matter says is kept, and not read."""
    tags = file.front_matter.get("tags")
    words = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Page(path=file.path, kind="", title=file.title, file=file, tags=words, front=file.front_matter)


def _typed_page(file: MarkdownFile, kind: str, problems: list[Problem]) -> tuple[Page, list[Problem]]:
    front = file.front_matter
    try:
        data = SCHEMAS[kind].load(front)
    except ValidationError as error:
        data = error.valid_data if isinstance(error.valid_data, dict) else {}
        problems += _schema_problems(file, kind, error.messages)
    page = Page(
        path=file.path, kind=kind, title=file.title, file=file, front=front, **_shared(data)
    )  # fmt: skip
    return page, problems


def _shared(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every page has, of the valid part of its front matter."""
    values = {key: data[key] for key in _SHARED if key in data}
    # What is valid of a broken review is a mapping still.
    if isinstance(values.get("review"), dict):
        del values["review"]
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _schema_problems(file: MarkdownFile, kind: str, messages: object) -> Iterator[Problem]:
    known = sorted(SCHEMAS[kind].fields)
    for fault in faults_of(messages):
        keys = keys_of(fault, file.front_matter)
        line, named = file.line_of(*keys), ".".join(map(str, keys))
        if fault.message == "Unknown field.":
            message = f"a page of kind '{kind}' has no key '{named}'"
            edit = respell_key(file, keys, known)
            fix = _nearest(str(keys[-1]), known)
            yield Problem(file.path, line, "documents/unknown-key", message, fix, edit=edit)
        else:
            message = f"'{named}': {_lower(fault.message)}"
            yield Problem(file.path, line, "documents/front-matter", message, _FIX_VALUE)


_FIX_VALUE = "See the keys of each kind in the guide to pages."


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")


def _kind_problems(file: MarkdownFile) -> Iterable[Problem]:
    front = file.front_matter
    if "kind" in front:
        message = f"no kind of page is named '{front['kind']}'"
        fix, line = _nearest(str(front["kind"]), list(KINDS)), file.line_of("kind")
        edit = respell_word(file, line, str(front["kind"]), one_close(str(front["kind"]), KINDS))
        yield Problem(file.path, line, "documents/kind", message, fix, edit=edit)
    elif telling := sorted(_TELLING_KEYS & front.keys()):
        message = f"the page has '{telling[0]}' and no 'kind', so that nothing in its front matter is read"
        fix = "Add 'kind: guide', or another kind."
        yield Problem(file.path, file.line_of(telling[0]), "documents/kind", message, fix, Severity.WARNING)


def _nearest(name: str, known: list[str]) -> str:
    return suggest(name, known, f"Known are: {', '.join(known)}.")
