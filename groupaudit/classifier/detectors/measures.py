# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Measured facts: doses, laboratory values, vital signs, scores, stages of tumours, weeks of pregnancy.

A number needs its unit, its quantity or its scale.
"""

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
    rb"\b((?:hb|hemoglobine|haemoglobin|hgb|plaquettes|plt|plaq|plq|leuco(?:cytes)?|gb|pnn|crp|pct|creat(?:inine|at)?|uree|dfg|egfr|k\+?|kaliemie|na\+?|natremie"
    rb"|calcemie|ca|glycemie|glyc|gluc|dextro|hba1c|inr|tp|tsh|t4|psa|hcg|bhcg|beta ?hcg|tropo(?:nine)?|trop|bnp|nt-?probnp|probnp|d[ -]?di(?:m|meres?)|lactates?|ferritine|asat|alat|ggt|bili(?:rubine)?"
    rb"|lipase|alb(?:umine)?|wbc|wcc|potassium|sodium|glucose|bm|ph|pco2|pao2|vgm|ldl|amh|fsh|acr|cpk|ck|ldh|fibrinogene|cd4|charge virale?|alcoolemie|ethylotest|natre|kalie|ammoniemie|lithiemie|magnesemie|phosphoremie|lipasemie|albuminemie|lactatemie|(?:vanco(?:mycine)?|genta|amik(?:acine)?) (?:residuelle|taux|pic)|hco3-?|bicar|gamma ?gt|hte)"
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
    rb"|(?:sat|sats|spo2|sao2|sature|satu)(?: a| ?:| ?=| at)? ?\d{2,3} ?%?|\d{2,3} ?% (?:aa|en aa|sous|on|air)|(?:t|temp|temperature|fievre)(?: a| ?:| ?=| of)? {0,2}(?:3[5-9]|4[01])(?:[.,]\d)?|(?:3[5-9]|4[01])[.,]\d ?(?:c\b|degres)|a 4[01][.,]\d"
    rb"|(?:glasgow|gcs)(?: score| coma scale| initial| calcule| estime| cote| evalue| passe| chute| remonte| descend| reste)?(?: a| ?[:=<>]{1,2}| of)? ?(?:1[0-5]|0?[3-9])|(?:eva|ens)(?: a| ?:| ?=| score)? ?\d{1,2}(?: ?/ ?10)?|(?:en|pain)(?: ?[:=]| score)? ?\d{1,2} ?/ ?10|(?:en|pain) ?[:=] ?\d{1,2}|pain score ?\d{1,2}|imc ?(?:a|:|=)? ?\d{2}|gir ?[1-6]\b|news2? ?(?:of|:|=)? ?\d{1,2}"
    rb"|diurese ?(?:a|:)? ?\d{2,4}|\d{2,3}(?:[.,]\d)? ?kg\b|(?:acr|bi-?rads) ?[0-6])\b"
)
#: Scores and scales with what they come to: nobody writes one but of somebody's state. Those whose names are words,
#: people or products too need the form of a score: out of how many ("Norton 12/20"), a class, a sign ("RASS -2").
_SCORE = (
    rb"\b((?:nihss|nyha|braden|waterlow|rankin|karnofsky|gleason|tinetti|doloplus|algoplus|cushman|edss|updrs|das ?28|igs ?2|qsofa|ciwa|madrs|mms[et]?|mmt|phq-?9|gad-?7|epds|apgar|silverman|rockwood)"
    rb"(?: score| scale)?(?: a| ?[:=<>]{1,2}| of| est a| passe a)? ?(?:iv|i{1,3}|\d{1,3})(?:[.,]\d)?(?: ?/ ?\d{1,3}){0,2}"
    rb"|(?:bref|moca|i?adl|barthel|norton|ecpa|fagerstrom|score|evs|hit-?6)(?: a| ?[:=])? ?\d{1,2} ?/ ?(?:4|6|8|10|18|20|28|30|100)"
    rb"|(?:oms|ecog|performance status) ?[:=]? ?[0-4]|score asa ?[:=]? ?(?:[1-5]|iv|i{1,3})|child[- ]pugh ?[:=]? ?[abc] ?\d{0,2}|child ?[abc] ?\d{1,2}"
    rb"|rass ?[:=]? ?[-+]\d|(?:chads2|chads|cha2ds2)(?:[- ]?vasc)? ?[:=]? ?\d)\b"
)
#: The stage of a tumour as the TNM classification of the UICC writes it: "T3N1M0", "pT2 N0", "cT4b N2 Mx".
_STAGE = rb"\b([cpyr]{0,2}t(?:is|x|[0-4][a-d]?) ?n[0-3x][a-c]?(?: ?m[01x][a-c]?)?)\b"
_GESTATION = rb"\b(\d{1,2} ?(?:sa|sa ?\+ ?\d|semaines? d'amenorrhee|weeks pregnant|weeks gestation|/40)|g\dp\d|terme (?:prevu|du) |\d{1,2}\+\d (?:weeks|sa))\b"

DETECTORS: tuple[Detector, ...] = (
    Pattern("dose", "dose", Kind.HEALTH, _DOSE, "[DOSE]", weight=0.7),
    Pattern("lab-value", "lab", Kind.HEALTH, _LAB, "[VALEUR]"),
    Pattern("lab-unit", "lab", Kind.HEALTH, _UNIT, "[VALEUR]", weight=0.8),
    Pattern("score", "vital_signs", Kind.HEALTH, _SCORE, "[SCORE]"),
    Pattern("vital-signs", "vital_signs", Kind.HEALTH, _VITAL, "[CONSTANTE]", weight=0.8),
    Pattern("tumour-stage", "cancer", Kind.HEALTH, _STAGE, "[STADE]"),
    Pattern("gestation", "pregnancy", Kind.HEALTH, _GESTATION, "[TERME]"),
)  # fmt: skip
