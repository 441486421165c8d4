"""HPRIM XML, HL7 v2 in XML and the registry messages of HL7 v3."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import health_records as samples
import pytest
from health_records import KEY, judged
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.classifier import records
from groupaudit.classifier.lexicon import load
from groupaudit.model.finding import Verdict

IDENTIFIABLE, PERSON = Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON
GENERIC, IDENTITY, ORDINARY = Verdict.HEALTH_GENERIC, Verdict.IDENTITY_ONLY, Verdict.ORDINARY
WHO = {"name", "dob", "nir", "record_number", "address", "phone", "email"}

acts, hprim, patient = samples.hprim_acts, samples.hprim_xml, samples.HPRIM_PATIENT
STAY = samples.HPRIM_STAY_NUMBER


def person(family: str = "DURALEX", number: str = "") -> str:
    """An HPRIM XML patient with a birth date, a name and a number, if any."""
    sender = f"<identifiant><emetteur>{number}</emetteur></identifiant>" if number else ""
    named = f"<nomUsuel>{family}</nomUsuel>" if family else ""
    return (
        f"<patient>{sender}<personnePhysique>{named}"
        "<dateNaissance><date>1984-05-12</date></dateNaissance></personnePhysique></patient>"
    )


def patients(*told: str, action: str = "enregistrementPatient") -> str:
    """A message of the server of patients."""
    event = f'<evenementPatient><{action} action="création">{"".join(told)}</{action}>'
    return hprim(f"{event}</evenementPatient>", kind="evenementsPatients")


def coded_by(name: str, code: str) -> str:
    return f"<{name}><libelle/><codeCim10>{code}</codeCim10></{name}>"


@pytest.mark.parametrize(
    ("told", "categories"),
    [
        (samples.CCAM, {"procedure"}),
        ("<acteNGAP><lettreCle>C</lettreCle></acteNGAP>", {"procedure"}),
        (coded_by("diagnosticPrincipal", "I10"), {"diagnosis"}),
        (coded_by("diagnosticRelie", "C50.9"), {"diagnosis", "cancer"}),
        (coded_by("diagnosticSignificatif", "B24"), {"diagnosis", "hiv_sti"}),
        (coded_by("diagnostic", "F10.2"), {"diagnosis", "addiction"}),
        ("<diagnostic><codeCim10>O80</codeCim10></diagnostic>", {"diagnosis", "pregnancy"}),
        ("<intervention><libelle>Appendicectomie</libelle></intervention>", {"procedure"}),
        ("<UCDs><UCD><codeUCD>9123456</codeUCD></UCD></UCDs>", {"drug"}),
        ("<acteReeducation><codeCDARR>0101</codeCDARR></acteReeducation>", {"procedure"}),
        ("<dependances><habillage>4</habillage></dependances>", {"disability"}),
        ("<FraisDivers><lettreCle>TV</lettreCle></FraisDivers>", {"care_setting"}),
        (samples.HPRIM_STAY, {"care_setting"}),
        ("<rss><rum><uniteMedicale><code>12</code></uniteMedicale></rum></rss>", {"care_setting"}),
    ],
)  # fmt: skip
def test_elements_have_their_categories_when_they_stand_in_the_event_of_a_patient(told, categories):
    found = judged(hprim(acts(told)))

    assert found.verdict is IDENTIFIABLE
    assert found.categories.keys() - WHO == categories
    assert len(found.persons) == 1


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (IDENTITY, patients(patient)),
        (IDENTITY, patients(patient, f"<venue>{STAY}</venue>", action="debiteursVenue")),
        (IDENTITY, patients(patient, f"<patientElimine>{patient}</patientElimine>",
                            action="fusionPatient")),
        (IDENTITY, hprim(acts())),
        (IDENTITY, hprim(acts(patient=f"{patient}<intervention/><actesCCAM/>"))),
        (IDENTITY, hprim(acts("<venue><medecins>" + samples.HPRIM_DOCTOR + "</medecins></venue>"))),
        (IDENTIFIABLE, patients(patient, samples.HPRIM_STAY, action="venuePatient")),
        (IDENTIFIABLE, patients(patient, f"<venue>{STAY}</venue>", action="mouvementPatient")),
        (IDENTIFIABLE, hprim(patient, "<venue/><Diagnostics><diagnostic type='dp'><codeCim10>I10"
                             "</codeCim10></diagnostic></Diagnostics>",
                             kind="evenementsServeurEtatsPatient")),
        (IDENTIFIABLE, hprim(acts(samples.CCAM, patient=person("", "IPP-1")))),
        (IDENTIFIABLE, hprim(acts(samples.CCAM, patient="<patient><nom>DURALEX</nom></patient>"))),
        (PERSON, hprim(f"<evenementServeurActe>{person('')}{samples.CCAM}</evenementServeurActe>")),
        (GENERIC, hprim(acts(samples.CCAM, patient=""))),
        (GENERIC, hprim(acts(samples.CCAM, patient=person("ZZTEST")))),
        (ORDINARY, hprim(kind="acquittementsServeurActes")),
        (ORDINARY, hprim(acts(patient=""))),
    ],
)  # fmt: skip
def test_a_message_is_weighed_by_what_it_tells_of_whom(verdict, text):
    assert judged(text).verdict is verdict


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (IDENTITY, samples.hl7_xml(event="ADT^A28")),
        (IDENTITY, samples.HL7_V3),
        (IDENTIFIABLE, samples.HL7_V3.replace("<asOther", '<deceasedInd value="true"/><asOther')),
        (IDENTIFIABLE, samples.HL7_V3.replace("<asOther", "<deceasedTime/><asOther")),
        (IDENTIFIABLE, samples.hl7_xml(event="ADT^A01")),
        (IDENTIFIABLE, samples.hl7_xml("<DG1><DG1.3><CE.1>I10</CE.1></DG1.3></DG1>")),
        (PERSON, samples.hl7_xml(samples.OBX_XML, pid="<PID><PID.7>19840512</PID.7></PID>")),
        (GENERIC, samples.hl7_xml(samples.OBX_XML, pid="")),
        (GENERIC, samples.hl7_xml(samples.OBX_XML).replace("DURALEX", "ZZTEST")),
        (ORDINARY, "<ACK><MSH><MSH.9><MSG.1>ACK</MSG.1></MSH.9></MSH></ACK>"),
    ],
)
def test_a_message_of_hl7_is_weighed_as_the_same_in_pipes(verdict, text):
    assert judged(text).verdict is verdict


def test_professionals_are_no_patients_when_they_sign_each_act():
    finding = judged(hprim(acts(samples.CCAM), acts(samples.CCAM)))

    assert len(finding.persons) == 1
    assert finding.excerpt == "[HPRIM XML] 2 events"
    assert finding.categories["procedure"] == 2


def test_each_patient_has_the_facts_of_the_own_event_when_a_message_holds_several():
    finding = judged(
        hprim(
            acts(coded_by("diagnostic", "B24"), patient=person("MOREL", "1")),
            acts(patient=person("ADRUN", "2")),
            acts(samples.CCAM, patient=person("DURALEX", "3")),
        )
    )

    assert len(finding.persons) == 2
    assert (finding.categories["hiv_sti"], finding.categories["procedure"]) == (1, 1)


def test_one_person_is_counted_once_when_the_reference_number_is_that_of_the_receiver():
    sent = "<identifiant><emetteur>{}</emetteur><recepteur referent='oui'><valeur>IPP-1</valeur>"
    both = (
        person().replace("<patient>", f"<patient>{sent.format(n)}</recepteur></identifiant>")
        for n in (7, 8)
    )

    assert len(judged(hprim(*(acts(samples.CCAM, patient=one) for one in both))).persons) == 1


@pytest.mark.parametrize("written", ["<date>1984-05-12</date>", "1984-05-12"])
def test_birth_date_is_read_whether_it_has_an_element_of_its_own_or_not(written):
    born = f"<patient><nom>DURALEX</nom><dateNaissance>{written}</dateNaissance></patient>"

    assert judged(hprim(acts(samples.CCAM, patient=born))).categories["dob"] == 1


@pytest.mark.parametrize("filler", ["test", "123456789"])
def test_filler_is_no_national_number_when_it_stands_in_its_place(filler):
    number = f"<numeroIdentifiantSante><identifiant>{filler}</identifiant></numeroIdentifiantSante>"
    told = (
        person(name).replace("<patient>", f"<patient><identifiant>{number}</identifiant>")
        for name in ("MOREL", "ADRUN")
    )

    message = hprim(*(acts(samples.CCAM, patient=each) for each in told))
    assert len(judged(message).persons) == 2


@pytest.mark.parametrize(
    "text",
    [
        patients(patient, "<voletMedical><note>épilepsie</note></voletMedical>"),
        samples.HL7_V3.replace("<subject1>", "<text>épilepsie</text><subject1>"),
        hprim(acts(samples.CCAM, patient="")),
    ],
)
def test_everything_stays_to_be_read_when_the_structure_leaves_it_open(text):
    assert judged(text).prose is None


@pytest.mark.parametrize(
    "text",
    [patients(patient), samples.HPRIM_XML, samples.HL7_V3, hprim(kind="acquittementsServeurActes")],
)
def test_nothing_stays_to_be_read_when_every_element_is_known(text):
    assert judged(text).prose == ""


def test_text_around_a_message_stays_to_be_read_when_it_stands_in_an_envelope():
    message = samples.hl7_xml(samples.OBX_XML).partition("?>")[2]

    assert judged(f"<envoi><note>À revoir</note>{message}</envoi>").prose == "À revoir"


def test_a_comment_stays_to_be_read_when_the_event_around_it_answers_for_itself():
    comment = "<commentaire>Voir avec M. Adrun</commentaire><codePhase>0</codePhase>"

    assert judged(hprim(acts(samples.CCAM, comment))).prose == "Voir avec M. Adrun"


def test_a_message_is_read_when_it_stands_in_an_envelope_or_has_no_namespace():
    message = samples.HPRIM_XML.partition("?>")[2]
    bare = message.replace(' xmlns="http://www.hprim.org/hprimXML"', "")
    prefixed = re.sub(r"<(/?)(\w)", r"<\1h:\2", message).replace("xmlns=", "xmlns:h=")

    for text in (
        f"<s:Envelope xmlns:s='urn:s'><s:Body>{message}</s:Body></s:Envelope>",
        bare,
        prefixed,
    ):
        finding = judged(text)
        assert (finding.verdict, len(finding.persons)) == (IDENTIFIABLE, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Le message <evenementsPMSI> du serveur d'actes est décrit ici.",
        "<evenementsPMSI>",
        "<evenementsPMSI><enteteMessage></evenementsPMSI>",
        "<evenementsCulturels><evenement><patient>Duralex</patient></evenement></evenementsCulturels>",
        '<!DOCTYPE a [<!ENTITY b "c">]>' + hprim(acts("&b;")).partition("?>")[2],
        samples.HPRIM_XML.replace("DURALEX", "&nom;"),
        samples.HPRIM_XML.replace("DURALEX", "\ud800"),
        samples.HPRIM_XML.replace("DURALEX", "<a>" * 300 + "</a>" * 300),
        samples.hl7_xml().replace("DURALEX", "&#1;"),
        samples.HL7_V3.replace("PRPA_IN201306UV02", "POLB_IN224200UV01"),
        samples.HL7_V3.replace("<patient ", "<role ").replace("</patient>", "</role>"),
        '<x:stylesheet xmlns:x="urn:x"><MSH><MSH.9>ORU</MSH.9></MSH></x:stylesheet>',
        "<a><MSH>MSH</MSH></a>",
    ],
)
def test_nothing_is_recognised_when_a_text_is_no_whole_record(text):
    assert records.recognised(text) is None


_word = st.text("ABCDefg019", max_size=6)
_fields = st.lists(
    st.lists(st.lists(_word, min_size=1, max_size=4), max_size=2), min_size=1, max_size=31
)
_segment = st.tuples(
    st.sampled_from(["PID", "PV1", "DG1", "OBR", "OBX", "AL1", "NTE", "ZBE"]), _fields
)


@given(st.sampled_from(["ADT^A01", "ORU^R01", "ADT^A28"]), st.lists(_segment, max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_message_says_the_same_when_its_fields_are_written_in_xml(event, written):
    pipes = samples.hl7(
        *("|".join((name, *("~".join(map("^".join, field)) for field in fields)))
          for name, fields in written),
        event=event, pid="",
    )  # fmt: skip
    kind, trigger = event.split("^")
    xml = "".join(f"<{name}>{_written(name, fields)}</{name}>" for name, fields in written)
    header = f"<MSH.7>20261120083000</MSH.7><MSH.9><MSG.1>{kind}</MSG.1><MSG.2>{trigger}</MSG.2>"
    in_xml = records.recognised(f"<{kind}><MSH>{header}</MSH.9></MSH>{xml}</{kind}>")
    in_pipes = records.recognised(pipes)

    assert in_xml is not None
    assert in_pipes is not None
    assert in_xml.dossiers == in_pipes.dossiers


def _written(name: str, fields: list[list[list[str]]]) -> str:
    """Fields in XML; a repetition without anything is left out of it, as it says nothing."""
    return "".join(
        f"<{name}.{number}>{_parts(components)}</{name}.{number}>"
        for number, field in enumerate(fields, 1)
        for components in field or [[""]]
    )


def _parts(components: list[str]) -> str:
    if len(components) == 1:
        return escape(components[0])
    return "".join(f"<T.{n}>{escape(part)}</T.{n}>" for n, part in enumerate(components, 1))


_names = st.sampled_from(
    ["patient", "identifiant", "emetteur", "valeur", "personnePhysique", "nomUsuel", "prenoms",
     "prenom", "dateNaissance", "date", "venue", "entree", "acteCCAM", "codeActe", "codeCim10",
     "libelle", "MSH", "MSH.9", "PID", "PID.5", "PID.3", "CX.4", "OBX", "OBX.3", "PID.99", "zz",
     "patientPerson", "name", "family", "id"])  # fmt: skip
_tree = st.recursive(
    st.text("Aé1-/&<\u00a0", max_size=6).map(escape),
    lambda inner: st.lists(st.tuples(_names, inner), max_size=4).map(
        lambda parts: "".join(f"<{name}>{held}</{name}>" for name, held in parts)
    ),
    max_leaves=16,
)


@given(st.sampled_from(["evenementsPMSI", "ORU_R01", "PRPA_IN201306UV02"]), _tree)
@settings(max_examples=300, deadline=None)
def test_no_shape_raises_when_a_message_does_not_keep_to_the_standard(kind, held):
    text = f"<{kind}><enteteMessage/><MSH><MSH.9>ORU</MSH.9></MSH>{held}</{kind}>"
    record = records.recognised(text)

    if record is not None:
        assert records.judge(record, load(), KEY, 2026).verdict in Verdict


@pytest.mark.parametrize(
    "text", [samples.HPRIM_XML, samples.hl7_xml(samples.OBX_XML), samples.HL7_V3]
)
def test_nothing_of_a_patient_shows_when_a_record_is_printed(text):
    record = records.recognised(text)

    assert record is not None
    shown = (repr(record) + repr(record.dossiers) + repr(judged(text))).lower()
    assert not [word for word in ("duralex", "josette", samples.NIR, "04711") if word in shown]


@pytest.mark.parametrize(
    "of_size",
    [
        lambda n: "<evenementsPMSI " * n,
        lambda n: hprim(acts(samples.CCAM) * (n // 200)),
        lambda n: hprim(acts(samples.CCAM * (n // 200), patient=person() * (n // 200))),
        lambda n: hprim(acts("<codeActe>A</codeActe>" * n, patient=person() * (n // 8))),
        lambda n: hprim("<a><patient><nom>A</nom></patient>" * 180 + "<b/>" * n + "</a>" * 180),
        lambda n: hprim("<patient><adresse>" * 90 + "<b/>" * n + "</adresse></patient>" * 90),
        lambda n: samples.hl7_xml("<PID><PID.99>1</PID.99></PID>" * (n // 8)),
        lambda n: samples.hl7_xml("<PID><PID.5>" * 90 + "<b/>" * n + "</PID.5></PID>" * 90),
        lambda n: samples.hl7_xml("<OBX><OBX.3>" + "<CE.1>1</CE.1>" * n + "</OBX.3></OBX>"),
        lambda n: (
            "<PRPA_IN201306UV02>" + "<patient><addr/><patientPerson><name>" * 60 + "<b/>" * n
            + "</name></patientPerson></patient>" * 60 + "</PRPA_IN201306UV02>"
        ),
        lambda n: (
            "<ClinicalDocument>"
            + "<recordTarget><patientRole><id extension='1'/></patientRole></recordTarget>"
            * (n // 8)
            + "<component><section><text>A</text></section></component>" * (n // 8)
            + "</ClinicalDocument>"
        ),
    ],
)  # fmt: skip
def test_time_is_linear_when_a_message_is_hostile(of_size):
    small, large = (samples.quickest(of_size(size)) for size in (2_000, 16_000))

    # Eight times the text: far below the sixty-four times of quadratic work.
    assert large < max(24 * small, 0.5)
