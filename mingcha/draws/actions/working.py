"""Saying how far the heavy work of a step has come (进度), to everybody who looks on.

A step computes before it takes its lock, outside any transaction, so each word is a short write of its own that other
connections see at once, on SQLite as on PostgreSQL. Nothing follows from it: a word that cannot be written is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection, transaction

from mingcha.draws.models import Ceremony, Progress
from mingcha.draws.pace import Tell, is_at_work
from mingcha.draws.states import CeremonyState, Work

OFTEN = 0.4
"""Seconds between two words."""
BEAT = 15
"""Seconds between two signs of life while there is no word."""


@contextmanager
def told(ceremony: Ceremony, work: Work, *, at: datetime) -> Iterator[Tell]:
    """Give what is to be told of the work; refused or broken off, the work is marked as ended.

    Of two who do the same work at once only the first is heard: they come to the same, and one of them writes it.
    """
    if _is_heard(ceremony, at):
        yield lambda done, total: None
        return
    began, last = monotonic(), 0.0

    def now() -> datetime:
        return at + timedelta(seconds=monotonic() - began)

    def tell(done: int, total: int) -> None:
        nonlocal last
        if last and done < total and monotonic() - last < OFTEN:
            return
        last = monotonic()
        _say(ceremony, work=work, done=done, total=total, started_at=at, heard_at=now(), ended_at=None)

    tell(0, 0)
    stop = Event()
    beat = Thread(target=_beat, args=(ceremony, now, stop), daemon=True)
    beat.start()
    try:
        yield tell
    except BaseException:
        _say(ceremony, ended_at=now())
        raise
    finally:
        stop.set()
        beat.join()


def _beat(ceremony: Ceremony, now: Callable[[], datetime], stop: Event) -> None:
    """Say now and then that the work goes on: choosing teams and hashing say nothing of their own for minutes."""
    while not stop.wait(BEAT):
        _say(ceremony, heard_at=now())
    connection.close()


def _is_heard(ceremony: Ceremony, at: datetime) -> bool:
    found = Progress.objects.filter(ceremony=ceremony).first()
    if found is None or found.ended_at:
        return False
    return is_at_work(Work(found.work), state=CeremonyState(ceremony.state), heard_at=found.heard_at, now=at)


def _say(ceremony: Ceremony, **words: Any) -> None:
    with suppress(DatabaseError), transaction.atomic():
        Progress.objects.update_or_create(ceremony=ceremony, defaults=words)
