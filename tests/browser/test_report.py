"""report.html in a real Chromium: worked through by mouse and keys, printed, held against axe.

Screenshots go to ``$GROUPAUDIT_ARTEFACTS``, else to the test's own folder.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import factories as make
import pypdfium2
import pytest

from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Advice, Gap, Severity, Unsettled
from groupaudit.reporter.as_html import HtmlReporter

GROUPS = 120
HOSTILE = (
    "<script>document.title='taken'</script>",
    "<img src=https://evil.example/x onerror=document.title='taken'>",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe 🏥 \"quoted\" 'name'",
    "é" * 4000,
)

pytestmark = pytest.mark.slow


def _groups():
    for number in range(GROUPS):
        name = HOSTILE[number % len(HOSTILE)]
        open_to_all = number % 3 == 0
        found = make.assessment(
            group=make.group(f"g{number:03}@h.example", name=name, description=name),
            exposure=make.exposure(
                readership=Audience.ANYONE_ON_WEB if open_to_all else Audience.MEMBERS
            ),
            health=make.health(
                verdict=Verdict.IDENTIFIABLE_HEALTH if open_to_all else Verdict.ORDINARY
            ),
            advice=(
                Advice(
                    "Let only members read the conversations.", url="https://groups.google.com/"
                ),
            ),
        )
        yield replace(found, severity=Severity.CRITICAL if open_to_all else Severity.NONE)


TREND = (
    make.point(9, make.figures(9)),
    make.point(8, make.figures(8, unknown=7)),
    make.point(6, gap=Gap.OTHER_SCOPE),
    make.point(3, make.figures(3, persons=12)),
    make.point(0, make.figures(2)),
)


@pytest.fixture(scope="module")
def report(chromium, tmp_path_factory):  # where no browser is, nothing is rendered
    changes = tuple(make.change(email=name) for name in HOSTILE)
    stand = tuple(Unsettled(name, "run", Severity.HIGH) for name in HOSTILE)
    whole = make.report(*_groups(), trend=TREND, changes=changes, unsettled=stand)
    (path,) = HtmlReporter("fr").render(whole, tmp_path_factory.mktemp("report"))
    return path


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


def test_cell_of_the_matrix_filters_the_list_when_pressed(page, shown):
    cell = page.locator('.matrix button[data-r="anyone_on_web"][data-c="identifiable_health"]')
    cell.click()

    assert cell.get_attribute("aria-pressed") == "true"
    assert len(shown()) == GROUPS // 3
    cell.click()
    assert page.locator("#count").inner_text().endswith(f"{GROUPS} groupes")


def test_search_leaves_the_groups_that_match(page, shown):
    page.locator("#search").fill("G077@")

    assert [text for text in shown() if "g077@h.example" in text] == shown() != []


def test_list_is_in_the_order_of_addresses_when_asked(page, shown):
    page.locator("#order").select_option("e")

    assert "g000@h.example" in shown()[0]
    assert "g001@h.example" in shown()[1]


def test_pages_turn_and_leave_no_group_out(page, shown):
    seen = shown()
    while page.locator("#next").is_enabled():
        page.locator("#next").click()
        seen += shown()

    assert len(set(seen)) == len(seen) == GROUPS
    assert page.locator("#previous").is_enabled()


def test_group_opens_with_the_keyboard_and_says_what_to_do(page):
    page.locator("#groups summary").first.focus()
    page.keyboard.press("Enter")
    first = page.locator("#groups details").first

    assert first.get_attribute("open") is not None
    assert first.locator("ol a").get_attribute("href") == "https://groups.google.com/"
    assert first.locator("ol a").get_attribute("rel") == "noopener noreferrer"


def test_first_stop_of_the_keyboard_leads_to_the_list(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "list"


def test_opened_group_draws_its_exposure(page):
    page.locator("#groups summary").first.click()
    drawn = page.locator("#groups .bar svg").first

    assert drawn.bounding_box()["width"] > 300
    assert "depuis le 26/05/2025" in drawn.get_attribute("aria-label")
    red = drawn.locator(".open").evaluate("part => getComputedStyle(part).fill")
    assert red == "rgb(163, 0, 27)"


def test_trend_is_drawn_and_opens_as_a_table_with_the_keyboard(page):
    assert page.get_by_role("img").count() == 3
    assert page.locator(".charts .lines path").count() == 8  # four lines, each with a gap
    table = page.locator(".trend")
    assert not table.is_visible()
    page.locator(".numbers summary").focus()
    page.keyboard.press("Enter")

    assert table.is_visible()
    assert table.locator("tbody tr").count() == len(TREND)


def test_colours_of_the_charts_follow_the_scheme(page):
    line = page.locator(".lines .critical").first
    page.emulate_media(color_scheme="light")
    light = line.evaluate("part => getComputedStyle(part).stroke")
    page.emulate_media(color_scheme="dark")

    assert line.evaluate("part => getComputedStyle(part).stroke") != light


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_all_groups_can_be_read_without_scripts(page):
    groups = page.locator("noscript > details")
    groups.first.locator("summary").click()

    assert groups.count() == GROUPS
    assert groups.first.locator("ol a").is_visible()
    assert groups.first.locator(".bar svg").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.locator(".charts svg").count() == 3


def test_printed_groups_are_open_and_controls_are_gone(page, tmp_path):
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.locator("#groups details:not([open])").count() == 0
    assert page.locator(".trend").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.pdf(path=tmp_path / "report.pdf").startswith(b"%PDF")


def test_print_begins_the_list_below_its_heading(page):
    page.locator("#groups summary").first.click()
    # A group longer than a page.
    page.locator("#groups .body").first.evaluate(
        "body => body.append(...Array(60).fill('More.').map((text) => {"
        " const line = document.createElement('p'); line.append(text); return line; }))"
    )
    page.emulate_media(media="print")
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as printed:
        texts = [sheet.get_textpage().get_text_bounded() for sheet in printed]

    (sheet,) = (text for text in texts if "du plus grave au moins grave" in text)
    assert "g000@h.example" in sheet


#: The width of an A4 page between its margins, in the pixels of a browser.
A4 = {"viewport": {"width": 680, "height": 960}}


@pytest.mark.parametrize("page", [A4], indirect=True)
def test_print_shows_the_matrix_whole_and_in_its_colours(page):
    page.emulate_media(media="print", color_scheme="light")
    matrix = page.locator(".matrix")
    cell = page.locator(".matrix td.critical").first

    assert matrix.evaluate("table => table.scrollWidth <= table.parentNode.clientWidth")
    assert cell.evaluate("cell => getComputedStyle(cell).printColorAdjust") == "exact"


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_phone_shows_the_page_without_scrolling_sideways(page):
    page.locator("#groups summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_phone_breaks_no_date_and_no_hint(page):
    page.locator("#groups summary").first.click()
    date = page.locator("#groups .body td").filter(has_text=re.compile(r"^\d\d/\d\d/\d{4}$")).first
    hint = page.locator("#matrix-hint").bounding_box()

    assert date.evaluate("cell => cell.getClientRects()[0].height / 1.5 <= 16.5")
    assert hint["x"] + hint["width"] <= 390


def test_pages_are_offered_only_when_there_are_several(page):
    assert page.locator("#pages").is_visible()
    page.locator("#search").fill("g001@")

    assert not page.locator("#pages").is_visible()


def test_axe_finds_nothing_serious(page, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs the extra `browser`"
    )
    page.emulate_media(color_scheme=scheme)
    page.locator("#groups summary").first.click()
    page.locator(".numbers summary").click()
    found = axe.Axe().run(page).response["violations"]
    grave = [(one["id"], len(one["nodes"])) for one in found if one["impact"] != "minor"]

    assert grave == []


def test_screenshots_are_kept(page, scheme, tmp_path):
    folder = Path(os.environ.get("GROUPAUDIT_ARTEFACTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    page.emulate_media(color_scheme=scheme)
    shot = folder / f"report-{scheme}.png"
    page.screenshot(path=shot)

    assert shot.read_bytes().startswith(b"\x89PNG")
