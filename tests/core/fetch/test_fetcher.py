"""Facts about fetching, against small servers on this machine; names and waits are put in by the tests."""

from __future__ import annotations

import logging
import socket
import subprocess
from pathlib import Path

import pytest

from core.fetch.fetching import by_path, in_turn, open_for, refused
from elsewhere import Asked, Reply, serve
from waypost.core.fetch.fetcher import Outside, open_fetcher
from waypost.core.fetch.settings import ALLOW, CA_FILE, PRIVATE, TOKENS
from waypost.core.settings import Settings


def test_an_allowed_address_is_fetched() -> None:
    with serve(by_path({"/a.yaml": Reply(body=b"kind: A\n")})) as server, open_for(server) as fetcher:
        answer = fetcher.get(f"{server.url}/a.yaml?x=1")

    assert (answer.status, answer.body) == (200, b"kind: A\n")
    assert server.asked[0].query == {"x": "1"}


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


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    error = refused(open_for(values={ALLOW.name: (host,)}), f"http://{host}/")

    assert error.reason == "it cannot be connected to: Connection refused"


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
