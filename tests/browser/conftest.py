"""A real Chromium and a report opened in it, by whichever module brings the ``report``.

Skipped with its reason where the extra ``browser`` or a Chromium is missing (see
``make test-browser``).
"""

from __future__ import annotations

import os
import shutil

import pytest

#: Milliseconds after which a page that does not answer counts as unusable, however busy the
#: machine: no measure of speed.
PATIENCE = 15_000


@pytest.fixture(scope="module")
def chromium():
    """A browser for one module: its event loop must not outlive the tests that know of it."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    program = os.environ.get("GROUPAUDIT_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium: install it or set GROUPAUDIT_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, report, request):
    """The report, opened; afterwards nothing was complained of and nothing was asked for."""
    wanted = getattr(request, "param", {})
    context = chromium.new_context(**{"viewport": {"width": 1200, "height": 900}} | wanted)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda one: asked.append(one.url))
    opened.goto(report.as_uri())
    yield opened
    assert complaints == []
    assert asked == [report.as_uri()]
    assert opened.title() != "taken"
    context.close()


@pytest.fixture
def shown(page):
    """Tells what the list shows now: the text of each of its groups, closed or open."""
    return page.locator("#groups details summary").all_inner_texts
