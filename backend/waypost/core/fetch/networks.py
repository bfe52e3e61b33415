"""Which machines may be reached: addresses of the public internet, and those that a setting names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Machine = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
# They carry an IPv4 address inside, so that what is refused there could be reached through them.
_WRAPPING: Final = tuple(
    map(
        ipaddress.IPv6Network,
        ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
    )
)


@dataclass(frozen=True, slots=True)
class Networks:
    """The hosts and networks that may be reached although they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def names(self, host: str) -> bool:
        """Tell whether *host* is one of them: by its name, or as an address of one of the networks."""
        machine = parse_machine(host.strip("[]"))
        return host in self.hosts or (machine is not None and self._holds(machine))

    def fault(self, host: str, address: str) -> str:
        """Say why *address*, which *host* resolves to, must not be connected to; "" where it may."""
        machine = parse_machine(address)
        if machine is None:
            return f"'{address}' is no address of a machine"
        if host in self.hosts or self._holds(machine):
            return ""
        kind = _kind(machine)
        told = address.partition("%")[0]
        return f"{host.strip('[]')} is {told}, {kind}" if kind else ""

    def _holds(self, machine: Machine) -> bool:
        inside = machine.ipv4_mapped if isinstance(machine, ipaddress.IPv6Address) else None
        return any(each in network for network in self.networks for each in (machine, inside or machine))


def parse_machine(text: str) -> Machine | None:
    """Return the IP address that *text* is, without the zone of a link-local one; None where it is none."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def parse_networks(entries: Iterable[str]) -> Networks | str:
    """Return the hosts and networks that *entries* name, or what is wrong with them."""
    hosts, networks = set(), list[Network]()
    for entry in entries:
        try:
            networks.append(ipaddress.ip_network(entry.strip("[]")))
        except ValueError:
            if not _HOST.fullmatch(entry.lower()) or re.fullmatch(r"[\d.]+", entry):
                return f"holds '{entry}': write a host such as git.acme.internal, or a network such as 10.1.0.0/16"
            hosts.add(entry.lower())
    return Networks(frozenset(hosts), tuple(networks))


def _kind(machine: Machine) -> str:
    """Return what sort of address *machine* is that is not public, "" for a public one."""
    sorts = (
        (machine.is_unspecified, "which stands for no machine"),
        (machine.is_loopback, "this machine itself"),
        (machine.is_link_local, "a link-local address"),
        (machine.is_multicast, "a multicast address"),
        (any(machine in network for network in _WRAPPING), "an IPv6 address that wraps an IPv4 one"),
        (not machine.is_global or machine.is_reserved, "a private or reserved address"),
    )
    return next((words for holds, words in sorts if holds), "")
