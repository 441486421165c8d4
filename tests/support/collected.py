"""What the collector says of every group, in the form in which the truth is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from groupaudit.collector.source import WorkspaceGroups
from groupaudit.errors import CollectError, QuotaExhausted
from groupaudit.model.group import Exposure, Group


def collect(source: WorkspaceGroups) -> dict[str, Exposure | CollectError | QuotaExhausted]:
    """Exposure or error of every group, by address."""

    def one(group: Group) -> tuple[str, Exposure | CollectError | QuotaExhausted]:
        try:
            return group.email, source.exposure(group)
        except (CollectError, QuotaExhausted) as error:
            return group.email, error

    with ThreadPoolExecutor(8) as pool:
        return dict(pool.map(one, source.groups()))


def facts(exposure: Exposure) -> dict[str, Any]:
    """The keys of ``emulator.generator.truth`` that an exposure can be held against."""
    return {
        "readership": exposure.readership.value,
        "audiences": [each.value for each in exposure.audiences],
        "latent_readership": exposure.latent.value if exposure.latent else None,
        "members_total": exposure.members_total,
        "members_external": exposure.members_external,
        "members_consumer_mail": exposure.members_consumer_mail,
        "owners": list(exposure.owners),
    }
