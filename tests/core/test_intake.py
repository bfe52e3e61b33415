"""Bodies that clients are slow to send keep no more than some threads waiting."""

from __future__ import annotations

from io import BytesIO
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from waypost.core.errors import ServiceUnavailableError
from waypost.core.intake import MOST_BODIES, Intake
from waypost.core.settings import Settings
from waypost.core.web import create_app


class SlowStream(BytesIO):
    """Gives nothing until it is told to."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.is_asked, self.is_there = Event(), Event()

    def read(self, size: int | None = -1, /) -> bytes:
        """Wait, then read."""
        self.is_asked.set()
        self.is_there.wait(10)
        return super().read(size)


def test_a_body_that_is_there_is_read() -> None:
    intake = Intake(places=1, wait_s=0)

    assert [intake.of(BytesIO(b"abc")).read(2) for _ in range(3)] == [b"ab"] * 3


def test_only_some_wait_for_slow_clients() -> None:
    intake, slow = Intake(places=1, wait_s=0.01), SlowStream(b"abc")
    thread = Thread(target=intake.of(slow).read)
    thread.start()
    slow.is_asked.wait(10)

    with pytest.raises(ServiceUnavailableError, match="slow"):
        intake.of(BytesIO(b"abc")).read()
    slow.is_there.set()
    thread.join(10)
    assert intake.of(BytesIO(b"abc")).read() == b"abc"


def test_slow_bodies_leave_room_for_what_has_none(engine: Engine) -> None:
    app = create_app(Settings(), engine=engine)
    path, slow = "/api/catalog/entities/by-refs", [SlowStream(b"{}") for _ in range(MOST_BODIES)]

    def send(stream: BytesIO) -> int:
        more = {"input_stream": stream, "content_length": 2, "content_type": "application/json"}
        return app.test_client().post(path, **more).status_code

    threads = [Thread(target=send, args=(stream,)) for stream in slow]
    for thread, stream in zip(threads, slow, strict=True):
        thread.start()
        stream.is_asked.wait(10)

    assert app.test_client().get("/healthz").status_code == 200
    assert send(BytesIO(b"{}")) == 503
    for stream in slow:
        stream.is_there.set()
    for thread in threads:
        thread.join(10)
    assert send(BytesIO(b"{}")) == 400
