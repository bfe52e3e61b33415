"""What can be set about discovery: each provider under a name of the reader's own."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from waypost.core.durations import parse_duration
from waypost.core.errors import InputError
from waypost.core.settings import Setting

PROVIDERS: Final = ("github", "gitlab", "git", "http")
_SHORTEST: Final = timedelta(minutes=1)


def _provider_fault(provider: str) -> str:
    return "" if provider in PROVIDERS else f"is '{provider}': the providers are {', '.join(PROVIDERS)}"


def _pattern_fault(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression: {error}"
    return ""


def _every_fault(text: str) -> str:
    try:
        every = parse_duration(text)
    except InputError as error:
        return f"is wrong: {error}"
    return "" if every >= _SHORTEST else "must be PT1M or more"


def _path_fault(path: str) -> str:
    if ".." in path.split("/") or not path.strip("/"):
        return f"is '{path}': write the path of a file in the repository, such as /catalog-info.yaml"
    return ""


PROVIDER: Final = Setting(
    "discovery.<name>.provider",
    "",
    "What is looked through: github (an organisation), gitlab (a group with its subgroups), git (a folder of"
    " repositories on this machine), or http (an index document).",
    fault=_provider_fault,
)
HOST: Final = Setting(
    "discovery.<name>.host",
    "",
    "The GitHub or GitLab to ask; it must be in catalog.github_hosts or catalog.gitlab_hosts."
    " Empty: github.com or gitlab.com.",
)
ORGANIZATION: Final = Setting(
    "discovery.<name>.organization",
    "",
    "The organisation, or the user, whose repositories on GitHub are looked through.",
)
GROUP: Final = Setting(
    "discovery.<name>.group",
    "",
    "The path of the group on GitLab, such as acme or acme/platform; its subgroups count.",
)
FOLDER: Final = Setting(
    "discovery.<name>.folder",
    "",
    "The folder of git repositories, which catalog.git_folders must name or hold."
    " Repositories up to three folders below are found.",
)
URL: Final = Setting(
    "discovery.<name>.url",
    "",
    "Address of the index document: a JSON list of addresses, or a Location entity in YAML.",
)
PATH: Final = Setting(
    "discovery.<name>.path",
    "/catalog-info.yaml",
    "The file to look for in each repository; * stands for any part of a name, ** for any folders.",
    fault=_path_fault,
)
BRANCH: Final = Setting(
    "discovery.<name>.branch", "", "The branch to look in. Empty: the default branch of each repository."
)
REPOSITORIES: Final = Setting(
    "discovery.<name>.repositories",
    "",
    "Regular expression that the whole name of a repository must match; on GitLab its path below the group."
    " Empty: all.",
    fault=_pattern_fault,
)
TOPICS: Final[Setting[tuple[str, ...]]] = Setting(
    "discovery.<name>.topics",
    (),
    "Topics of which a repository on GitHub or GitLab must have one. Empty: all.",
)
ARCHIVED: Final = Setting("discovery.<name>.archived", False, "Whether archived repositories count.")
FORKS: Final = Setting("discovery.<name>.forks", False, "Whether forks of other repositories count.")
EVERY: Final = Setting(
    "discovery.<name>.every",
    "PT30M",
    "How long until it looks again, as an ISO 8601 duration of a minute or more.",
    fault=_every_fault,
)

DISCOVERY_SETTINGS: Final[tuple[Setting[Any], ...]] = (
    PROVIDER,
    HOST,
    ORGANIZATION,
    GROUP,
    FOLDER,
    URL,
    PATH,
    BRANCH,
    REPOSITORIES,
    TOPICS,
    ARCHIVED,
    FORKS,
    EVERY,
)
