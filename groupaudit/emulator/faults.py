"""What shall go wrong, and when: latency, quotas, errors by rate or by script, spoilt answers.

``Faults`` is the order, ``FaultPlan`` its execution. It decides that a call fails and how; it knows
nothing about what the call would have answered.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from groupaudit.emulator.errors import ApiError, bad_request
from groupaudit.emulator.messages import Damage

Effect = Literal["error", "reset", "short", "cut", "expire"]
ExportFault = Literal["failed", "partial", "wrong_md5", "corrupt_zip", "download_cut"]
WebFault = Literal[
    "permission",
    "login",
    "consent",
    "sorry",
    "unavailable",
    "elsewhere",
    "other_group",
    "redesign",
    "closed_conversations",
    "shown",
]

# The transient answers that Google documents for these APIs (google-apis notes, sections 3 and 5).
TRANSIENT: tuple[tuple[int, str], ...] = (
    (503, "backendError"),
    (500, "internalError"),
    (429, "rateLimitExceeded"),
    (403, "rateLimitExceeded"),
    (403, "userRateLimitExceeded"),
    (403, "quotaExceeded"),
)
_STRICT = {"extra": "forbid"}  # an unknown key in an order is an error
_MESSAGES = {
    "dailyLimitExceeded": "Daily Limit Exceeded",
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "quotaExceeded": "Quota exceeded for the operation",
    "backendError": "The service is currently unavailable.",
    "internalError": "Internal error encountered.",
}


@dataclass(frozen=True, slots=True)
class Script:
    """One scripted fault: calls whose label matches ``match`` (a regular expression, searched).

    The label is ``METHOD path?query method.id``. The first ``after`` matching calls pass, the next
    ``times`` fail (None: all of them). ``expire`` makes the caller's token invalid.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    match: str
    effect: Effect = "error"
    status: int = 503
    reason: str = "backendError"
    times: int | None = 1
    after: int = 0
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """An order of faults; the default is none.

    Times are seconds. ``error_rate`` is the share of distinct URLs whose first call fails with one
    of ``errors``, chosen by ``seed``; the same call then succeeds. ``requests_per_second`` and
    ``daily_quota`` refuse what exceeds them. ``token_uses`` makes a token expire after so many
    calls. ``denied`` groups answer 403, ``deleted`` ones are listed and then answer 404. An export
    answers IN_PROGRESS to ``export_polls`` polls and holds a zip in a zip with ``nested_zips``;
    ``exports`` and ``web`` spoil the export and the public pages of the groups they name; ``shown``
    groups show themselves whatever is set.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    latency: float = 0.0
    item_latency: float = 0.0
    error_rate: float = 0.0
    errors: tuple[tuple[int, str], ...] = TRANSIENT
    seed: int = 0
    requests_per_second: int | None = None
    over_rate: tuple[int, str] = (429, "rateLimitExceeded")
    daily_quota: int | None = None
    token_uses: int | None = None
    denied: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    script: tuple[Script, ...] = ()
    export_polls: int = 1
    exports_per_minute: int | None = None
    exports: Mapping[str, ExportFault] = field(default_factory=dict)
    nested_zips: bool = False
    web: Mapping[str, WebFault] = field(default_factory=dict)
    robots: str = "User-agent: *\nDisallow: /g/*/search\nDisallow: /a/*/search\n"

    @classmethod
    def from_json(cls, raw: bytes) -> Faults:
        """The faults that a JSON object orders. Raises ApiError 400 when not understood."""
        # Imported here: it takes a tenth of a second, and only running changes need it.
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

        try:
            faults = TypeAdapter(cls).validate_json(raw)
            FaultPlan(faults)
        except (ValidationError, re.error) as error:
            raise bad_request("The order of faults is not understood.") from error
        return faults

    def to_json(self) -> dict[str, Any]:
        """The same order as a JSON object."""
        value = asdict(self)
        value["denied"], value["deleted"] = sorted(self.denied), sorted(self.deleted)
        return value


@dataclass(frozen=True, slots=True)
class Strike:
    """What a call suffers: its answer is spoilt, or its token is revoked."""

    damage: Damage | None = None
    expire: bool = False


class FaultPlan:
    """Executes an order of faults over the calls of one emulator. Thread-safe."""

    def __init__(self, faults: Faults, clock: Callable[[], float] = time.monotonic) -> None:
        self.faults = faults
        self._clock = clock
        self._lock = threading.Lock()
        self._struck: set[str] = set()
        self._matches: Counter[int] = Counter()
        self._patterns = [re.compile(script.match) for script in faults.script]
        self._second, self._in_second, self._today = 0, 0, 0

    def wait(self, *, batched: bool = False) -> None:
        """Sleep for the latency of one call, or of one item of a batch."""
        seconds = self.faults.item_latency if batched else self.faults.latency
        if seconds > 0:
            time.sleep(seconds)

    def strike_anything(self, label: str) -> Strike:
        """The scripted fate of a request. Raises ApiError when it is to be refused."""
        for index, script in enumerate(self.faults.script):
            if not self._patterns[index].search(label):
                continue
            with self._lock:
                self._matches[index] += 1
                nth = self._matches[index] - script.after
            if nth >= 1 and (script.times is None or nth <= script.times):
                return _apply(script)
        return Strike()

    def strike_api_call(self, url: str) -> None:
        """Raise ApiError when quota or error rate refuse an API call to ``url``."""
        faults = self.faults
        if faults.requests_per_second is not None or faults.daily_quota is not None:
            self._spend_quota()
        if faults.error_rate > 0 and url not in self._struck:
            chance = random.Random(f"{faults.seed} {url}")  # noqa: S311 - a dice, not a secret
            if chance.random() < faults.error_rate:
                with self._lock:
                    self._struck.add(url)
                raise refusal(*chance.choice(faults.errors))

    def _spend_quota(self) -> None:
        faults, second = self.faults, int(self._clock())
        with self._lock:
            if second != self._second:
                self._second, self._in_second = second, 0
            self._in_second += 1
            over_rate = (
                faults.requests_per_second is not None
                and self._in_second > faults.requests_per_second
            )
            self._today += not over_rate
            over_day = faults.daily_quota is not None and self._today > faults.daily_quota
        if over_rate:
            raise refusal(*faults.over_rate)
        if over_day:
            raise refusal(403, "dailyLimitExceeded")


def refusal(status: int, reason: str, retry_after: int | None = None) -> ApiError:
    """A refusal as Google words it."""
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
    return ApiError(status, reason, _MESSAGES.get(reason, reason), headers=headers)


def _apply(script: Script) -> Strike:
    if script.effect == "error":
        raise refusal(script.status, script.reason, script.retry_after)
    if script.effect == "expire":
        return Strike(expire=True)
    return Strike(damage=script.effect)
