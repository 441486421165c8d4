"""A shared space and who can read it.

Google's spelling of settings and values stays out: the collector translates it. The verbatim
settings travel along as opaque pairs so that a report can quote them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from groupaudit.model.timeline import GroupEvent, Weakness


class GroupKind(StrEnum):
    """What sort of shared space it is (values of the contract)."""

    WORKSPACE = "workspace"
    CONSUMER = "consumer"
    DRIVE = "drive"
    SHARED_DRIVE = "shared_drive"
    CHAT_SPACE = "chat_space"
    CALENDAR = "calendar"
    SITE = "site"


class Audience(StrEnum):
    """Who can read the posts, widest first; ``UNKNOWN`` is not comparable and comes last."""

    ANYONE_ON_WEB = "anyone_on_web"
    ANYONE_WHO_JOINS = "anyone_who_joins"
    EXTERNAL_MEMBERS = "external_members"
    WHOLE_ORGANISATION = "whole_organisation"
    MEMBERS = "members"
    MANAGERS = "managers"
    OWNERS = "owners"
    UNKNOWN = "unknown"


#: Position of each audience from the widest (0) to the narrowest; ``UNKNOWN`` is the last.
BREADTH: dict[Audience, int] = {audience: place for place, audience in enumerate(Audience)}

#: Readers to whom nobody in the organisation gave the right to read.
STRANGERS = frozenset({Audience.ANYONE_ON_WEB, Audience.ANYONE_WHO_JOINS})

#: Readerships by which somebody reads who is not of the group.
EXPOSED = STRANGERS | {Audience.EXTERNAL_MEMBERS, Audience.WHOLE_ORGANISATION}


#: The name under which the public web stands among the settings in the reasons of an exposure.
WEB = "groups.google.com"


class Certainty(StrEnum):
    """How the readership was told, apart from how wide it is."""

    SETTINGS = "settings"
    ORG_POLICY_UNKNOWN = "org_policy_unknown"
    PROBED = "probed"


class Circle(StrEnum):
    """Whom a permission of a group is given to. ``UNKNOWN``: a value we do not understand."""

    ANYONE = "anyone"
    ORGANISATION = "organisation"
    MEMBERS = "members"
    MANAGERS = "managers"
    OWNERS = "owners"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class JoinRule(StrEnum):
    """How one becomes a member without being added by an owner."""

    ANYONE = "anyone"
    ORGANISATION = "organisation"
    ON_REQUEST = "on_request"
    INVITED = "invited"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Role of a member."""

    OWNER = "owner"
    MANAGER = "manager"
    MEMBER = "member"


class MemberKind(StrEnum):
    """What a direct member of a group is."""

    USER = "user"
    GROUP = "group"
    ALL_USERS = "all_users"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """A shared space as it is listed, before anything about its readers is known.

    ``email`` is lower case. ``direct_members`` is the count that the listing states, or ``None``.
    """

    email: str
    name: str = ""
    kind: GroupKind = GroupKind.WORKSPACE
    id: str = ""
    description: str = field(default="", repr=False)
    aliases: tuple[str, ...] = ()
    direct_members: int | None = None


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """The settings of a group that decide who may read, in our words.

    A boolean that the answer lacked or spelled in an unknown way is ``None``. ``verbatim`` holds
    every field of the answer, unknown ones included, as Google sent it, sorted by name.
    """

    view: Circle
    join: JoinRule
    post: Circle
    view_membership: Circle
    discover: Circle
    moderate_members: Circle
    external_members_allowed: bool | None
    archived: bool | None
    archive_only: bool | None
    custom_roles: bool | None
    verbatim: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnitPolicy:
    """What one target (organisational unit or group) has set: names folded, values verbatim.

    ``base`` is true of the unit whose settings the others inherit.
    """

    base: bool
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OrgPolicy:
    """The organisation's switches for groups; ``None`` where they could not be read.

    ``open_to_internet`` is Google's "Accessing groups from outside this organization".
    ``why_unknown`` says in plain words why a ``None`` is one. ``units``: every target that has set
    something about groups, ``None`` when policies could not be read.
    """

    open_to_internet: bool | None
    service_on: bool | None = None
    verbatim: tuple[tuple[str, str], ...] = ()
    why_unknown: str = ""
    units: tuple[UnitPolicy, ...] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A direct member. ``email`` is lower case, empty for "all users" and nameless members."""

    email: str = field(repr=False)
    kind: MemberKind
    role: Role
    suspended: bool = False
    gets_mail: bool | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One direct membership on the way of somebody from outside to a group's posts.

    ``member`` of ``group`` is that somebody, or a nested group that leads to them.
    """

    group: str
    member: str = field(repr=False)
    role: Role


@dataclass(frozen=True, slots=True)
class Membership:
    """Who the members are, nested groups followed.

    Counts are of distinct accounts. ``external_readers`` are those outside the organisation with
    the widest role by which they read. ``unread`` names nested groups that could not be listed,
    with the reason: what is missing is never counted as none; ``unread_roles`` are the roles that
    their members would have, gone groups apart. ``external_mail_by_role`` counts
    those of ``external_by_role`` who get the posts by mail, or may get them for all that is known.
    ``owners`` are direct ones; ``owners_suspended`` of them cannot act. ``foreign_groups`` are
    groups of others among the members, consumer groups included: nobody here can look into them.
    ``nested`` are groups of the organisation among the members, at any depth, gone ones apart.
    ``outsiders`` are the accounts that ``external_by_role`` counts, ``mailed`` those that
    ``external_mail_by_role`` does, ``ways`` how they came to be members; no report shows them.
    """

    total: int
    external: int
    consumer_mail: int
    internal_by_role: tuple[tuple[Role, int], ...]
    external_by_role: tuple[tuple[Role, int], ...]
    external_getting_mail: int
    all_users_role: Role | None
    owners: tuple[str, ...]
    managers: tuple[str, ...] = ()
    consumer_groups: tuple[str, ...] = ()
    foreign_groups: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    external_mail_by_role: tuple[tuple[Role, int], ...] = ()
    owners_suspended: int = 0
    unread_roles: frozenset[Role] = frozenset()
    outsiders: frozenset[str] = field(default=frozenset(), repr=False)
    mailed: frozenset[str] = field(default=frozenset(), repr=False)
    ways: tuple[Way, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One setting that mattered for the readership, its value, and what it does in plain words."""

    setting: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run that saw the group open at least as widely: its id and when it ``started``.

    ``continuous``: nothing speaks for a closure since, so what that run knew of the beginning holds
    still. Otherwise it is known that the group was open then, and no more.
    """

    run: str
    started: datetime
    continuous: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who can read a group, why, how sure we are, and since when.

    ``certainty`` is ``None`` when nothing at all could be told. ``consumer_groups`` are members
    that are groups outside any Workspace: who reads them reads this one too.
    ``members_*`` are ``None`` when members were not or could not be listed. ``since`` is when the
    present readership began and ``by`` who brought it about; ``evidence`` says on what that rests,
    or why it is unknown. ``held_since``: the readership has held at least since then, however much
    longer (None: not even that is known). ``timeline`` is what the audit log tells, newest first.
    ``earlier``: the run on whose word the beginning rests, where today's audit log does not reach.
    ``all_users``: whether "all users of the organisation" is a member; ``None`` where that is not
    known, as in outcomes from before it was told.
    """

    readership: Audience
    audiences: tuple[Audience, ...]
    certainty: Certainty | None
    latent: Audience | None = None
    reasons: tuple[Reason, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()
    members_total: int | None = None
    members_external: int | None = None
    members_consumer_mail: int | None = None
    consumer_groups: tuple[str, ...] = ()
    created_by: str | None = None
    since: datetime | None = None
    by: str | None = None
    evidence: str | None = None
    notes: tuple[str, ...] = ()
    created: datetime | None = None
    held_since: datetime | None = None
    timeline: tuple[GroupEvent, ...] = ()
    earlier: Earlier | None = None
    weaknesses: tuple[Weakness, ...] = ()
    all_users: bool | None = None
