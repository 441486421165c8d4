"""The identifiers that Presidio and EDS-NLP lack for France: NIR and telephone numbers.

Expressions only; needs the standard library only.
"""

from __future__ import annotations

import re

#: A NIR, with or without its key, its parts perhaps apart (INSEE: sex, year, month, place, order).
NIR = (
    r"\b[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2])[ .]?(?:\d{2}|2[AB])"
    r"[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?\b"
)
#: French numbers, national or international form.
PHONE = r"(?:\+33 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b"

_ANY = re.compile(f"{NIR}|{PHONE}")


def identifies(text: str) -> bool:
    """Whether ``text`` holds one of them."""
    return _ANY.search(text) is not None
