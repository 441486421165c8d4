"""FHIR resources (DSTU2 to R5) in any form: patients, and what other resources say of them.

Resources are tied to patients by their references, through bundles, contained resources and the
lines of one file. An id that only a server can resolve does not identify anybody. Resources that
define formats or vocabularies are told from those about people; a type that is in neither list is
counted as unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groupaudit.classifier.records import coded
from groupaudit.classifier.records.fhir_forms import Resource, resources
from groupaudit.classifier.records.record import Draft, Fact, Number, Patient, Record, year_of

#: Elements that say of whom a resource is.
_SUBJECTS = ("subject", "patient", "individual", "beneficiary", "for")
#: Elements that say when a resource was made, or when what it says took place.
_DATES = ("issued", "date", "effectiveDateTime", "recordedDate", "dateRecorded", "authoredOn",
          "dateWritten", "performedDateTime", "occurrenceDateTime", "started", "created",
          "timestamp")  # fmt: skip
#: "Test health data": the resource is for tests (HL7 v3 ActReason).
_TEST_TAG = "HTEST"


def read(text: str) -> Record | None:
    """The FHIR resources in ``text``; None when there are none."""
    found = resources(text)
    if found is None:
        return None
    nobody = Draft()
    subjects = _subjects(found.all, nobody)
    definitions, unread = 0, found.broken
    for resource in found.all:
        category = coded.category_of("fhir", "facts").get(resource.kind)
        if category:
            subject = _subject(resource, subjects, nobody)
            subject.facts += _facts(resource, category)
            subject.year = _latest(subject.year, _year(resource))
        elif resource.kind in coded.listed("fhir", "types", "definitions"):
            definitions += 1
        elif resource.kind not in coded.listed("fhir", "types", "neutral") | {"Patient"}:
            unread += 1
    of_bundles = _latest(*(_year(each) for each in found.all if each.kind == "Bundle"))
    drafts = {id(draft): draft for draft in (*subjects.values(), nobody)}.values()
    for draft in drafts:
        draft.year = draft.year or of_bundles
    dossiers = tuple(draft.dossier() for draft in drafts if draft.patient or draft.facts)
    return Record(
        "fhir", "FHIR", "resource", len(found.all), dossiers,
        definitions=definitions, unread=unread,
    )  # fmt: skip


def _year(resource: Resource) -> int | None:
    """The latest year among the dates of ``resource``, None without one."""
    body = resource.body
    periods = (_word(body.get(name), "start") for name in ("effectivePeriod", "period"))
    return _latest(*map(year_of, (*(_word(body, name) for name in _DATES), *periods)))


def _latest(*years: int | None) -> int | None:
    return max((year for year in years if year is not None), default=None)


def _subjects(found: tuple[Resource, ...], nobody: Draft) -> dict[str, Draft]:
    """The patients, by every name under which another resource may refer to them.

    ``nobody`` stands under the names of resources that are no patients.
    """
    subjects: dict[str, Draft] = {}
    for resource in found:
        if resource.kind == "Patient":
            dead = any(resource.body.get(f"deceased{kind}") for kind in ("Boolean", "DateTime"))
            subject = Draft(_patient(resource.body), [Fact("death")] if dead else [])
            names = [name for name in resource.names if subjects.get(name, nobody) is nobody]
            subjects.update(dict.fromkeys(names or [f"#{len(subjects)}"], subject))
        else:
            for name in resource.names:
                subjects.setdefault(name, nobody)
    return subjects


def _subject(resource: Resource, subjects: dict[str, Draft], nobody: Draft) -> Draft:
    """Whose fact ``resource`` is: a patient of the file, one it describes itself, or nobody."""
    for pointer, surely in _pointers(resource):
        name = resource.resolved(_word(pointer, "reference"))
        name = name or f"={_word(pointer, 'display')}|{_identifier(pointer.get('identifier'))}"
        if surely and name not in subjects and name != "=|":
            subjects[name] = Draft(_pointed(pointer))
        subject = subjects.get(name, nobody)
        if subject is not nobody:
            return subject
    return nobody


def _pointers(resource: Resource) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """References that may be to a patient, and whether they are if the file lacks their target.

    A participant who is not said to be a patient may be a professional.
    """
    body = resource.body
    actors = (each.get("actor") for each in _list(body, "participant") if isinstance(each, dict))
    pointers = [
        *((body.get(name), True) for name in _SUBJECTS),
        *((each, False) for each in actors),
    ]
    for pointer, subject in pointers:
        if isinstance(pointer, dict):
            target = resource.resolved(_word(pointer, "reference"))
            kind = _word(pointer, "type") or target.rpartition("/")[0]
            if kind in ("", "Patient"):
                yield pointer, subject or kind == "Patient"


def _pointed(pointer: Mapping[str, Any]) -> Patient:
    """What a reference itself says of a patient: a number, a name to be shown."""
    number = pointer.get("identifier")
    numbers = (_number(number),) if isinstance(number, dict) else ()
    return Patient(
        numbers=tuple(each for each in numbers if each.value), family=_word(pointer, "display")
    )


def _identifier(value: object) -> str:
    return _word(value, "value") if isinstance(value, dict) else ""


def _patient(body: Mapping[str, Any]) -> Patient:
    names = [each for each in _list(body, "name") if isinstance(each, dict)]
    name = names[0] if names else {}
    given = _list(name, "given")
    telecoms = {_word(each, "system") for each in _list(body, "telecom")}
    contacts = telecoms & {"phone", "email"} | ({"address"} if body.get("address") else set())
    numbers = (_number(each) for each in _list(body, "identifier") if isinstance(each, dict))
    return Patient(
        numbers=tuple(each for each in numbers if each.value),
        family=_word(name, "family") or _word(name, "text"),
        given=given[0] if given and isinstance(given[0], str) else "",
        birth=_word(body, "birthDate"),
        contacts=frozenset(contacts),
        test=any(_word(tag, "code") == _TEST_TAG for tag in _tags(body)),
    )


def _number(identifier: Mapping[str, Any]) -> Number:
    return Number(_word(identifier, "value"), _word(identifier, "system").removeprefix("urn:oid:"))


def _tags(body: Mapping[str, Any]) -> list[Any]:
    meta = body.get("meta")
    return [*_list(meta, "tag"), *_list(meta, "security")] if isinstance(meta, dict) else []


def _facts(resource: Resource, category: str) -> Iterator[Fact]:
    """What one resource states, by its type, category and codes."""
    codings = list(_codings(resource.body))
    label = " ".join(words for _, words in codings)
    codes = {code for code, _ in codings}
    if resource.kind == "Condition":
        told = coded.diagnosis((code for code, _ in codings), label)
    elif codes & coded.listed("vital_signs") or "vital-signs" in codes:
        told = (Fact("vital_signs", label),)
    elif codes & coded.listed("fhir", "types", "imaging"):
        told = (Fact("imaging", label),)
    else:
        told = (Fact(category, label),)
    yield from told


def _codings(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Codes and words of what a resource is about, its own code before its category."""
    names = ("code", "medicationCodeableConcept", "vaccineCode", "type", "reasonCode", "category")
    for concept in (each for name in names for each in _list(body, name)):
        if isinstance(concept, dict):
            yield "", _word(concept, "text")
            for coding in _list(concept, "coding"):
                yield _word(coding, "code"), _word(coding, "display")


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    """The values of an element, which XML writes alike whether they are one or many."""
    value = body.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _word(body: object, name: str) -> str:
    """A value in words, ``""`` when it is missing or is no word; the first of many."""
    value = body.get(name) if isinstance(body, dict) else None
    if isinstance(value, list):
        value = value[0] if value else None
    return value.strip() if isinstance(value, str) else ""
