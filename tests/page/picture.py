"""The README's picture, taken of the built page: ``python -m tests.page.picture [FILE.png ...]``.

After ``npm start`` or ``python3 build.py dist``. Other files get the page in dark, or narrow, by
their names: ``dark.png``, ``phone.png``.
"""

import sys
import threading
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from web.tools import browser as browsers
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]


def take(target: Path) -> None:
    """Open the page, wait for the engine, and save what it looks like."""
    server = make_server(ROOT / "dist", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    width, height = (390, 844) if "phone" in target.stem else (1440, 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if "dark" in target.stem else "light",
        )
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        expect(page.locator("html[data-state=ready]")).to_be_attached(timeout=60_000)
        page.screenshot(path=str(target))
        browser.close()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    for name in sys.argv[1:] or [str(ROOT / "web" / "picture.png")]:
        take(Path(name))
