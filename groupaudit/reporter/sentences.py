"""Sentences of other rooms that carry values: told again in the reader's language.

Collector and sources write their notes once, in English, and the history and ``report.json`` keep
them so. Here they are known by their form, and their values go into the translated form. A note of
no known form is shown as it is, never left out; what Google or a library said stays in its words.
"""

from __future__ import annotations

import re
from functools import cache

from groupaudit.reporter import labels
from groupaudit.reporter.language import Language, mark

#: Longer notes are shown as they are: no writer of ours makes one.
MOST = 4000

#: Between the notes of one source.
BETWEEN = "; "

#: What each placeholder may stand for. At most one in a form is unbounded: matching stays linear.
VALUES: dict[str, str] = {
    "count": r"\d{1,12}",
    "all": r"\d{1,12}",
    "opened": r"\d{1,12}",
    "reason": r"[a-z0-9-]{1,60}",
    "log": r"\w{1,40}",
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\d",
    "source": r"archive|gmail|vault|web",
    "reasons": r"\d{1,12} [a-z0-9-]{1,60}(?:, \d{1,12} [a-z0-9-]{1,60})*",
    "detail": r".+",
    "said": r"[^;]+",  # of one source; the next one follows a semicolon
}

#: The notes, as their writers form them; the first that fits counts.
FORMS: tuple[str, ...] = (
    # The run.
    mark("interrupted: run the same command to resume"),
    mark(
        "The day's budget of requests for %(detail)s is used up (%(count)s for this API,"
        " google.requests_per_day): run again after %(moment)s UTC, or raise it."
    ),
    mark("The audit log “%(log)s” could not be read (%(reason)s: %(detail)s)"),
    mark("Mailboxes searched for groups outside the Workspace: %(count)s"),
    mark(
        "Messages of the last %(all)s days that Vault exported from mailboxes to find groups"
        " outside the Workspace: %(count)s"
    ),
    mark("a group of which no list header is kept there cannot be found so"),
    mark("mailboxes with more mail of such groups than was looked at: %(count)s"),
    mark("messages that could not be looked at: %(count)s"),
    mark("mailboxes that could not be searched: %(reasons)s"),
    mark("mailboxes not visited, beyond consumer.most_mailboxes: %(count)s"),
    mark(
        "Mailboxes were not searched for groups outside the Workspace through %(source)s"
        " (%(reason)s): %(detail)s"
    ),
    mark("Groups outside the Workspace left out, too many: %(count)s"),
    # A group's exposure.
    mark("The organisation's switch for access from outside is unknown: %(detail)s"),
    mark("collect.org_policy is false"),
    mark(
        "The organisation's domains could not be listed (%(reason)s): the domains of its groups"
        " count as inside, others must be named in organisation.extra_domains."
    ),
    mark("Members were not listed: collect.members is false."),
    mark("Members could not be listed (%(reason)s): %(detail)s"),
    mark("Some members could not be followed: %(reasons)s."),
    mark("Accounts of owners that are suspended, and cannot act: %(count)s."),
    mark("Its list header was found in %(count)s mailboxes of the organisation"),
    mark("Its list header was found in messages that Vault exported from mailboxes: %(count)s"),
    # A source of posts.
    mark(
        "The public page shows %(count)s of %(all)s conversations, and %(opened)s of them were"
        " opened: what is said of the posts holds for these only, and the number of the others is"
        " the least that it can be"
    ),
    mark("%(count)s posts that Vault found were not exported"),
    mark(
        "%(count)s posts that Vault found were not exported, of this group or of others in the same"
        " export"
    ),
    mark("%(count)s posts of the export do not tell their group: of this or of others"),
    mark("%(count)s message files could not be read"),
    mark(
        "Copies in %(count)s mailboxes of %(all)s members were looked at: posts that none of them"
        " received or kept cannot be seen, and a copy does not prove that the group still shows the"
        " post"
    ),
    mark(
        "Copies in %(count)s mailboxes of %(all)s members were looked at (not readable:"
        " %(reasons)s): posts that none of them received or kept cannot be seen, and a copy"
        " does not prove that the group still shows the post"
    ),
    mark(
        "Copies in %(count)s mailboxes of one person were looked at: posts that none of them"
        " received or kept cannot be seen, and a copy does not prove that the group still shows the"
        " post"
    ),
    mark(
        "Copies in %(count)s mailboxes of one person were looked at (not readable: %(reasons)s):"
        " posts that none of them received or kept cannot be seen, and a copy does not prove that"
        " the group still shows the post"
    ),
    mark("%(count)s copies were left out"),
    mark(
        "the list of accounts could not be read (%(reason)s), so that the mailboxes were not chosen"
        " by their age"
    ),
    mark("archive: posts.archive_dir names no folder"),
    mark("%(source)s: %(said)s"),
)

_PLACE = re.compile(r"%\((\w+)\)s")


def told(note: str, language: Language) -> str:
    """``note`` in ``language``: whole, or else each of the notes that it is made of."""
    whole = _one(note, language)
    if whole is not None:
        return whole
    parts = note[:MOST].split(BETWEEN) if len(note) <= MOST else [note]
    return language.listed(_one(part, language) or part for part in parts)


def _one(note: str, language: Language) -> str | None:
    """``note`` in ``language``; None when it has no known form and no translation of its own."""
    if len(note) > MOST:
        return None
    for form, pattern in _patterns():
        if (found := pattern.fullmatch(note)) is not None:
            values = {
                name: _value(name, text, language) for name, text in found.groupdict().items()
            }
            return language.text(form, **values)
    translated = language.text(note)
    return translated if translated != note else None


def _value(name: str, text: str, language: Language) -> str:
    """The value of a placeholder as ``language`` writes it."""
    if name == "reason":
        return language.text(labels.REASON.get(text, text))
    if name == "reasons":
        counted = (part.split(" ", 1) for part in text.split(", "))
        return ", ".join(f"{count} {_value('reason', word, language)}" for count, word in counted)
    if name in {"detail", "said"}:
        return _one(text, language) or text
    return language.number(int(text)) if text.isdecimal() else text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, _pattern(form)) for form in FORMS)


def _pattern(form: str) -> re.Pattern[str]:
    """What fits ``form``: its words as they are, its placeholders as ``VALUES`` has them."""
    pieces = _PLACE.split(form)  # words and names of placeholders take turns
    return re.compile(
        "".join(
            f"(?P<{piece}>{VALUES[piece]})" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )
