"""Are Google's servers reached from here, and do they agree with this computer's clock?

One request without a token to each server that is needed; any answer counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from groupaudit.doctor.outcome import Outcome, State
from groupaudit.doctor.remedies import Caller
from groupaudit.errors import CollectError
from groupaudit.google.reach import server_time
from groupaudit.google.scopes import Need
from groupaudit.ports import Clock

#: The hosts of the APIs (``rootUrl`` in the discovery documents that Google's library ships).
HOSTS = {
    "admin": "admin.googleapis.com",
    "groupssettings": "www.googleapis.com",
    "cloudidentity": "cloudidentity.googleapis.com",
    "vault": "vault.googleapis.com",
    "storage": "storage.googleapis.com",
    "gmail": "gmail.googleapis.com",
}
#: Where tokens come from, by kind of credentials (``token_uri`` in google-auth). Application
#: default credentials may come from a server that only some computers have.
TOKEN_HOSTS = {
    "service_account": ("oauth2.googleapis.com",),
    "authorized_user": ("oauth2.googleapis.com",),
    "external_account": ("sts.googleapis.com",),
}
#: Where a token is signed without a key, and where it is exchanged.
KEYLESS_HOSTS = ("iamcredentials.googleapis.com", "oauth2.googleapis.com")

#: What the check of ``google.web_root`` is called.
WEB = "the public web"

#: Differences of clocks: what is worth a word, and from where Google surely refuses signed requests
#: for a token (they live for 60 minutes, and must not come from the future).
WORTH_SAYING = timedelta(seconds=60)
TOO_MUCH = timedelta(minutes=5)


def address(need: Need, api_root: str) -> str:
    """Where ``need`` is asked for."""
    return api_root or f"https://{HOSTS[need.api]}"


def token_addresses(caller: Caller, api_root: str) -> tuple[str, ...]:
    """The servers without which ``caller`` gets no token at all."""
    hosts = TOKEN_HOSTS.get(caller.kind, ()) + (KEYLESS_HOSTS if caller.impersonate else ())
    return tuple(dict.fromkeys(api_root or f"https://{host}" for host in hosts))


def reached(addresses: Iterable[str], api_root: str, clock: Clock) -> Iterator[Outcome]:
    """Whether each server is reached, then whether the clock is right."""
    told: list[tuple[datetime, datetime]] = []
    for url in dict.fromkeys(addresses):
        try:
            theirs = server_time(f"{url}/", api_root)
        except CollectError as error:
            yield Outcome(
                "network",
                url,
                State.FAILED,
                "not reached",
                "Nothing can be asked of this server.",
                str(error),
            )
        else:
            yield Outcome("network", url, State.OK, "reached")
            if theirs is not None:
                told.append((theirs, clock()))
    if told:
        yield clocks(*told[0])
    else:
        yield Outcome("clock", "clock", State.UNCHECKED, "no server told the time")


def clocks(theirs: datetime, ours: datetime) -> Outcome:
    """Whether this computer's clock is right enough for Google to accept what it signs."""
    apart = abs(ours - theirs)
    seconds = round(apart.total_seconds())
    if apart < WORTH_SAYING:
        return Outcome("clock", "clock", State.OK, f"{seconds} s from Google's")
    return Outcome(
        "clock",
        "clock",
        State.FAILED if apart >= TOO_MUCH else State.OPTIONAL,
        f"{seconds} s {'behind' if ours < theirs else 'ahead of'} Google's",
        "Google refuses requests for tokens that are signed with a wrong time (invalid_grant).",
        "set the clock by the network: timedatectl set-ntp true.",
    )


def web(root: str) -> Outcome:
    """Whether the public pages of groups are reached: one request for robots.txt."""
    try:
        server_time(f"{root}/robots.txt", root)
    except CollectError as error:
        return Outcome(
            "web",
            WEB,
            State.OPTIONAL,
            f"{root}: not reached",
            "Groups outside the Workspace, and what the web shows of yours, stay unknown.",
            f"{error} Or leave the web alone: remove “web” from posts.sources, set "
            "consumer.addresses to [] and consumer.discover to false.",
        )
    return Outcome("web", WEB, State.OK, f"{root}: reached")
