"""This machine alone: where those may write who show no token of ours."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from waypost.core.errors import SettingError
from waypost.core.settings import (
    AUTH_ANONYMOUS_WRITES,
    AUTH_GUEST,
    SERVER_CORS_ORIGINS,
    SERVER_HOST,
    Settings,
)


def refuse_beyond_loopback(settings: Settings, address: str) -> None:
    """Return where whoever may write without a token of ours can only be on this machine.

    Args:
        address: What the server listens on.

    Raises:
        SettingError: Other machines reach *address*, or pages of anywhere its answers, and a setting would let
            anybody write.
    """
    for setting in (AUTH_GUEST, AUTH_ANONYMOUS_WRITES):
        if not settings[setting]:
            continue
        if not is_loopback(address):
            raise SettingError(
                f"'{setting.name}' lets whoever reaches the server write, so that it must listen on this machine"
                f" alone: set '{SERVER_HOST.name}' to 127.0.0.1 instead of {address}, or '{setting.name}' to false"
            )
        if "*" in settings[SERVER_CORS_ORIGINS]:
            raise SettingError(
                f"'{setting.name}' lets whoever reaches the server write, and '{SERVER_CORS_ORIGINS.name}' lets in"
                " every page that you look at: name the origins instead of *"
            )


def is_loopback(host: str) -> bool:
    """Tell whether *host*, a name or an address without a port, means the machine itself."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(address: str) -> str:
    """Return the host of the web *address*, without its port; "" where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
