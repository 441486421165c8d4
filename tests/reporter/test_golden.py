"""Reports as they were approved, byte for byte but for the sort of spaces CLDR puts in numbers.

After a wanted change: ``GROUPAUDIT_GOLDEN=write python -m pytest tests/reporter/test_golden.py``,
then read the difference before committing it.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import factories as make
import pytest
from rich.console import Console
from typography import plain

from groupaudit.history.diff import READ_OTHERWISE
from groupaudit.model.compliance import Observed, RuleStatus
from groupaudit.model.report import ChangeKind, Gap, Severity, Unsettled
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_json import JsonReporter
from groupaudit.reporter.as_ocsf import OcsfReporter
from groupaudit.reporter.as_prometheus import PrometheusReporter
from groupaudit.reporter.as_table import TableReporter
from groupaudit.reporter.language import LOCALES

GOLDEN = Path(__file__).parent / "golden"
REPORT = make.report(
    changes=(
        make.change(),
        make.change(
            ChangeKind.UNREADABLE, email="dechets@ch-valmoree.example", after=Severity.UNKNOWN
        ),
        make.change(ChangeKind.GONE, email="ancien@ch-valmoree.example", after=None),
    ),
    unsettled=(Unsettled("soins@ch-valmoree.example", "20261115T040000Z-1", Severity.CRITICAL),),
    notes=(
        "The archive of one group is older than its settings.",
        READ_OTHERWISE % {"count": 1},
    ),
    compliance=(
        make.rule(),
        make.rule(
            RuleStatus.MET,
            rule="CIS 3.1.6.1",
            observed=(Observed("collaborationCapability", "DOMAIN_USERS_ONLY", default=True),),
        ),
        make.rule(
            RuleStatus.UNKNOWN,
            rule="GWS.GROUPS.2.1v1",
            observed=(),
            why="The organisation's policies could not be read.",
            groups_against=None,
            groups_unknown=0,
        ),
    ),
    trend=(
        make.point(8, make.figures(9, persons=1210)),
        make.point(7, make.figures(7, persons=1033)),
        make.point(6, gap=Gap.OTHER_SCOPE),
        make.point(3, make.figures(4, persons=310)),
        make.point(0, make.figures(2)),
    ),
)


def _table(code: str, folder: Path) -> tuple[Path, ...]:
    stream = io.StringIO()
    TableReporter(code, Console(file=stream, width=160, no_color=True)).render(REPORT, folder)
    path = folder / "summary.txt"
    lines = (line.rstrip() for line in stream.getvalue().splitlines())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (path,)


FORMATS = {
    "csv": lambda code, folder: CsvReporter(code).render(REPORT, folder),
    "html": lambda code, folder: HtmlReporter(code).render(REPORT, folder),
    "table": _table,
}
#: Formats that machines read: the same in every language.
FOR_MACHINES = {"json": JsonReporter, "ocsf": OcsfReporter, "prometheus": PrometheusReporter}


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("format_name", FORMATS)
def test_report_is_as_approved(tmp_path, format_name, code):
    _held_against(GOLDEN / code, FORMATS[format_name](code, tmp_path))


@pytest.mark.parametrize("format_name", FOR_MACHINES)
def test_report_for_machines_is_as_approved(tmp_path, format_name):
    _held_against(GOLDEN / "machines", FOR_MACHINES[format_name]().render(REPORT, tmp_path))


def _held_against(folder: Path, made: tuple[Path, ...]) -> None:
    assert made
    for path in made:
        approved = folder / path.name
        if os.environ.get("GROUPAUDIT_GOLDEN") == "write":
            folder.mkdir(parents=True, exist_ok=True)
            approved.write_bytes(path.read_bytes())
        assert _plain(path) == _plain(approved)


def _plain(path: Path) -> str:
    return plain(path.read_bytes().decode())
