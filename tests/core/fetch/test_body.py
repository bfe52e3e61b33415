"""Facts about answers that are too large, too slow or broken."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable

import pytest

from core.fetch.fetching import in_turn, open_for, refused
from elsewhere import Reply, accept_raw, drip, flood, serve
from waypost.core.fetch.settings import ALLOW, MAX_BYTES, TIMEOUT_S


def test_an_answer_without_end_is_cut() -> None:
    with serve(in_turn(Reply(pieces=flood()))) as server:
        error = refused(open_for(server, values={MAX_BYTES.name: 1_000_000}), server.url)
        server.is_cut.wait(5)

    assert error.reason == "its answer is larger than 1,000,000 bytes (fetch.max-bytes)"
    assert server.sent_bytes < 20_000_000


def test_an_answer_that_says_it_is_too_large_is_not_read() -> None:
    reply = Reply(headers={"Content-Length": str(5 * 10**9)}, pieces=flood())
    with serve(in_turn(reply)) as server:
        error = refused(open_for(server), server.url)
        server.is_cut.wait(5)

    assert "larger than 20,000,000 bytes" in error.reason
    assert server.sent_bytes < 10_000_000


def test_a_length_beyond_all_numbers_is_too_large() -> None:
    with serve(in_turn(Reply(headers={"Content-Length": "9" * 5000}, pieces=flood()))) as server:
        error = refused(open_for(server), server.url)

    assert "larger than 20,000,000 bytes" in error.reason


def test_an_answer_that_nothing_changed_is_refused_where_nothing_was_known() -> None:
    with serve(lambda _: Reply(304)) as server:
        error = refused(open_for(server), server.url)

    assert error.reason == "the answer is 304, though nothing was known before"


def test_a_small_answer_that_grows_when_it_is_unpacked_is_cut() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with serve(in_turn(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))) as server:
        error = refused(open_for(server, values={MAX_BYTES.name: 1_000_000}), server.url)

    assert "larger than 1,000,000 bytes" in error.reason


def test_packed_answers_are_unpacked() -> None:
    packed = gzip.compress(b"a" * 200_000) + gzip.compress(b"b")
    replies = in_turn(
        Reply(body=packed, headers={"Content-Encoding": "gzip"}), Reply(headers={"Content-Encoding": "gzip"})
    )
    with serve(replies) as server, open_for(server) as fetcher:
        bodies = [fetcher.get(server.url).body for _ in range(2)]

    assert bodies == [b"a" * 200_000 + b"b", b""]
    assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        pytest.param(Reply(body=b"x", headers={"Content-Encoding": "br"}), "compressed as 'br'", id="br"),
        pytest.param(
            Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
            "not compressed as it says",
            id="no gzip",
        ),
    ],
)
def test_an_answer_in_an_unknown_form_is_told(reply: Reply, reason: str) -> None:
    with serve(in_turn(reply)) as server:
        error = refused(open_for(server), server.url)

    assert reason in error.reason


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(Reply(body=b"half", headers={"Content-Length": "8"}), id="shorter than it says"),
        pytest.param(
            Reply(body=b"8\r\nhalf", headers={"Transfer-Encoding": "chunked"}, pieces=iter(())), id="a chunk"
        ),
        pytest.param(
            Reply(body=gzip.compress(b"x" * 900)[:-9], headers={"Content-Encoding": "gzip"}), id="packed"
        ),
    ],
)
def test_an_answer_that_breaks_off_is_asked_for_again(broken: Reply) -> None:
    with serve(in_turn(broken, Reply(body=b"whole"))) as server, open_for(server) as fetcher:
        answer = fetcher.get(server.url)

    assert answer.body == b"whole"


def _drip_headers(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\n")
    for piece in drip(b"a: b\r\n"):
        connected.sendall(piece)


def _say_nothing(connected: socket.socket) -> None:
    while connected.recv(1000):
        pass


@pytest.mark.parametrize("talk", [_drip_headers, _say_nothing])
def test_a_server_that_dawdles_before_its_answer_is_left(talk: Callable[[socket.socket], None]) -> None:
    with accept_raw(talk) as port:
        fetcher = open_for(values={ALLOW.name: (f"127.0.0.1:{port}",), TIMEOUT_S.name: 0.4})
        started = time.monotonic()
        error = refused(fetcher, f"http://127.0.0.1:{port}/")

    assert error.reason == "it took longer than 0.4 seconds (fetch.timeout-s)"
    assert time.monotonic() - started < 3


def test_a_server_that_drips_its_answer_is_left() -> None:
    with serve(in_turn(Reply(pieces=drip()))) as server:
        error = refused(open_for(server, values={TIMEOUT_S.name: 0.4}), server.url)
        assert server.is_cut.wait(5)

    assert error.reason == "it took longer than 0.4 seconds (fetch.timeout-s)"


def test_a_server_that_dawdles_in_tls_is_left() -> None:
    with accept_raw(_say_nothing) as port:
        fetcher = open_for(values={ALLOW.name: (f"127.0.0.1:{port}",), TIMEOUT_S.name: 0.4})
        error = refused(fetcher, f"https://127.0.0.1:{port}/")

    assert error.reason == "it took longer than 0.4 seconds (fetch.timeout-s)"
