"""The same person in several parts of a document counts once, however each part names them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groupaudit.classifier import records, tables
from groupaudit.classifier.classification import classification
from groupaudit.classifier.joining import known_by, merged, not_met
from groupaudit.classifier.judged import Judged
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.people import Known, distinct
from groupaudit.classifier.reading import Reader
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage
from groupaudit.model.finding import Classification, Verdict
from groupaudit.model.post import Document, Part, PartKind, Table

KEY = b"k" * 32
HEAD = ("Nom", "Prénom", "NIR", "IPP", "Diagnostic")
ROWS = (
    ("VASSERON", "Lise", "2 88 11 99 350 127 21", "8004412337", "Cancer du sein"),
    ("ABI-KHALIL", "Luc", "", "8004412338", "Leucémie"),
    ("OZANNE", "Odile", "", "8004419902", "Diabète"),
)
IH = Verdict.IDENTIFIABLE_HEALTH


def named(*names: str) -> Known:
    text = "\n".join(f"{name} : toux" for name in names)
    reading = Reader(load()).read((Passage("body", 0, text),))
    places = [Place(0, text.index(name), text.index(name) + len(name)) for name in names]
    facts = [Place(0, place.end, place.end + len(" : toux")) for place in places]
    return distinct(KEY, reading.passages, reading.spans, places, facts)


def table(*rows: tuple[str, ...]) -> Table:
    return Table(rows=lambda: iter(rows))


def judged(known: Known) -> Judged:
    return Judged(IH, 0.9, frozenset(known), known=known)


@pytest.mark.parametrize(
    ("names", "met"),
    [
        (("VASSERON Lise",), 1),
        (("Lise Vasseron",), 1),
        (("Mme Vasseron",), 1),
        (("Mme Vasseron née Tilly",), 1),
        (("M. Abi Khalil",), 1),
        (("Mme Vasseron", "M. Abi-Khalil"), 2),
        (("M. Ferrand Luc",), 0),
        (("Mme Vasseron", "M. Ferrand Luc"), 1),
    ],
)
@pytest.mark.parametrize("rows", [ROWS, ROWS * 2000], ids=["small", "large"])
def test_persons_of_a_text_count_once_when_rows_hold_them(
    names: tuple[str, ...], met: int, rows: tuple[tuple[str, ...], ...]
) -> None:
    known = named(*names)
    found = tables.judge(table(HEAD, *rows), load(), KEY, known_by([known]))
    assert len(found.persons) == len(ROWS)
    assert len(not_met([known], found.met)) == len(names) - met


def test_rows_meet_nobody_when_nobody_is_sought() -> None:
    assert tables.judge(table(HEAD, *ROWS), load(), KEY).met == frozenset()


def test_persons_of_a_text_count_once_when_a_record_holds_them() -> None:
    record = records.recognised(
        "MSH|^~\\&|LAB|CH|DPI|CH|202601011200||ORU^R01|1|P|2.5\r"
        "PID|1||8004412337^^^CH^PI||VASSERON^LISE||19900403|F\r"
        "OBR|1|||GLY\rOBX|1|NM|GLY^Glycemie||1.2|g/l||||F\r"
    )
    assert record is not None
    found = records.judge(record, load(), KEY)
    assert found.verdict is IH
    assert not_met([named("Mme Vasseron")], found.names) == frozenset()
    assert len(not_met([named("Mme Ozanne")], found.names)) == 1


def test_persons_are_one_when_parts_share_a_word_of_their_names() -> None:
    body, letter = named("Mme Vasseron"), named("Mme Vasseron-Abel", "M. Tilly")
    assert len(merged([body, letter])) == 2
    assert len(merged([letter, body])) == 2
    assert frozenset(body) <= not_met([body, letter], frozenset())


def test_numbers_count_when_nobody_is_named() -> None:
    document = Document("1", parts=(Part(PartKind.BODY, text="x"),))
    number, line = (
        Judged(IH, 0.9, numbers=frozenset({7})),
        Judged(IH, 0.9, lesser=frozenset({8})),
    )
    person = judged(named("Mme Ozanne"))
    assert classification(number, [[line]], document).person_keys == {7}
    assert classification(line, [[number]], document).person_keys == {7}
    assert classification(number, [[person]], document).person_keys == person.keys


def test_copies_have_one_person_when_only_an_attachment_tells_of_one() -> None:
    document = Document("1", parts=(Part(PartKind.ATTACHMENT, text="x"),))
    attached = Judged(IH, 0.9, lesser=frozenset({1}))
    for around in (2, 3):
        whole = Judged(IH, 0.9, lesser=frozenset({around}))
        assert classification(whole, [[attached]], document).person_keys == {1}
    alone = Judged(IH, 0.9, lesser=frozenset({2}))
    assert classification(alone, [[]], document).person_keys == {2}


@pytest.mark.parametrize("shown", ["", "Feuille1"])
@pytest.mark.parametrize(("name", "persons"), [("VASSERON Lise", 3), ("Petitjean Marcel", 4)])
def test_patient_counts_once_when_a_table_is_attached(
    name: str, persons: int, shown: str, judge: Callable[..., Classification]
) -> None:
    text = f"Bonjour, Mme {name}, chambre 12, a un cancer du sein, chimiothérapie lundi."
    rows = Part(PartKind.ATTACHMENT, "liste.xlsx", text=shown, tables=(table(HEAD, *ROWS),))
    assert judge(text, "patients", "", rows).persons == persons


def test_patient_counts_once_when_a_table_is_typed(judge: Callable[..., Classification]) -> None:
    lines = "\n".join("\t".join(row) for row in (HEAD, *ROWS))
    text = f"Mme Vasseron, chambre 12, a un cancer du sein, chimiothérapie lundi.\n\n{lines}\n"
    assert judge(text).persons == len(ROWS)
