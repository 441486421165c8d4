"""What was judged and tells of no patient is not judged again, and nothing of it can be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.memory import RememberingClassifier, maker
from groupaudit.model.finding import Classification, Explanation, PartVerdict, Verdict
from groupaudit.model.post import Document, Part, PartKind, Table

POST = Document(
    id="<1@ch.example>",
    path="a.mbox#1",
    date=datetime(2026, 11, 2, tzinfo=UTC),
    sender="x@ch.example",
    subject="Commande",
    parts=(Part(PartKind.BODY, text="Le papier est arrivé."), Part(PartKind.ATTACHMENT, "bon.pdf")),
)
HARMLESS = Classification(
    Verdict.ORDINARY,
    score=0.01,
    categories=(("address", 1),),
    excerpt="a masked excerpt",
    explanations=(Explanation("some-detector", "masked"),),
    parts=(PartVerdict("durand.pdf", None, "encrypted"), PartVerdict("b.pdf", Verdict.ORDINARY)),
)


class Judge:
    def __init__(self, found: Classification = HARMLESS):
        self.found = found
        self.asked = 0

    def classify(self, document):
        self.asked += 1
        return self.found


class Kept(dict):
    recall = dict.get
    keep = dict.__setitem__


def _twice(judge, first=POST, second=POST, *, key=b"k" * 32, other_key=b"k" * 32, other=b"v1"):
    kept = Kept()
    RememberingClassifier(judge, kept, key, b"v1").classify(first)
    return RememberingClassifier(judge, kept, other_key, other).classify(second)


def test_unchanged_post_is_judged_once():
    judge = Judge()

    again = _twice(judge, second=replace(POST, path="moved.mbox#7"))

    assert judge.asked == 1
    assert again.verdict is Verdict.ORDINARY
    assert again.score == HARMLESS.score
    assert again.categories == HARMLESS.categories


def test_parts_that_could_not_be_read_are_counted_the_same():
    again = _twice(Judge())

    errors = [
        Counter(part.error for part in found.parts if part.error) for found in (again, HARMLESS)
    ]
    assert errors[0] == errors[1]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "<2@ch.example>"},
        {"date": datetime(2026, 11, 3, tzinfo=UTC)},
        {"sender": "y@ch.example"},
        {"subject": "Commande "},
        {"parts": POST.parts[:1]},
        {"parts": POST.parts[::-1]},
        {"parts": (replace(POST.parts[0], text="Le papier est arrivé"), POST.parts[1])},
        {"parts": (replace(POST.parts[0], kind=PartKind.QUOTED), POST.parts[1])},
        {"parts": (POST.parts[0], replace(POST.parts[1], name="bonn.pdf"))},
        {"parts": (POST.parts[0], replace(POST.parts[1], error="encrypted"))},
    ],
)
def test_changed_post_is_judged_anew(changed):
    judge = Judge()

    _twice(judge, second=replace(POST, **changed))

    assert judge.asked == 2


@pytest.mark.parametrize("changed", [{"other_key": b"l" * 32}, {"other": b"v2"}])
def test_another_key_or_classifier_judges_anew(changed):
    judge = Judge()

    _twice(judge, **changed)

    assert judge.asked == 2


@pytest.mark.parametrize(
    "found",
    [
        replace(HARMLESS, verdict=Verdict.IDENTIFIABLE_HEALTH),
        replace(HARMLESS, verdict=Verdict.HEALTH_PERSON),
        replace(HARMLESS, verdict=Verdict.IDENTITY_ONLY, persons=1),
        replace(HARMLESS, person_keys=frozenset({7})),
        Classification(None, error="corrupt"),
    ],
)
def test_what_concerns_a_patient_or_failed_is_never_kept(found):
    judge = Judge(found)

    again = _twice(judge)

    assert judge.asked == 2
    assert again == found


@pytest.mark.parametrize(
    "post",
    [
        replace(POST, error="corrupt"),
        replace(POST, parts=(Part(PartKind.ATTACHMENT, tables=(Table(lambda: iter([])),)),)),
    ],
)
def test_unreadable_posts_and_tables_are_never_kept(post):
    judge = Judge()

    _twice(judge, first=post, second=post)

    assert judge.asked == 2


def test_nothing_that_was_written_is_kept():
    kept = Kept()
    RememberingClassifier(Judge(), kept, b"k" * 32, b"v1").classify(POST)

    ((digest, found),) = kept.items()
    assert len(digest) == 16
    assert not found.excerpt
    assert not found.explanations
    assert {part.name for part in found.parts} == {""}


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4), st.data())
def test_no_two_ways_to_cut_a_text_look_alike(texts, data):
    whole = "".join(texts)
    cut = data.draw(st.integers(0, len(whole)))
    post = replace(POST, sender=whole[:cut], subject=whole[cut:])
    other = replace(POST, sender=texts[0], subject="".join(texts[1:]))
    judge = Judge()

    _twice(judge, first=post, second=other)

    same = (post.sender, post.subject) == (other.sender, other.subject)
    assert judge.asked == (1 if same else 2)


def test_maker_changes_with_languages_and_terms(tmp_path):
    terms = tmp_path / "terms.txt"
    terms.write_text("néphrologie", encoding="utf-8")
    before = maker(("fr",), (terms,))
    terms.write_text("cardiologie", encoding="utf-8")

    assert len({before, maker(("fr",), (terms,)), maker(("fr", "en"), (terms,))}) == 3
    assert maker(("fr",), (terms,)) == maker(("fr",), (terms,))


def test_maker_of_missing_terms_is_refused(tmp_path):
    with pytest.raises(OSError, match="none"):
        maker(("fr",), (tmp_path / "none.txt",))
