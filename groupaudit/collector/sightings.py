"""What the web shows, held against what settings say: pure rules, no request.

Only positive evidence changes an answer: a page that shows the group proves that anyone on the web
reads it, whatever the settings say. A page that shows nothing proves nothing; it is told beside the
settings' answer, which stands. Agreement, contradiction and doubt each leave a reason.
"""

from __future__ import annotations

from dataclasses import replace

from groupaudit.collector.effects import EFFECTS
from groupaudit.collector.parse import Setting
from groupaudit.model.group import WEB, Audience, Certainty, Exposure, Reason
from groupaudit.web.verdict import DETAILS, TURNED_AWAY, Seen, Sighting

#: Why it is unknown since when a group is open.
UNEXPLAINED = "the settings do not explain what the web shows"
NO_LOG = "no log tells of a group outside the Workspace"

#: What the look from outside means for the readers, by id: one sentence each, as in ``effects``.
SIGHT_EFFECTS: dict[str, str] = {
    "web-shows": "Looked at without an account: the web shows the conversations to anyone.",
    "web-shows-list": (
        "Looked at without an account: the web shows the subjects and first lines of the "
        "conversations to anyone."
    ),
    "web-shows-against-settings": (
        "The settings say otherwise, but looked at without an account, the web shows the "
        "conversations to anyone."
    ),
    "web-shows-list-against-settings": (
        "The settings say otherwise, but looked at without an account, the web shows the subjects "
        "and first lines of the conversations to anyone."
    ),
    "web-hides": "Looked at without an account: the web shows nothing of this group.",
    "web-hides-against-settings": (
        "The settings let anyone on the Internet read, but looked at without an account, the web "
        "shows nothing: something else may close it, or the change is not visible yet."
    ),
    "web-hides-switch-unknown": (
        "Looked at without an account, the web shows nothing: perhaps the organisation's switch is "
        "closed, which could not be checked."
    ),
    "web-empty": "Looked at without an account: the web shows the group, but no conversation.",
    "web-untold": "Looked at without an account: what the web shows could not be told.",
    "web-alone-unproved": (
        "The web shows it to nobody without an account, or could not be asked; who else reads this "
        "group outside the Workspace cannot be told from here."
    ),
}


def may_be_public(exposure: Exposure) -> bool:
    """Whether the group's own settings open it to the web, or may do so for all that is known."""
    if Audience.ANYONE_ON_WEB in {*exposure.audiences, exposure.latent}:
        return True
    return any(
        reason.setting == Setting.VIEW and reason.effect == EFFECTS["view-unknown"]
        for reason in exposure.reasons
    )


def confirmed(exposure: Exposure, seen: Sighting) -> Exposure:
    """``exposure`` with what the web showed of the group."""
    if not seen.public:
        return _with_reason(exposure, seen, _unproved(exposure, seen))
    explained = exposure.readership is Audience.ANYONE_ON_WEB
    audiences = tuple(each for each in exposure.audiences if each not in _REPLACED)
    proved = replace(
        exposure,
        readership=Audience.ANYONE_ON_WEB,
        audiences=(Audience.ANYONE_ON_WEB, *audiences),
        certainty=Certainty.PROBED,
        latent=None,
    )
    if not explained:
        # When the narrower readership began that the settings tell of is of no use here.
        proved = replace(proved, since=None, by=None, held_since=None, evidence=UNEXPLAINED)
    return _with_reason(proved, seen, _PROVED[explained, seen.seen])


def alone(seen: Sighting) -> Exposure:
    """The exposure of a group of which only the web can tell anything."""
    audience = Audience.ANYONE_ON_WEB if seen.public else Audience.UNKNOWN
    bare = Exposure(
        readership=audience,
        audiences=(audience,),
        certainty=Certainty.PROBED if seen.public else None,
        evidence=NO_LOG,
    )
    effect = _PROVED[True, seen.seen] if seen.public else "web-alone-unproved"
    return _with_reason(bare, seen, effect)


_REPLACED = frozenset({Audience.ANYONE_ON_WEB, Audience.UNKNOWN})

_PROVED = {
    (True, Seen.CONTENT_PUBLIC): "web-shows",
    (True, Seen.LIST_PUBLIC): "web-shows-list",
    (False, Seen.CONTENT_PUBLIC): "web-shows-against-settings",
    (False, Seen.LIST_PUBLIC): "web-shows-list-against-settings",
}


def _unproved(exposure: Exposure, seen: Sighting) -> str:
    """The effect of a page that proves nothing."""
    if seen.seen is Seen.VISIBLE_EMPTY:
        return "web-empty"
    if seen.seen not in TURNED_AWAY:
        return "web-untold"
    if exposure.readership is not Audience.ANYONE_ON_WEB:
        return "web-hides"
    if exposure.certainty is Certainty.ORG_POLICY_UNKNOWN:
        return "web-hides-switch-unknown"
    return "web-hides-against-settings"


def _with_reason(exposure: Exposure, seen: Sighting, effect: str) -> Exposure:
    reason = Reason(WEB, seen.seen.value, SIGHT_EFFECTS[effect])
    note = () if seen.public else (DETAILS[seen.seen],)
    return replace(exposure, reasons=(*exposure.reasons, reason), notes=(*exposure.notes, *note))
