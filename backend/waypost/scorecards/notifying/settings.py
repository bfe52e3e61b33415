"""What can be set about webhooks: each under a name of the reader's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError, SettingError
from waypost.core.fetch.address import Address, parse_address
from waypost.core.settings import Setting, Settings

T = TypeVar("T")

FELL, ROSE, FAILED = "level-fell", "level-rose", "check-failed"
EVENTS: Final = (FELL, ROSE, FAILED)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _url_fault(url: str) -> str:
    parsed = parse_address(url)
    return f"is wrong: {parsed}" if isinstance(parsed, str) else ""


def _secret_fault(variable: str) -> str:
    if variable.startswith("whsec_"):
        return "holds a secret: put it into an environment variable, and write that one's name here"
    return (
        "" if _VARIABLE.fullmatch(variable) else "must name an environment variable, such as WEBHOOK_SECRET"
    )


def _events_fault(events: tuple[str, ...]) -> str:
    unknown = [event for event in events if event not in EVENTS]
    return f"holds '{unknown[0]}': the events are {', '.join(EVENTS)}" if unknown else ""


def _owners_fault(owners: tuple[str, ...]) -> str:
    try:
        for owner in owners:
            EntityRef.parse(owner, "group")
    except InputError as error:
        return f"is wrong: {error}"
    return ""


def _positive(value: int) -> str:
    return "" if value > 0 else "must be more than 0"


URL: Final = Setting(
    "webhook.<name>.url",
    "",
    "Address that events are sent to. fetch.allow must name it, and fetch.private where it is not public.",
    secret=True,
    fault=_url_fault,
)
SECRET: Final = Setting(
    "webhook.<name>.secret",
    "",
    "The environment variable that holds the secret which events are signed with, as 'waypost webhook secret' makes"
    " one. Several with blanks between sign each event several times, to change a secret without a gap.",
    fault=_secret_fault,
)
SENT: Final[Setting[tuple[str, ...]]] = Setting(
    "webhook.<name>.events",
    (FELL,),
    f"What is told: {', '.join(EVENTS)}. A check that failed is told where the level stayed.",
    fault=_events_fault,
)
OWNERS: Final[Setting[tuple[str, ...]]] = Setting(
    "webhook.<name>.owners",
    (),
    "Groups and users whose entities count, such as group:payments. Empty: all.",
    fault=_owners_fault,
)
SCORECARDS: Final[Setting[tuple[str, ...]]] = Setting(
    "webhook.<name>.scorecards",
    (),
    "Names of the scorecards that count. Empty: all that are active or deprecated.",
)
TIERS: Final[Setting[tuple[str, ...]]] = Setting(
    "webhook.<name>.tiers", (), "Tiers of the entities that count. Empty: all."
)
DIGEST_ABOVE: Final = Setting(
    "webhook.<name>.digest-above",
    20,
    "When one evaluation moves more entities of a scorecard than this, one event tells of them together.",
    fault=_positive,
)

WEBHOOK_SETTINGS: Final[tuple[Setting[Any], ...]] = (
    URL,
    SECRET,
    SENT,
    OWNERS,
    SCORECARDS,
    TIERS,
    DIGEST_ABOVE,
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook: where it leads, the variable of its secrets, and what it tells of whom."""

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = (FELL,)
    owners: frozenset[str] = frozenset()
    scorecards: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    digest_above: int = DIGEST_ABOVE.default

    @property
    def shown(self) -> str:
        """Where it leads, for people and logs: only the host, for the path may be as secret as a password."""
        address = parse_address(self.url)
        return address.authority if isinstance(address, Address) else "nowhere"

    def wants(self, *, scorecard: str, owner: str, tier: str) -> bool:
        """Tell whether it tells of an entity like this."""
        asked = ((self.scorecards, scorecard), (self.owners, owner), (self.tiers, tier))
        return all(not wanted or value in wanted for wanted, value in asked)


def read_webhooks(settings: Settings) -> dict[str, Webhook]:
    """Return every webhook that *settings* name, by name.

    Raises:
        SettingError: One has no address or no secret.
    """
    names = sorted({name for setting in WEBHOOK_SETTINGS for name in settings.by_name(setting)})
    return {name: _read(settings, name) for name in names}


def _read(settings: Settings, name: str) -> Webhook:
    def get(setting: Setting[T]) -> T:
        return settings.by_name(setting).get(name, setting.default)

    for setting in (URL, SECRET):
        if not get(setting):
            raise SettingError(f"'{setting.name.replace('<name>', name)}' must be set")
    return Webhook(
        name,
        get(URL),
        get(SECRET),
        get(SENT),
        frozenset(str(EntityRef.parse(owner, "group")) for owner in get(OWNERS)),
        frozenset({*get(SCORECARDS)}),
        frozenset({*get(TIERS)}),
        get(DIGEST_ABOVE),
    )
