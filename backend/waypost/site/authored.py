"""The pages that authors wrote, as the workspace reads them: front matter apart, whatever the file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mkdocs.structure.files import File, Files

from waypost.core.plugin import Knowledge
from waypost.documents.model import Documents
from waypost.site.publish import without_front_matter


@dataclass(frozen=True, slots=True)
class Authored:
    """One page: its front matter and its text, and the file that MkDocs knows it by."""

    file: File
    front: Mapping[str, Any]
    body: str


def read_authored(
    files: Files, knowledge: Knowledge, prefix: str, warn: Callable[[str], None]
) -> dict[str, Authored]:
    """Return the pages of *files* by their address.

    MkDocs reads front matter as YAML 1.1, where ``on:`` is a truth value; the workspace has read it as
    what it says. A file that is not UTF-8 is published with what can be read of it.

    Args:
        prefix: The folder of the pages in the workspace, with its slash.
    """
    pages = knowledge[Documents].pages
    found = {}
    for file in files.documentation_pages():
        if file.generated_by is not None:
            continue
        text = _text_of(file, warn)
        page = pages.get(prefix + file.src_uri)
        front = page.front if page is not None else {}
        found[file.src_uri] = Authored(file, front, without_front_matter(text))
    return found


def _text_of(file: File, warn: Callable[[str], None]) -> str:
    data = file.content_bytes
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        warn(f"{file.src_uri}: is not UTF-8 text (byte {error.start}); what cannot be read is shown as �")
        file.content_string = data.decode("utf-8-sig", errors="replace")
        return file.content_string
