"""Who a DICOM file is about: the text of its header, without the picture.

Runs in the separate process only, and needs the extra ``dicom``. Reads the elements that name a
patient, a study or a physician and the free texts beside them; it never decodes a picture, in
which a name may be burnt.
"""

from __future__ import annotations

import io
import warnings

from groupaudit.errors import PostsError
from groupaudit.posts.extract.damage import DAMAGE

try:
    import pydicom
    from pydicom.errors import InvalidDicomError
except ImportError:  # the extra is not installed: such files are counted as unreadable
    pydicom = None  # type: ignore[assignment]

#: Elements by keyword (DICOM PS3.6, and the confidentiality profile of PS3.15 annex E).
ELEMENTS = (
    "PatientName",
    "PatientID",
    "OtherPatientIDs",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "PatientAddress",
    "PatientTelephoneNumbers",
    "PatientComments",
    "MedicalAlerts",
    "Allergies",
    "AdditionalPatientHistory",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "BodyPartExamined",
    "Modality",
    "InstitutionName",
    "ReferringPhysicianName",
    "PerformingPhysicianName",
    "AdmittingDiagnosesDescription",
    "RequestedProcedureDescription",
    "ReasonForStudy",
    "ImageComments",
)
_MOST_CHARS = 2000


def text_of(data: bytes) -> str:
    """One line ``Keyword: value`` for each element that is there.

    Raises PostsError(``unsupported-format``) without the extra, ``corrupt`` for what is no DICOM.
    """
    if pydicom is None:
        raise PostsError(
            "A DICOM file needs the extra groupaudit[dicom]", reason="unsupported-format"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of values that break the standard: read as they are
            header = pydicom.dcmread(
                io.BytesIO(data), stop_before_pixels=True, specific_tags=list(ELEMENTS)
            )
            lines = [f"{name}: {_value(header[name].value)}" for name in ELEMENTS if name in header]
    except (InvalidDicomError, *DAMAGE) as error:
        raise PostsError("A DICOM file is damaged", reason="corrupt") from error
    return "\n".join(lines)


def _value(value: object) -> str:
    """A person's name is written ``family^given``: both words, as a letter has them."""
    return str(value)[:_MOST_CHARS].replace("^", " ").strip()
