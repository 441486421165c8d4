"""CDA R2 documents (C-CDA, French CI-SIS): who they are about and which sections they hold.

Reads ``recordTarget`` and the body's sections by their LOINC codes, coded diagnoses by ICD-10. The
narrative is not interpreted beyond that: a section with content is a fact. Embedded documents (PDF)
are counted and not opened.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.classifier.records import coded
from groupaudit.classifier.records.hl7v3_patient import patient_of
from groupaudit.classifier.records.record import Dossier, Fact, Record, year_of
from groupaudit.classifier.records.xml_tree import Element, announced, start_tag

_ROOT = "ClinicalDocument"
_TAG = start_tag(_ROOT)
#: Entries that tell the category of a section whose code says nothing.
_ENTRIES = {"substanceAdministration": "drug", "supply": "drug", "procedure": "procedure",
            "observation": "lab", "observationMedia": "imaging"}  # fmt: skip
_ICD10 = frozenset({"2.16.840.1.113883.6.3", "2.16.840.1.113883.6.90", "2.16.840.1.113883.6.4"})


def read(text: str) -> Record | None:
    """The CDA documents in ``text``; None when it is none or is not well formed."""
    root = announced(text, _TAG)
    if root is None:
        return None
    documents = [each for each in root.walk(_ROOT) if each.name == _ROOT]
    dossiers = tuple(dossier for document in documents for dossier in _dossiers(document))
    return Record("cda", "CDA", "document", len(documents), dossiers)


def _dossiers(document: Element) -> Iterator[Dossier]:
    """One dossier for each patient of the document, all with its facts."""
    facts = tuple(_facts(document))
    roles = [target.first("patientRole") for target in document.all("recordTarget")]
    patients = [patient_of(role, role.first("patient")) for role in roles if role is not None]
    written = document.first("effectiveTime")
    year = year_of(written.get("value")) if written is not None else None
    for patient in patients:
        yield Dossier(patient, facts, year=year)
    if facts and not patients:
        yield Dossier(None, facts)


def _facts(document: Element) -> Iterator[Fact]:
    if document.first("componentOf", "encompassingEncounter"):
        yield Fact("care_setting")
    for component in document.all("component"):
        embedded = component.first("nonXMLBody", "text")
        if embedded is not None and (embedded.pieces or embedded.children):
            yield Fact("care_setting", _said(document, "title"))
        for element in component.walk(_ROOT):
            if element.name == "section":
                yield from _section(element)


def _section(section: Element) -> Iterator[Fact]:
    """The facts of one section, without those of the sections in it."""
    entries = section.all("entry")
    narrative = section.first("text")
    filled = bool(entries) or (narrative is not None and bool(narrative.text("section")))
    if not filled or section.get("nullFlavor"):
        return
    code = section.first("code")
    loinc = code.get("code") if code else ""
    category = coded.category_of("sections").get(loinc)
    yield Fact(category or _by_entries(entries), _said(section, "title"))
    for entry in entries:
        for element in entry.walk("section"):
            if element.get("codeSystem") in _ICD10:
                yield from coded.diagnosis([element.get("code")], element.get("displayName"))
            elif element.get("displayName"):
                yield Fact("", element.get("displayName"))


def _by_entries(entries: list[Element]) -> str:
    told = (
        _ENTRIES[e.name] for entry in entries for e in entry.walk("section") if e.name in _ENTRIES
    )
    return next(told, "care_setting")


def _said(element: Element, name: str) -> str:
    child = element.first(name)
    return child.text("section") if child is not None else ""
