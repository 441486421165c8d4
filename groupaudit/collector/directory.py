"""What the Directory API knows of the account: its groups and the domains that count as inside.

It refuses to take "may not list" for "there are none": a listing that is refused ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from groupaudit.collector import parse
from groupaudit.errors import (
    AccessDenied,
    AuthError,
    BadAnswer,
    CollectError,
    NotFound,
)
from groupaudit.google import answers, scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import Group

GROUPS = Feature.of(scopes.GROUPS)
DOMAINS = Feature.of(scopes.DOMAINS)

#: Largest page that groups.list and members.list give.
PAGE = 200

_GROUP_FIELDS = (
    "nextPageToken,groups(id,email,name,description,directMembersCount,aliases,nonEditableAliases)"
)


@dataclass(frozen=True, slots=True)
class Inside:
    """The domains that count as inside, sorted; ``note`` says so if they are not all known."""

    domains: tuple[str, ...]
    note: str = ""


def groups(google: GoogleApis, include: Iterable[str], exclude: Iterable[str]) -> Iterator[Group]:
    """Groups whose address matches a glob of ``include`` and none of ``exclude``, by address.

    Each comes once: a group made while the listing runs shifts the pages, and neighbours come
    twice. Raises AuthError when the listing is refused, CollectError when it breaks off.
    """
    wanted = _selection(include, exclude)
    seen: set[str] = set()
    for group in _listed(google, _GROUP_FIELDS):
        if group.email not in seen and wanted(group.email):
            yield group
        seen.add(group.email)


def inside(google: GoogleApis, extra: Iterable[str]) -> Inside:
    """Domains and domain aliases of the account, and ``extra`` ones.

    Without the right to list them: those of the account's groups and of the subject, which are
    inside for certain, with a note. Raises AuthError when the groups may not be listed either.
    """
    known = {domain.lower().strip().removeprefix("@") for domain in extra}
    try:
        return Inside(tuple(sorted(known | _account_domains(google))))
    except (AuthError, CollectError) as error:
        known.update(group.email.partition("@")[2] for group in _listed(google, _EMAILS))
        known.update(filter(None, [google.access.subject.lower().partition("@")[2]]))
        return Inside(
            tuple(sorted(known)),
            note=(
                f"The organisation's domains could not be listed ({error.reason}): the domains of "
                "its groups count as inside, others must be named in organisation.extra_domains."
            ),
        )


_EMAILS = "nextPageToken,groups(email)"


def _account_domains(google: GoogleApis) -> set[str]:
    api = google.api(DOMAINS)
    customer = google.access.customer
    listed = api.call(lambda service: service.domains().list(customer=customer))
    try:
        aliases = api.call(lambda service: service.domainAliases().list(customer=customer))
    except (AccessDenied, NotFound):
        aliases = {}  # each domain lists its own as well
    return parse.domains(
        answers.entries(listed, "domains"), answers.entries(aliases, "domainAliases")
    )


def _listed(google: GoogleApis, fields: str) -> Iterator[Group]:
    api = google.api(GROUPS)
    pages = api.pages(
        lambda service, token: service.groups().list(
            customer=google.access.customer,
            maxResults=PAGE,
            orderBy="email",
            fields=fields,
            pageToken=token,
        )
    )
    nameless: BadAnswer | None = None
    try:
        for page in pages:
            for raw in answers.entries(page, "groups"):
                try:
                    yield parse.group(raw)
                except BadAnswer as error:
                    nameless = error  # told at the end: it must not hide the groups after it
    except AccessDenied as error:
        raise AuthError(str(error)) from error
    if nameless is not None:
        raise nameless


def _selection(include: Iterable[str], exclude: Iterable[str]) -> Callable[[str], bool]:
    """Whether an address is in scope; globs do not mind case."""
    wanted = tuple(glob.lower() for glob in include)
    unwanted = tuple(glob.lower() for glob in exclude)

    def selected(email: str) -> bool:
        return any(fnmatchcase(email, glob) for glob in wanted) and not any(
            fnmatchcase(email, glob) for glob in unwanted
        )

    return selected
