"""Facts about what may be fetched, and with which token."""

from __future__ import annotations

import pytest

from core.fetch.fetching import TOKEN, by_path, in_turn, open_for, refused
from elsewhere import Reply, serve
from waypost.core.errors import SettingError
from waypost.core.fetch.fetcher import FetchError, Outside, open_fetcher
from waypost.core.fetch.settings import ALLOW, CA_FILE, TOKENS
from waypost.core.settings import Settings


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
