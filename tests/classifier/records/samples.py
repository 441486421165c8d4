# Messages of these formats are one long line a segment.
# ruff: noqa: E501
"""Invented health records, one of each format, and what to make of them."""

from __future__ import annotations

from typing import Any

#: Josette Duralex, born on 12 May 1984; the social security number bears its key.
NIR = "284057512300185"
NIR = f"{NIR[:13]}{97 - int(NIR[:13]) % 97:02d}"
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
