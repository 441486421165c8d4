"""report.html of 50,000 groups stays usable in a real Chromium, whose page holds few of them."""

from __future__ import annotations

from dataclasses import replace

import factories as make
import pytest
from typography import plain

from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Severity
from groupaudit.reporter.as_html import HtmlReporter

GROUPS = 50_000
OPEN = 12_345
#: Groups of one page of the list.
PAGE = 50
#: Elements of the whole document at any time: what surrounds the list, and one page of it.
ELEMENTS = 3_000

pytestmark = pytest.mark.slow


def _groups():
    """Worst first, as in every report: addresses then run from the last to the first."""
    shut = make.assessment(
        Severity.NONE,
        exposure=make.exposure(Audience.MEMBERS),
        health=make.health(Verdict.ORDINARY),
    )
    for number in range(GROUPS):
        found = make.assessment() if number < OPEN else shut
        yield replace(found, group=make.group(f"g{GROUPS - 1 - number:05}@h.example", name="Bloc"))


@pytest.fixture(scope="module")
def report(chromium, tmp_path_factory):  # where no browser is, nothing is rendered
    whole = make.report(*_groups())
    (path,) = HtmlReporter("fr").render(whole, tmp_path_factory.mktemp("report"))
    return path


@pytest.fixture(autouse=True)
def watch(page):
    """Keeps count of what the page holds, and holds it to little when the test is over."""
    page.evaluate(
        """() => {
            const look = () => {
                window.mostGroups = Math.max(
                    window.mostGroups || 0, document.querySelectorAll("#groups details").length);
                window.mostElements = Math.max(
                    window.mostElements || 0, document.querySelectorAll("*").length);
            };
            new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
            look();
        }"""
    )
    yield
    assert 0 < page.evaluate("window.mostGroups") <= PAGE
    assert page.evaluate("window.mostElements") < ELEMENTS


def _count(page) -> str:
    return plain(page.locator("#count").inner_text())


def test_report_opens_on_its_worst_groups(page, shown):
    assert _count(page) == "1–50 sur 50 000 groupes"
    assert "g49999@h.example" in shown()[0]


def test_search_finds_the_one_group(page, shown):
    page.locator("#search").fill("G31415@")

    assert _count(page) == "1 groupe"
    assert ["g31415@h.example" in text for text in shown()] == [True]


def test_cell_of_the_matrix_leaves_its_groups(page, shown):
    cell = page.locator('.matrix button[data-r="members"][data-c="ordinary"]')
    cell.click()

    assert plain(cell.inner_text()) == "37 655"
    assert _count(page) == "1–50 sur 37 655 groupes"
    assert "g37654@h.example" in shown()[0]


def test_order_of_addresses_is_kept_over_the_pages(page, shown):
    page.locator("#order").select_option("e")
    seen = shown()
    page.locator("#next").click()
    seen += shown()

    assert [f"g{number:05}@h.example" in text for number, text in enumerate(seen)] == [True] * 100
    page.locator("#previous").click()
    assert shown() == seen[:PAGE]


def test_pages_turn_to_the_last_of_a_filtered_list(page, shown):
    page.locator("#search").fill("g499")
    page.locator("#next").click()

    assert _count(page) == "51–100 sur 100 groupes"
    assert "g49900@h.example" in shown()[-1]
    assert not page.locator("#next").is_enabled()


def test_group_opens_and_says_what_to_do(page):
    page.locator("#groups summary").nth(PAGE - 1).click()
    step = page.locator("#groups details").nth(PAGE - 1).locator("ol a")
    step.wait_for()

    assert step.get_attribute("href").startswith("https://groups.google.com/")
