"""The page in another browser: Firefox, where Playwright's own build of it is installed.

``python -m playwright install firefox`` brings it where downloads are to be had; the system's own
Firefox does not do, as Playwright drives a patched one.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.page.conftest import READY_LIMIT_MS, Site


@pytest.fixture
def firefox(playwright: Playwright) -> Iterator[Page]:
    """A page in a fresh profile of Firefox."""
    if not Path(playwright.firefox.executable_path).is_file():
        pytest.skip("Playwright's Firefox is not installed here")
    browser = playwright.firefox.launch()
    yield browser.new_context().new_page()
    browser.close()


def ready(page: Page) -> None:
    expect(page.locator("html[data-state=ready]")).to_be_attached(timeout=READY_LIMIT_MS)


def test_a_sample_is_broken_down_and_asks_nobody_else(firefox: Page, site: Site) -> None:
    hosts: set[str] = set()
    errors: list[str] = []
    firefox.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    firefox.on("pageerror", lambda error: errors.append(str(error)))
    firefox.goto(site.url)
    ready(firefox)
    expect(firefox.locator(".totals")).to_contain_text("724.4 M")
    assert hosts == {urlsplit(site.url).netloc}
    assert errors == []
    assert "/engine.zip" not in site.asked[: site.asked.index("/engine.snapshot")]


def test_the_console_runs_its_example(firefox: Page, site: Site) -> None:
    firefox.goto(site.url + "console.html")
    ready(firefox)
    firefox.get_by_role("button", name="Python Script Run Button").first.click()
    output = firefox.locator(".py-editor-output").first
    expect(output).to_contain_text("alexnet on eyeriss", timeout=READY_LIMIT_MS)
