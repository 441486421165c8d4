"""What every audit event of the hospital has in common: its envelope, and who did it.

Shape: the Reports API's Activity resource. Refuses to know what happened.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from groupaudit.emulator.hospital.draw import dice, digits
from groupaudit.emulator.hospital.places import CUSTOMER_ID
from groupaudit.emulator.hospital.staff import FIRST_ACTIVE, accounts


def created_by(seed: int, number: int) -> str:
    """Address of the account that created group ``number``."""
    return dice(seed, "opener", number).choice(accounts(seed)[FIRST_ACTIVE:]).email


def account(seed: int, email: str) -> dict[str, Any]:
    """The actor of an event: an account of a person."""
    return {"callerType": "USER", "email": email, "profileId": digits(21, seed, "profile", email)}


def envelope(
    rng: Random,
    when: datetime,
    application: str,
    actor: dict[str, Any],
    events: list[dict[str, Any]],
) -> dict[str, Any]:
    """The activity of ``application`` in which ``actor`` made ``events`` at ``when``."""
    ident = {
        "time": f"{when:%Y-%m-%dT%H:%M:%S}.{rng.randrange(1_000):03d}Z",
        "uniqueQualifier": f"-{rng.getrandbits(62)}",
        "applicationName": application,
        "customerId": CUSTOMER_ID,
    }
    return {
        "kind": "admin#reports#activity",
        "id": ident,
        "actor": actor,
        "ipAddress": f"203.0.113.{rng.randint(1, 254)}",  # RFC 5737: kept for documentation
        "events": events,
    }
