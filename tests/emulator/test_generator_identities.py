"""Invented persons: valid numbers, fictional phones, nobody twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from groupaudit.emulator.hospital.draw import bank
from groupaudit.emulator.hospital.identities import ascii_fold, nir_key, person

numbers = st.integers(min_value=0, max_value=5_000)


@given(seed=st.integers(min_value=0), number=numbers)
def test_nir_is_valid_when_a_person_is_drawn(seed: int, number: int) -> None:
    who = person(seed, "patients", number)
    assert nir.is_valid(who.nir)
    assert who.nir[0] == ("2" if who.female else "1")
    assert who.nir[1:5] == f"{who.birth:%y%m}"


@given(seed=st.integers(min_value=0), number=numbers)
def test_phone_is_fictional_when_a_person_is_drawn(seed: int, number: int) -> None:
    who = person(seed, "patients", number)
    assert who.phone.startswith(("06 39 98 ", "01 99 00 "))
    assert who.mail.partition("@")[0].endswith(".fictif")
    assert who.mail.isascii()


def test_names_differ_when_persons_of_one_pool_differ() -> None:
    names = [(who.first, who.last) for who in (person(1, "p", number) for number in range(2_000))]
    assert len(set(names)) == len(names)


def test_surnames_differ_among_neighbours() -> None:
    count = len(bank("words")["surnames"])
    assert len({person(1, "p", number).last for number in range(count)}) == count


def test_key_counts_corsica_as_19_and_18() -> None:
    assert nir_key("2690549588157") == "80"  # INSEE's published example
    assert nir.is_valid("1480" + "32A004123" + nir_key("148032A004123"))


def test_fold_gives_local_parts_without_accents() -> None:
    assert ascii_fold("Éléonore d'Anjou") == "eleonore-danjou"
