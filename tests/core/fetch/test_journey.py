"""Facts about redirects and repeats, each request judged anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.fetch.fetching import NOW, by_path, in_turn, open_for, refused
from elsewhere import Asked, Reply, serve
from waypost.core.fetch.settings import TIMEOUT_S


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
