"""Builds one audit from a configuration and runs it."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from groupaudit import __version__, assess
from groupaudit.audit import Audit, Stages, Tenant, Together
from groupaudit.audit.examine import Examination
from groupaudit.classifier.contents import KeyedContents
from groupaudit.collector.consumer import GroupsOnTheWeb
from groupaudit.collector.mailboxes import SearchedMailboxes
from groupaudit.collector.source import WorkspaceGroups
from groupaudit.config import Config
from groupaudit.errors import StoreError
from groupaudit.google.auth import Access, account
from groupaudit.google.budget import Budget
from groupaudit.google.transport import GoogleApis
from groupaudit.history import secret
from groupaudit.history.diff import compare
from groupaudit.history.spending import SqliteSpending
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Report, Run, Severity
from groupaudit.model.trend import figures
from groupaudit.parallel import Workers
from groupaudit.ports import Judgements, PostSource, Progress
from groupaudit.posts import scratch
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.gmail import GmailPosts
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.web import WebPosts
from groupaudit.sampling import Policy
from groupaudit.web.visitor import Visitor
from groupaudit.wiring.histories import moment, now, open_history
from groupaudit.wiring.judging import reading, remembering, scope
from groupaudit.wiring.probing import visitor
from groupaudit.wiring.searching import searchers
from groupaudit.wiring.trends import with_trend

logger = logging.getLogger("groupaudit")


def audit(config: Config, *, fresh: bool, progress: Progress) -> Report:
    """The report of a new or resumed run over everything that ``config`` names.

    Raises:
        GroupAuditError: the run failed as a whole; nothing that was recorded is lost.
    """
    with open_history(config) as history, history.lock():
        scratch.wipe_abandoned()
        if config.tenants:
            report = _together(config, history, fresh=fresh, progress=progress)
        else:
            report = _alone(config, history, "", fresh=fresh, progress=progress)
        history.expire(config.state.retention_days)
        return with_trend(history, report)


def _together(config: Config, history: SqliteHistory, *, fresh: bool, progress: Progress) -> Report:
    """One report over all tenants, each with a run of its own."""
    tenants = [
        Tenant(
            one.tenant,
            one.organisation.name or one.tenant,
            partial(_alone, one, history, fresh=fresh, progress=progress),
        )
        for one in config.tenants
    ]
    together = Together(tenants, history.batches, history.load, now)
    return together.run(_new_run(config, "", ""), fresh=fresh)


def _alone(
    config: Config, history: SqliteHistory, batch: str, *, fresh: bool, progress: Progress
) -> Report:
    """The report over one Workspace, perhaps as part of a ``batch`` of several."""
    workers = Workers(config.collect.workers)
    with (
        ExitStack() as stack,
        closing(SqliteSpending(config.path(config.state.database))) as spending,
        closing(_budget(config, spending)) as budget,
        GoogleApis(access(config), budget=budget, sleep=workers.sleep) as google,
        visitor(config, sleep=workers.sleep) as guest,
    ):
        key = secret.load_or_create(_key_file(config))
        # Begun here and not in the audit, which finds it begun: what is judged belongs to a run.
        run = history.resume_or_begin(_new_run(config, batch, scope(config)), fresh=fresh)
        reuse = config.classify.reuse and not fresh
        judgements = stack.enter_context(closing(history.judgements(run, recalling=reuse)))
        sources = tuple(_sources(config, google, guest))
        mailboxes = SearchedMailboxes(
            searchers(config, google, workers, sources, now), history.searches(run)
        )
        groups = _on_the_web(config, _groups(config, google), guest, mailboxes)
        stages = Stages(
            groups=groups,
            examination=_examination(config, key, sources, judgements, groups.domains),
            history=history,
            mapper=workers,
            compare=compare,
            clock=now,
            progress=progress,
            beyond=groups.beyond,
        )
        report = Audit(stages).run(run)
        if report.run.complete:
            history.figures.keep(report.run, figures(report.groups))
            _leave_vault_clean(sources)
        return report


def _examination(
    config: Config,
    key: bytes,
    sources: tuple[PostSource, ...],
    judgements: Judgements,
    domains: Callable[[], tuple[str, ...]],
) -> Examination:
    """How one group's posts are read and judged; ``domains`` are those of the organisation."""
    classifier = remembering(config, key, judgements)
    return Examination(
        sources=sources,
        classifier=classifier,
        contents=KeyedContents(classifier, key),
        policy=_policy(config),
        every_group=config.sampling.scope == "all",
        pseudonym=_pseudonym(key),
        unusable=tuple(_unusable(config)),
        domains=domains,
    )


def _leave_vault_clean(sources: tuple[PostSource, ...]) -> None:
    """Remove exports that an interrupted run began for groups that nobody audits any more."""
    for source in sources:
        if isinstance(source, VaultPosts):
            try:
                source.close()
            except StoreError as error:
                logger.warning("Vault was not left clean; the next run tries again: %s", error)


def exit_code(report: Report, fail_on: str) -> int:
    """The process's exit code for ``report``, as the contract has it; 1 when it was cut short."""
    return assess.exit_code(report, Severity(fail_on)) if report.run.complete else 1


def access(config: Config) -> Access:
    """How to reach Google, as ``config`` says it. Raises ConfigError."""
    google = config.google
    adc = google.credentials == "adc"
    return Access(
        credentials="adc" if adc else str(config.path(google.credentials)),
        subject=google.subject,
        impersonate=google.impersonate,
        customer=google.customer,
        api_root=google.api_root,
        requests_per_minute=google.requests_per_minute,
    )


def _budget(config: Config, spending: SqliteSpending) -> Budget:
    """What may be asked of Google today. Tenants of one Cloud project share it."""
    return Budget(account(access(config)), config.google.requests_per_day, spending, now)


def _groups(config: Config, google: GoogleApis) -> WorkspaceGroups:
    return WorkspaceGroups(
        google,
        include=config.collect.include,
        exclude=config.collect.exclude,
        members=config.collect.members,
        org_policy=config.collect.org_policy,
        audit_log=config.collect.audit_log,
        clock=now,
        extra_domains=config.organisation.extra_domains,
    )


def _on_the_web(
    config: Config, groups: WorkspaceGroups, guest: Visitor, mailboxes: SearchedMailboxes
) -> GroupsOnTheWeb:
    """``groups`` with what the public web shows of them, as far as the configuration asks."""
    return GroupsOnTheWeb(
        groups,
        guest,
        confirm=config.google.web_groups if "web" in config.posts.sources else "none",
        addresses=config.consumer.addresses,
        discover=config.consumer.discover,
        exclude=config.collect.exclude,
        mailboxes=mailboxes,
    )


def _sources(config: Config, google: GoogleApis, guest: Visitor) -> Iterator[PostSource]:
    """The sources that are configured and can be had, in the configured order."""
    posts = config.posts
    build: dict[str, Callable[[], PostSource]] = {
        "web": lambda: WebPosts(guest),
        "archive": lambda: ArchivePosts(config.path(posts.archive_dir), reading(config)),
        "vault": lambda: VaultPosts(
            google,
            reading(config),
            journal=_vault_journal(config),
            region=posts.vault_region,
            exports_per_minute=posts.vault_exports_per_minute,
            most_posts=posts.vault_most_posts,
        ),
        "gmail": lambda: GmailPosts(
            google,
            reading(config),
            most_mailboxes=posts.gmail_mailboxes,
            calls_per_minute=posts.gmail_calls_per_minute,
        ),
    }
    for name in posts.sources:
        if name != "archive" or posts.archive_dir:
            yield build[name]()


def _unusable(config: Config) -> Iterator[str]:
    """The configured sources that cannot be had, each with the reason."""
    for name in config.posts.sources:
        if name == "archive" and not config.posts.archive_dir:
            yield "archive: posts.archive_dir names no folder"


def _policy(config: Config) -> Policy:
    return Policy(**config.sampling.model_dump(exclude={"scope"}))


def _pseudonym(key: bytes) -> Callable[[str], str]:
    return lambda text: hmac.digest(key, text.encode(), "sha256")[:8].hex()


def _vault_journal(config: Config) -> Path:
    """Each tenant's own: what one account began in Vault, another cannot remove."""
    tenant = f".{config.tenant}" if config.tenant else ""
    return config.path(f"{config.state.database}{tenant}.vault.json")


def _key_file(config: Config) -> Path:
    return config.path(f"{config.state.database}.key")


def _new_run(config: Config, batch: str, scope: str) -> Run:
    started, within = moment()
    return Run(
        id=f"{started:%Y%m%dT%H%M%SZ}-{within:04x}",
        started=started,
        finished=None,
        tool_version=__version__,
        config_digest=config.digest(),
        organisation=config.organisation.name or config.tenant,
        tenant=config.tenant,
        batch=batch,
        scope=scope,
    )
