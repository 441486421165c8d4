"""The table of groups: one row for each situation that an audit must get right.

A tenant of 40 groups has each row once; larger ones repeat the rows with other units, people and
posts. Rows only describe; how a row becomes settings, members and posts is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ANYONE, DOMAIN = "ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"
MEMBERS, MANAGERS, OWNERS = (
    "ALL_MEMBERS_CAN_VIEW",
    "ALL_MANAGERS_CAN_VIEW",
    "ALL_OWNERS_CAN_VIEW",
)
LEGACY = "SELECTED_ROLES_CAN_VIEW"  # invented: a value that no documentation of ours explains
INVITED, REQUEST = "INVITED_CAN_JOIN", "CAN_REQUEST_TO_JOIN"
JOIN_DOMAIN, JOIN_ANYONE = "ALL_IN_DOMAIN_CAN_JOIN", "ANYONE_CAN_JOIN"


@dataclass(frozen=True, slots=True)
class Crew:
    """Who the members are.

    Counts of accounts by kind, then the groups that are members with the role they have. ``staff``
    are active employees, ``partners`` professionals elsewhere, ``consumer`` private mailboxes;
    ``silent`` of the partners and private mailboxes get no mail.
    """

    owners: int = 1
    managers: int = 0
    staff: int = 6
    suspended: int = 0
    suspended_owners: int = 0
    partners: int = 0
    consumer: int = 0
    silent: int = 0
    all_users: bool = False
    nested: tuple[tuple[str, str], ...] = ()
    foreign_group: bool = False
    consumer_group: str = ""


@dataclass(frozen=True, slots=True, eq=False)  # a row is itself and no other
class Archetype:
    """One row: a group, what it ``shows``, and how it came about.

    ``posts`` in ``threads`` conversations over ``months``, drawn from the kinds of ``mix``.
    ``opened_days`` ago somebody opened the group to its present readers, seen in the log ``via``
    that application; None when it always was so, or nobody knows.
    """

    slug: str
    name: str
    shows: str
    view: str
    mix: str
    posts: int = 24
    threads: int = 16
    months: float = 20
    join: str = INVITED
    external: bool = False
    crew: Crew = Crew()
    secondary: bool = False
    aliases: tuple[str, ...] = ()
    opened_days: int | None = None
    via: str = "groups"
    description: str = ""
    overrides: dict[str, str] = field(default_factory=dict)


#: What groups talk about: kinds of the phrase bank with their weights.
MIXES: dict[str, tuple[tuple[str, int], ...]] = {
    "story": (
        ("handover", 46),
        ("short", 8),
        ("diet", 4),
        ("appointment", 5),
        ("letters", 3),
        ("case", 10),
        ("planning", 12),
        ("life", 5),
        ("protocol", 4),
        ("contacts", 2),
        ("locked", 1),
    ),
    "care": (("handover", 50), ("letters", 10), ("case", 12), ("planning", 18), ("protocol", 10)),
    "lab": (("lab", 60), ("supply", 15), ("figures", 10), ("it", 15)),
    "theatre": (("theatre", 55), ("planning", 25), ("stock", 10), ("supply", 10)),
    "diet": (("diet", 55), ("life", 35), ("stock", 10)),
    "transport": (("transport", 60), ("logistics", 30), ("contacts", 10)),
    "psychiatry": (("psychiatry", 65), ("case", 15), ("planning", 20)),
    "oncology": (("oncology", 65), ("case", 15), ("protocol", 20)),
    "occupational": (("occupational", 60), ("protocol", 20), ("planning", 20)),
    "social": (("social", 55), ("contacts", 20), ("planning", 25)),
    "consultation": (("appointment", 55), ("letters", 15), ("planning", 30)),
    "patients_write": (("from_patients", 70), ("life", 10), ("logistics", 20)),
    "beds": (("short", 60), ("figures", 25), ("planning", 15)),
    "cases": (("case", 60), ("protocol", 25), ("newsletter", 15)),
    "generic": (("newsletter", 40), ("protocol", 30), ("supply", 20), ("figures", 10)),
    "supply": (("supply", 70), ("protocol", 15), ("logistics", 15)),
    "identity": (("contacts", 45), ("parkinglist", 30), ("jobs", 10), ("logistics", 15)),
    "ordinary": (("logistics", 30), ("it", 25), ("life", 30), ("planning", 10), ("stock", 5)),
    "it": (("it", 70), ("logistics", 20), ("locked", 10)),
    "english": (("english", 35), ("english_generic", 35), ("english_ordinary", 30)),
}

_LONG = 'Groupe d\'échange de la commission. <b>Ne pas répondre</b> ; "=SOMME(A1)" \u202e ' * 60

ARCHETYPES: tuple[Archetype, ...] = (
    Archetype(
        "equipe-soins",
        "Équipe de soins – transmissions",
        "the story of the clinic: public for 18 months, owner gone, 775 conversations",
        ANYONE,
        "story",
        posts=1_100,
        threads=775,
        months=18,
        crew=Crew(owners=0, suspended_owners=1, staff=14, consumer=2),
        overrides={"whoCanDiscoverGroup": "ANYONE_CAN_DISCOVER"},
    ),
    Archetype(
        "transmissions-cardio",
        "Transmissions cardiologie",
        "open to the organisation, employees may join",
        DOMAIN,
        "care",
        join=JOIN_DOMAIN,
        crew=Crew(managers=1, staff=9, suspended=1),
        opened_days=90,
    ),
    Archetype(
        "transmissions-pediatrie",
        "Transmissions pédiatrie",
        "members only, all inside: as it should be",
        MEMBERS,
        "care",
        crew=Crew(owners=2, staff=8),
    ),
    Archetype(
        "laboratoire-resultats",
        "Laboratoire – résultats urgents",
        "anyone with a Google account joins, then reads; CSV and XLSX exports",
        MEMBERS,
        "lab",
        posts=48,
        threads=40,
        join=JOIN_ANYONE,
        external=True,
        crew=Crew(staff=7, partners=1),
        opened_days=47,
        via="admin",
        aliases=("labo-urgent",),
    ),
    Archetype(
        "bloc-programme",
        "Programme opératoire",
        "members only, but every employee may join",
        MEMBERS,
        "theatre",
        join=JOIN_DOMAIN,
        crew=Crew(managers=2, staff=8),
    ),
    Archetype(
        "hotellerie-regimes",
        "Régimes et repas",
        "open to the organisation; diet lists",
        DOMAIN,
        "diet",
    ),
    Archetype(
        "transports-sanitaires",
        "Transports sanitaires",
        "external members, allowed",
        MEMBERS,
        "transport",
        external=True,
        crew=Crew(staff=5, partners=3),
        overrides={"whoCanAddExternalMembers": "END_USERS_CAN_ADD_EXTERNAL_MEMBERS"},
    ),
    Archetype(
        "psychiatrie-liaison",
        "Psychiatrie de liaison",
        "private mailboxes among the members though external members are not allowed",
        MEMBERS,
        "psychiatry",
        crew=Crew(staff=4, consumer=2, silent=1),
    ),
    Archetype(
        "rcp-oncologie",
        "RCP oncologie",
        "managers only",
        MANAGERS,
        "oncology",
        crew=Crew(owners=1, managers=3, staff=5, partners=1),
    ),
    Archetype(
        "sante-travail",
        "Médecine du travail",
        "owners only, a value that the discovery document lacks",
        OWNERS,
        "occupational",
        crew=Crew(owners=2, managers=1, staff=2),
    ),
    Archetype(
        "service-social",
        "Service social",
        "nested groups, two levels: the external member is in the deepest",
        MEMBERS,
        "social",
        crew=Crew(staff=3, nested=(("equipe-sociale", "MEMBER"),)),
    ),
    Archetype(
        "equipe-sociale",
        "Équipe sociale",
        "the middle of the nesting; no owner",
        MEMBERS,
        "identity",
        crew=Crew(owners=0, managers=1, staff=2, nested=(("assistantes-sociales", "MANAGER"),)),
    ),
    Archetype(
        "assistantes-sociales",
        "Assistantes sociales",
        "the deepest of the nesting, with a partner; joining on request",
        MEMBERS,
        "social",
        posts=12,
        threads=9,
        join=REQUEST,
        external=True,
        crew=Crew(staff=3, partners=1),
        overrides={"whoCanModerateMembers": "ALL_MEMBERS"},
    ),
    Archetype(
        "info-patients",
        "Information des patients",
        "public on purpose: nothing but general advice",
        ANYONE,
        "generic",
        posts=30,
        threads=28,
        overrides={"whoCanDiscoverGroup": "ANYONE_CAN_DISCOVER"},
    ),
    Archetype(
        "presse-annonces",
        "Annonces et presse",
        "public, anybody posts, everything moderated",
        ANYONE,
        "ordinary",
        overrides={
            "whoCanPostMessage": "ANYONE_CAN_POST",
            "messageModerationLevel": "MODERATE_ALL_MESSAGES",
            "spamModerationLevel": "REJECT",
        },
    ),
    Archetype(
        "annuaire-ville",
        "Correspondants de ville",
        "public: names and phones without health",
        ANYONE,
        "identity",
        opened_days=30,
    ),
    Archetype(
        "pharmacie-ruptures",
        "Pharmacie – ruptures",
        "drugs by the dozen and no patient, open to joining from anywhere",
        DOMAIN,
        "supply",
        join=JOIN_ANYONE,
        external=True,
    ),
    Archetype(
        "staff-medical",
        "Staff médical",
        "cases without identity, open to the organisation",
        DOMAIN,
        "cases",
    ),
    Archetype("parking", "Parking et badges", "lists of names and phones", DOMAIN, "identity"),
    Archetype(
        "informatique",
        "Informatique – support",
        "the all-users member, ordinary mail, unreadable attachments",
        MEMBERS,
        "it",
        crew=Crew(staff=3, all_users=True),
    ),
    Archetype(
        "cellule-crise",
        "Cellule de crise",
        "members only on paper, but all users are a member; patients named",
        MEMBERS,
        "beds",
        posts=20,
        threads=18,
        crew=Crew(owners=0, staff=2, all_users=True),
    ),
    Archetype(
        "comite-social",
        "Comité social",
        "ordinary, on request, members' list hidden",
        MEMBERS,
        "ordinary",
        join=REQUEST,
        overrides={"whoCanViewMembership": "ALL_OWNERS_CAN_VIEW"},
    ),
    Archetype(
        "cellule-ethique",
        "Cellule éthique",
        "nested below; tests may deny it",
        MEMBERS,
        "cases",
        posts=10,
        threads=8,
        crew=Crew(staff=4, partners=1),
    ),
    Archetype(
        "commission-usagers",
        "Commission des usagers",
        "complaints; holds a nested group that may be unreadable; 4,000-character description",
        MEMBERS,
        "social",
        crew=Crew(staff=4, nested=(("cellule-ethique", "MEMBER"),)),
        description=_LONG[:4_000],
    ),
    Archetype(
        "astreintes-bloc",
        "Astreintes bloc",
        "a cycle of nested groups, first half",
        MEMBERS,
        "ordinary",
        posts=14,
        threads=10,
        crew=Crew(staff=3, nested=(("astreintes-reanimation", "MEMBER"),)),
    ),
    Archetype(
        "astreintes-reanimation",
        "Astreintes réanimation",
        "a cycle of nested groups, second half",
        MEMBERS,
        "beds",
        posts=16,
        threads=14,
        crew=Crew(staff=3, nested=(("astreintes-bloc", "MEMBER"),)),
    ),
    Archetype(
        "reseau-ville-hopital",
        "Réseau ville-hôpital",
        "a group of another organisation is a member",
        MEMBERS,
        "consultation",
        external=True,
        crew=Crew(staff=4, foreign_group=True),
    ),
    Archetype(
        "releves-nuit",
        "Relèves de nuit",
        "a consumer group is a member, so is who reads that one",
        MEMBERS,
        "care",
        crew=Crew(staff=5, consumer_group="soins-nuit-valmoree"),
    ),
    Archetype(
        "anciens-dossiers",
        "Discussions de dossiers 2024",
        "archive only: closed to new mail, still public",
        ANYONE,
        "cases",
        posts=36,
        threads=20,
        months=30,
        overrides={"archiveOnly": "true", "whoCanPostMessage": "NONE_CAN_POST"},
    ),
    Archetype(
        "alertes-automates",
        "Alertes des automates",
        "archiving off, nothing ever archived",
        DOMAIN,
        "ordinary",
        posts=0,
        threads=0,
        overrides={"isArchived": "false"},
    ),
    Archetype(
        "recherche-clinique",
        "Recherche clinique / Clinical research",
        "English; anyone may join on paper, external members are not allowed",
        MEMBERS,
        "english",
        join=JOIN_ANYONE,
        months=5,
        overrides={"primaryLanguage": "en"},
    ),
    Archetype(
        "contact-patients",
        "Contact patients",
        "anybody posts: patients' own mail falls into the archive; archiving since turned off",
        MEMBERS,
        "patients_write",
        overrides={
            "whoCanPostMessage": "ANYONE_CAN_POST",
            "isArchived": "false",
            "messageModerationLevel": "MODERATE_NON_MEMBERS",
        },
    ),
    Archetype(
        "urgences-lits",
        "Urgences – lits",
        "hidden from every list and open to anyone who has the address",
        ANYONE,
        "beds",
        posts=40,
        threads=34,
        months=4,
        opened_days=15,
        overrides={
            "whoCanDiscoverGroup": "ALL_MEMBERS_CAN_DISCOVER",
            "includeInGlobalAddressList": "false",
        },
    ),
    Archetype(
        "archives-2019",
        "Archives 2019",
        "a viewing value nobody knows: must never be taken for safe",
        LEGACY,
        "care",
        posts=18,
        threads=12,
        months=80,
        overrides={"whoCanPostMessage": "ALL_OWNERS_CAN_POST"},
    ),
    Archetype(
        "dim-codage",
        "DIM – codage",
        "custom roles merged into the settings; managers read",
        MANAGERS,
        "lab",
        posts=12,
        threads=12,
        crew=Crew(owners=1, managers=2, staff=4, suspended=1),
        overrides={"customRolesEnabledForSettingsToBeMerged": "true"},
    ),
    Archetype(
        "maternite-rdv",
        "Maternité – rendez-vous",
        "secondary domain; partners who get no mail",
        MEMBERS,
        "consultation",
        secondary=True,
        external=True,
        crew=Crew(staff=5, partners=2, silent=2),
    ),
    Archetype(
        "ehpad-familles",
        "EHPAD Les Tilleuls – familles",
        "secondary domain, organisation views, anyone joins",
        DOMAIN,
        "care",
        secondary=True,
        join=JOIN_ANYONE,
        external=True,
        aliases=("tilleuls-familles",),
        crew=Crew(owners=0, managers=1, staff=4, consumer=3),
    ),
    Archetype(
        "hygiene-eoh",
        "=cmd|'/C calc'!A0",
        "a name that a spreadsheet would run",
        DOMAIN,
        "generic",
        posts=14,
        threads=12,
        description='+1+1;"@SUM(1)";\t-2+3',
    ),
    Archetype(
        "salle-de-pause",
        '<script>alert("pause")</script> ☕🏥 \u202eelias « l\'équipe »',
        "a name that a browser would run; emoji, quotes, right-to-left mark",
        ANYONE,
        "ordinary",
        posts=18,
        threads=12,
        overrides={"whoCanPostMessage": "ALL_MANAGERS_CAN_POST"},
    ),
    Archetype(
        "groupe-vide",
        "Groupe vide",
        "no member, no owner, no post",
        MEMBERS,
        "ordinary",
        posts=0,
        threads=0,
        crew=Crew(owners=0, staff=0),
    ),
)

#: Groups outside the Workspace, seen only through their web pages; ``view`` decides what they show.
CONSUMER_GROUPS: tuple[Archetype, ...] = (
    Archetype(
        "soins-nuit-valmoree",
        "Soins nuit Valmorée",
        "consumer group, public, patients named",
        ANYONE,
        "care",
        posts=60,
        threads=44,
        months=14,
    ),
    Archetype(
        "amicale-valmoree",
        "Amicale du personnel",
        "consumer group, private",
        MEMBERS,
        "ordinary",
    ),
    Archetype(
        "chorale-valmoree",
        "Chorale de Valmorée",
        "consumer group, public, harmless",
        ANYONE,
        "ordinary",
    ),
)

ROW: dict[str, int] = {row.slug: number for number, row in enumerate(ARCHETYPES)}
