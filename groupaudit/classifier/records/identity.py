"""Who a patient of a record is: which identifiers count, and whether anybody real is meant.

Authorities of the French health identity are known by their OID (ANS, "Référentiel INS"; HL7 France
FR Core). Persons are told apart as the rows of a table are, so that one person in a message and in
a table is one person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from groupaudit.classifier.fictitious import is_test_name
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.records.record import Patient
from groupaudit.classifier.tables.identities import Identifiers, Persons, nir_body
from groupaudit.classifier.text import fold

#: INS-NIR, INS-NIA, their test and demonstration twins, the former INS-C; and names used instead.
_INS = "1.2.250.1.213.1.4."
_TEST_AUTHORITIES = frozenset({f"{_INS}10", f"{_INS}11"})
SOCIAL_SECURITY = "NSS"
_NIR_AUTHORITIES = _TEST_AUTHORITIES | {
    f"{_INS}8", f"{_INS}9", "INS", "INS-NIR", "INS-NIA", "ASIP-SANTE-INS-NIR", "ASIP-SANTE-INS-NIA",
    SOCIAL_SECURITY,
}  # fmt: skip
_WHOLE_NIR = 15


def is_test(patient: Patient) -> bool:
    """Whether the record itself, an identifier or the name says that nobody real is meant.

    MSH-11 "T" (training) is not among the signs: interfaces in production keep it by mistake.
    """
    if patient.test or any(n.authority in _TEST_AUTHORITIES for n in patient.numbers):
        return True
    return is_test_name(fold(f"{patient.family} {patient.given}"[:200]).words.split())


def nir(patient: Patient) -> str:
    """The patient's social security number or INS as written, ``""`` when there is none."""
    for number in patient.numbers:
        body = nir_body(number.value)
        if body and (number.authority in _NIR_AUTHORITIES or _whole(number.value)):
            return number.value
    return ""


def _whole(value: str) -> bool:
    """Whether the number bears its key: 13 figures alone may be another kind of number."""
    return sum(map(str.isalnum, value[:40])) == _WHOLE_NIR


def record_number(patient: Patient) -> str:
    """The first number that is no social security number, ``""`` when there is none."""
    own = nir(patient)
    return next((n.value for n in patient.numbers if n.value != own and _filled(n.value)), "")


def name(patient: Patient) -> str:
    """Family and given name, ``""`` when the family name is missing or blanked out."""
    return f"{patient.family} {patient.given}" if _filled(patient.family) else ""


def categories(patient: Patient) -> Counter[str]:
    """The kinds of identity data that the record holds of ``patient``."""
    held = {
        "nir": nir(patient), "record_number": record_number(patient) or patient.episode,
        "name": name(patient), "dob": patient.birth,
    }  # fmt: skip
    return Counter({kind for kind, value in held.items() if value} | patient.contacts)


def distinct(patients: Sequence[Patient], key: bytes) -> frozenset[int]:
    """Hashes, keyed with ``key``, of the persons among ``patients``: one each, as in a table."""
    persons = Persons(key)
    persons.add(
        Identifiers(
            nir=[nir(patient) for patient in patients],
            record=[record_number(patient) for patient in patients],
            name=[patient.family for patient in patients],
            first_name=[patient.given if name(patient) else "" for patient in patients],
            birth_date=[patient.birth for patient in patients],
            episode=[patient.episode for patient in patients],
        )
    )
    return persons.distinct()


def words(patients: Sequence[Patient], key: bytes) -> frozenset[int]:
    """Hashes, keyed with ``key``, of all words of the names of ``patients``."""
    names = "\n".join(name(patient) for patient in patients)
    return frozenset(keyed(key, word) for word in set(fold(names).words.split()))


def is_identified(patient: Patient) -> bool:
    """Whether ``patient`` is named or numbered; a birth date alone identifies nobody."""
    return any((nir(patient), record_number(patient), patient.episode, name(patient)))


def _filled(value: str) -> bool:
    return any(map(str.isalnum, value))
