"""What there was before a change, opened: the files of a commit with all that is loaded of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from waypost.core.baseline import changed_files, merge_base, tree_at
from waypost.core.errors import SettingError
from waypost.core.host import Host, all_settings, load_knowledge
from waypost.core.plugin import Before, Progress
from waypost.core.settings import FILE_NAME, Settings, read_settings


@contextmanager
def opened_before(
    host: Host, revision: str, *, given: Sequence[object] = (), progress: Progress | None = None
) -> Iterator[Before]:
    """Give what there was at the commit where HEAD left *revision*; its files are there until the end.

    Args:
        given: What loaders and checks find in its knowledge, such as a cache.

    Raises:
        InputError: There is no such revision, or nothing that can be compared.
    """
    base = merge_base(host.workspace.root, revision)
    changes = changed_files(host.workspace.root, revision)
    with tree_at(host.workspace, base) as tree:
        knowledge = load_knowledge(
            tree,
            host.plugins,
            _settings_of(tree.root, host),
            host.find_engine(),
            given=given,
            progress=progress,
        )
        yield Before(base, tree, knowledge, changes)


def _settings_of(root: Path, host: Host) -> Settings:
    """Return the settings that the files of before ask for; those of now where they cannot be read."""
    try:
        return read_settings(all_settings(host.plugins), root / FILE_NAME, overrides=host.overrides)
    except SettingError:
        return host.settings
