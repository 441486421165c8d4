"""Several processes give what one gives, in its order, whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import time

import judges
import pytest

from groupaudit.posts import pieces
from groupaudit.wiring import local
from groupaudit.wiring.crew import Crew


def message(number: int, subject: str = "Point du jour") -> str:
    return (
        f"From liste@example Mon Jan  1 00:00:00 2026\nFrom: Anne Brel <a@example>\n"
        f"Subject: {subject} {number}\nMessage-ID: <{number}@example>\n\n"
        f"Bonjour, la réunion {number} est déplacée.\n{'Le détail suit. ' * 8}\n\n"
    )


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_BYTES", 4000)
    monkeypatch.setattr(local, "SHARED_BYTES", 1)
    (tmp_path / "b.mbox").write_text("".join(map(message, range(60))))
    for name in ("a.eml", "c.txt", "d.eml"):
        (tmp_path / name).write_text(message(7).partition("\n")[2])
    return tmp_path


def test_lines_are_the_same_when_two_processes_share_the_work(archive):
    alone = list(local.classify([archive], None))
    shared = list(local.classify([archive], None, workers=2))

    assert shared == alone
    assert len(alone) == 63


def test_pieces_hold_every_document_once_and_in_order_when_read_one_by_one(archive):
    judge = judges.naming()

    cut = list(pieces.pieces([archive]))

    assert len(cut) > 3
    found = [line["document"] for piece in cut for line in judge(piece)]
    assert found == [line["document"] for line in judge(pieces.Files((archive,)))]


def test_halves_hold_the_same_when_a_stretch_is_halved_to_single_messages(archive):
    judge = judges.naming()

    def documents(piece):
        halves = piece.halves()
        return [d for half in halves for d in documents(half)] if halves else list(judge(piece))

    stretch = next(p for p in pieces.pieces([archive]) if isinstance(p, pieces.Stretch))
    assert documents(stretch) == list(judge(stretch))


def test_only_the_fatal_message_is_lost_when_it_kills_its_process(archive):
    box = archive / "b.mbox"
    box.write_text("".join(message(n, judges.FATAL if n == 6 else "x") for n in range(20)))

    lines = list(Crew(2, judges.naming, judges.lost).lines(pieces.pieces([box])))

    assert [line["document"] for line in lines] == [f"{box}#{n}" for n in range(1, 21)]
    assert [line["document"] for line in lines if line.get("error")] == [f"{box}#7"]


def test_processes_end_soon_when_the_consumer_leaves(archive):
    def interrupted():
        yield from list(pieces.pieces([archive]))[:2]
        time.sleep(1.5)  # the processes have started
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(Crew(2, judges.sleeping, judges.lost).lines(interrupted()))

    while multiprocessing.active_children():  # the pool's own thread reaps them
        assert time.monotonic() - began < 20
        time.sleep(0.05)
