# Messages of these formats are one long line a segment.
# ruff: noqa: E501
"""Invented health records in each format about one person, and how tests have them judged."""

from __future__ import annotations

import time
from typing import Any

from groupaudit.classifier import records
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.records.judgement import RecordFinding

KEY = b"k" * 32

#: Josette Duralex, born on 12 May 1984; the social security number bears its key.
_NIR_BODY = "2840575123001"
NIR = f"{_NIR_BODY}{97 - int(_NIR_BODY) % 97:02d}"
INS = "1.2.250.1.213.1.4.8"

PID = f"PID|1||IPP-04711^^^CHD&1.2.250.1.99.1&ISO^PI~{NIR}^^^ASIP-SANTE-INS-NIR&{INS}&ISO^INS||DURALEX^Josette^^^Mme^^L||19840512|F|||3 rue des Lilas^^MONTVERT^^99000||0199001122"


def hl7(*lines: str, event: str = "ORU^R01", pid: str = PID, end: str = "\r") -> str:
    head = f"MSH|^~\\&|LABO|CHD|DPI|CHD|20261120083000||{event}|MSG1|P|2.5"
    return end.join((head, *((pid,) if pid else ()), *lines)) + end


HPRIM = (
    "H|~^\\&|0.HPR||001~LABO||ORU|||002~CABINET||P|H2.2~C|202611200830\r\n"
    "P|1|04711|L02||DURALEX~Josette||19840512|F||3 rue des Lilas~~MONTVERT|\r\n"
    "OBR|1||~001|NFS~Numération~L|R||202611200830\r\n"
    "OBX|1|NM|HB~Hémoglobine~L||9,1|g/dL|||||F\r\n"
    "L|1\r\n"
)

HPRIM_MAIL = f"""0000129610
DURALEX
Josette
3 rue des Lilas

99000 MONTVERT
12/05/1984
{NIR}
D-4471
20/11/2026
LABO001   LABORATOIRE DES TILLEULS
MED002    DR ACHARD

NUMERATION
****LAB****
RES|Hémoglobine|HB|F|N|9,1|g/dL
RES|Leucocytes|LEUCO|F|N|7,2|G/L
****FIN****
****FINFICHIER****
"""

CDA = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<?xml-stylesheet type="text/xsl" href="cda.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Lettre de liaison</title>
  <recordTarget><patientRole>
    <id root="{INS}" extension="{NIR}"/><id root="1.2.250.1.99.1" extension="IPP-04711"/>
    <addr><city>MONTVERT</city></addr><telecom value="tel:0199001122"/>
    <patient><name><family qualifier="BR">DURALEX</family><given>Josette</given></name>
      <birthTime value="19840512"/></patient>
  </patientRole></recordTarget>
  <component><structuredBody>
    <component><section><code code="11450-4"/><title>Problèmes</title><text>Épilepsie</text>
      <entry><observation><value xsi:type="CD" code="F32.1" codeSystem="2.16.840.1.113883.6.3"
        displayName="Épisode dépressif moyen"/></observation></entry></section></component>
    <component><section><code code="10160-0"/><title>Traitements</title><text>Valproate</text></section></component>
    <component><section nullFlavor="NI"><code code="48765-2"/><text>Aucune</text></section></component>
  </structuredBody></component>
</ClinicalDocument>
"""


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": f"urn:oid:{INS}", "value": NIR}],
        "name": [{"family": "DURALEX", "given": ["Josette"]}],
        "birthDate": "1984-05-12",
    } | more


def condition(reference: str = "Patient/p1", code: str = "F32.1") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": reference},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
    }


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}


FHIR_XML = f"""<Bundle xmlns="http://hl7.org/fhir">
  <entry><resource><Patient><id value="p1"/>
    <identifier><system value="urn:oid:{INS}"/><value value="{NIR}"/></identifier>
    <name><family value="DURALEX"/><given value="Josette"/></name>
    <birthDate value="1984-05-12"/></Patient></resource></entry>
  <entry><resource><Condition><subject><reference value="Patient/p1"/></subject>
    <code><coding><code value="F32.1"/></coding></code></Condition></resource></entry>
</Bundle>
"""


PID_XML = f"""<PID><PID.1>1</PID.1>
  <PID.3><CX.1>IPP-04711</CX.1><CX.4><HD.1>CHD</HD.1><HD.2>1.2.250.1.99.1</HD.2></CX.4></PID.3>
  <PID.3><CX.1>{NIR}</CX.1><CX.4><HD.1>ASIP-SANTE-INS-NIR</HD.1><HD.2>{INS}</HD.2></CX.4></PID.3>
  <PID.5><XPN.1><FN.1>DURALEX</FN.1><FN.3>MOREL</FN.3></XPN.1><XPN.2>Josette</XPN.2></PID.5>
  <PID.7><TS.1>19840512</TS.1></PID.7><PID.8>F</PID.8>
  <PID.11><XAD.1><SAD.1>3 rue des Lilas</SAD.1></XAD.1><XAD.3>MONTVERT</XAD.3></PID.11>
  <PID.13><XTN.1>0199001122</XTN.1></PID.13></PID>"""


def hl7_xml(*segments: str, event: str = "ORU^R01", pid: str = PID_XML) -> str:
    """A v2.xml message; ``segments`` stand after its PID."""
    kind, _, trigger = event.partition("^")
    structure = f"{kind}_{trigger}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{structure} xmlns="urn:hl7-org:v2xml">
  <MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.3><HD.1>LABO</HD.1></MSH.3>
    <MSH.7><TS.1>20261120083000</TS.1></MSH.7>
    <MSH.9><MSG.1>{kind}</MSG.1><MSG.2>{trigger}</MSG.2></MSH.9><MSH.10>MSG1</MSH.10></MSH>
  <{structure}.PATIENT>{pid}</{structure}.PATIENT>
  <{structure}.ORDER_OBSERVATION>{"".join(segments)}</{structure}.ORDER_OBSERVATION>
</{structure}>
"""


OBX_XML = """<PV1><PV1.7><XCN.1>0003</XCN.1><XCN.2><FN.1>ACHARD</FN.1></XCN.2></PV1.7></PV1>
  <OBX><OBX.1>1</OBX.1><OBX.2>NM</OBX.2><OBX.3><CE.1>718-7</CE.1><CE.2>Hémoglobine</CE.2></OBX.3>
  <OBX.5>9.1</OBX.5><OBX.6><CE.1>g/dL</CE.1></OBX.6></OBX>"""


#: As integration engines write it: components after their fields, no namespace, no groups.
HL7_ENGINE_XML = f"""<HL7Message>
  <MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.7><MSH.7.1>20261120083000</MSH.7.1></MSH.7>
    <MSH.9><MSH.9.1>ORU</MSH.9.1><MSH.9.2>R01</MSH.9.2></MSH.9></MSH>
  <PID><PID.3><PID.3.1>{NIR}</PID.3.1><PID.3.4><PID.3.4.1>INS</PID.3.4.1></PID.3.4></PID.3>
    <PID.5><PID.5.1>DURALEX</PID.5.1><PID.5.2>Josette</PID.5.2></PID.5>
    <PID.7><PID.7.1>19840512</PID.7.1></PID.7></PID>
  <OBX><OBX.2><OBX.2.1>NM</OBX.2.1></OBX.2>
    <OBX.3><OBX.3.1>HB</OBX.3.1><OBX.3.2>Hémoglobine</OBX.3.2></OBX.3></OBX>
</HL7Message>
"""

HPRIM_DOCTOR = """<medecin><numeroAdeli>991111111</numeroAdeli><personne>
      <nomUsuel>ACHARD</nomUsuel><prenoms><prenom>Paul</prenom></prenoms></personne></medecin>"""
HPRIM_PATIENT = f"""<patient confidentiel="non">
      <identifiant><emetteur etat="permanent" portee="local"><valeur>8812</valeur></emetteur>
        <recepteur referent="oui"><valeur>IPP-04711</valeur></recepteur>
        <numeroIdentifiantSante><identifiant>{NIR}</identifiant></numeroIdentifiantSante></identifiant>
      <personnePhysique sexe="F"><nomUsuel>DURALEX</nomUsuel><nomNaissance>MOREL</nomNaissance>
        <prenoms><prenom>Josette</prenom><prenom>Marie</prenom></prenoms>
        <adresses><adresse><ligne>3 rue des Lilas</ligne><ville>MONTVERT</ville></adresse></adresses>
        <telephones><telephone>0199001122</telephone></telephones>
        <dateNaissance><date>1984-05-12</date></dateNaissance></personnePhysique></patient>"""
HPRIM_STAY_NUMBER = "<identifiant><emetteur><valeur>26004512</valeur></emetteur></identifiant>"
HPRIM_STAY = f"""<venue>{HPRIM_STAY_NUMBER}<natureVenueHprim valeur="hsp"/>
      <entree><dateHeureOptionnelle><date>2026-11-18</date></dateHeureOptionnelle></entree></venue>"""
CCAM = f"""<acteCCAM action="création"><identifiant><emetteur>acte1</emetteur></identifiant>
      <codeActe>HHFA001</codeActe><codeActivite>1</codeActivite>
      <executant><medecins><medecinExecutant>{HPRIM_DOCTOR}</medecinExecutant></medecins></executant>
      </acteCCAM>"""


def hprim_xml(*events: str, kind: str = "evenementsServeurActes") -> str:
    """An HPRIM XML message of ``events``."""
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<{kind} xmlns="http://www.hprim.org/hprimXML" version="1.05" acquittementAttendu="oui">
  <enteteMessage modeTraitement="test"><identifiantMessage>ES0001</identifiantMessage>
    <dateHeureProduction>2026-11-20T08:30:00</dateHeureProduction>
    <emetteur><agents><agent categorie="application"><code>DPI</code></agent></agents></emetteur>
  </enteteMessage>
  {"".join(events)}
</{kind}>
"""


def hprim_acts(*told: str, patient: str = HPRIM_PATIENT) -> str:
    """An event of a server of acts about ``patient``, whose stay is numbered and not described."""
    return f"""<evenementServeurActe><dateAction>2026-11-20T08:30:00</dateAction>
    <acteur>{HPRIM_DOCTOR}</acteur>
    {patient}<venue>{HPRIM_STAY_NUMBER}</venue>{"".join(told)}</evenementServeurActe>"""


HPRIM_XML = hprim_xml(hprim_acts(f"<actesCCAM>{CCAM}</actesCCAM>"))

HL7_V3 = f"""<PRPA_IN201306UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
  <creationTime value="20261120083000"/>
  <receiver><device><id root="1.2.3"/><name>DPI</name></device></receiver>
  <controlActProcess><subject><registrationEvent><subject1><patient classCode="PAT">
    <id root="1.2.250.1.99.1" extension="IPP-04711"/>
    <patientPerson><name use="L"><family>DURALEX</family><given>Josette</given></name>
      <telecom value="tel:0199001122"/><birthTime value="19840512"/>
      <asOtherIDs><id root="{INS}" extension="{NIR}"/></asOtherIDs></patientPerson>
    <providerOrganization><id root="1.2.4" extension="77"/><name>CHD</name></providerOrganization>
  </patient></subject1></registrationEvent></subject></controlActProcess>
</PRPA_IN201306UV02>
"""


def judged(text: str) -> RecordFinding:
    """What the record that ``text`` is amounts to."""
    record = records.recognised(text)
    assert record is not None
    return records.judge(record, load(), KEY)


def quickest(text: str) -> float:
    """Processor seconds of the quickest of three readings: the others were disturbed."""
    took = []
    for _ in range(3):
        start = time.process_time()
        record = records.recognised(text)
        if record is not None:
            records.judge(record, load(), KEY)
        took.append(time.process_time() - start)
    return min(took)
