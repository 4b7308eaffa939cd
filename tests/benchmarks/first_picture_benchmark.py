"""How soon the first breakdown is on the screen, in Chromium, against a plain boot of Pyodide.

Run as ``python -m tests.benchmarks.first_picture_benchmark [ROUNDS]``. In one run on one machine,
by turns and each in a fresh profile:

- plain: a worker calls ``loadPyodide`` on the npm package's files, until it resolves;
- picture: the page is opened for the first time, from the start of the navigation until the frame
  after that in which the first sample's chart and table are in the document.

Prints the medians and their ratio, for which the project has set itself 0.15.
"""

import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.boot_benchmark import ROOT, lay_out, time_boot
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

GOAL = 0.15
#: Notes the time since the start of the navigation at which the breakdown has been painted.
WATCH = """() => {
  const there = () => document.querySelector(".chart .bar-group, .chart rect") !== null
    && document.querySelector("tbody tr") !== null;
  const look = () => requestAnimationFrame(() => {
    if (!there()) return look();
    // The frame that has it is painted before the next one begins.
    requestAnimationFrame(() => { globalThis.firstPicture = performance.now(); });
  });
  look();
}"""
READ = """() => new Promise((resolve) => {
  const look = () => globalThis.firstPicture ? resolve(globalThis.firstPicture)
    : setTimeout(look, 5);
  look();
})"""


def time_picture(browser: Browser, url: str) -> float:
    """Return the seconds from the start of the navigation to the breakdown, in a fresh profile."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(f"({WATCH})()")
        page.goto(url, wait_until="commit")
        return float(page.evaluate(READ)) / 1000


def main(rounds: int) -> None:
    """Measure and print."""
    plain, picture = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        lay_out(builder.provide(ROOT), Path(name))
        server = make_server(Path(name), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        for _ in range(rounds):
            plain.append(time_boot(browser, url, "plain_worker.js"))
            picture.append(time_picture(browser, url))
        print(f"Chromium {browser.version}, median of {rounds} rounds (fastest to slowest)")
        browser.close()
        server.shutdown()
    for what, times in {"plain loadPyodide": plain, "first picture": picture}.items():
        spread = f"{min(times):.2f} to {max(times):.2f}"
        print(f"{what:20} {statistics.median(times):5.2f} s  ({spread})")
    ratio = statistics.median(picture) / statistics.median(plain)
    print(f"ratio {ratio:.3f}, goal {GOAL}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
