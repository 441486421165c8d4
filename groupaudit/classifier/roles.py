# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""In which role a name stands: of somebody who may be a patient, a professional, a correspondent.

Told by what stands around the name: who is addressed, who signs, who acts, which job follows. Finds no
name (``detectors``) and says nothing of who is the same as whom (``people``).
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from groupaudit.classifier.detectors.pattern import which_of
from groupaudit.classifier.fictitious import is_test_name
from groupaudit.classifier.persons import name_tokens
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage

_TO_SOMEBODY = rb"(?:bonjour|bonsoir|cher|chere|chers|dear|hello|hi|salut|coucou|hey|a l'attention de|attn|merci|thanks|thank you|ok|hallo|ciao|hola|beste|liebe|lieber)[ ,]*(?:m|mme|mr|mrs|ms|monsieur|madame|mlle)?\.?\s*$"
_BY_A_SIGNER = (
    rb"(?:cordialement|cdlt|cdt|bien a vous|bonne (?:journee|soiree|reception)|regards|best|thanks|merci|sincerely|cheers|signe|confraternellement|salutations"
    rb"|bien amicalement|amities|bises?|gr[u?][s?]+e|saluti|saludos|groet(?:en)?|respectueusement|a bientot|xx?)[ ,.!]*\n?\s*$"
)
_BY_AN_ACTOR = (
    rb"(?:contacter|contact|contactez|aupres d[eu]|redige par|animee? par|presentee? par|presente par|intervenante?s?|orateurs?|oratrice|responsable|coordinat\w+|referente?|de la part d[eu]"
    rb"|par|signe|moderateurs?|moderation|secretaire|president[e]?|excusee?s?|presente?s?|cadre|directeur|directrice|infirmi\w+|interne|externe|kine|psychologue|sage-femme|pharmacien\w*|externes?|remplac\w+|medecin|urgentiste|regulateur|chauffeur|ambulancier|formateur|formatrice"
    rb"|speakers?|chaired by|chair|led by|by|presenter|contact|email|call|ask|minutes|apologies|present|facilitator|manager|lead|cc|pi|author|rn|charge nurse|consultant|registrar|adjoint|commandant|temoin|prescripteur|operateur|validation|anesthesiste|chirurgien|veto)\s*[:(\-]?\s*$"
)
#: How what stands before a name introduces it, in one pass.
_ADDRESSED, _SIGNED, _ACTING = range(3)
_INTRODUCED = which_of((_TO_SOMEBODY, _BY_A_SIGNER, _BY_AN_ACTOR))
_JOB = re2.compile(
    rb"^[ ]?[,(/:\-]?[ ]?(?:\(?)(?:l'|la |le |notre |une? |the |our )?(?:infirmi|ide\b|ibode|iade|as\b|ash\b|asd\b|cadre|medecin|interne|externe|kine|ergo|secretaire|assistante?|psychologue|psychiatre|sage-?femme|pharmac|preparat|technicien|ingenieur|direct(?:eur|rice|ion)"
    rb"|responsable|president|chef|biologiste|manip|brancardier|ambulancier|aide[- ]?(?:soign|medic|operat|cuisin|puer|kine|prepar|hotel)|chargee?s? d|coordin|referent|dieteticien|orthophoniste|secretariat|formateur|dsi\b|drh\b|rssi|dpo\b|vaguemestre|magasin|standard|cuisin|educat(?:eur|rice)|animat|agent|regulat|urgentist|puericult|aumonier"
    rb"|rn\b|md\b|np\b|lpn|bsn|frc|mbbs|phd|nurse|consultant|manager|lead\b|physio|pharmacist|registrar|physician|director|clerk|coordinator|secretary|matron|sister|porter|chaplain|ot\b|slt|dietit|head of|chair|treasurer|fy[12]\b|st\d|educator|administrator|charge nurse|resident physician|icu\b|unit manager|arnp|crna"
    rb"|soutien(?:dra|t)\b|a soutenu|soutenait|presentera\b|animera\b|interviendra\b|exposera\b|donnera (?:une?|la|le|sa) |dirigera\b|will (?:present|defend|speak|chair|teach|lead|give)\b|defends? (?:h|their)|is defending|speaks (?:on|about)"
    rb"|service |pole |dr\b|pr\b|poste \d|tel\b|bureau|01 99|06 39|local )"
    rb"|^[ ]?\((?:biolog|ambulanc|aide|educat|dietetic|orthophon)"
    rb"|^ (?:du |de la |de l')(?:secretariat|standard|accueil|direction|drh\b|dsi\b|dim\b|pharmacie\b|labo\b|blanchisserie|cuisine|magasin)"
)
#: Care that bears the name of a job: what the patient is to have, not what somebody is.
_CARE = re2.compile(
    rb"^[ ]?[,(/:\-]?[ ]?(?:par |l')?(?:infirmi\w+|ides?|as|kine|ergo|psychologue|psychiatre|pharmac\w+|ot|slt|physio|dietit\w+|orthophoniste|assistante?)"
    rb"(?: et \w+)? (?:a domicile|a dom\b|a prevoir|a faire|a contacter|prescri|respi|motrice|de ville|de liaison (?:a|vu|appele|prevenu)|x ?\d|\d ?(?:x|fois|/)|(?:deux|trois) fois|tous les|toutes les|quotidien|matin|passe\b|assessment|review|referral|to see|input)"
)
_HEADER = re2.compile(
    rb"^[> *]*(?:de|from|a|to|cc|cci|bcc|expediteur|envoye par|sent by|von|an|da|para|van|aan|destinataires?|organisateur|organi[sz]er|participant|attendee)[ ]?:[^\n]*$"
)
_WROTE = re2.compile(rb"(?:a ecrit|wrote|schrieb|ha scritto|escribio|schreef)[ ]?:?\s*$")
_ROW = re2.compile(rb"^[ \-*]*[a-z'\-]+ [a-z'\-]+ ?,")
#: Characters of a line, or of blank text before it, that are looked at: on one endless line each name
#: would otherwise read all of it again.
_LINE, _BLANK = 200, 1000
#: Characters before and behind a name in which its role is looked for.
_BEFORE, _BEHIND = 45, 40
#: Letters before a name that signs, characters behind it on its line, and lines with words below.
_FEW, _TITLE, _BELOW = 2, 45, 4
#: How a sentence about somebody goes on; a signature ends with the name, or goes on with an office.
_SENTENCE = re2.compile(
    rb"^[ ]?[:,]?[ ](?:a|est|n'a|n'est|s'est|va|ne|sera|etait|avait|doit|sort|sous|toujours|encore|tres|plus|reste|refuse|vu|vue|vus|transfere|attend|demande|part|revient|entre|sortie?|entree?|chute|ok pour|ch|chambre|lit|is|has|was|had|needs|still|on)\b"
)
#: Lines after a name that may belong to its signature.
_AFTER = 7


def with_role(passage: Passage, span: Span, sender: frozenset[bytes]) -> Span:
    """``span`` with the role that its neighbourhood gives the person."""
    if span.kind is not Kind.IDENTITY or span.category != "name":
        return span
    role = _role(passage, span, sender)
    return span if role is span.role else span.placed(span.start, span.end, role)


def _role(passage: Passage, span: Span, sender: frozenset[bytes]) -> Role:
    lower = passage.folded.lower
    before, after = (
        lower[max(0, span.start - _BEFORE) : span.start],
        lower[span.end : span.end + _BEHIND],
    )
    tokens = name_tokens(lower[span.start : span.end])
    if is_test_name(passage.folded.words[span.start : span.end].split()):
        return Role.TEST
    if passage.kind == "from" or tokens & sender or _is_header(passage, span):
        return Role.CORRESPONDENT
    introduced = _INTRODUCED.Match(before) or ()
    if _ADDRESSED in introduced or _SIGNED in introduced or _is_signature(passage, span):
        return Role.CORRESPONDENT
    if _ACTING in introduced or (_JOB.match(after) and not _CARE.match(after)):
        return Role.PROFESSIONAL
    return Role.CANDIDATE


def is_correspondence(passage: Passage, span: Span) -> bool:
    """Whether ``span`` stands where mail names its senders: headers, quoted too, and footers."""
    return passage.kind == "from" or passage.is_silent(span.start) or _is_header(passage, span)


def _is_header(passage: Passage, span: Span) -> bool:
    """Whether the line of ``span`` is a header of a quoted message or announces one."""
    lower = passage.folded.lower
    start, end = passage.line(passage.line_of(span.start))
    head, tail = lower[start : min(end, start + _LINE)], lower[max(start, end - _LINE) : end]
    return bool(_HEADER.match(head) or _WROTE.search(tail))


def _is_signature(passage: Passage, span: Span) -> bool:
    """Whether the name stands alone on one of the last lines, with no list of names around it."""
    lower, number = passage.folded.lower, passage.line_of(span.start)
    start, end = passage.line(number)
    if passage.kind not in ("body", "quoted", "message") or span.start - start > _LINE:
        return False
    before, after = lower[start : span.start].strip(b" >_"), lower[span.end : end]
    if len(before.strip(b"-*")) > _FEW or len(after) > _TITLE:
        return False
    if _SENTENCE.match(after) and not _JOB.match(after):
        return False  # a sentence about somebody
    last = min(number + _AFTER, len(passage.line_starts) - 1)
    rest = [line for line in lower[end : passage.line(last)[1]].split(b"\n") if line.strip(b" >")]
    earlier = lower[max(0, start - _BLANK) : start].strip()
    if any(_ROW.match(line) for line in rest[:1]) or _is_item(before, earlier, rest):
        return False  # a list of people goes on
    return len(rest) <= _BELOW and bool(earlier) and not any(b";" in line for line in rest)


def _is_item(before: bytes, earlier: bytes, rest: Sequence[bytes]) -> bool:
    """Whether a line that begins with ``before`` stands below or above another with that bullet."""
    bullet = before[:1]
    above = earlier[earlier.rfind(b"\n") + 1 :].lstrip(b" >")
    return bullet in (b"-", b"*") and any(
        line.lstrip(b" >").startswith(bullet) and line.strip(b" >-*_")
        for line in (above, *rest[:1])
    )
