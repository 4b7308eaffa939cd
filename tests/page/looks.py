"""Screenshots of the main views at three sizes, light and dark: ``python -m tests.page.looks``.

They are kept in tests/page/looks/, to be looked at when a view has changed: git shows both. Taken
of the built page, after ``npm start`` or ``python3 build.py dist``.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from web.tools import browser as browsers
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).resolve().parent / "looks"
SIZES = {"phone": (390, 844), "desk": (1440, 1000), "large": (2560, 1440)}
TABS = ("layers", "proxies", "what-if", "compare", "platforms")
LIMIT_MS = 120_000


@contextmanager
def served() -> Iterator[str]:
    """Serve dist/ and give its address."""
    server = make_server(ROOT / "dist", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def take(browser: Browser, url: str, size: str, scheme: str) -> None:
    """Take all views at one size in one colour scheme."""
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(url)
    for sample in ("squeezenet1_1", "alexnet"):  # shipped breakdowns: nothing is computed for them
        page.get_by_label("Sample").select_option(sample)
        ready(page)
        page.get_by_role("button", name="Keep to compare").click()
    for tab in TABS:
        page.locator(f"#tab-{tab}").click()
        expect(page.get_by_role("tabpanel")).not_to_contain_text("Loading")
        expect(page.get_by_text("Working it out")).to_have_count(0, timeout=LIMIT_MS)
        ready(page)
        page.wait_for_timeout(1000)
        page.screenshot(
            path=str(KEPT / f"{tab}-{size}-{scheme}.jpg"), type="jpeg", quality=60, full_page=True
        )
    page.close()


def ready(page: Page) -> None:
    """Wait until nothing is being computed."""
    expect(page.locator("html[data-state=ready]")).to_be_attached(timeout=LIMIT_MS)


def main() -> None:
    """Take all of them."""
    KEPT.mkdir(exist_ok=True)
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        for size in SIZES:
            for scheme in ("light", "dark"):
                take(browser, url, size, scheme)
        browser.close()


if __name__ == "__main__":
    main()
