"""report.html is self-contained, asks nothing and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser

import factories as make
import pytest
from hypothesis import given, settings
from strategies import REPORTS

from groupaudit import ports
from groupaudit.model.group import Audience
from groupaudit.model.report import Advice, Gap, PostsStatus, Severity, Stage, Unassessed
from groupaudit.reporter.as_html import WRITTEN_OUT, HtmlReporter, matrix


class _Page(HTMLParser):
    """Elements with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] in {"script", "style"} and data.strip():
            self.raw.append((*self.elements[-1], data))
        else:
            self.words.append(data)

    def data(self, name: str):
        return json.loads(
            next(text for _, attrs, text in self.raw if attrs.get("id") == f"data-{name}")
        )


def _render(report, folder, code="fr") -> tuple[str, _Page]:
    role: ports.Reporter = HtmlReporter(code)
    (path,) = role.render(report, folder)
    text = path.read_text(encoding="utf-8")
    return text, _Page(text)


@given(report=REPORTS)
@settings(deadline=None, max_examples=40)
def test_page_has_the_same_elements_whatever_the_texts(tmp_path_factory, report):
    _, page = _render(report, tmp_path_factory.getbasetemp() / "html")
    tags = [tag for tag, _ in page.elements]

    assert tags.count("script") == 4
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert len(page.data("groups")) == len(report.groups)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<!--",
        "{{ 7*7 }}",
        "100 % {% raw %}",
        "\u202egnp.exe",
        "🏥 & 'apostrophe' \"quote\"",
        "\ud800",
    ],
)
def test_hostile_name_stays_text_everywhere(tmp_path, name):
    hostile = make.assessment(
        group=make.group(f"{name}@h.example", name=name, description=name * 400),
        exposure=make.exposure(owners=(name,), by=name, evidence=name, notes=(name,)),
        advice=(Advice(name, name, name, "javascript:alert(1)"),),
    )
    failure = Unassessed(Stage.LISTING, name, name)
    report = make.report(
        hostile,
        run=make.run(organisation=name),
        notes=(name,),
        changes=(make.change(email=name),),
        listing_failure=failure,
    )
    text, page = _render(report, tmp_path)

    assert [tag for tag, _ in page.elements].count("script") == 4
    assert "img" not in {tag for tag, _ in page.elements}
    assert "\u202e" not in text
    assert "javascript:" not in text
    assert "alert(1)</script>" not in text


def test_policy_lets_in_only_the_page_s_own_style_and_script(tmp_path):
    text, page = _render(make.report(), tmp_path)
    policy = next(
        attrs["content"]
        for tag, attrs in page.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )

    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        (source,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_page_without_a_history_has_no_trend(tmp_path):
    _, page = _render(make.report(), tmp_path)

    assert "trend" not in {attrs.get("id") for _, attrs in page.elements}


def test_first_audit_says_that_the_trend_begins_with_the_next(tmp_path):
    report = make.report(trend=(make.point(0, make.figures()),))
    _, page = _render(report, tmp_path, code="en")

    assert "This is the first audit that is kept" in "".join(page.words)
    assert "svg" not in _outside_of_noscript(page)


def test_trend_is_drawn_and_told_as_a_table(tmp_path):
    weeks = (2, make.figures(9)), (1, None), (0, make.figures(2))
    trend = tuple(
        make.point(week, found, None if found else Gap.CUT_SHORT) for week, found in weeks
    )
    _, page = _render(make.report(trend=trend), tmp_path, code="en")

    assert _outside_of_noscript(page).count("svg") == 3
    assert "not comparable: the audit was cut short" in " ".join(page.words)
    assert "first audit that is kept" not in " ".join(page.words)


def _outside_of_noscript(page: _Page) -> list[str]:
    tags = [tag for tag, _ in page.elements]
    begin = tags.index("noscript")
    return tags[:begin] + tags[tags.index("form", begin) :]


def test_page_without_scripts_tells_of_each_group_what_the_script_would(tmp_path):
    text, page = _render(make.report(), tmp_path, code="en")
    plain = re.search(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[1]
    strings = page.data("strings")

    def told(value):
        if isinstance(value, list):
            return [words for part in value for words in told(part)]
        return [strings[value] if isinstance(value, int) else value]

    facts = [key for _, key in page.data("words")["facts"]]
    for group in page.data("groups"):
        shown = [*facts, "e", "n", "k", "a", "w", "tl", "ws", "z", "h", "tb"]
        for words in (words for key in shown if key in group for words in told(group[key])):
            assert words in plain or html.escape(words).replace("&#x27;", "&#39;") in plain
    assert [tag for tag, _ in page.elements].count("noscript") == 1


def test_long_list_without_scripts_says_where_the_rest_is(tmp_path):
    items = [make.assessment(group=make.group(f"g{n}@h.example")) for n in range(WRITTEN_OUT + 1)]
    text, _ = _render(make.report(*items), tmp_path, code="en")
    plain = re.search(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[1]

    assert "The worst 500 of 501 groups are shown; report.csv holds all." in plain
    assert plain.count("<details") == WRITTEN_OUT


def test_controls_are_hidden_until_the_script_runs(tmp_path):
    _, page = _render(make.report(), tmp_path)
    hidden = {attrs.get("id") for _, attrs in page.elements if "hidden" in attrs}

    assert hidden == {"filters", "pages"}


def test_page_asks_nothing_of_any_server(tmp_path):
    text, page = _render(make.report(), tmp_path)

    assert not any({"src", "srcset", "background"} & attrs.keys() for _, attrs in page.elements)
    assert not {"link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML", text)


def test_every_control_has_a_name(tmp_path):
    text, page = _render(make.report(), tmp_path)
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}

    assert len(re.findall(r"<(?:input|select)", text)) == len(re.findall(r"<label>", text))
    for _, attrs in page.elements:
        assert not attrs.get("aria-labelledby") or attrs["aria-labelledby"] in ids
    assert re.search(r'<html lang="fr">', text)


def test_matrix_counts_every_group_once():
    report = make.report()
    cells = [cell for _, row in matrix(report) for cell in row]

    assert sum(count for _, count, _ in cells) == len(report.groups)


def test_matrix_cell_has_the_severity_of_its_worst_group():
    cells = {
        (audience, content): severity
        for audience, row in matrix(make.report())
        for content, _, severity in row
    }

    assert cells["members", "unread"] == "none"
    assert cells["whole_organisation", "unread"] == "unknown"
    assert cells["anyone_who_joins", "identifiable_health"] == "critical"


def test_coverage_is_on_the_page_when_something_is_missing(tmp_path):
    failure = Unassessed(Stage.LISTING, "bad-answer", "Google's answer broke off.")
    _, page = _render(make.report(listing_failure=failure), tmp_path, code="en")
    words = " ".join(" ".join(page.words).split())

    assert "The list of groups broke off" in words
    assert "access denied" in words
    assert "Everything that was asked for" not in words


def test_headline_says_what_was_not_seen(tmp_path):
    _, whole = _render(make.report(make.assessment(Severity.CRITICAL)), tmp_path, code="en")
    _, partial = _render(make.report(), tmp_path, code="en")

    assert "1 group shows health data of identifiable patients to strangers" in "".join(whole.words)
    assert "Not everything could be assessed" not in "".join(whole.words)
    assert "Not everything could be assessed" in "".join(partial.words)


def test_headline_says_that_nothing_was_read_when_no_source_is_configured(tmp_path):
    item = make.assessment(posts=make.posts(PostsStatus.NOT_REQUESTED), health=None)
    _, page = _render(make.report(item), tmp_path, code="en")

    assert "No post was read: no source of posts is configured." in "".join(page.words)


def test_headline_names_groups_that_too_many_read(tmp_path):
    inside = make.assessment(Severity.HIGH, exposure=make.exposure(Audience.WHOLE_ORGANISATION))
    _, page = _render(make.report(inside), tmp_path, code="en")

    assert "No group was found to show patients' health data to strangers." in "".join(page.words)
    assert "1 group shows such data to members from outside or" in "".join(page.words)


def test_not_all_was_assessed_when_attachments_were_not_read(tmp_path):
    item = make.assessment(posts=make.posts(failed_parts=(("encrypted", 2),)))
    _, page = _render(make.report(item), tmp_path, code="en")

    assert "but for some attachments" in "".join(page.words)


def test_group_carries_reasons_evidence_and_steps(tmp_path):
    item = make.assessment(exposure=make.exposure(latent=Audience.ANYONE_WHO_JOINS))
    _, page = _render(make.report(item), tmp_path, code="en")
    (group,) = page.data("groups")
    strings = page.data("strings")

    assert group["h"] == [
        ["03/09/2025", "Health data of identifiable patients", "[nom], [NIR], BPCO stade III"]
    ]
    assert strings[group["a"][0][0]].endswith("[whoCanViewGroup = ALL_MEMBERS_CAN_VIEW]")
    assert group["a"][0][1].startswith("https://groups.google.com/")
    assert group["l"] == "Anyone with a Google account, by joining"
    assert group["w"][0][:2] == ["whoCanViewGroup", "ANYONE_CAN_VIEW"]
