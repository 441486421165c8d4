# Expressions read better unbroken.
# ruff: noqa: E501
"""Cuts text that quotes or forwards into the messages it is made of, each with what announces it.

Looks at the marks that mail programs leave between messages, whose ``>`` ``posts`` has taken off.
It never drops a line; what it cannot tell apart stays one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

#: Messages told apart in one text; whatever comes after is of the last.
MOST = 64

#: French typography sets a space before it that does not break.
_COLON = r"[ \xa0\u202f]?:"
_RULE = (
    r"[-_]{3,12} ?(?:Original Message|Message d['’]origine|Message transf[ée]r[ée]|Forwarded message|Mensaje original|Urspr[üu]ngliche Nachricht)[^\n]{0,80}(?:\n|\Z)"
    rf"|(?:D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Begin forwarded message){_COLON}[^\n]{{0,80}}(?:\n|\Z)"
)
_FIELD = rf"\*?(?:De|From|Envoy[ée](?: le| par)?|Sent|Date|[AÀ]|To|Cci?|Bcc|Objet|Subject|Importance|Priorit[ée]|R[ée]pondre [àa]|Reply-To|Pi[èe]ces? jointes?|Attachments?){_COLON}\*?[^\n]{{0,500}}(?:\n|\Z)"
#: A sender, and a date within the next lines: no letter that begins with "De :" has both so near.
_BLOCK = rf"\*?(?:De|From){_COLON}[^\n]{{1,300}}\n(?:[^\n]{{1,300}}\n){{0,2}}?\*?(?:Envoy[ée](?: le)?|Sent|Date){_COLON}[^\n]{{0,300}}(?:\n|\Z)(?:{_FIELD}){{0,6}}"
_ATTRIBUTION = rf"(?:Le|On|Am|El|Il|Em) [^\n]{{4,200}}(?:\n(?!>)[^\n]{{0,160}}){{0,2}}?(?:a [ée]crit|wrote|schrieb[^\n:]{{0,80}}|escribi[óo]|ha scritto|escreveu){_COLON}[ \t]*$"
_BEGIN = re.compile(
    rf"^(?:(?:{_RULE})(?:[ \t]*\n){{0,3}}(?:{_BLOCK})?|{_BLOCK}|{_ATTRIBUTION})",
    re.MULTILINE | re.IGNORECASE,
)


def messages(text: str) -> Iterator[tuple[str, str]]:
    """The messages in ``text``: what announces each (empty for the first), and its own words."""
    head, start = "", 0
    for found in islice(_BEGIN.finditer(text), MOST - 1):
        if head or found.start():
            yield head, text[start : found.start()]
        head, start = found[0], found.end()
    yield head, text[start:]
