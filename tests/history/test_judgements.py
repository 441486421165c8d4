"""Verdicts kept between runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import factories as make
import pytest

from groupaudit.errors import StoreError
from groupaudit.model.finding import Classification, PartVerdict, Verdict

FOUND = Classification(
    Verdict.ORDINARY,
    score=0.25,
    categories=(("address", 2),),
    parts=(PartVerdict("", None, "encrypted"),),
)
FIRST = make.run(id="first")
SECOND = make.run(id="second", started=make.STARTED + timedelta(days=7))


def _opened(history, run, *, recalling=True):
    return closing(history.judgements(run, recalling=recalling))


def test_later_run_recalls_what_an_earlier_one_kept(history):
    with _opened(history, FIRST) as judgements:
        judgements.keep(b"a" * 16, FOUND)
        same = judgements.recall(b"a" * 16)
    with _opened(history, SECOND) as judgements:
        later = judgements.recall(b"a" * 16)
        unknown = judgements.recall(b"b" * 16)

    assert same == FOUND
    assert later is not None
    assert later.remembered
    assert later.categories == FOUND.categories
    assert later.parts == FOUND.parts
    assert unknown is None


def test_fresh_run_recalls_nothing_and_keeps_for_the_next(history):
    with _opened(history, FIRST) as judgements:
        judgements.keep(b"a" * 16, FOUND)
    with _opened(history, SECOND, recalling=False) as judgements:
        assert judgements.recall(b"a" * 16) is None
        judgements.keep(b"a" * 16, FOUND)
    with _opened(history, FIRST) as judgements:
        again = judgements.recall(b"a" * 16)

    assert again is not None
    assert again.remembered


@pytest.mark.parametrize(("asked", "kept"), [(True, True), (False, False)])
def test_what_nobody_asks_for_expires(history, clock, path, asked, kept):
    with _opened(history, FIRST) as judgements:
        judgements.keep(b"a" * 16, FOUND)
    clock.now = make.STARTED + timedelta(days=401)
    with _opened(history, make.run(id="last", started=clock.now)) as judgements:
        if asked:
            judgements.recall(b"a" * 16)
    history.expire(400)

    with closing(sqlite3.connect(path)) as connection:
        (rows,) = connection.execute("SELECT COUNT(*) FROM judgement").fetchone()
    assert bool(rows) is kept


def test_damaged_judgement_is_a_store_error(history, path):
    with _opened(history, FIRST) as judgements:
        judgements.keep(b"a" * 16, FOUND)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE judgement SET body = '{}'")
        with pytest.raises(StoreError):
            judgements.recall(b"a" * 16)
