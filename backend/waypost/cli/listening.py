"""Listening: the address that a server takes, for the name that a person gives."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from waypost.core.errors import SettingError
from waypost.core.settings import SERVER_HOST


def resolve_address(host: str) -> str:
    """Return the address that *host*, a name or an address, stands for; one of IPv4 where it has both.

    Raises:
        SettingError: It has none.
    """
    name = host.removeprefix("[").removesuffix("]")
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError, ValueError) as error:
        raise _refused(host, "no such name is known here") from error
    addresses = sorted(
        (family != socket.AF_INET, at, str(place[0])) for at, (family, _, _, _, place) in enumerate(found)
    )
    address = addresses[0][2]
    if "%" in address or "%" in name:
        raise _refused(host, "an address that holds on one interface only cannot be listened on")
    return str(ip_address(address))


def _refused(host: str, why: str) -> SettingError:
    return SettingError(
        f"cannot listen on '{host}': {why}; set '{SERVER_HOST.name}' or --host to a name or an address of this machine"
    )
