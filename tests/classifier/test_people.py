"""Who is counted among the persons that stretches name; the stretches are marked by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

import pytest

from groupaudit.classifier.lexicon import first_names, load
from groupaudit.classifier.people import distinct, otherwise
from groupaudit.classifier.reading import Reader
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage
from groupaudit.classifier.unnamed import numbers

KEY = b"k" * 32


Marked = tuple[str, ...]


def hashed(
    by: Callable[..., Collection[int]], text: str, people: Marked, health: Marked
) -> set[int]:
    reading = Reader(load()).read((Passage("body", 0, text),))
    assert all(each in text for each in (*people, *health))
    people_at, health_at = (
        [Place(0, at, at + len(each)) for at, each in sorted((text.index(e), e) for e in marked)]
        for marked in (people, health)
    )
    return set(by(KEY, reading.passages, reading.spans, people_at, health_at))


def counted(text: str, people: Marked, health: Marked = ()) -> int:
    return len(hashed(distinct, text, people, health))


#: Facts that follow a name on its line make it a patient's, on the last line too.
FACTS = ("mixé", "sans sel", "a chuté")


@pytest.mark.parametrize(
    ("persons", "text", "people"),
    [
        (1, "Mme Vasseur-Tilly est là.\nMme TILLY mange peu.", ("Mme Vasseur-Tilly", "Mme TILLY")),
        (2, "M. Ferrand Luc 6h15 Mme Ozanne Lise", ("M. Ferrand Luc 6h15 Mme Ozanne Lise",)),
        (2, "Rm 4 Vic Samardzic\nRm 5 Bev Littlejon", ("Rm 4 Vic Samardzic", "Rm 5 Bev Littlejon")),
        (1, "madame tranchevent thi a appelé", ("madame tranchevent thi",)),
        (1, "melle tranchevent a appelé", ("melle tranchevent",)),
        (2, "M. Ferrand Luc 6h15 Melle Ozanne Lise", ("M. Ferrand Luc 6h15 Melle Ozanne Lise",)),
        (1, "Mme Ozanne Lise (née Ferrand)", ("Mme Ozanne Lise",)),
        (1, "Mme OZANNE ép. FERRAND : mixé", ("Mme OZANNE ép. FERRAND",)),
        (2, "Mme OZANNE est là. FERRAND mange", ("Mme OZANNE est là. FERRAND",)),
        (1, "Mme Le Goff : mixé\nMme LE GOFF est là", ("Mme Le Goff", "Mme LE GOFF")),
        (2, "Mme Le Goff : mixé\nM. Le Roux : sans sel", ("Mme Le Goff", "M. Le Roux")),
        (
            2,
            "Mme FERRAND BPCO : mixé\nM. OZANNE BPCO : sans sel",
            ("Mme FERRAND BPCO", "M. OZANNE BPCO"),
        ),
        # beside somebody who surely is named, these name nobody
        (1, "M. Ferrand Luc part à Royan", ("M. Ferrand Luc", "Royan")),
        (1, "M. Ferrand Luc: CURB 3", ("M. Ferrand Luc", "CURB")),
        (1, "M. Ferrand Luc : fièvre. Motif", ("M. Ferrand Luc", "Motif")),
        (1, "M. Ferrand Luc\n\nDr Elkaim passera", ("M. Ferrand Luc", "El")),
        (1, "Présents : Mme Ozanne\nM. Ferrand a chuté", ("Mme Ozanne", "M. Ferrand")),
        # and alone they are all that there is
        (2, "Vasseur : mixé\nOzanne : sans sel", ("Vasseur", "Ozanne")),
    ],
)
def test_persons_are_counted_once_when_named(
    persons: int, text: str, people: tuple[str, ...]
) -> None:
    assert counted(text, people, tuple(fact for fact in FACTS if fact in text)) == persons


@pytest.mark.parametrize(
    ("persons", "text", "people"),
    [
        (1, "IPP 8004412337, NIR 2 88 11 99 350 127 21", ("8004412337", "2 88 11 99 350 127 21")),
        (2, "IPP 8004412337\nIPP 8004419902", ("8004412337", "8004419902")),
        (0, "le 12/03, chambre 112", ("12/03", "112")),
    ],
)
def test_numbers_are_counted_once_a_line(persons: int, text: str, people: Marked) -> None:
    def numbered(key: bytes, passages: Sequence[Passage], *rest: Sequence[Place]) -> frozenset[int]:
        return numbers(key, passages, rest[1])

    assert len(hashed(numbered, text, people, ())) == persons


def test_name_far_from_every_fact_is_not_counted_when_another_stands_beside_one() -> None:
    between = "Le parking ferme. " * 30
    text = f"Mme Ozanne Lise a de la fièvre.\n{between}\nM. Ferrand Luc nous ouvrira. {between}"
    people = ("Mme Ozanne Lise", "M. Ferrand Luc")
    assert counted(text, people, ("fièvre",)) == 1
    assert counted(text, people) == 2


def test_last_of_a_list_is_counted_when_a_fact_follows_on_its_line() -> None:
    text = "Bonjour, à voir demain dans le service :\nMme Ozanne : fièvre\nMme Ferrand : toux"
    assert counted(text, ("Mme Ozanne", "Mme Ferrand"), ("fièvre", "toux")) == 2


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("DTEND:2025\nSUMMARY:Coralie Mazenq : fièvre", "DTEND:2025\nSUMMARY:Coralie Mazenq"),
        ("Motif\tNuit\n301\tM. BRASSART Yvon\tfièvre", "Motif\tNuit\n301\tM. BRASSART Yvon"),
        ("Nom : OZANNE Lise, fièvre", "Nom : OZANNE Lise"),
    ],
)
def test_fields_and_heads_are_nobody_when_tagged_with_a_name(text: str, tagged: str) -> None:
    assert counted(text, (tagged,), ("fièvre",)) == 1


LIST = "Assia BENALI  12/03  9h00\nLuc FERRAND  12/03  9h20\nPaul OZANNE  14/03 : fièvre\nKiné\n"


FORM = "Surname: Smith\nForename: John\nDOB: 12/05/1950\nNHS No: 943 476 5919\nShe has asthma"


@pytest.mark.parametrize(
    ("text", "tagged", "persons"),
    [
        (FORM, ("Surname: Smith\nForename: John\nDOB: 12/05/1950",), 1),
        (FORM.replace("\n", " / "), ("Surname: Smith / Forename: John",), 1),
        (FORM, ("Smith", "Forename", "She"), 1),
        (FORM, ("Forename", "She"), 0),
        (FORM.upper(), ("SMITH\nFORENAME: JOHN", "SHE"), 1),
        ("Last name: Smith\nFirst name: John", ("Last name: Smith", "First name: John"), 1),
        ("Family name: Okafor\nGiven names: Chidi", ("Family name: Okafor",), 1),
        ("Surname: Smith\nSurname: Okafor", ("Surname: Smith", "Surname: Okafor"), 2),
    ],
)
def test_fields_of_an_english_form_are_of_one_person(
    text: str, tagged: Marked, persons: int
) -> None:
    assert counted(text, tagged) == persons


def _numbered(tagged: str) -> frozenset[int]:
    at = FORM.index(tagged)
    return numbers(KEY, (Passage("body", 0, FORM),), [Place(0, at, at + len(tagged))])


def test_birth_date_is_no_second_person_beside_a_number() -> None:
    assert len(_numbered("12/05/1950")) == 1
    assert _numbered("12/05/1950\nNHS No: 943 476 5919") == _numbered("943 476 5919")


def test_rows_of_a_list_are_told_of_when_one_is() -> None:
    names = ("Assia BENALI", "Luc FERRAND", "Paul OZANNE")
    assert counted("Attendus :\n" + LIST, names, ("fièvre",)) == 3
    assert counted("Attendus :\n" + LIST, ("\n".join(LIST.split("\n")[:3]),), ("fièvre",)) == 3


@pytest.mark.parametrize(
    ("persons", "text", "people", "health"),
    [
        (2, "M. et Mme Ozanne sont revus, fièvre", ("Mme Ozanne",), ("fièvre",)),
        (2, "Mr & Mrs Ozanne: fever", ("Mr & Mrs Ozanne",), ("fever",)),
        (2, "M. et Mme Ozanne : lui fièvre, elle toux", ("M. et Mme Ozanne",), ("fièvre", "toux")),
        (1, "M. et Mme Ozanne, caution reçue. Lui a fièvre", ("Mme Ozanne",), ("fièvre",)),
        (1, "M. et Mme Ozanne : leur fille a de la fièvre", ("Mme Ozanne",), ("fièvre",)),
        (1, "La fille de M. et Mme Ozanne a de la fièvre", ("Mme Ozanne",), ("fièvre",)),
        (1, "M. ou Mme Ozanne, fièvre", ("Mme Ozanne",), ("fièvre",)),
        (2, "Vu les jumeaux Ozanne, fièvre", ("Ozanne",), ("fièvre",)),
        (2, "The Ozanne twins have fever", ("Ozanne twins",), ("fever",)),
        (1, "M. Luc Ferrand, fils de Mme Ozanne, toux", ("M. Luc Ferrand", "Ozanne"), ("toux",)),
        (1, "Zoé Ferrand (fille de Lise Ozanne) : toux", ("Zoé Ferrand", "Ozanne"), ("toux",)),
        (1, "La fille de M. Ozanne appelle : fièvre", ("M. Ozanne",), ("fièvre",)),
        (2, "Mme Ozanne, bébé 8 % de perte", ("Mme Ozanne",), ("bébé 8 % de perte",)),
        (1, "Bébé de Mme Ozanne : ictère", ("Bébé de Mme Ozanne",), ("ictère",)),
        (1, "bb OZANNE absent 2x", ("bb OZANNE",), ("absent 2x",)),
        # one surname: rows of a list are persons, and elsewhere perhaps the same one
        (2, "OZANNE Lise : a\nOZANNE Luc : b", ("OZANNE Lise", "OZANNE Luc"), (": a", ": b")),
        (1, "Mme Lise Ozanne a toux, avec Luc Ozanne", ("Lise Ozanne", "Luc Ozanne"), ("toux",)),
    ],
)
def test_relatives_are_told_apart_when_words_say_how(
    persons: int, text: str, people: Marked, health: Marked
) -> None:
    assert counted(text, people, health) == persons


def test_rows_are_named_as_surely_when_one_is() -> None:
    text = "Attendus :\nBALDEC : toux\nOZANNE Lise : toux\nTILLOC : fièvre\n"
    assert counted(text.title(), ("Baldec", "Ozanne Lise", "Tilloc"), ("Toux", "Fièvre")) == 3


def test_names_are_parted_when_commas_join_pairs() -> None:
    text = "Lise Ozanne, Luc Ferrand, Paul Tilly"
    assert counted(text, (text,)) == 3


@pytest.mark.parametrize(
    ("persons", "text", "people"),
    [
        (2, "Mr J.R. ch.108 toux\nMme S.O. ch.111 fièvre", ("Mr J.R. ch.108", "Mme S.O. ch.111")),
        (1, "Luc Ferrand a de la fièvre, chambre 112", ("112",)),
        (1, "Luc Ferrand a de la fièvre, Lise Ozanne le sait", ("Fer",)),
        (2, "Luc Ferrand a de la fièvre, Lise Ozanne aussi", ()),
        (1, "G.W. rm 17 fell at 0320, fièvre", ("G.W. rm 17", "320")),
        (1, "NIR 2 88 11 99 350 127 21, fièvre", ("fièvre",)),
        (1, "Je serai absent, j'ai de la fièvre", ()),
        (1, "Je serai absent", ("absent",)),
        (0, "Je serai là", ()),
    ],
)
def test_somebody_is_counted_when_no_tag_names_anybody(
    persons: int, text: str, people: Marked
) -> None:
    facts = ("fièvre",) if "fièvre" in text else ()
    assert hashed(distinct, text, people, facts) == set()
    assert len(hashed(otherwise, text, people, facts)) == persons


def test_numbers_of_test_records_count_nobody() -> None:
    text = "{0}, IPP 80011826 : mixé\n\n{0}, IPP 80011827 : mixé"

    for person, persons in (("ZZTEST", 1), ("pt", 2)):  # somebody is told of, whoever it is
        assert len(hashed(otherwise, text.format(person), (), ("mixé",))) == persons


def test_somebody_is_the_same_when_a_text_is_passed_on() -> None:
    told = "La dame du 12 a de la fièvre."
    once = hashed(otherwise, told, (), ("fièvre",))
    assert hashed(otherwise, f"Pour info.\n\n{told}\n\nBonne nuit", (), ("fièvre",)) == once


@pytest.mark.parametrize("find", [distinct, otherwise])
def test_time_is_linear_when_thousands_share_a_surname(find: Callable[..., object]) -> None:
    given = sorted(first_names())[:3000]
    text = "".join(f"Mme OZANNE {name.decode().title()} : fièvre\n" for name in given)
    passage = Passage("body", 0, text)
    reading = Reader(load()).read((passage,))
    at = [Place(0, start, start + 12) for start in passage.line_starts[:-1]]
    facts = [Place(0, text.index("fièvre", place.end), place.end + 4) for place in at]
    started = time.process_time()
    find(KEY, reading.passages, reading.spans, at, facts)
    assert time.process_time() - started < 3


def test_persons_are_the_same_when_order_changes() -> None:
    lines = ["Mme Vasseur-Tilly", "M. Tilly", "Mme Ozanne Lise", "M. Lise-Vasseur"]
    there, back = "\n".join(lines), "\n".join(reversed(lines))
    assert counted(there, tuple(lines)) == counted(back, tuple(reversed(lines)))


def test_time_is_linear_when_thousands_are_named() -> None:
    def seconds(number: int) -> float:
        text = "".join(f"Mme Ozanne{chr(97 + n % 26) * (n % 23)} : fièvre\n" for n in range(number))
        passage = Passage("body", 0, text)
        reading = Reader(load()).read((passage,))
        at = [Place(0, start, start + 10) for start in passage.line_starts[:-1]]
        facts = [Place(0, place.end + 4, place.end + 8) for place in at]
        started = time.process_time()
        distinct(KEY, reading.passages, reading.spans, at, facts)
        return time.process_time() - started

    seconds(100)
    assert seconds(4000) < 10 * 4 * seconds(1000) + 0.5
