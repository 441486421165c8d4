"""report.json keeps its schema and its words."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import factories as make
import jsonschema
import pytest
from hypothesis import given, settings
from strategies import REPORTS

from groupaudit import ports
from groupaudit.errors import GroupAuditError
from groupaudit.model.group import Audience, Earlier
from groupaudit.model.report import Advice, ChangeKind, PostsStatus, Severity
from groupaudit.reporter.as_json import JsonReporter, check, document, schema
from groupaudit.reporter.json_groups import group_object
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases

VALIDATOR = jsonschema.Draft202012Validator(schema())


def _render(report, folder: Path) -> dict:
    role: ports.Reporter = JsonReporter()
    (file,) = role.render(report, folder)
    return json.loads(file.read_text(encoding="ascii"))


def test_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@given(report=REPORTS)
@settings(deadline=None, max_examples=50)
def test_report_validates_whatever_it_holds(tmp_path_factory, report):
    written = _render(report, tmp_path_factory.getbasetemp())

    VALIDATOR.validate(written)
    assert written == document(report)


def test_schema_refuses_a_report_without_a_named_member():
    whole = document(make.report())
    for member in ("run", "coverage", "groups", "changes"):
        with pytest.raises(jsonschema.ValidationError):
            VALIDATOR.validate({name: whole[name] for name in whole if name != member})
    for member in list(whole["groups"][0]):
        broken = dict(whole["groups"][0])
        del broken[member]
        assert not VALIDATOR.is_valid(whole | {"groups": [broken]}), member


def test_render_is_refused_when_the_schema_would_break(tmp_path):
    bad = make.assessment(advice=(Advice("Go", url="javascript:alert(1)"),))

    with pytest.raises(GroupAuditError, match=r"groups\[0\]\.advice\[0\]\.url") as caught:
        JsonReporter().render(make.report(bad), tmp_path)
    assert "alert" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_unassessed_group_says_why(tmp_path):
    (group,) = _render(make.report(make.unreadable()), tmp_path)["groups"]

    assert group["assessed"] is False
    assert group["unassessed_reason"] == "access-denied"
    assert group["readership"] == "unknown"
    assert group["health"]["verdict"] is None
    assert group["health"]["persons_estimate"] is None


def test_group_counts_as_unassessed_when_its_readership_is_unknown(tmp_path):
    item = make.assessment(Severity.UNKNOWN, exposure=make.exposure(Audience.UNKNOWN))
    written = _render(make.report(item), tmp_path)

    assert written["groups"][0]["unassessed_reason"] == "readership-unknown"
    assert written["coverage"]["by_reason"] == {"readership-unknown": 1}
    assert written["coverage"]["groups_assessed"] == 0


def test_exposure_evidence_is_null_with_its_reason_when_the_date_is_unknown(tmp_path):
    item = make.assessment(exposure=make.exposure(since=None, evidence="log too short"))
    (group,) = _render(make.report(item), tmp_path)["groups"]

    assert (group["exposed_since"], group["exposure_evidence"]) == (None, None)
    assert group["exposure_unknown_reason"] == "log too short"


def test_coverage_counts_what_was_not_read(tmp_path):
    items = (
        make.assessment(posts=make.posts(examined=10, failed=2, failed_parts=(("encrypted", 3),))),
        make.assessment(
            group=make.group("b@h.example"), posts=make.posts(PostsStatus.UNREAD, reason="x")
        ),
    )
    counts = _render(make.report(*items), tmp_path)["coverage"]

    assert (counts["posts_examined"], counts["posts_failed"]) == (10, 2)
    assert counts["failed_parts"] == {"encrypted": 3}
    assert counts["posts_by_reason"] == {"x": 1}
    assert counts["everything_assessed"] is False


def test_conversations_and_documents_stand_beside_posts(tmp_path):
    written = _render(make.report(make.assessment()), tmp_path)
    (group,) = written["groups"]
    health = group["health"]

    assert (group["posts"]["examined"], group["posts"]["conversations_examined"]) == (500, 210)
    assert written["coverage"]["conversations_examined"] == 210
    assert health["posts_identifiable_health"] == 41
    assert health["conversations_identifiable_health"] == 9
    assert health["documents_identifiable_health"] == 23


def test_conversations_are_unknown_where_a_run_did_not_count_them(tmp_path):
    uncounted = {"conversations_identifiable_health": None, "documents_identifiable_health": None}
    older = make.assessment(
        posts=make.posts(conversations=None),
        health=make.health(**uncounted),
        group=make.group("b@h.example"),
    )
    written = _render(make.report(make.assessment(), older, make.unreadable()), tmp_path)

    assert written["coverage"]["conversations_examined"] is None
    for group in written["groups"][1:]:
        assert group["posts"]["conversations_examined"] is None
        assert uncounted.items() <= group["health"].items()
    assert not Phrases(language("en")).spread(older)
    assert "conversation" not in Phrases(language("en")).coverage(older)


def test_change_is_spelled_as_in_the_contract(tmp_path):
    written = _render(make.report(changes=(make.change(ChangeKind.GONE, after=None),)), tmp_path)

    assert written["changes"] == [
        {"email": make.group().email, "change": "gone", "from": "low", "to": None}
    ]


def test_file_is_private_and_alone(tmp_path):
    (file,) = JsonReporter().render(make.report(), tmp_path / "new")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_old_report_stays_when_the_new_one_fails(tmp_path):
    (file,) = JsonReporter().render(make.report(), tmp_path)
    before = file.read_bytes()
    nan = make.health(prevalence=make.Interval(float("nan"), 0, 0, 0.95))
    late = make.report(*[make.assessment()] * 150, make.assessment(health=nan))

    with pytest.raises(ValueError, match="JSON compliant"):
        JsonReporter().render(late, tmp_path)

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_render_names_the_remedy_when_the_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(GroupAuditError, match="--out"):
        JsonReporter().render(make.report(), tmp_path / "file")


def test_check_accepts_every_sort_of_group():
    check(make.report())


def test_most_sensitive_categories_are_named_apart():
    found = make.health(categories=(("abortion", 2), ("drug", 5), ("hiv_sti", 1)))
    entry = group_object(make.assessment(health=found))

    assert entry["health"]["sensitive"] == {"hiv_sti": 1, "abortion": 2}
    assert group_object(make.assessment(health=None))["health"]["sensitive"] == {}


def test_earlier_run_behind_a_beginning_is_named(tmp_path):
    earlier = Earlier("run-7", make.STARTED, continuous=True)
    item = make.assessment(exposure=make.exposure(earlier=earlier))
    (group,) = _render(make.report(item), tmp_path)["groups"]

    VALIDATOR.validate(_render(make.report(item), tmp_path))
    assert group["exposure_earlier_run"] == {
        "id": "run-7",
        "started": "2026-11-22T04:00:00Z",
        "continuous": True,
    }
