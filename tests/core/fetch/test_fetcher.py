"""Facts about fetching, against small servers on this machine; names and waits are put in by the tests."""

from __future__ import annotations

import gzip
import logging
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from elsewhere import Answer, Asked, Reply, Server, accept_raw, drip, flood, serve
from waypost.core.errors import SettingError
from waypost.core.fetch.fetcher import Fetcher, FetchError, Outside, open_fetcher
from waypost.core.fetch.settings import ALLOW, CA_FILE, MAX_BYTES, PRIVATE, TIMEOUT_S, TOKENS
from waypost.core.settings import Settings

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LOOPBACK = "127.0.0.0/8"
TOKEN = "t0ps3cret"  # noqa: S105 - of a test


def open_for(
    *servers: Server, sleeps: list[float] | None = None, values: Mapping[str, Any] | None = None
) -> Fetcher:
    """Open a fetcher that may ask *servers*; what it sleeps is noted and not slept."""
    noted: list[float] = [] if sleeps is None else sleeps
    settings = {
        ALLOW.name: tuple(server.host for server in servers),
        PRIVATE.name: (LOOPBACK,),
        TIMEOUT_S.name: 5.0,
    }
    outside = Outside(sleep=noted.append, now=lambda: NOW, environment={"THE_TOKEN": TOKEN})
    return open_fetcher(Settings(settings | dict(values or {})), outside)


def refused(fetcher: Fetcher, url: str, **asked: Any) -> FetchError:
    """Return the error that fetching *url* ends with."""
    with fetcher, pytest.raises(FetchError) as raised:
        fetcher.get(url, **asked)
    return raised.value


def by_path(replies: Mapping[str, Reply]) -> Answer:
    return lambda asked: replies.get(asked.path, Reply(404))


def in_turn(*replies: Reply) -> Answer:
    turns = iter(replies)
    return lambda _: next(turns)


def test_an_allowed_address_is_fetched() -> None:
    with serve(by_path({"/a.yaml": Reply(body=b"kind: A\n")})) as server, open_for(server) as fetcher:
        answer = fetcher.get(f"{server.url}/a.yaml?x=1")

    assert (answer.status, answer.body) == (200, b"kind: A\n")
    assert server.asked[0].query == {"x": "1"}


def test_nothing_may_be_fetched_unless_it_is_allowed() -> None:
    with serve(in_turn()) as server:
        error = refused(open_fetcher(Settings()), f"{server.url}/team/a.yaml")

    assert str(error) == (
        f"cannot fetch {server.url}/team/a.yaml: it is not allowed: add '{server.host}/team' to the setting fetch.allow"
    )
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("ftp://h/a", "only http and https are fetched", id="another scheme"),
        pytest.param("file:///etc/passwd", "only http and https are fetched", id="a file"),
        pytest.param("http://ada:pw@h/a", "it holds a user name or a password", id="a user name"),
        pytest.param("http://h/a b", "it holds a blank", id="a blank"),
        pytest.param("http://h/a\nHost: b", "it holds a blank, a control character", id="a line end"),
        pytest.param("http://h\\@evil/", "a backslash", id="a backslash"),
        pytest.param("http:///a", "it has no valid host", id="no host"),
        pytest.param("http://h:99999/", "it is no web address", id="a port too large"),
        pytest.param("http://h/team/..%2f..%2fother", "its path leads out of itself", id="an encoded way up"),
        pytest.param(
            "http://h/team/%252e%252e%2fb", "its path leads out of itself", id="a way up encoded twice"
        ),
    ],
)
def test_an_address_that_is_none_is_told(url: str, reason: str) -> None:
    error = refused(open_fetcher(Settings({ALLOW.name: ("h",)})), url)

    assert error.reason.startswith(reason) or reason in error.reason
    assert "pw" not in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("allowed", "url", "is_allowed"),
    [
        pytest.param("github.com", "https://github.com/acme/a", True, id="a host"),
        pytest.param("github.com", "https://github.com:8443/acme", False, id="another port"),
        pytest.param("github.com", "https://api.github.com/acme", False, id="a host below"),
        pytest.param("github.com", "https://github.com.evil.org/", False, id="a longer host"),
        pytest.param("github.com/acme", "https://github.com/acme", True, id="the path itself"),
        pytest.param("github.com/acme/", "https://github.com/acme/a", True, id="a path below"),
        pytest.param("github.com/acme", "https://github.com/acme-evil/a", False, id="a longer path"),
        pytest.param("github.com/acme", "https://github.com/acme/../evil", False, id="dots"),
        pytest.param("github.com/acme", "https://github.com/x/../acme/a", True, id="dots that lead there"),
        pytest.param("github.com/acme", "https://GitHub.com./acme/a", True, id="a host in other letters"),
        pytest.param("*.acme.org", "https://git.acme.org/a", True, id="any host below"),
        pytest.param("*.acme.org", "https://acme.org/a", False, id="not the host above"),
        pytest.param("https://acme.org", "http://acme.org/a", False, id="another scheme"),
        pytest.param("acme.org:8080", "http://acme.org:8080/a", True, id="its port"),
        pytest.param("bücher.example", "https://xn--bcher-kva.example/", True, id="an international name"),
        pytest.param("[2001:db8::1]:8080", "http://[2001:DB8::1]:8080/", True, id="an IPv6 address"),
    ],
)
def test_an_entry_allows_what_begins_with_it(allowed: str, url: str, *, is_allowed: bool) -> None:
    policy = open_fetcher(Settings({ALLOW.name: (allowed,)})).policy

    if is_allowed:
        assert policy.check(url).host in url.lower() or "xn--" in url
        return
    with pytest.raises(FetchError, match="it is not allowed"):
        policy.check(url)


def test_what_did_not_change_is_not_sent_again() -> None:
    def answer(asked: Asked) -> Reply:
        is_known = (
            asked.headers.get("if-none-match") == '"1"' and asked.headers.get("if-modified-since") == "then"
        )
        return (
            Reply(304, headers={"ETag": '"1"'})
            if is_known
            else Reply(body=b"x", headers={"ETag": '"1"', "Last-Modified": "then"})
        )

    with serve(answer) as server, open_for(server) as fetcher:
        first = fetcher.get(server.url)
        second = fetcher.get(server.url, stamp=first.stamp)
        third = fetcher.get(server.url, stamp="no stamp")

    assert [(a.is_unchanged, a.body) for a in (first, second, third)] == [
        (False, b"x"),
        (True, b""),
        (False, b"x"),
    ]


def test_a_server_that_fails_for_a_moment_is_asked_again() -> None:
    sleeps: list[float] = []
    replies = in_turn(Reply(503), Reply(500), Reply(body=b"good"))
    with serve(replies) as server, open_for(server, sleeps=sleeps) as fetcher:
        answer = fetcher.get(server.url)

    assert answer.body == b"good"
    assert sleeps[0] == 0
    assert 1 <= sleeps[1] <= 1.5


def test_a_server_that_goes_on_failing_is_told() -> None:
    with serve(in_turn(*[Reply(502)] * 4)) as server:
        error = refused(open_for(server, values={TIMEOUT_S.name: 60.0}), f"{server.url}/a?key=1")

    assert str(error) == f"cannot fetch {server.url}/a?…: the answer is 502"
    assert (error.answered, len(server.asked)) == (502, 4)


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        pytest.param(Reply(429, headers={"Retry-After": "2"}), 2, id="seconds"),
        pytest.param(Reply(503, headers={"Retry-After": "Mon, 02 Nov 2026 12:00:03 GMT"}), 3, id="a date"),
        pytest.param(
            Reply(
                403,
                headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW.timestamp()) + 4)},
            ),
            4,
            id="GitHub's limit",
        ),
        pytest.param(
            Reply(429, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "4"}),
            4,
            id="the standard's limit",
        ),
        pytest.param(Reply(503, headers={"Retry-After": "soon"}), 0, id="nonsense"),
        pytest.param(Reply(503, headers={"Retry-After": "9" * 5000}), 0, id="a number beyond all times"),
        pytest.param(
            Reply(503, headers={"Retry-After": "Mon, 02 Nov 2020 12:00:03 GMT"}), 0, id="a time gone by"
        ),
    ],
)
def test_a_wait_that_is_asked_for_is_kept(reply: Reply, wait: float) -> None:
    sleeps: list[float] = []
    with serve(in_turn(reply, Reply(body=b"good"))) as server, open_for(server, sleeps=sleeps) as fetcher:
        answer = fetcher.get(server.url)

    assert (answer.body, sleeps) == (b"good", [wait])


def test_a_wait_beyond_the_time_limit_ends_at_once_and_says_until_when() -> None:
    sleeps: list[float] = []
    limited = Reply(
        403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW.timestamp()) + 600)}
    )
    with serve(in_turn(limited)) as server:
        error = refused(open_for(server, sleeps=sleeps), server.url)

    assert error.reason == "the answer is 403; it asks to wait until 2026-11-02 12:10:00 UTC"
    assert error.retry_at == NOW + timedelta(minutes=10)
    assert sleeps == []


@pytest.mark.parametrize("status", [403, 404, 410, 418])
def test_an_error_that_stays_is_not_asked_for_again(status: int) -> None:
    with serve(in_turn(Reply(status))) as server:
        error = refused(open_for(server), server.url)

    assert (error.answered, error.is_missing) == (status, status in {404, 410})
    assert len(server.asked) == 1


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


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    error = refused(open_for(values={ALLOW.name: (host,)}), f"http://{host}/")

    assert error.reason == "it cannot be connected to: Connection refused"


def test_redirects_are_followed() -> None:
    replies = {"/a": Reply(302, headers={"Location": "b?x=1"}), "/b": Reply(body=b"there")}
    with serve(by_path(replies)) as server, open_for(server) as fetcher:
        answer = fetcher.get(f"{server.url}/a")

    assert (answer.body, answer.address.path) == (b"there", "/b")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("/a", "it is redirected in a circle, to {url}/a again", id="a circle"),
        pytest.param(
            "ftp://x/a", "it is redirected to where nothing is fetched: only http and", id="a scheme"
        ),
        pytest.param(
            "//elsewhere.example/b", "to http://elsewhere.example/b, which fetch.allow does not", id="a host"
        ),
        pytest.param(
            "http://169.254.169.254/latest?key", "it is redirected to http://169.254.169.254", id="metadata"
        ),
        pytest.param(
            "http://u:p@h/", "it is redirected to where nothing is fetched: it holds a user", id="a user"
        ),
    ],
)
def test_a_redirect_is_judged_like_the_address_itself(location: str, reason: str) -> None:
    with serve(lambda _: Reply(301, headers={"Location": location})) as server:
        error = refused(open_for(server), f"{server.url}/a")

    assert reason.format(url=server.url) in error.reason


def test_redirects_end() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(307, headers={"Location": f"/{int(asked.path[1:]) + 1}"})

    with serve(answer) as server:
        error = refused(open_for(server), f"{server.url}/0")

    assert error.reason == "it is redirected more than 5 times"
    assert len(server.asked) == 6


def test_a_token_goes_to_its_host_only() -> None:
    with serve(in_turn(Reply(body=b"x"), Reply(body=b"x"))) as other:
        away = Reply(302, headers={"Location": f"{other.url}/b"})
        replies = by_path({"/a": away, "/in": Reply(302, headers={"Location": "/c"}), "/c": Reply()})
        with serve(replies) as server:
            tokens = {TOKENS.name: {server.host: "THE_TOKEN", other.host: "THE_TOKEN"}}
            with open_for(server, other, values=tokens) as fetcher:
                fetcher.get(f"{server.url}/a")
                fetcher.get(f"{server.url}/in")
            with open_for(server, other, values={TOKENS.name: {server.host: "THE_TOKEN"}}) as fetcher:
                fetcher.get(f"{other.url}/b")

    assert [asked.headers.get("authorization") for asked in server.asked] == [f"Bearer {TOKEN}"] * 3
    assert [asked.headers.get("authorization") for asked in other.asked] == [None, None]


def test_a_token_is_not_sent_in_the_open_to_a_public_host() -> None:
    policy = open_fetcher(
        Settings({ALLOW.name: ("acme.org",), TOKENS.name: {"acme.org": "THE_TOKEN"}}),
        Outside(environment={"THE_TOKEN": TOKEN}),
    ).policy

    tokens = [policy.token_for(policy.check(f"{scheme}://acme.org/a")) for scheme in ("http", "https")]

    assert tokens == ["", TOKEN]


def test_a_token_that_is_missing_is_told_when_the_host_refuses() -> None:
    with serve(in_turn(Reply(401))) as server:
        error = refused(open_for(server, values={TOKENS.name: {server.host: "NO_TOKEN"}}), server.url)

    assert (
        error.reason == "the answer is 401 (the variable NO_TOKEN, which fetch.tokens names, holds no token)"
    )


@pytest.mark.parametrize("token", ["a\nHost: evil", "ü", " "])
def test_what_no_header_can_hold_is_no_token(token: str) -> None:
    settings = {TOKENS.name: {"acme.org": "THE_TOKEN"}, ALLOW.name: ("acme.org",)}
    with open_fetcher(Settings(settings), Outside(environment={"THE_TOKEN": token})) as fetcher:
        assert not fetcher.has_token("https://acme.org/")


def test_a_file_of_certificates_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingError, match=r"'/none\.pem', which is no file"):
        open_fetcher(Settings({CA_FILE.name: "/none.pem"}))


def test_whole_addresses_are_not_written_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(lambda _: Reply()) as server, open_for(server) as fetcher:
        fetcher.get(f"{server.url}/?key=hidden")

    assert "hidden" not in caplog.text


@pytest.mark.parametrize("status", [200, 404, 410])
def test_whether_something_is_there_is_asked_without_fetching_it(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(lambda _: Reply(status, b"x" * 1000)) as server, open_for(server) as fetcher:
        assert fetcher.exists(server.url) is (status == 200)

    assert server.asked[0].method == "HEAD"
    assert caplog.text == ""


def test_no_cookie_is_kept() -> None:
    with serve(lambda _: Reply(headers={"Set-Cookie": "a=b"})) as server, open_for(server) as fetcher:
        for _ in range(2):
            fetcher.get(server.url)

    assert "cookie" not in server.asked[1].headers


def test_an_outcome_is_one_line_in_the_log_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "waypost")
    with serve(in_turn(Reply(body=b"x"), Reply(404))) as server:
        tokens = {TOKENS.name: {server.host: "THE_TOKEN"}}
        with open_for(server, values=tokens) as fetcher:
            fetcher.get(f"{server.url}/a?key=hidden")
        refused(open_for(server, values=tokens), f"{server.url}/b?key=hidden")

    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [level for level, _ in told] == ["DEBUG", "WARNING"]
    assert told[0][1].startswith(f"GET {server.url}/a?…: 200, 1 bytes in ")
    assert told[1][1] == f"cannot fetch {server.url}/b?…: the answer is 404"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key and certificate of git.example.org, which nobody trusts unless told."""
    file = tmp_path_factory.mktemp("tls") / "git.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", file, "-out", f"{file}.crt", "-subj", "/CN=git", "-days", "2",
            "-addext", "subjectAltName=DNS:git.example.org",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.mark.parametrize(
    ("host", "is_trusted", "reason"),
    [
        pytest.param("git.example.org", True, "", id="its name"),
        pytest.param("other.example.org", True, "Hostname mismatch", id="another name"),
        pytest.param("git.example.org", False, "self-signed certificate", id="not trusted"),
    ],
)
def test_a_certificate_is_checked_against_the_name(
    certificate: Path, host: str, reason: str, *, is_trusted: bool
) -> None:
    with serve(in_turn(Reply(body=b"good")), certificate) as server:
        at = f"{host}:{server.port}"
        settings = {
            ALLOW.name: (at,),
            PRIVATE.name: (host,),
            CA_FILE.name: str(certificate) if is_trusted else "",
        }
        outside = Outside(resolve=lambda *_: ["127.0.0.1"], sleep=lambda _: None)
        with open_fetcher(Settings(settings), outside) as fetcher:
            if not reason:
                assert fetcher.get(f"https://{at}/").body == b"good"
                return
            error = refused(fetcher, f"https://{at}/")

    assert "its certificate is not trusted" in error.reason
    assert reason in error.reason
