# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Measured facts: doses, laboratory values, vital signs. A number needs its unit or its quantity."""

from __future__ import annotations

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_NUM = rb"[<>]?=? ?\d{1,5}(?:[.,]\d{1,3})?"
_DOSE = (
    rb"\b(\d{1,4}(?:[.,]\d{1,2})? ?(?:mg|mcg|ug|g|ui|iu|units|unites|gouttes|gttes|cp|cps|comprimes?|gelules?|amp|bouffees?|puffs|mmol|ml)"
    rb"(?: ?/ ?(?:j|jour|h|kg|24 ?h|day|min|prise))?(?: ?(?:x|\*) ?\d(?: ?/ ?(?:j|jour|day))?| (?:matin|soir|midi|le soir|le matin|au coucher|par jour|bd|tds|qds|od|daily|twice daily|po|iv|sc|im|prn|q\d+h)\b)"
    rb"|\d{1,4}(?:[.,]\d{1,2})? ?(?:mg|mcg|ug|ui)\b|\b[0-4][ ]?-[ ]?[0-4][ ]?-[ ]?[0-4](?:[ ]?-[ ]?[0-4])?\b|\d{1,2} ?l/min\b)"
)
_LAB = (
    rb"\b((?:hb|hemoglobine|haemoglobin|hgb|plaquettes|plt|plaq|leuco(?:cytes)?|gb|pnn|crp|pct|creat(?:inine|at)?|uree|dfg|egfr|k\+?|kaliemie|na\+?|natremie"
    rb"|calcemie|ca|glycemie|glyc|dextro|hba1c|inr|tp|tsh|t4|psa|hcg|bhcg|beta ?hcg|tropo(?:nine)?|trop|bnp|nt-?probnp|d-?dimeres?|lactates?|lactate|ferritine|asat|alat|ggt|bili(?:rubine)?"
    rb"|lipase|alb(?:umine)?|wbc|wcc|potassium|sodium|glucose|bm|ph|pco2|pao2|vgm|ldl|amh|fsh|acr|inr|cpk|ck|ldh|fibrinogene|cd4|charge virale|alcoolemie)"
    rb" ?(?:a|de|est a|=|:|is|was|at|of|is at|->|>|<|est|ce matin|remonte a|descend a|passe a)? {0,2}"
    + _NUM
    + rb")\b"
)
_UNIT = (
    rb"("
    + _NUM
    + rb" ?(?:mmol/l|mmol|umol/l|g/dl|g/l|mg/l|mg/dl|ng/ml|ng/l|pg/ml|ui/l|mui/l|ug/l|giga/l|g\.l-1|copies/ml|copies|meq/l|u/l|iu/l|ml/min|/mm3|x10\^?9))\b"
)
#: Not the "FR76" that begins a bank account, whose figures the first alternative takes and drops.
_VITAL = (
    rb"\b(?:fr|hr)\d{2}(?: ?\d{4}){2,4}|\b((?:ta|pa|bp|tension)(?: a| est a| ?:| ?=)? ?\d{2,3} ?[/.] ?\d{1,3}|(?:fc|hr|pouls|pulse)(?: a| ?:| ?=)? ?\d{2,3}|rr(?: a| ?:| ?=)? ?\d{1,2}\b|fr(?:(?: a| ?:| ?=) ?\d{1,2}| ?(?:[1-6]?\d|7[0-57-9]))\b"
    rb"|(?:sat|sats|spo2|sao2|sature|satu)(?: a| ?:| ?=| at)? ?\d{2,3} ?%?|\d{2,3} ?% (?:aa|en aa|sous|on|air)|(?:t|temp|temperature|fievre)(?: a| ?:| ?=| of)? ?3[5-9](?:[.,]\d)?|3[5-9][.,]\d ?(?:c\b|degres)|4[01][.,]\d\b"
    rb"|(?:glasgow|gcs)(?: score| coma scale| initial| calcule| estime| cote| evalue| passe| chute| remonte| descend| reste)?(?: a| ?[:=<>]{1,2}| of)? ?(?:1[0-5]|0?[3-9])|(?:eva|en|pain|ens)(?: a| ?:| ?=| score)? ?\d{1,2}(?: ?/ ?10)?|mms[e]? ?(?:a|:|=)? ?\d{1,2}(?: ?/ ?30)?|imc ?(?:a|:|=)? ?\d{2}|gir ?[1-6]\b|news2? ?(?:of|:|=)? ?\d{1,2}"
    rb"|diurese ?(?:a|:)? ?\d{2,4}|\d{2,3}(?:[.,]\d)? ?kg\b|(?:acr|bi-?rads) ?[0-6])\b"
)
_GESTATION = rb"\b(\d{1,2} ?(?:sa|sa ?\+ ?\d|semaines? d'amenorrhee|weeks pregnant|weeks gestation|/40)|g\dp\d|terme (?:prevu|du) |\d{1,2}\+\d (?:weeks|sa))\b"

DETECTORS: tuple[Detector, ...] = (
    Pattern("dose", "dose", Kind.HEALTH, _DOSE, "[DOSE]", weight=0.7),
    Pattern("lab-value", "lab", Kind.HEALTH, _LAB, "[VALEUR]"),
    Pattern("lab-unit", "lab", Kind.HEALTH, _UNIT, "[VALEUR]", weight=0.8),
    Pattern("vital-signs", "vital_signs", Kind.HEALTH, _VITAL, "[CONSTANTE]", weight=0.8),
    Pattern("gestation", "pregnancy", Kind.HEALTH, _GESTATION, "[TERME]"),
)  # fmt: skip
