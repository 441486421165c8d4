"""How the notes and errors of other rooms are worded: sentences whose values are left open.

A list, and no code: ``sentences`` recognises and translates. What stands here is what the writers
write, word for word; tests compare both.
"""

from __future__ import annotations

from groupaudit.reporter.language import mark

#: Counts of reason words, as in "2 access-denied, 1 not-found".
_REASONS = r"\d{1,12} [a-z0-9-]{1,60}(?:, \d{1,12} [a-z0-9-]{1,60})*"

#: What may follow an entry of an audit log.
_REMARKS = (
    mark(", no change of readers since"),
    mark(", the first of today's members from outside"),
)

#: What each placeholder may stand for. At most one in a form is unbounded: matching stays linear.
VALUES: dict[str, str] = {
    "count": r"\d{1,12}",
    "all": r"\d{1,12}",
    "opened": r"\d{1,12}",
    "reason": r"[a-z0-9-]{1,60}",
    "log": r"\w{1,40}",
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\d",
    "source": r"archive|gmail|vault|web",
    "reasons": _REASONS,
    "address": r"[^\s:]{1,330}",
    "file": r"[^\s:]{1,340}",
    "path": r"[^\n]{1,1000}",
    "client": r"of the service account|[^\s,]{1,120}",
    "scopes": r"[a-z0-9:/._, -]{1,800}",
    "what": r"[^:()]{1,100}",  # asked of Google, in the words of google.scopes
    "technical": r"[^()]{1,120}",  # a word of Google's, of a library, of the operating system
    "because": r"(?: \([^()]{1,120}\))?",  # the same, or nothing
    "unreadable": rf"(?: \(not readable: {_REASONS}\))?",
    "entry": r".+?",  # of an audit log, in Google's words
    "remark": f"(?:{'|'.join(_REMARKS)})?",
    "origin": r"(?:, from [^\s,]{1,60})?",
    "through": r"(?:, through [^,]{1,120})?",
    "detail": r".+",
    "said": r".+",
}

#: What stands in places that another form leaves open: they may be empty.
UNREADABLE = mark(" (not readable: %(reasons)s)")
ORIGIN = mark(", from %(address)s")
THROUGH = mark(", through %(application)s")

#: How English words a form where its count is one: the writers need not care, and what French says
#: of a count it says of any. Each piece of a form, and what then stands in its place.
ONE = (
    ("%(count)s mailboxes", "%(count)s mailbox"),
    ("%(count)s posts that Vault found were", "%(count)s post that Vault found was"),
    (
        "%(count)s posts of the export do not tell their",
        "%(count)s post of the export does not tell its",
    ),
    ("%(count)s from before %(technical)s were", "%(count)s from before %(technical)s was"),
    ("%(count)s message files", "%(count)s message file"),
    ("%(count)s messages of", "%(count)s message of"),
    ("%(count)s zips", "%(count)s zip"),
    ("%(count)s copies were", "%(count)s copy was"),
)

_RUN = (
    mark("interrupted: run the same command to resume"),
    mark(
        "The audit before had another configuration: only groups that both looked at are compared,"
        " and a finding in any other is told as new."
    ),
    mark(
        "Findings that stand although this audit shows less, since it did not look at posts in the"
        " same way as the audit that found them: %(count)s"
    ),
    mark(
        "Findings that stand although this audit shows less, since it is not kept how the audit"
        " that found them looked at posts: %(count)s"
    ),
    mark(
        "Findings that stand although this audit shows less, since another version of groupaudit,"
        " which may judge posts otherwise, made them: %(count)s"
    ),
    mark("Findings that stand in groups that this audit did not list: %(count)s"),
    mark(
        "Findings that stand although this audit shows less, since not all readers and posts were"
        " looked at again: %(count)s"
    ),
    mark("The audit was interrupted before it came to this organisation: run it again."),
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
)

_EXPOSURE = (
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
    mark("%(log)s log: %(entry)s%(remark)s%(origin)s%(through)s"),
)

_POSTS = (
    mark(
        "The public page shows %(count)s of %(all)s conversations, and %(opened)s of them were"
        " opened: what is said of the posts holds for these only, and the number of the others is"
        " the least that it can be"
    ),
    mark(
        "Vault counts more posts than are exported of one group: %(count)s from before"
        " %(technical)s were left out, and what is said of the posts holds for the later ones only"
    ),
    mark("%(count)s posts that Vault found were not exported"),
    mark(
        "%(count)s posts that Vault found were not exported, of this group or of others in the same"
        " export"
    ),
    mark("%(count)s posts of the export do not tell their group: of this or of others"),
    mark("%(count)s message files could not be read"),
    mark("%(count)s messages of Outlook mailboxes could not be read"),
    mark("%(count)s zips in the archive cannot be opened and may hold more of its posts"),
    mark(
        "Copies in %(count)s mailboxes of %(all)s members were looked at%(unreadable)s: posts that"
        " none of them received or kept cannot be seen, and a copy does not prove that the group"
        " still shows the post"
    ),
    mark(
        "Copies in %(count)s mailboxes of one person were looked at%(unreadable)s: posts that none"
        " of them received or kept cannot be seen, and a copy does not prove that the group still"
        " shows the post"
    ),
    mark("%(count)s copies were left out"),
    mark(
        "the list of accounts could not be read (%(reason)s), so that the mailboxes were not chosen"
        " by their age"
    ),
    mark("archive: posts.archive_dir names no folder"),
    mark("Vault sees the organisation's own groups only"),
    mark("Gmail cannot be searched for such an address"),
    mark("who is a member of it cannot be listed"),
    mark("its settings do not open it to the web, so it was not looked at there"),
)

_GOOGLE = (
    mark(
        "The day's budget of requests for %(what)s is used up (%(count)s for this API,"
        " google.requests_per_day): run again after %(moment)s UTC, or raise it."
    ),
    mark("The day's quota of requests for %(what)s is used up%(because)s: run again tomorrow."),
    # The special before the general: a form's first place would swallow the other's words.
    mark(
        "Google refuses the request for %(what)s%(because)s: check the configuration, or report"
        " this."
    ),
    mark("Google refuses %(what)s%(because)s: %(detail)s"),
    mark("Google gives no access token for %(what)s%(because)s: %(detail)s"),
    mark("Google's token does not cover %(what)s%(because)s: %(detail)s"),
    mark("Google keeps refusing the token for %(what)s%(because)s: %(detail)s"),
    mark("Google keeps refusing the request for %(what)s%(because)s: try again later."),
    mark(
        "Google keeps refusing %(what)s for the rate%(because)s: lower google.requests_per_minute."
    ),
    mark("Google does not know %(what)s%(because)s: deleted meanwhile?"),
    mark("Google's answer about %(what)s stays unreadable: try again later."),
    mark("Google cannot be reached for %(what)s: check network, proxy and firewall."),
    mark("Google fails to answer about %(what)s%(because)s: try again later."),
    mark("The download of %(what)s does not have the size announced: try again."),
    mark("Google's listing of %(what)s runs in a circle."),
    mark("Google's answer lacks %(technical)s: try again later, or report this."),
    mark("Google states a member's role that is not known here: update groupaudit."),
    mark("It has more than %(count)s entries on groups: the rest was not read."),
    mark("It has more than %(count)s entries on members: the rest was not read."),
    mark(
        "%(said)s Admin console › Security › Access and data control › API controls › Domain-wide"
        " delegation: client %(client)s, scope %(scopes)s. Check also google.subject."
    ),
    mark("%(said)s Scope: %(scopes)s. Check google.credentials."),
)

_WEB = (
    mark("A page of the public web is compressed, which was not asked for: try again later."),
    mark("A page of the public web is larger than %(count)s MiB: try again later."),
    mark("A page of the public web took longer than %(count)s seconds: try again later."),
    mark(
        "The run's %(count)s requests to the public web are used up: raise google.web_max_requests,"
        " or look at fewer groups."
    ),
    mark("The public web gave no whole answer (%(technical)s): try again later."),
    mark("The public web redirected more than %(count)s times: try again later."),
    mark(
        "Not verified: robots.txt of the site cannot be read, so nothing may be fetched. Open the"
        " group in a private browser window without an account."
    ),
    mark(
        "Not verified: robots.txt forbids programs to fetch this page. Open the group in a private"
        " browser window without an account."
    ),
)

_STORED = (
    mark("The archive folder %(path)s does not exist"),
    mark("No %(address)s.mbox or folder in the archive"),
    mark(
        "%(count)s zips in the archive cannot be opened, and nothing else is there for %(address)s"
    ),
    mark("The archive holds nothing for %(address)s: put %(file)s.mbox there"),
    mark("No temporary folder can be made (%(technical)s): check TMPDIR"),
    mark(
        "A mailbox cannot be read (%(technical)s): check that its file is whole and that this"
        " account may read it"
    ),
    mark("A mailbox cannot be read (%(technical)s)"),
    mark("A mailbox changed while it was read; run again on a file at rest"),
    mark("A zip nests zips too deeply"),
    mark("A zip is damaged or of an unknown kind: fetch it again"),
    mark("A zip is protected by a password"),
    mark("A zip cannot be unpacked (%(technical)s): is the disk full?"),
    mark("A zip holds more than it should"),
    mark("An Outlook mailbox needs a library: pip install 'groupaudit[pst]'"),
    mark("An Outlook mailbox cannot be read"),
    mark("An Outlook mailbox holds more than it should"),
    mark("An Outlook mailbox is damaged or of an unknown kind: export it again"),
    mark(
        "An Outlook mailbox cannot be unpacked (%(technical)s): may this account read it,"
        " and has the disk room?"
    ),
)

_VAULT = (
    mark("A group was left out of its Vault export: report this"),
    mark("A Vault export does not tell whose posts it holds"),
    mark("The thread that exported from Vault broke off: run again"),
    mark("A Vault export says that it holds posts, but has no mailbox: look at it in Vault"),
    mark("Vault ended an export with status %(technical)s: look at it in Vault, then run again"),
    mark("Vault has not finished an export within six hours: run again later"),
    mark("A file of a Vault export does not have the hash announced: run again"),
    mark("A file of a Vault export cannot be read (%(technical)s): run again"),
    mark("A Vault export cannot be written to TMPDIR (%(technical)s): is it full?"),
    mark("Vault's answer lacks %(technical)s: try again."),
    mark("Vault's answer has a %(technical)s that is no number."),
)

_GMAIL = (
    mark(
        "No member has a mailbox that can be read%(unreadable)s: add a member to the group, or use"
        " another source"
    ),
    mark("No mailbox could be read%(unreadable)s"),
    mark("The mailboxes hold no copy of a post%(unreadable)s"),
    mark("Gmail's list of messages cannot be understood."),
    mark("Gmail's answer holds no message."),
    mark("Gmail's answer holds a message that cannot be decoded."),
    mark("Gmail lists more messages than a mailbox can hold."),
)

#: All of them; the first that fits counts. What a source said comes last, since it fits anything.
FORMS: tuple[str, ...] = (
    *_RUN,
    *_EXPOSURE,
    *_POSTS,
    *_WEB,
    *_STORED,
    *_VAULT,
    *_GMAIL,
    *_GOOGLE,
    mark("%(source)s: %(said)s"),
)
