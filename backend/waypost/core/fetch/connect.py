"""Connections that lead to the very address that was checked, so that a name cannot change its mind in between."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from functools import partial
from threading import Thread, local
from typing import Any, ClassVar, Final

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from waypost.core.fetch.deadline import Deadline
from waypost.core.fetch.error import AttemptError
from waypost.core.fetch.networks import Networks

CONNECT_TIMEOUT_S: Final = 10.0
_KEPT_OPEN: Final = 16
"""How many connections to one host stay open: as many as threads may ask it at once."""

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of the machine called *host*, as the system knows them.

    Raises:
        OSError: It knows none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Guard:
    """Opens connections for one fetcher: each address that a name has is checked, and one of them connected to.

    A name of which one address may not be reached is refused as a whole.
    """

    def __init__(self, networks: Networks, resolve: Resolve, connect: Connect) -> None:
        self.networks = networks
        self._resolve = resolve
        self._connect = connect
        self._local = local()

    @property
    def deadline(self) -> Deadline:
        """The deadline of what this thread fetches now."""
        deadline: Deadline = self._local.deadline
        return deadline

    @deadline.setter
    def deadline(self, deadline: Deadline) -> None:
        self._local.deadline = deadline

    def open(self, host: str, port: int) -> socket.socket:
        """Return a connection to *host*.

        Raises:
            AttemptError: Its name is not known, it may not be reached, or it does not answer.
        """
        reason = "its name is not known"
        for address in self._addresses(host, port):
            limit_s = min(CONNECT_TIMEOUT_S, max(self.deadline.remaining, 0.001))
            try:
                connected = self._connect((address, port), limit_s)
            except TimeoutError:
                reason = "it does not answer"
            except OSError as error:
                reason = f"it cannot be connected to: {error.strerror or 'no route'}"
            else:
                self._check(host, str(connected.getpeername()[0]), connected)
                return connected
        raise AttemptError(reason)

    def _addresses(self, host: str, port: int) -> list[str]:
        addresses = _resolve_within(self.deadline.remaining, partial(self._resolve, host, port))
        for address in addresses:
            self._check(host, address)
        return addresses

    def _check(self, host: str, address: str, connected: socket.socket | None = None) -> None:
        fault = self.networks.fault(host, address)
        if fault:
            if connected:
                connected.close()
            raise AttemptError(f"{fault}: it is only reached when fetch.private names it", is_final=True)


def _resolve_within(seconds: float, resolve: Callable[[], list[str]]) -> list[str]:
    """Return what *resolve* gives; the system's own has no limit of time that one could set."""
    found: list[list[str]] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(resolve())
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = Thread(target=run, name="resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise AttemptError(
            "its name is not known" if failed else "its name is not resolved in time"
        ) from next(iter(failed), None)
    return found[0]


class _Guarded(HTTPConnection):
    """A connection that a guard opens and its deadline may end."""

    guard: ClassVar[Guard]

    def _new_conn(self) -> socket.socket:
        connected = self.guard.open(self.host.strip("[]").rstrip("."), self.port)
        connected.settimeout(max(self.guard.deadline.remaining, 0.001))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.guard.deadline.watch(connected)
        return connected

    def request(self, *arguments: Any, **options: Any) -> None:
        # A connection that was kept open has another deadline each time.
        if self.sock:
            self.guard.deadline.watch(self.sock)
        super().request(*arguments, **options)


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same with TLS: the certificate is checked against the name, not against the address."""


class GuardedAdapter(HTTPAdapter):
    """Lets ``requests`` open its connections through a guard, and through nothing else."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0, pool_connections=20, pool_maxsize=_KEPT_OPEN)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of connections, whose kind knows the guard."""
        super().init_poolmanager(*arguments, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = dict(_pools(self._guard))

    def proxy_manager_for(self, proxy: str, **_: Any) -> Any:
        """Refuse *proxy*: it would connect to wherever it likes."""
        raise AttemptError(f"no proxy is used ({proxy})", is_final=True)


def _pools(guard: Guard) -> Mapping[str, type[HTTPConnectionPool]]:
    plain = type("GuardedConnection", (_Guarded,), {"guard": guard})
    tls = type("GuardedTlsConnection", (_GuardedTls,), {"guard": guard})
    return {
        "http": type("GuardedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedTlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
