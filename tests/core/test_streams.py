"""Long answers take turns, wait for slow ones only so long, and are only so many."""

from __future__ import annotations

from threading import Thread
from time import monotonic, sleep

from waypost.core.streams import Stream, Streams


def taken(streams: Streams, number: int) -> list[Stream]:
    found = [streams.take([b"a", b"b"]) for _ in range(number)]
    return [stream for stream in found if stream is not None]


def waiting(streams: Streams, number: int, came: list[int]) -> list[Thread]:
    """Return threads that wait for a turn, one behind the other, and are done at once."""

    def send(name: int) -> None:
        stream = streams.take([b"a"])
        assert stream is not None
        came.append(name)
        stream.close()

    threads = [Thread(target=send, args=(name,)) for name in range(number)]
    for thread in threads:
        thread.start()
        sleep(0.02)
    return threads


def test_a_stream_gives_its_pieces() -> None:
    assert [list(stream) for stream in taken(Streams(), 1)] == [[b"a", b"b"]]


def test_no_more_are_taken_than_there_are_places() -> None:
    streams = Streams(most=4, patience_s=0)
    held = taken(streams, 6)

    assert len(held) == 4
    held[0].close()
    held[0].close()
    assert len(taken(streams, 2)) == 1


def test_who_comes_first_has_the_next_turn() -> None:
    streams = Streams(patience_s=30)
    came: list[int] = []
    first = taken(streams, 3)
    threads = waiting(streams, 4, came)

    assert came == []
    first[0].close()
    for thread in threads:
        thread.join(10)
    assert came == [0, 1, 2, 3]


def test_slow_readers_keep_others_waiting_only_so_long() -> None:
    streams = Streams(patience_s=0.05)
    slow = taken(streams, 3)
    begin = monotonic()

    beside = taken(streams, 2)

    assert 0.1 <= monotonic() - begin < 5
    assert len(beside) == 2
    for stream in [*slow, *beside]:
        stream.close()
    begin = monotonic()
    assert len(taken(Streams(patience_s=30), 3)) == len(taken(streams, 3)) == 3
    assert monotonic() - begin < 5
