"""The comments of a pull or merge request, on GitHub and on GitLab, as their jobs may write them.

GitHub REST API 2022-11-28, "Issue comments"; GitLab REST API v4, "Notes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import requests

from waypost.cli.reportpage import MARKER
from waypost.core.errors import InputError, ServiceUnavailableError

_TIMEOUTS_S: Final = (3.05, 20.0)
_MOST_PAGES: Final = 50
_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """One request of a forge, and how to reach its comments.

    Attributes:
        name: What people call the forge.
        request: The address of the pull or merge request in the forge's API.
        comments: The address of the list of its comments.
        comment: The address of one comment, with ``{id}`` for which.
        update: The method that replaces a comment's text.
        me: Who posts; "" where the forge tells at ``whoami``.
        whoami: The address that tells who posts.
        headers: What says who asks.
    """

    name: str
    request: str
    comments: str
    comment: str
    update: str
    me: str = ""
    whoami: str = ""
    headers: Mapping[str, str] = field(repr=False)

    def head(self) -> str:
        """Return the last commit of the request.

        Raises:
            ServiceUnavailableError: The forge does not answer, or refuses.
        """
        answer = self.call("GET", self.request)
        head = answer.get("sha") or (answer.get("head") or {}).get("sha")
        return str(head or "")

    def author(self) -> str:
        """Return the name under which the forge keeps what we post."""
        return self.me or str(self.call("GET", self.whoami).get("username") or "")

    def call(self, method: str, address: str, **what: Any) -> Any:
        """Return the JSON answer.

        Raises:
            ServiceUnavailableError: The forge does not answer, or refuses.
        """
        try:
            answer = requests.request(
                method,
                address,
                headers=dict(self.headers),
                timeout=_TIMEOUTS_S,
                allow_redirects=False,
                **what,
            )
        except requests.RequestException as error:
            raise ServiceUnavailableError(f"{self.name} at {address} cannot be reached") from error
        if not answer.ok or answer.is_redirect:
            told = f"{self.name} answers {answer.status_code} to {method} {address}: {_reason(answer)}"
            raise ServiceUnavailableError(told)
        try:
            return answer.json()
        except requests.JSONDecodeError as error:
            raise ServiceUnavailableError(f"{self.name} at {address} does not answer with JSON") from error


def forge_of(environment: Mapping[str, str], number: int | None) -> Forge:
    """Return the forge whose job this is, and the request *number* of it.

    Raises:
        InputError: It is no job of a forge that is known, or something is missing.
    """
    if environment.get("GITLAB_CI"):
        return _gitlab(environment, number)
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment, number)
    told = "this is no job of GitHub Actions or GitLab CI: nothing says where to post"
    raise InputError("the environment", [told])


def _github(environment: Mapping[str, str], number: int | None) -> Forge:
    api, repository, token = _needed(environment, "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
    if number is None:
        raise InputError("--number", ["is missing: say which pull request"])
    base = f"{api}/repos/{repository}"
    return Forge(
        name="GitHub",
        request=f"{base}/pulls/{number}",
        comments=f"{base}/issues/{number}/comments",
        comment=f"{base}/issues/comments/{{id}}",
        update="PATCH",
        me="github-actions[bot]",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"},
    )


def _gitlab(environment: Mapping[str, str], number: int | None) -> Forge:
    api, project, token = _needed(environment, "CI_API_V4_URL", "CI_PROJECT_ID", "WAYPOST_TOKEN")
    if number is None:
        (number_text,) = _needed(environment, "CI_MERGE_REQUEST_IID")
        number = int(number_text)
    request = f"{api}/projects/{project}/merge_requests/{number}"
    notes = f"{request}/notes"
    return Forge(
        name="GitLab",
        request=request,
        comments=notes,
        comment=f"{notes}/{{id}}",
        update="PUT",
        whoami=f"{api}/user",
        headers={"PRIVATE-TOKEN": token},
    )


def _needed(environment: Mapping[str, str], *names: str) -> tuple[str, ...]:
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise InputError("the environment", [f"{name} is not set" for name in missing])
    return tuple(environment[name].strip().rstrip("/") for name in names)


def post_report(forge: Forge, text: str) -> str:
    """Post *text*, or replace the comment of an earlier report by it; return ``posted``, ``updated`` or ``as it was``.

    Raises:
        ServiceUnavailableError: The forge does not answer, or refuses.
    """
    body = text if text.startswith(MARKER) else f"{MARKER}\n{text}"
    me = forge.author()
    for old in _comments(forge):
        # Anybody may write the marker; what others wrote is theirs.
        if _writer(old) == me and str(old.get("body") or "").startswith(MARKER):
            if str(old["body"]).strip() == body.strip():
                return "as it was"
            forge.call(forge.update, forge.comment.format(id=old["id"]), json={"body": body})
            return "updated"
    forge.call("POST", forge.comments, json={"body": body})
    return "posted"


def _writer(comment: Mapping[str, Any]) -> str:
    by = comment.get("user") or comment.get("author") or {}
    return str(by.get("login") or by.get("username") or "")


def _comments(forge: Forge) -> Iterator[Mapping[str, Any]]:
    """Give the comments, the oldest first; of a request with very many, the first some thousands."""
    for page in range(1, _MOST_PAGES + 1):
        query = {"per_page": _A_PAGE, "page": page, "sort": "asc", "order_by": "created_at"}
        found = forge.call("GET", forge.comments, params=query)
        yield from found
        if len(found) < _A_PAGE:
            return


def _reason(answer: requests.Response) -> str:
    """Return what the forge says of its refusal, on one line."""
    try:
        said = answer.json()
    except requests.JSONDecodeError:
        said = None
    message = said.get("message") or said.get("error") if isinstance(said, dict) else None
    return " ".join(str(message or answer.reason or "no reason").split())[:300]
