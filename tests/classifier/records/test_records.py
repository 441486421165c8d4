# Messages of these formats are one long line a segment.
# ruff: noqa: E501
from __future__ import annotations

import json

import health_records as samples
import pytest
from health_records import KEY, judged
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import CORPORA, needs

from groupaudit.classifier import records
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.records.judgement import RecordFinding
from groupaudit.classifier.tables import judge
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Table

PUBLIC = CORPORA / "text" / "en_hl7_hprim.jsonl"

IDENTIFIABLE, PERSON = Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON
GENERIC, IDENTITY, ORDINARY = Verdict.HEALTH_GENERIC, Verdict.IDENTITY_ONLY, Verdict.ORDINARY
OBX = "OBX|1|NM|718-7^Hémoglobine^LN||9.1|g/dL|||||F"


def of_fhir(value: object) -> RecordFinding:
    return judged(json.dumps(value, indent=1))


#: Every format's way of writing the same person with health facts.
WHOLE = {
    "hl7v2": samples.hl7(OBX),
    "hl7v2-lines": samples.hl7(OBX, end="\n"),
    "hl7v2-framed": "\x0b" + samples.hl7(OBX) + "\x1c\r",
    "hl7v2-own-delimiters": samples.hl7(OBX).translate(str.maketrans("|^~", "#@!")),
    "hl7v2-quoted": "> " + samples.hl7(OBX, end="\n> "),
    "hl7v2-xml": samples.hl7_xml(samples.OBX_XML),
    "hl7v2-engine-xml": samples.HL7_ENGINE_XML,
    "hprim-sante": samples.HPRIM,
    "hprim-xml": samples.HPRIM_XML,
    "hprim-medecin": samples.HPRIM_MAIL,
    "cda": samples.CDA,
    "fhir-json": json.dumps(samples.bundle(samples.patient(), samples.condition())),
    "fhir-ndjson": json.dumps(samples.patient()) + "\n" + json.dumps(samples.condition()) + "\n",
    "fhir-xml": samples.FHIR_XML,
}


@pytest.mark.parametrize("form", WHOLE)
def test_a_patient_with_health_facts_is_identifiable_when_the_structure_says_so(form):
    finding = judged(WHOLE[form])

    assert finding.verdict is IDENTIFIABLE
    assert len(finding.persons) == 1
    assert {"name", "dob"} <= finding.categories.keys()
    assert finding.prose is not None
    assert finding.prose.strip("> ") == ""
    assert form.startswith(finding.standard)


@pytest.mark.parametrize("form", sorted(WHOLE.keys() - {"hprim-sante"}))  # it has no NIR
def test_a_person_is_the_same_when_told_by_any_format_and_by_a_table(form):
    rows = (("NIR", "NOM", "PRENOM", "DDN", "CRP"), (samples.NIR, "Duralex", "Josette", "", "12"))

    assert judged(WHOLE[form]).persons == judge(Table(lambda: iter(rows)), load(), KEY).persons


def test_a_person_without_number_is_the_same_when_told_by_a_message_and_by_a_table():
    rows = (("NOM", "PRENOM", "DDN", "CRP"), ("Duralex", "Josette", "12/05/1984", "12"))
    message = samples.hl7(OBX, pid="PID|1||||DURALEX^Josette||19840512|F")

    assert judged(message).persons == judge(Table(lambda: iter(rows)), load(), KEY).persons


@pytest.mark.parametrize(
    ("lines", "categories"),
    [
        (("DG1|1||B24^Maladie due au VIH^I10",), {"diagnosis", "hiv_sti"}),
        (("DG1|1||F10.2^Dépendance^I10",), {"diagnosis", "addiction"}),
        (("DG1|1||C50.9^Sein^CIM10",), {"diagnosis", "cancer"}),
        (("DG1|1||I10^HTA^CIM10",), {"diagnosis"}),
        (("AL1|1|DA|PENI^Pénicilline|SV",), {"allergy"}),
        (("RXA|0|1|20261120||03^ROR^CVX|0.5|mL",), {"drug"}),
        (("PR1|1||HHFA001^Appendicectomie^CCAM",), {"procedure"}),
        (("OBX|1|NM|8480-6^PAS^LN||180",), {"vital_signs"}),
        (("OBR|1|||TDM^Scanner" + "|" * 20 + "RAD", "OBX|1|TX|CR^Compte rendu||nodule"),
         {"imaging"}),
        (("OBX|1|ED|CR^Compte rendu||^application^pdf^Base64^JVBERi0=",), {"care_setting"}),
        (("PV1|1|I|PSY^12^A",), {"care_setting"}),
    ],
)  # fmt: skip
def test_segments_have_their_categories_when_they_follow_a_patient(lines, categories):
    found = judged(samples.hl7(*lines))

    identity = {"name", "dob", "nir", "record_number", "address", "phone"}
    assert found.verdict is IDENTIFIABLE
    assert found.categories.keys() - identity == categories


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (IDENTITY, samples.hl7(event="ADT^A28^ADT_A05")),
        (IDENTITY, samples.hl7("PV1|1|N", event="ADT^A31")),
        (IDENTIFIABLE, samples.hl7(event="ADT^A01")),
        (IDENTIFIABLE, samples.hl7("PV1|1|I|CARDIO", event="ADT^A08")),
        (ORDINARY, samples.hl7("MSA|AA|MSG1", event="ACK", pid="")),
        (GENERIC, samples.hl7(OBX, pid="")),
        (PERSON, samples.hl7(OBX, pid="PID|1||||||19840512|F")),
        (PERSON, samples.hl7(OBX, pid="PID|1||____^^^MR||____^____||19840512|F")),
        (GENERIC, samples.hl7(OBX, pid="PID|1||9^^^CHD||ZZTEST^Marie||19840512|F")),
        (GENERIC, samples.hl7(OBX, pid="PID|1||1^^^X&1.2.250.1.213.1.4.10||ADRUN^Denis||19840512")),
        (IDENTIFIABLE, samples.hl7(OBX, pid="PID|1||||TESTARD^Marie||19840512|F")),
    ],
)
def test_a_message_is_weighed_by_what_it_tells_of_whom(verdict, text):
    assert judged(text).verdict is verdict


@pytest.mark.parametrize(
    ("verdict", "value"),
    [
        (IDENTITY, samples.patient()),
        (IDENTITY, samples.patient(deceasedBoolean=False)),
        (IDENTIFIABLE, samples.patient(deceasedBoolean=True)),
        (IDENTIFIABLE, [samples.patient(), samples.condition()]),
        (IDENTIFIABLE, samples.condition() | {
            "subject": {"reference": "#p1"}, "contained": [samples.patient()]}),
        (IDENTIFIABLE, samples.condition() | {"subject": {"display": "DURALEX Josette"}}),
        (IDENTIFIABLE, {"resourceType": "Appointment", "participant": [
            {"actor": {"reference": "Practitioner/7", "display": "Dr ACHARD"}},
            {"actor": {"reference": "Patient/8", "display": "DURALEX Josette"}}]}),
        (GENERIC, {"resourceType": "Bundle", "entry": [
            {"fullUrl": "urn:uuid:7", "resource": {"resourceType": "Practitioner"}},
            {"resource": {"resourceType": "Appointment", "participant": [
                {"actor": {"reference": "urn:uuid:7", "display": "Dr ACHARD"}},
                {"actor": {"display": "Dr MOREL"}}]}}]}),
        (IDENTIFIABLE, {"resourceType": "Bundle", "entry": [
            {"fullUrl": "urn:uuid:8", "resource": samples.patient()},
            {"resource": samples.condition("urn:uuid:8")}]}),
        (IDENTIFIABLE, [samples.patient(), samples.condition(
            "https://fhir.ch-demo.example/r4/Patient/p1/_history/3")]),
        (PERSON, samples.condition("Patient/8")),
        (GENERIC, {"resourceType": "Observation", "subject": {"reference": "Group/1"}}),
        (GENERIC, {"resourceType": "CapabilityStatement", "status": "active"}),
        (GENERIC, {"resourceType": "ValueSet", "name": "Diagnostics"}),
        (ORDINARY, {"resourceType": "Practitioner", "name": [{"family": "ACHARD"}]}),
        (GENERIC, samples.bundle(samples.condition(), samples.patient(name=[{"family": "ZZTEST"}]))),
        (GENERIC, samples.bundle(samples.condition(), samples.patient(
            meta={"security": [{"code": "HTEST"}]}))),
        (ORDINARY, {"resourceType": "NewThing", "subject": {"reference": "Patient/8"}}),
    ],
)  # fmt: skip
def test_resources_are_weighed_by_what_they_tell_of_whom(verdict, value):
    assert of_fhir(value).verdict is verdict


def test_patients_are_counted_once_when_a_batch_repeats_them():
    other = (
        samples.PID.replace(samples.NIR, "").replace("04711", "04712").replace("DURALEX", "MOREL")
    )
    batch = "FHS|^~\\&|LABO\rBHS|^~\\&|LABO\r" + "".join(
        samples.hl7(OBX, pid=pid) for pid in (samples.PID, other, samples.PID)
    )

    finding = judged(batch + "BTS|3\rFTS|1\r")

    assert len(finding.persons) == 2
    assert finding.excerpt == "[HL7 V2] 3 messages"
    assert finding.categories["lab"] == 3


def test_each_block_is_a_patient_when_one_mail_holds_several_results():
    second = samples.HPRIM_MAIL.replace("DURALEX", "MOREL").replace(samples.NIR, "")

    finding = judged("Bonjour, voici les résultats.\n\n" + samples.HPRIM_MAIL + second)

    assert len(finding.persons) == 2
    assert finding.prose == "Bonjour, voici les résultats."


def test_a_document_is_read_by_its_sections_when_it_is_a_cda():
    found = judged(samples.CDA).categories

    assert found["nir"] == found["record_number"] == 1
    assert {"diagnosis", "drug", "mental_health"} <= found.keys()
    assert "allergy" not in found


@pytest.mark.parametrize(("year", "minors"), [(2026, 1), (2032, 0), (None, 1)])
def test_minors_are_told_by_the_year_of_the_post_else_by_the_record(year, minors):
    record = records.recognised(samples.hl7(OBX, pid="PID|1||9^^^CHD||DURALEX^Zoé||20140512|F"))
    assert record is not None

    assert records.judge(record, load(), KEY, year).categories.get("minor", 0) == minors


#: Every format with a date of its own, the person born in 1984.
DATED = WHOLE | {
    "cda": samples.CDA.replace("<recordTarget>", '<effectiveTime value="20261120"/><recordTarget>'),
    "fhir-json": json.dumps(
        samples.bundle(samples.patient(), samples.condition() | {"recordedDate": "2026-11-20"})
    ),
    "fhir-bundle": json.dumps(
        samples.bundle(samples.patient(), samples.condition()) | {"timestamp": "2026-11-20T08:00Z"}
    ),
    "fhir-period": json.dumps(
        samples.bundle(samples.patient(), samples.condition() | {"period": {"start": "2026-11"}})
    ),
    "fhir-ndjson": json.dumps(samples.patient()) + "\n"
    + json.dumps(samples.condition() | {"recordedDate": "2026-11-20"}) + "\n",
    "fhir-xml": samples.FHIR_XML.replace("<subject>", '<recordedDate value="2026-11-20"/><subject>'),
}  # fmt: skip


@pytest.mark.parametrize("form", DATED)
@pytest.mark.parametrize(("born", "minors"), [("1984", 0), ("2008", 0), ("2009", 1)])
def test_minors_are_told_by_the_date_of_the_record_without_one_of_the_post(form, born, minors):
    text = DATED[form].replace("19840512", f"{born}0512").replace("1984-05-12", f"{born}-05-12")
    text = text.replace("12/05/1984", f"12/05/{born}")

    assert judged(text).categories.get("minor", 0) == minors


@pytest.mark.parametrize("form", ["cda", "fhir-json", "fhir-xml"])
def test_nobody_is_a_minor_when_neither_post_nor_record_has_a_date(form):
    text = WHOLE[form].replace("19840512", "20200512").replace("1984-05-12", "2020-05-12")

    assert "minor" not in judged(text).categories


def test_minor_of_the_past_is_none_when_facts_go_on():
    facts = [samples.condition() | {"recordedDate": year} for year in ("2015-01-01", "2026-01-01")]
    born = samples.patient(birthDate="2005-05-12")

    assert "minor" not in of_fhir(samples.bundle(born, *facts)).categories


def test_text_around_a_message_stays_to_be_read_when_it_stands_in_a_mail():
    text = "Bonjour,\n\n" + samples.hl7(OBX, end="\n") + "\nCordialement,\nLe laboratoire"

    assert judged(text).prose == "Bonjour,\n\n\nCordialement,\nLe laboratoire"


def test_everything_stays_to_be_read_when_the_structure_leaves_it_open():
    assert judged(samples.hl7(OBX, pid="")).prose is None
    assert of_fhir({"resourceType": "NewThing", "note": "Mme Duralex, épilepsie"}).prose is None
    assert of_fhir([samples.patient(), {"resourceType": "NewThing", "note": "x"}]).prose is None
    assert of_fhir({"resourceType": "ValueSet"}).prose == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour, le format MSH|^~ est décrit dans la norme HL7.",
        "MSH|",
        "H|~^\\&|sans patient",
        "****FIN****",
        "Réunion\n\n\n\n\n\nle 12/05/1984\n****FIN****",
        "{}",
        '{"resourceType": 3}',
        '{"resourceType": "Patient"',
        '["resourceType"]',
        "<ClinicalDocument>",
        '<!DOCTYPE a [<!ENTITY b "c">]><ClinicalDocument><title>&b;</title></ClinicalDocument>',
        '<a xmlns="http://hl7.org/fhir">' + "<b>" * 300 + "</b>" * 300 + "</a>",
        '{"resourceType":' + "[" * 100_000,
        "<ClinicalDocument>" + "<a>" * 100_000,
        "<ClinicalDocument>\ud800</ClinicalDocument>",
    ],
)
def test_nothing_is_recognised_when_a_text_is_no_whole_record(text):
    assert records.recognised(text) is None


def test_lines_that_are_broken_are_counted_when_others_can_be_read():
    record = records.recognised(json.dumps(samples.patient()) + '\n{"resourceType": \n')

    assert record is not None
    assert (record.size, record.unread) == (1, 1)


@given(st.sampled_from(sorted(WHOLE)), st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_raises_when_a_record_is_cut_or_mangled(form, data):
    text = WHOLE[form]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mangled = text[:start] + data.draw(st.text(max_size=20)) + text[end:]

    record = records.recognised(mangled)

    if record is not None:
        assert records.judge(record, load(), KEY).verdict in Verdict


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["Patient/p1", "\ud800", "12/05/1984"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "subject", "patient", "name", "identifier", "telecom", "code", "coding", "meta", "tag",
        "entry", "resource", "contained", "participant", "actor", "reference", "display", "id",
        "given", "family", "birthDate", "fullUrl", "category"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(["Patient", "Condition", "Bundle", "Observation", "X"]), _json)
@settings(max_examples=200, deadline=None)
def test_no_shape_raises_when_a_resource_does_not_keep_to_the_standard(kind, value):
    body = value if isinstance(value, dict) else {"subject": value, "name": value}
    record = records.recognised(json.dumps({"resourceType": kind} | body))

    assert record is not None
    assert records.judge(record, load(), KEY, 2026).verdict in Verdict


def test_no_character_raises_when_it_stands_in_an_identity():
    odd = {"name": [{"family": "\ud800A", "given": ["é\ud800"]}], "birthDate": "\ud8001984-05-12"}
    number = {"identifier": [{"value": "\ud80012", "system": "\ud800"}]}
    record = records.recognised(
        json.dumps(samples.bundle(samples.patient(**odd, **number), samples.condition()))
    )

    assert record is not None
    assert len(records.judge(record, load(), KEY, 2026).persons) == 1


@given(st.integers(0, 97**6))
def test_nothing_of_a_patient_shows_when_a_record_is_printed(number):
    secret = f"Q{number}X"
    text = samples.hl7(OBX, pid=f"PID|1||{secret}||{secret}^{secret}||19840512")
    record = records.recognised(text)

    assert record is not None
    assert secret not in repr(record) + repr(record.dossiers) + repr(judged(text))


@pytest.mark.parametrize(
    "of_size",
    [
        lambda n: "MSH|^~\\&|" * n,
        lambda n: "MSH|^~\\&|A\r" + "PID|1\r" * n,
        lambda n: samples.hl7(OBX) * (n // 50),
        lambda n: samples.hl7(pid="PID|" + "~^&" * n),
        lambda n: "****FIN****\n" * n,
        lambda n: "****FINFICHIER\n" + "A\n" * n,
        lambda n: samples.HPRIM_MAIL * (n // 50),
        lambda n: "<ClinicalDocument>" + "<section/>" * n + "</ClinicalDocument>",
        lambda n: (
            "<ClinicalDocument><component>" + "<section><entry>" * 90 + "<a/>" * n
            + "</entry></section>" * 90 + "</component></ClinicalDocument>"
        ),
        lambda n: "<ClinicalDocument>" * 190 + "<a/>" * n + "</ClinicalDocument>" * 190,
        lambda n: json.dumps(samples.bundle(*[samples.condition(f"Patient/{i}") for i in range(n // 20)])),
        lambda n: '{"resourceType":\n' * n,
    ],
)  # fmt: skip
def test_time_is_linear_when_a_text_is_hostile(of_size):
    small, large = (samples.quickest(of_size(size)) for size in (4_000, 32_000))

    # Eight times the text: far below the sixty-four times of quadratic work.
    assert large < max(24 * small, 0.5)


@needs(PUBLIC)
def test_public_sample_messages_are_identifiable_when_read_by_structure():
    lines = PUBLIC.read_text("utf-8").splitlines()

    assert {judged(json.loads(line)["text"]).verdict for line in lines} == {IDENTIFIABLE}
