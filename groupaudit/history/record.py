"""Outcomes, runs and what a report adds to them, as JSON text and back.

Only masked and counted values arrive here. A text that is no valid Unicode (a group's name with a
lone surrogate) is stored with replacement characters: one odd name must not stop a run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from groupaudit.errors import StoreError
from groupaudit.model.compliance import RuleResult
from groupaudit.model.finding import Classification
from groupaudit.model.report import (
    Assessment,
    Batch,
    Change,
    Figures,
    Report,
    Run,
    Unassessed,
    Unsettled,
)
from groupaudit.model.searches import MailboxSearch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tail:
    """What a finished report adds to its run and its outcomes."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    listing_failure: Unassessed | None = None
    compliance: tuple[RuleResult, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()


_OUTCOME: TypeAdapter[Assessment] = TypeAdapter(Assessment)
_RUN: TypeAdapter[Run] = TypeAdapter(Run)
_TAIL: TypeAdapter[Tail] = TypeAdapter(Tail)
_BATCH: TypeAdapter[Batch] = TypeAdapter(Batch)
_JUDGEMENT: TypeAdapter[Classification] = TypeAdapter(Classification)
_FIGURES: TypeAdapter[Figures] = TypeAdapter(Figures)
_SEARCH: TypeAdapter[MailboxSearch] = TypeAdapter(MailboxSearch)


def outcome_text(assessment: Assessment) -> str:
    """``assessment`` as JSON."""
    return _dump(_OUTCOME, assessment)


def outcome(text: str) -> Assessment:
    """The assessment behind ``text``. Raises StoreError when it cannot be understood."""
    return _load(_OUTCOME, text)


def run_text(run: Run) -> str:
    """``run`` as JSON."""
    return _dump(_RUN, run)


def run_of(text: str) -> Run:
    """The run behind ``text``. Raises StoreError when it cannot be understood."""
    return _load(_RUN, text)


def batch_text(batch: Batch) -> str:
    """``batch`` as JSON."""
    return _dump(_BATCH, batch)


def batch_of(text: str) -> Batch:
    """The batch behind ``text``. Raises StoreError when it cannot be understood."""
    return _load(_BATCH, text)


def judgement_text(found: Classification) -> str:
    """``found`` as JSON, without what is as by default."""
    return _JUDGEMENT.dump_json(found, exclude_defaults=True).decode()


def judgement(text: str) -> Classification:
    """The verdict behind ``text``. Raises StoreError when it cannot be understood."""
    return _load(_JUDGEMENT, text)


def search_text(search: MailboxSearch) -> str:
    """``search`` as JSON."""
    return _dump(_SEARCH, search)


def search(text: str) -> MailboxSearch:
    """The search behind ``text``. Raises StoreError when it cannot be understood."""
    return _load(_SEARCH, text)


def figures_text(figures: Figures) -> str:
    """``figures`` as JSON."""
    return _dump(_FIGURES, figures)


def figures_of(text: str) -> Figures:
    """The figures behind ``text``. Raises StoreError when they cannot be understood."""
    return _load(_FIGURES, text)


def tail_text(report: Report) -> str:
    """What ``report`` adds to its run and outcomes, as JSON."""
    added = Tail(
        changes=report.changes,
        notes=report.notes,
        listing_failure=report.listing_failure,
        compliance=report.compliance,
        unsettled=report.unsettled,
    )
    return _dump(_TAIL, added)


def tail(text: str | None) -> Tail:
    """The additions behind ``text``, none for a run that never ended. Raises StoreError."""
    return _load(_TAIL, text) if text else Tail()


def _dump(adapter: TypeAdapter[T], value: T) -> str:
    try:
        return adapter.dump_json(value).decode()
    except (PydanticSerializationError, UnicodeError):
        return valid_text(json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False))


def valid_text(text: str) -> str:
    """``text`` with everything that UTF-8 cannot hold replaced by ``?``."""
    return text.encode("utf-8", "replace").decode()


def _load(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        # Field names only: the values are groups and persons.
        places = {".".join(str(step) for step in item["loc"]) for item in error.errors()}
        raise StoreError(
            f"the history database holds a record that cannot be read ({', '.join(sorted(places))})"
            ". Restore it from a backup or start a new one with [state] database."
        ) from None
