"""A table of thousands of layers on the page: scrolled by wheel and searched, in Chromium.

``python -m tests.benchmarks.scroll_benchmark [LAYERS]`` opens a table of 2,000 layers and scrolls
the page by wheel, with some rows at a time and with all of them. It prints the frames' median and
longest time, how many took longer than 20 ms (60 a second leave 16.7), and the longest task of the
main thread meanwhile, by processor time too, which a busy machine changes little. Then it presses
Ctrl+F, and prints how long it takes until the browser's own search finds the last layer.
"""

import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.dials_benchmark import ready
from tests.benchmarks.main_thread import traced
from tests.benchmarks.page_benchmark import renderer, shown
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
GOAL_MS = 20
TURNS = 60
WHEEL_PX = 240
HEADER = "kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a"

WATCH = """() => {
  globalThis.frames_ms = [];
  globalThis.watching = true;
  let last = null;
  const frame = (now) => {
    if (last !== null) frames_ms.push(now - last);
    last = now;
    if (watching) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
READ = "() => { watching = false; return [frames_ms, scrollY]; }"

FIND = """(text) => new Promise((resolve) => {
  const begin = performance.now();
  const look = () => document.querySelector(".layers tbody").textContent.includes(text)
    ? resolve([performance.now() - begin, window.find(text)]) : setTimeout(look, 5);
  dispatchEvent(new KeyboardEvent("keydown", { key: "f", ctrlKey: true }));
  look();
})"""


def scrolled(browser: Browser, page: Page, what: str) -> str:
    """Scroll down by wheel; return what the frames took."""
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(500, 500)
    with traced(browser, page, renderer(browser)) as tasks:
        page.evaluate(WATCH)
        for _ in range(TURNS):
            page.mouse.wheel(0, WHEEL_PX)
        frames_ms, end_px = page.evaluate(READ)
    slow = sum(time_ms > GOAL_MS for time_ms in frames_ms)
    return (
        f"{what:12} {len(frames_ms)} frames over {end_px:.0f} px: "
        f"median {statistics.median(frames_ms):.1f} ms, longest {max(frames_ms):.0f} ms, "
        f"{slow} over {GOAL_MS} ms\n{'':12} main thread: {tasks.line()}"
    )


def main(layers: int) -> None:
    """Open, scroll, search, print."""
    rows = [f"conv,1,1,{16 + 8 * (at % 7)},16,8,8,3,3,1,16,16,0,0" for at in range(layers)]
    server = make_server(builder.provide(ROOT), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        path = Path(name, "many.csv")
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        ready(page)
        print(f"{layers} layers, {shown(page, path):.2f} s to their breakdown", flush=True)
        print(scrolled(browser, page, "some rows"), flush=True)
        time_ms, found = page.evaluate(FIND, f"conv_{layers}")
        print(f"find in page {'finds' if found else 'MISSES'} the last layer, {time_ms:.0f} ms")
        print(scrolled(browser, page, "all rows"), flush=True)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
