"""Badges as files of the site, at the addresses that they have below the API's: as of the build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from waypost.core.badges import badge_svg
from waypost.core.plugin import SiteContext, SitePage
from waypost.scorecards.pages.estate import estate_of
from waypost.scorecards.reading.badges import badges_of

FOLDER: Final = "scorecards/badges/"
MOST_OF_CHECKS: Final = 2_000
"""A scorecard with so many results has no files for single checks: the backend answers for those."""


def badge_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the badges of every entity that a scorecard grades; drafts and shadows have none."""
    estate = estate_of(context)
    for card in estate.shown:
        grades = estate.grades(card["name"])
        with_checks = len(grades) * len(card["checks"]) < MOST_OF_CHECKS
        for grade in grades:
            for path, badge in badges_of(grade.document(), with_checks=with_checks):
                yield SitePage(f"{FOLDER}{path}", "", badge_svg(badge), meta={"in_nav": False})
