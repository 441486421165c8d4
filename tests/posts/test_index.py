from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.posts import threads
from groupaudit.posts.index import KEY_BYTES, Index, Sighting
from groupaudit.posts.threads import Kin

DATE = datetime(2025, 3, 1, 9, tzinfo=UTC)
ALONE = Kin(conversation=1, subject=0, loose=False)


def key(number: int) -> bytes:
    return blake2b(str(number).encode(), digest_size=KEY_BYTES).digest()


def seen(number: int, kin: Kin = ALONE, date: datetime | None = DATE) -> Sighting:
    return Sighting(key(number), 10 * number, date, kin, attachments=number % 2 == 1)


def index_of(*sightings: Sighting) -> Index:
    index = Index()
    index.begin_file()
    for sighting in sightings:
        index.add(sighting)
    index.join_replies()
    return index


def test_reference_says_all_that_was_seen_when_it_is_asked_for() -> None:
    _zero, ref = index_of(seen(0), seen(1))
    assert (ref.key, ref.date, ref.attachments) == (key(1).hex(), DATE, True)


@given(st.lists(st.integers(min_value=0, max_value=5000), max_size=4000))
def test_each_content_is_kept_once_and_found_when_added_in_any_order(numbers: list[int]) -> None:
    index = index_of(*map(seen, numbers))
    unique = list(dict.fromkeys(numbers))
    assert [ref.key for ref in index] == [key(number).hex() for number in unique]
    for place, number in enumerate(unique):
        found = index.place(key(number).hex())
        assert found is not None
        assert (found.number, found.offset) == (place, 10 * number)


@given(st.lists(st.lists(st.integers(min_value=0, max_value=30), max_size=5), max_size=12))
def test_file_is_found_when_others_hold_nothing_new(files: list[list[int]]) -> None:
    index, lies_in = Index(), {}
    for file, numbers in enumerate(files):
        index.begin_file()
        for number in numbers:
            index.add(seen(number))
            lies_in.setdefault(number, file)
    for number, file in lies_in.items():
        found = index.place(key(number).hex())
        assert found is not None
        assert found.file == file


@given(st.lists(st.lists(st.integers(min_value=0, max_value=2**41), max_size=6), max_size=4))
def test_posts_are_found_when_files_are_larger_than_32_bits_tell(files: list[list[int]]) -> None:
    index, lies_at = Index(), {}
    for file, offsets in enumerate(files):
        index.begin_file()
        for offset in sorted(offsets):
            index.add(replace(seen(offset), offset=offset))
            lies_at.setdefault(offset, (file, offset))
    for offset, place in lies_at.items():
        found = index.place(key(offset).hex())
        assert found is not None
        assert (found.file, found.offset) == place


@pytest.mark.parametrize("unknown", [key(9).hex(), "0" * 24, "", "no key", "ff"])
def test_nothing_is_found_when_key_was_never_added(unknown: str) -> None:
    assert index_of(seen(1)).place(unknown) is None


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        (None, None),
        (DATE, DATE),
        (datetime(1904, 1, 1, tzinfo=UTC), None),
        (datetime(2999, 1, 1, tzinfo=UTC), None),
    ],
)
def test_date_is_unknown_when_no_mail_can_have_it(
    date: datetime | None, kept: datetime | None
) -> None:
    assert index_of(seen(1, date=date))[0].date == kept


def test_replies_without_references_join_the_first_of_their_subject() -> None:
    first, other = Kin(1, subject=7, loose=False), Kin(2, subject=8, loose=False)
    reply, early = Kin(3, subject=7, loose=True), Kin(4, subject=9, loose=True)
    index = index_of(seen(0, early), seen(1, first), seen(2, other), seen(3, reply))
    lonely, root, stranger, joined = (ref.thread for ref in index)
    assert root == joined
    assert len({lonely, root, stranger}) == 3


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=40), st.integers(1, 7))
def test_each_loose_reply_joins_the_first_with_its_subject_however_many_there_are(
    posts: list[tuple[int, bool]], piece: int
) -> None:
    subjects = [subject for subject, _loose in posts]
    conversations = list(range(len(posts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "_PIECE", piece)
        threads.join_replies(
            conversations, subjects, [number for number, (_, loose) in enumerate(posts) if loose]
        )
    assert conversations == [
        subjects.index(subject) if loose else number
        for number, (subject, loose) in enumerate(posts)
    ]


def test_slices_and_negative_numbers_are_those_of_a_sequence() -> None:
    index = index_of(*map(seen, range(5)))
    assert [ref.key for ref in index[1:3]] == [key(1).hex(), key(2).hex()]
    assert index[-1].key == key(4).hex()
    with pytest.raises(IndexError):
        index[5]


def test_a_post_takes_less_than_40_bytes_when_there_are_many() -> None:
    count = 45_000
    tracemalloc.start()
    try:
        index = Index()
        index.begin_file()
        for number in range(count):
            index.add(seen(number))
        index.join_replies()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(index) == count
    assert kept < 36 * count
    assert peak < 40 * count
