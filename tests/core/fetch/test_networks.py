"""Facts about which machines are reached. Nothing here sends anything: no connection may be tried."""

from __future__ import annotations

import socket
from threading import Event

import pytest

from elsewhere import Reply, accept_raw, serve
from waypost.core.fetch.fetcher import FetchError, Outside, open_fetcher
from waypost.core.fetch.settings import ALLOW, PRIVATE, TIMEOUT_S
from waypost.core.settings import Settings

HOST = "git.example.org"


def _refuse_to_connect(address: tuple[str, int], _timeout: float) -> socket.socket:
    pytest.fail(f"a connection to {address} was tried")


def _reason(*addresses: str, private: tuple[str, ...] = (), url: str = f"https://{HOST}/a") -> str:
    settings = Settings({ALLOW.name: (HOST, "127.0.0.1", "2130706433", "[::1]"), PRIVATE.name: private})
    outside = Outside(resolve=lambda *_: list(addresses), connect=_refuse_to_connect)
    with open_fetcher(settings, outside) as fetcher, pytest.raises(FetchError) as raised:
        fetcher.get(url)
    return raised.value.reason


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "this machine itself"),
        ("127.8.8.8", "this machine itself"),
        ("::1", "this machine itself"),
        ("10.0.0.1", "a private or reserved address"),
        ("172.16.0.1", "a private or reserved address"),
        ("192.168.1.1", "a private or reserved address"),
        ("100.64.0.1", "a private or reserved address"),
        ("198.18.0.1", "a private or reserved address"),
        ("240.0.0.1", "a private or reserved address"),
        ("255.255.255.255", "a private or reserved address"),
        ("fc00::1", "a private or reserved address"),
        ("2001:db8::1", "a private or reserved address"),
        ("169.254.169.254", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("224.0.0.1", "a multicast address"),
        ("ff02::1", "a multicast address"),
        ("0.0.0.0", "which stands for no machine"),  # noqa: S104 - an address that is refused
        ("::", "which stands for no machine"),
        ("::ffff:127.0.0.1", "an IPv6 address that wraps an IPv4 one"),
        ("::ffff:8.8.8.8", "an IPv6 address that wraps an IPv4 one"),
        ("64:ff9b::a9fe:a9fe", "an IPv6 address that wraps an IPv4 one"),
        ("2002:7f00:1::", "an IPv6 address that wraps an IPv4 one"),
    ],
)
def test_a_name_of_a_machine_that_is_not_public_is_refused(address: str, kind: str) -> None:
    told = address.partition("%")[0]

    assert _reason(address) == f"{HOST} is {told}, {kind}: it is only reached when fetch.private names it"


def test_one_such_address_among_public_ones_is_enough() -> None:
    assert "10.0.0.1" in _reason("93.184.216.34", "10.0.0.1")


def test_what_is_no_address_is_refused() -> None:
    assert "is no address of a machine" in _reason("0x7f.1")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/"])
def test_an_address_in_place_of_a_name_is_refused_however_it_is_written(url: str) -> None:
    settings = Settings({ALLOW.name: ("127.0.0.1", "2130706433", "[::1]")})
    with (
        open_fetcher(settings, Outside(connect=_refuse_to_connect)) as fetcher,
        pytest.raises(FetchError, match="this machine itself"),
    ):
        fetcher.get(url)


def test_a_redirect_to_a_name_of_a_private_machine_is_refused_before_a_connection() -> None:
    tried: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        return socket.create_connection(address, timeout)

    def resolve(host: str, _port: int) -> list[str]:
        return ["10.0.0.1"] if host == HOST else [host]

    with serve(lambda _: Reply(302, headers={"Location": f"http://{HOST}/"})) as server:
        settings = Settings({ALLOW.name: (server.host, HOST), PRIVATE.name: ("127.0.0.1",)})
        with (
            open_fetcher(settings, Outside(resolve=resolve, connect=connect)) as fetcher,
            pytest.raises(FetchError, match=r"git\.example\.org is 10\.0\.0\.1, a private"),
        ):
            fetcher.get(server.url)

    assert tried == ["127.0.0.1"]


def test_a_name_is_resolved_once_and_that_very_address_connected_to() -> None:
    """A name that says another address the second time it is asked gains nothing."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with serve(lambda _: Reply(body=b"good")) as server:
        settings = Settings({ALLOW.name: (f"{HOST}:{server.port}",), PRIVATE.name: ("127.0.0.1",)})
        with open_fetcher(settings, Outside(resolve=lambda *_: next(answers))) as fetcher:
            answer = fetcher.get(f"http://{HOST}:{server.port}/")

    assert answer.body == b"good"
    assert server.asked[0].headers["host"] == f"{HOST}:{server.port}"
    assert next(answers) == ["169.254.169.254"]


def test_a_connection_that_leads_elsewhere_than_was_checked_is_not_used() -> None:
    got: list[bytes] = []
    with accept_raw(lambda connected: got.append(connected.recv(100))) as port:
        settings = Settings({ALLOW.name: (HOST,)})
        outside = Outside(
            resolve=lambda *_: ["93.184.216.34"],
            connect=lambda _address, timeout: socket.create_connection(("127.0.0.1", port), timeout),
        )
        with (
            open_fetcher(settings, outside) as fetcher,
            pytest.raises(FetchError, match="this machine itself"),
        ):
            fetcher.get(f"http://{HOST}/")

    assert got in ([], [b""])


@pytest.mark.parametrize(
    "private", [(HOST,), ("127.0.0.1",), ("10.0.0.0/8", "127.0.0.0/8"), ("GIT.example.org",)]
)
def test_a_machine_that_a_setting_names_is_reached(private: tuple[str, ...]) -> None:
    with serve(lambda _: Reply(body=b"good")) as server:
        settings = Settings({ALLOW.name: (f"{HOST}:{server.port}",), PRIVATE.name: private})
        with open_fetcher(settings, Outside(resolve=lambda *_: ["127.0.0.1"])) as fetcher:
            assert fetcher.get(f"http://{HOST}:{server.port}/").body == b"good"


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with serve(lambda _: Reply(body=b"good")) as server:
        settings = Settings({ALLOW.name: (f"{HOST}:{server.port}",), PRIVATE.name: ("127.0.0.0/8",)})
        with open_fetcher(settings, Outside(resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])) as fetcher:
            assert fetcher.get(f"http://{HOST}:{server.port}/").body == b"good"


def test_a_name_that_is_not_resolved_in_time_is_told() -> None:
    never = Event()
    settings = Settings({ALLOW.name: (HOST,), TIMEOUT_S.name: 0.2})
    outside = Outside(resolve=lambda *_: [str(never.wait())], connect=_refuse_to_connect)
    with (
        open_fetcher(settings, outside) as fetcher,
        pytest.raises(FetchError, match=r"took longer than 0\.2 seconds"),
    ):
        fetcher.get(f"https://{HOST}/")
    never.set()


def test_a_name_that_nobody_knows_is_told() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    settings = Settings({ALLOW.name: (HOST,)})
    with (
        open_fetcher(
            settings, Outside(resolve=resolve, connect=_refuse_to_connect, sleep=lambda _: None)
        ) as fetcher,
        pytest.raises(FetchError, match="its name is not known"),
    ):
        fetcher.get(f"https://{HOST}/")
