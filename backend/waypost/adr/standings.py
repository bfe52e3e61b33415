"""Where every decision of a workspace stands with its approvals, and who wrote each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from waypost.adr.approving import Standing, standing
from waypost.adr.model import Decision, Decisions
from waypost.adr.versions import read_lineages
from waypost.catalog.model import Catalog
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace


def find_standings(workspace: Workspace, knowledge: Knowledge, today: date) -> dict[str, Standing]:
    """Return the standing of each decision, by its id."""
    decisions, catalog = knowledge[Decisions], knowledge[Catalog]
    authors = find_authors(workspace, knowledge)
    return {
        decision.id: standing(
            decision, decisions, catalog, today=today, author=authors.get(decision.path, "")
        )
        for decision in decisions.ordered
    }


def find_standing(workspace: Workspace, knowledge: Knowledge, decision: Decision, today: date) -> Standing:
    """Return the standing of *decision*, as it is or would be."""
    author = find_authors(workspace, knowledge, decision).get(decision.path, "")
    return standing(decision, knowledge[Decisions], knowledge[Catalog], today=today, author=author)


def find_authors(workspace: Workspace, knowledge: Knowledge, *more: Decision) -> dict[str, str]:
    """Return the user of the catalog who first committed each decision, by the decision's path.

    A user is known by the e-mail address of its profile. Git is asked only where somebody has approved: nothing
    else can be an approval of one's own.

    Args:
        more: Decisions as they would be.
    """
    decisions = knowledge[Decisions]
    emails = _users_by_email(knowledge[Catalog])
    if not emails or not any(decision.approvals for decision in (*decisions.ordered, *more)):
        return {}
    lineages = read_lineages(workspace, decisions.folder)
    found = {path: emails.get(versions[0].author.lower(), "") for path, versions in lineages.items()}
    return {path: user for path, user in found.items() if user}


def _users_by_email(catalog: Catalog) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for user in catalog.of_kind("user"):
        profile = user.spec.get("profile")
        email = profile.get("email") if isinstance(profile, Mapping) else None
        if isinstance(email, str) and email:
            found[email.lower()] = str(user.ref)
    return found
