"""Health records that say by their structure whose they are: HL7 v2 and v3, HPRIM, CDA, FHIR.

``recognised`` reads a text that is, or holds, such a record; ``judge`` weighs it; ``left_to_read``
says what is still to be read as text. Never raises for what a text holds: a broken record is not
recognised and is read as any other text.
"""

from __future__ import annotations

from groupaudit.classifier.records import (
    cda,
    fhir,
    hl7v2,
    hl7v2_xml,
    hl7v3,
    hprim,
    hprim_mail,
    hprim_xml,
)
from groupaudit.classifier.records.judgement import RecordFinding, judge, left_to_read
from groupaudit.classifier.records.record import Record

__all__ = ["Record", "RecordFinding", "judge", "left_to_read", "recognised"]

#: Each format's reader. Their signatures exclude one another, but for a mail with two records.
_READERS = (
    hl7v2.read, hl7v2_xml.read, hprim.read, hprim_mail.read, hprim_xml.read, cda.read, hl7v3.read,
    fhir.read,
)  # fmt: skip


def recognised(text: str) -> Record | None:
    """The health record that ``text`` is or holds; None when there is none."""
    return next((record for read in _READERS if (record := read(text)) is not None), None)
