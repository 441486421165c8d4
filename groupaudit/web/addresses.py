"""Where the pages of a group are: its address to paths below the web root.

Every part of an address is quoted, since addresses are input: nothing in one can lead to another
page. Forms of paths: research note on groups.google.com as of 2026-11, sections 1 and 2.
"""

from __future__ import annotations

import re
from urllib.parse import quote

CONSUMER_DOMAIN = "googlegroups.com"

#: RFC 5321 bounds the local part to 64 octets and a domain to 255.
_ADDRESS = re.compile(
    r"[^\s@/\\<>\"(),;:\[\]\x00-\x1f\x7f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?"
)


def is_group_address(text: str) -> bool:
    """Whether ``text`` can be the address of a group, in lower case."""
    return _ADDRESS.fullmatch(text) is not None


def is_consumer(address: str) -> bool:
    """Whether ``address`` is that of a group outside any Workspace."""
    return address.rpartition("@")[2] == CONSUMER_DOMAIN


def list_path(address: str) -> str:
    """The path of the group's list of conversations: ``/g/NAME`` or ``/a/DOMAIN/g/NAME``."""
    name, _, domain = address.rpartition("@")
    path = f"/g/{quote(name, safe='')}"
    return path if is_consumer(address) else f"/a/{quote(domain, safe='')}{path}"


def conversation_path(address: str, conversation: str) -> str:
    """The path of one conversation of the group."""
    return f"{list_path(address)}/c/{quote(conversation, safe='')}"
