"""Which files of a Vault export belong to which of the groups it was made for.

Told by the file's name, else by the list headers of the messages in it; a file that neither tells
is nobody's, and every group of the export then says what it may lack. Nothing is ever guessed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from groupaudit.posts import headers
from groupaudit.posts.stored import MailFile, header_fields
from groupaudit.posts.vault_files import raw_messages
from groupaudit.posts.vault_order import Window

_ADDRESS = re.compile(r"[^\s<>\"',;:()@]{1,128}@[^\s<>\"',;:()@]{1,255}")
_LIST_ID = re.compile(r"<([^<>\s]{1,400})>")
#: Headers that Google Groups writes with the group's address, surest first (List-ID apart).
_ADDRESS_HEADERS = ("Mailing-list", "X-BeenThere", "List-Post", "Delivered-To")
_MAX_COUNTS_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Share:
    """What of an export is one group's: its files, and at most so many posts missing (``note``).

    ``nobodys`` of the missing posts are there, but nothing tells whose they are.
    """

    files: tuple[MailFile, ...] = field(repr=False)
    missing: int = 0
    note: str = ""
    nobodys: int = 0


def shares(
    files: Iterable[MailFile], groups: Sequence[str], *, missing: int, counts: Iterable[Path] = ()
) -> dict[str, Share]:
    """The share of each of ``groups`` in an export's mail ``files``.

    ``missing`` posts were found but not exported; the tables ``counts`` may tell whose they were.
    Raises PostsError when a file cannot be read.
    """
    owned: dict[str, list[MailFile]] = {group: [] for group in groups}
    orphans = 0
    for file in files:
        owner = groups[0] if len(groups) == 1 else owner_of(file, groups)
        if owner is None:
            orphans += _messages(file)
        else:
            owned[owner].append(file)
    errors = _errors_by_group(counts, groups, missing)
    return {group: _share(owned[group], errors[group], orphans) for group in groups}


def narrowed(share: Share, window: Window, found: int) -> Share:
    """The ``share`` of a group whose export had only the ``found`` posts in ``window``.

    That earlier posts were left out stays true where Vault's counts contradict each other.
    """
    earlier = max(1, window.total - found)
    note = (
        f"Vault counts more posts than are exported of one group: {earlier} from before "
        f"{window.since} were left out, and what is said of the posts holds for the later ones only"
    )
    notes = "; ".join(filter(None, (note, share.note)))
    return replace(share, missing=share.missing + earlier, note=notes)


def _share(files: list[MailFile], lost: tuple[int, bool], orphans: int) -> Share:
    missing, certain = lost
    notes = []
    if missing:
        whose = "" if certain else ", of this group or of others in the same export"
        notes.append(f"{missing} posts that Vault found were not exported{whose}")
    if orphans:
        notes.append(f"{orphans} posts of the export do not tell their group: of this or of others")
    return Share(tuple(files), missing + orphans, "; ".join(notes), orphans)


def owner_of(file: MailFile, groups: Sequence[str]) -> str | None:
    """The one of ``groups`` whose posts ``file`` holds; None when that cannot be told.

    Raises PostsError when the file cannot be read.
    """
    return _by_name(file.name, groups) or _by_headers(file, groups)


def _by_name(name: str, groups: Sequence[str]) -> str | None:
    """The group whose address is in the file's name; of addresses within each other, the longest.

    Google does not document the names. That each holds the account is what exports show.
    """
    name = name.lower()
    found = sorted((group for group in groups if group.lower() in name), key=len, reverse=True)
    if not found:
        return None
    rest = name.replace(found[0].lower(), "")
    if any(group.lower() in rest or group.lower() not in found[0].lower() for group in found[1:]):
        return None
    return found[0]


def _by_headers(file: MailFile, groups: Sequence[str]) -> str | None:
    """The group that half of the messages name at least, when none names another."""
    by_address = {group.lower(): group for group in groups}
    by_list_id = {group.lower().replace("@", ".", 1): group for group in groups}
    named: Counter[str] = Counter()
    total = 0
    for raw in raw_messages(file):
        total += 1
        named.update(_named(header_fields(raw), by_address, by_list_id))
    if len(named) != 1:
        return None
    ((group, times),) = named.items()
    return group if times * 2 >= total else None


def _named(
    fields: headers.Headers, by_address: dict[str, str], by_list_id: dict[str, str]
) -> set[str]:
    """The groups in the surest header that names any."""
    list_ids = _LIST_ID.findall(headers.first(fields, "List-ID").lower())
    if found := {by_list_id[word] for word in list_ids if word in by_list_id}:
        return found
    for header in _ADDRESS_HEADERS:
        value = headers.first(fields, header).lower().replace("mailto:", " ")
        words = _ADDRESS.findall(value)
        if found := {by_address[word] for word in words if word in by_address}:
            return found
    return set()


def _messages(file: MailFile) -> int:
    return sum(1 for _ in raw_messages(file))


def _errors_by_group(
    counts: Iterable[Path], groups: Sequence[str], missing: int
) -> dict[str, tuple[int, bool]]:
    """Posts missing from each group, and whether that is certain.

    The tables' form is not documented: they are believed only when their sum is ``missing``.
    Otherwise each group may lack them all.
    """
    if missing and len(groups) > 1:
        for path in counts:
            errors = _errors(path, groups)
            if sum(errors.values()) == missing:
                return {group: (errors[group], True) for group in groups}
    return {group: (missing, len(groups) == 1 or not missing) for group in groups}


def _errors(path: Path, groups: Sequence[str]) -> Counter[str]:
    """The column of errors in a table of accounts; empty when it is another table."""
    by_address = {group.lower(): group for group in groups}
    errors: Counter[str] = Counter()
    try:
        if path.stat().st_size > _MAX_COUNTS_BYTES:
            return errors
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for row in csv.DictReader(file):
                cells = {str(name).strip().lower(): str(cell) for name, cell in row.items()}
                group = by_address.get(cells.get("account", "").strip().lower())
                count = next((cell for name, cell in cells.items() if "error" in name), "")
                if group is not None and count.isascii() and count.isdigit() and len(count) < 12:
                    errors[group] += int(count)
    except (OSError, csv.Error):
        return Counter()
    return errors
