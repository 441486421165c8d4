from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.posts import mbox

HEADER = b"From: a@h.example\nSubject: x\n\n"


def split(data: bytes) -> list[mbox.Entry]:
    return list(mbox.entries(io.BytesIO(data)))


@pytest.mark.parametrize(
    "line",
    [
        b"From a@h.example Thu Jan  1 00:00:00 2015\n",
        b"From 1642@xxx Thu Aug 29 10:44:23 +0000 2019\n",  # Takeout: zone before year
        b"From - Sat, 22 Mar 2025 16:18:50 +0100\r\n",
        b"From MAILER-DAEMON\n",
        b"From a@h.example 2025-03-01T10:00:00Z\n",
        b"From a@h.example Mon, 3 Mar 2025 10:00:00 +0100 (CET)\n",
        b"From a@h.example lun. mars  3 10:00:00 2025\n",
        b"From a@h.example 03/03/2025 10:00\n",
        "From a@h.example février 3 2025\n".encode(),
        b"From ???@??? Mon Mar 03 10:00:00 2025 remote from h\n",  # Eudora, UUCP
    ],
)
def test_messages_are_told_apart_when_from_lines_vary(line: bytes) -> None:
    data = line + HEADER + b"un\n\n" + line + HEADER + b"deux\n"
    assert [mbox.message(entry.data)[-6:].strip() for entry in split(data)] == [b"un", b"deux"]


@pytest.mark.parametrize(
    "sentence",
    [
        b"\nFrom now on, call 15.\nRegards",
        b"\nFrom 10:30 the ward is closed\nSee you",
        b"text\nFrom Monday 2025 on: nothing\nbye",
    ],
)
def test_sentence_is_no_boundary_when_it_begins_with_from(sentence: bytes) -> None:
    data = b"From a Thu Jan  1 00:00:00 2015\n" + HEADER + sentence + b"\n"
    assert len(split(data)) == 1


def test_nothing_is_lost_when_file_does_not_begin_with_from() -> None:
    data = b"Subject: a\n\nb\n\nFrom a Thu Jan  1 00:00:00 2015\n" + HEADER + b"c\n"
    first, second = split(data)
    assert first.data.startswith(b"Subject: a")
    assert second.offset == len(first.data)


def test_blank_file_holds_no_message() -> None:
    assert split(b"\n\n \n") == []


def test_huge_message_is_cut_and_its_neighbours_kept_when_over_the_limit() -> None:
    line = b"From a Thu Jan  1 00:00:00 2015\n"
    huge = line + HEADER + b"x" * (12 * 1024 * 1024) + b"\n\n"
    data = line + HEADER + b"avant\n\n" + huge + line + HEADER + b"fin\n"
    stream = io.BytesIO(data)
    before, cut, after = mbox.entries(stream, max_bytes=5 * 1024 * 1024)
    assert (before.whole, cut.whole, after.whole) == (True, False, True)
    assert cut.length == len(huge)
    assert data[after.offset :] == after.data


_BODY_LINES = st.lists(
    st.sampled_from([b"From a Thu Jan  1 00:00:00 2015", b">From b", b">>From c", b"texte", b""]),
    max_size=8,
)


@given(st.lists(_BODY_LINES, min_size=1, max_size=5))
def test_messages_come_back_when_quoted_as_mboxrd(bodies: list[list[bytes]]) -> None:
    messages = [HEADER + b"\n".join(lines) + b"\n" for lines in bodies]
    data = b""
    for message in messages:
        quoted = b"\n".join(
            b">" + line if line.lstrip(b">").startswith(b"From ") and not line.startswith(b"From:")
            else line
            for line in message.split(b"\n")
        )  # fmt: skip
        data += b"From a@h.example Thu Jan  1 00:00:00 2015\n" + quoted + b"\n"
    read = [mbox.message(entry.data).rstrip(b"\n") for entry in split(data)]
    assert read == [message.rstrip(b"\n") for message in messages]


@given(st.binary(max_size=2000))
def test_entries_cover_every_byte_when_file_is_random(data: bytes) -> None:
    covered = b"".join(entry.data for entry in split(data))
    assert covered == data or not data.replace(covered, b"", 1).strip()
