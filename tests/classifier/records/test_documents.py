# Messages of these formats are one long line a segment.
# ruff: noqa: E501
from __future__ import annotations

import json
from email.message import EmailMessage

import health_records as samples
import pytest

from groupaudit.classifier import records
from groupaudit.classifier.text import passages
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import files, mime
from groupaudit.posts.reading import Reading

OBX = "OBX|1|NM|718-7^Hémoglobine^LN||9.1|g/dL|||||F"
FHIR = json.dumps(samples.bundle(samples.patient(), samples.condition()))
FILES = {
    "résultats.hl7": samples.hl7(OBX).encode("latin-1"),
    "résultats.hpr": samples.HPRIM.encode("cp1252"),
    "résultats.hprim": samples.HPRIM_MAIL.encode("cp1252"),
    "résultats.txt": samples.HPRIM_MAIL.encode("utf-8"),
    "lettre.xml": samples.CDA.encode("latin-1"),
    "dossier.json": FHIR.encode("utf-8"),
    "dossiers.ndjson": f"{json.dumps(samples.patient())}\n{json.dumps(samples.condition())}".encode(),
    "analyses.xml": samples.hl7_xml(samples.OBX_XML).encode("utf-8"),
    "passerelle.xml": samples.HL7_ENGINE_XML.encode("utf-16"),
    "actes.xml": samples.HPRIM_XML.encode("latin-1"),
    "mal déclaré.xml": samples.HPRIM_XML.encode("utf-8"),
    "sans-suffixe": samples.FHIR_XML.encode("utf-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_identifiable_when_it_is_a_health_record(name, classifier, tmp_path):
    (tmp_path / name).write_bytes(FILES[name])
    (document,) = files.documents([tmp_path])

    found = classifier.classify(document)

    assert (found.verdict, found.persons, found.error) == (Verdict.IDENTIFIABLE_HEALTH, 1, None)
    assert [part.verdict for part in found.parts] == [Verdict.IDENTIFIABLE_HEALTH]
    shown = repr(found).lower()
    assert not [word for word in ("duralex", "josette", samples.NIR, "04711") if word in shown]


@pytest.mark.parametrize("name", FILES)
def test_a_mail_is_identifiable_when_a_health_record_is_attached(name, classifier):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "labo@ch-demo.example", "Transmission"
    mail.set_content("Bonjour,\n\nVeuillez trouver le fichier du jour.\n")
    mail.add_attachment(FILES[name], "application", "octet-stream", filename=name)

    found = classifier.classify(mime.document(mail.as_bytes(), Reading(), fallback_id="1"))

    assert (found.verdict, found.persons) == (Verdict.IDENTIFIABLE_HEALTH, 1)


@pytest.mark.parametrize(
    "message", [samples.hl7_xml(samples.OBX_XML), samples.HL7_ENGINE_XML, samples.HPRIM_XML]
)
def test_only_the_patient_is_counted_when_the_body_is_a_message_that_names_doctors(message, judge):
    found = judge(message, subject="Transmission", sender="Dr Paul Achard <p.achard@ch.example>")

    assert (found.verdict, found.persons) == (Verdict.IDENTIFIABLE_HEALTH, 1)


@pytest.mark.parametrize(
    "message",
    [
        samples.hl7_xml(event="ADT^A28"),
        samples.HL7_V3,
        samples.hprim_xml(samples.HPRIM_PATIENT, kind="evenementsPatients"),
    ],
)
def test_a_message_is_identity_only_when_it_tells_who_and_nothing_else(message, judge):
    assert judge(message).verdict is Verdict.IDENTITY_ONLY


@pytest.mark.parametrize(
    "text",
    [
        samples.hl7(OBX, pid="PID|1||9^^^CHD||ZZTEST^Marie||19840512|F"),
        json.dumps({"resourceType": "CapabilityStatement", "status": "active", "rest": [{
            "mode": "server", "resource": [{"type": "Patient"}, {"type": "Condition"}]}]}),
        json.dumps({"resourceType": "ValueSet", "compose": {"include": [{"concept": [
            {"code": "F32.1", "display": "Épisode dépressif moyen"}]}]}}),
        samples.hl7("MSA|AA|MSG1", event="ACK", pid=""),
        samples.hl7(event="ADT^A28^ADT_A05"),
    ],
)  # fmt: skip
def test_a_record_is_not_identifiable_health_when_nobody_real_is_cared_for(text, judge):
    assert judge(text).verdict is not Verdict.IDENTIFIABLE_HEALTH


def test_the_mail_around_a_message_is_still_judged_when_the_message_concerns_nobody(judge):
    spec = samples.hl7(OBX, pid="PID|1||9^^^CHD||ZZTEST^Marie||19840512|F", end="\n")
    said = (
        "Bonjour,\n\nMme Josette Duralex, née le 12/05/1984, chambre 12, a été réopérée cette nuit "
        "pour une occlusion sur adénocarcinome du côlon ; elle reçoit de la morphine.\n\n"
    )

    assert judge(said + spec).verdict is Verdict.IDENTIFIABLE_HEALTH


def test_the_patient_of_a_result_is_found_in_the_mail_when_the_message_names_nobody(judge):
    said = "Résultats de Mme Josette Duralex, née le 12/05/1984, hospitalisée pour leucémie :\n\n"

    found = judge(said + samples.hl7(OBX, pid="", end="\n"))

    assert found.verdict is Verdict.IDENTIFIABLE_HEALTH


def test_prose_around_a_message_is_read_once_when_lines_name_files():
    text = f"Bonjour\n[a.pdf]\n[b.pdf]\n{samples.hl7(OBX, end=chr(10))}"
    found = passages(Document(id="1", parts=(Part(PartKind.BODY, text=text),)))
    left = records.left_to_read(found, (samples.judged(text),))

    assert [each.text.strip() for each in left if each.kind == "body"] == [
        "Bonjour\n[a.pdf]\n[b.pdf]"
    ]
