"""Chooses what ``groupaudit doctor`` examines for a configuration, and shows what it found.

The one place that says which features, and so which scopes, a configuration needs. The checks
themselves are in ``doctor``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table

from groupaudit.collector import directory
from groupaudit.config import Config
from groupaudit.doctor import credentials, network, packages, places
from groupaudit.doctor.grants import Grants
from groupaudit.doctor.outcome import Outcome, State, exit_code
from groupaudit.doctor.remedies import Caller
from groupaudit.errors import AuthError, ConfigError, GroupAuditError
from groupaudit.google import scopes
from groupaudit.google.scopes import Need
from groupaudit.google.transport import GoogleApis
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.extract.recognition import installed
from groupaudit.posts.reading import Reading
from groupaudit.wiring import searching
from groupaudit.wiring.audits import access
from groupaudit.wiring.histories import now
from groupaudit.wiring.judging import classifier
from groupaudit.wiring.notices import herald

_LOG_WIDTH = 140

#: Somebody waits for the answer: a request is tried so often and no more.
MOST_TRIES = 3

_REST = "What else this tenant needs is not known."
_NOT_ASKED = "not asked for by the configuration"
_UNSEARCHED = "Groups outside the Workspace that only mailboxes know are not found."

_COLOURS = {State.OK: "green", State.SKIPPED: "dim"}


def needs(config: Config) -> tuple[Need, ...]:
    """What an audit of this one tenant asks Google for; nothing that it does not use."""
    collect = config.collect
    sources = config.posts.sources
    wanted = {
        scopes.GROUPS: True,
        scopes.SETTINGS: True,
        scopes.MEMBERS: collect.members,
        scopes.DOMAINS: True,
        scopes.POLICIES: collect.org_policy,
        scopes.AUDIT_LOG: collect.audit_log,
        scopes.VAULT: "vault" in sources,
        scopes.VAULT_FILES: "vault" in sources,
        scopes.USERS: "gmail" in sources,
        scopes.GMAIL: "gmail" in sources,
    }
    return tuple(need for need in scopes.NEEDS if wanted[need])


def examine(config: Config) -> tuple[Outcome, ...]:
    """Every check that ``config`` asks for, what all tenants share first. Changes nothing."""
    shared = tuple(_shared(config))
    if not config.tenants:
        return (*shared, *_of_tenant(config))
    return (
        *shared,
        *(
            replace(outcome, tenant=tenant.tenant)
            for tenant in config.tenants
            for outcome in _apart(tenant)
        ),
    )


def _apart(config: Config) -> Iterator[Outcome]:
    """The checks of one tenant of several: what ends them ends those of no other."""
    try:
        yield from _of_tenant(config)
    except GroupAuditError as error:
        yield Outcome("checks", "checks", _state(error), "broken off", _REST, remedy=str(error))


def _state(error: GroupAuditError) -> State:
    if isinstance(error, AuthError):
        return State.REFUSED
    return State.CONFIG if isinstance(error, ConfigError) else State.FAILED


def _shared(config: Config) -> Iterator[Outcome]:
    yield Outcome("configuration", "configuration", State.OK, "valid")
    yield packages.installed()
    yield packages.recognition(config.posts.ocr, installed(config.classify.languages))
    database = config.path(config.state.database)
    yield places.database(database)
    yield places.unlocked(database)
    yield places.folder(
        "report-dir", "reports", config.path(config.report.dir), "No report can be written."
    )
    yield notifications(config)


def notifications(config: Config) -> Outcome:
    """Whether the secrets of all channels can be had; nobody is written to."""
    title, lost = "notifications", "No audit starts."
    try:
        teller = herald(config)
    except ConfigError as error:
        return Outcome(title, title, State.CONFIG, "not usable", lost, str(error))
    channels = teller.channels
    if not channels:
        return Outcome(title, title, State.SKIPPED, _NOT_ASKED)
    return Outcome(title, title, State.OK, f"{', '.join(channels)}: set up; nothing was sent")


def _of_tenant(config: Config) -> Iterator[Outcome]:
    yield _terms(config)
    yield from _google(config)
    yield _web(config)
    yield _mailboxes(config)
    yield from _skipped(config)


def _terms(config: Config) -> Outcome:
    """Whether the hospital's own terms and patterns can be read."""
    try:
        classifier(config, bytes(32))  # judges nothing here: any key does
    except ConfigError as error:
        return Outcome(
            "terms",
            "classifier",
            State.CONFIG,
            "cannot be set up",
            "No post is judged.",
            str(error),
        )
    return Outcome("terms", "classifier", State.OK, "terms and patterns are readable")


def _google(config: Config) -> Iterator[Outcome]:
    """Credentials, network, and each feature; what rests on a failed check is left unchecked."""
    wanted = needs(config)
    try:
        way = access(config)
    except ConfigError as error:
        yield Outcome("credentials", "credentials", State.CONFIG, "not usable", remedy=str(error))
        return
    usable = credentials.usable(way)
    yield usable
    if usable.state is State.CONFIG:
        yield from _unchecked(wanted, "the credentials are not usable")
        return
    caller = Caller.of(way)
    tokens = network.token_addresses(caller, way.api_root)
    servers = {need: network.address(need, way.api_root) for need in wanted}
    reached = tuple(network.reached([*tokens, *servers.values()], way.api_root, now))
    yield from reached
    # Nothing more is asked of a server that was not reached: each try may last for a minute.
    silent = {one.title for one in reached if one.check == "network" and one.defect}
    asked = [need for need in wanted if silent.isdisjoint({*tokens, servers[need]})]
    yield from _unchecked([need for need in wanted if need not in asked], "a server is silent")
    with GoogleApis(way, most_tries=MOST_TRIES) as google:
        yield from Grants(google, caller).outcomes(asked)
        if scopes.GROUPS in asked:
            yield from _archive(config, google)


def _unchecked(wanted: Sequence[Need], why: str) -> Iterator[Outcome]:
    return (Outcome(need.name, need.what, State.UNCHECKED, why, need.lost) for need in wanted)


def _archive(config: Config, google: GoogleApis) -> Iterator[Outcome]:
    if "archive" not in config.posts.sources or not config.posts.archive_dir:
        return
    folder = config.path(config.posts.archive_dir)
    groups = directory.groups(google, config.collect.include, config.collect.exclude)
    yield places.archive(folder, ArchivePosts(folder, Reading()), groups)


def _web(config: Config) -> Outcome:
    consumer = config.consumer
    if "web" in config.posts.sources or consumer.addresses or consumer.discover:
        return network.web(config.google.web_root)
    return Outcome("web", network.WEB, State.SKIPPED, _NOT_ASKED)


def _mailboxes(config: Config) -> Outcome:
    """Through what mailboxes are searched; what that needs is checked with the sources of posts."""
    title = "groups outside the Workspace in mailboxes"
    through = searching.ways(config)
    state = State.OK if through else State.SKIPPED
    found = f"searched through {' and '.join(through)}" if through else _NOT_ASKED
    return Outcome("mailboxes", title, state, found, _UNSEARCHED)


def _skipped(config: Config) -> Iterator[Outcome]:
    """What the configuration leaves out, or names in vain: asked for nowhere."""
    asked = set(needs(config))
    for need in scopes.NEEDS:
        if need not in asked:
            yield Outcome(need.name, need.what, State.SKIPPED, _NOT_ASKED, need.lost)
    if "archive" in config.posts.sources and not config.posts.archive_dir:
        yield Outcome("archive", "archive", State.SKIPPED, "posts.archive_dir names no folder")


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The outcomes as an object for machines, the exit code included."""
    return {
        "exit_code": exit_code(outcomes),
        "checks": [asdict(outcome) for outcome in outcomes],
    }


def print_outcomes(outcomes: Sequence[Outcome], *, color: bool, quiet: bool = False) -> None:
    """What was found on stdout: tables, ``quiet`` without them, then what to do about each defect.

    What all share comes first, then each tenant under its name.
    """
    # Where no terminal tells its width, the table gets what its contents need.
    width = None if sys.stdout.isatty() else _LOG_WIDTH
    console = Console(no_color=not color, markup=False, highlight=False, width=width)
    if not quiet:
        for tenant, checks in groupby(outcomes, key=lambda outcome: outcome.tenant):
            if tenant:
                console.print(f"\ntenant {tenant}", style="bold")
            console.print(_table(checks))
    for outcome in outcomes:
        if outcome.defect and outcome.remedy:  # what is unchecked has its remedy elsewhere
            # Unwrapped, so that scopes and commands can be copied.
            console.print("\n" + "\n".join(_advice(outcome)), soft_wrap=True)
    missing = dict.fromkeys(scope for outcome in outcomes for scope in outcome.scopes)
    if len(missing) > 1:
        console.print(
            f"\nEvery missing scope, to paste at once:\n{','.join(missing)}", soft_wrap=True
        )


def _table(outcomes: Iterable[Outcome]) -> Table:
    table = Table("check", "state", "found", box=None, pad_edge=False)
    for outcome in outcomes:
        style = _COLOURS.get(outcome.state, "bold red")
        table.add_row(outcome.title, outcome.state, outcome.found, style=style)
    return table


def _advice(outcome: Outcome) -> Iterator[str]:
    yield f"{_title(outcome)}: {outcome.found}"
    if outcome.breaks:
        yield f"  without it: {outcome.breaks}"
    for scope in outcome.scopes:
        yield f"  missing scope: {scope}"
    if outcome.role:
        yield f"  missing role: {outcome.role}"
    if outcome.remedy:
        yield f"  do: {outcome.remedy}"


def _title(outcome: Outcome) -> str:
    return f"{outcome.tenant}: {outcome.title}" if outcome.tenant else outcome.title
