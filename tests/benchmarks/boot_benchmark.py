"""How fast the engine boots, and a model is broken down, in Chromium: both against a plain boot.

Run as ``python -m tests.benchmarks.boot_benchmark [ROUNDS]``. In one run on one machine, by turns
and each in a fresh profile:

- plain: a worker calls ``loadPyodide`` on the npm package's files, until it resolves (nothing is
  imported);
- snapshot: the page's own worker boots the engine, until it says that it is ready;
- drop: on the page with the engine ready, a ResNet-50 is dropped, until its breakdown is painted.

Prints the medians and the two ratios, for which the project has set itself 0.4 and 1.
"""

import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
READY_LIMIT_MS = 120_000

BENCH = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
PLAIN_WORKER = """
self.onmessage = async () => {
  const { loadPyodide } = await import("./plain/pyodide.mjs");
  await loadPyodide({ indexURL: new URL("./plain/", self.location.href).href });
  self.postMessage({ type: "ready" });
};
"""
#: Starts a worker and resolves to the milliseconds until it says that it is ready.
TIME_BOOT = """(script) => new Promise((resolve, reject) => {
  const start = performance.now();
  const worker = new Worker(script, { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.type === "ready") resolve(performance.now() - start);
    if (data.type === "failed") reject(new Error(data.error.message));
  };
  worker.postMessage({ type: "boot" });
})"""
#: Drops a file on the page and resolves to the milliseconds until its breakdown is painted.
TIME_DROP = """async (url) => {
  const bytes = await (await fetch(url)).blob();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "my_resnet50.onnx"));
  const before = document.title;
  const start = performance.now();
  const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
  document.body.dispatchEvent(drop);
  const frame = () => new Promise(requestAnimationFrame);
  while (document.title === before) {
    if (document.documentElement.dataset.state === "error") throw new Error("an error is shown");
    await frame();
  }
  await frame();
  return performance.now() - start;
}"""


def time_boot(browser: Browser, url: str, script: str) -> float:
    """Return the seconds until a worker of the site is ready, in a fresh profile."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url + "bench.html")
        return float(page.evaluate(TIME_BOOT, script)) / 1000


def time_drop(browser: Browser, url: str) -> float:
    """Return the seconds from a drop to the breakdown, with the engine ready."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        ready = page.locator("html[data-state=ready]")
        expect(ready).to_be_attached(timeout=READY_LIMIT_MS)
        return float(page.evaluate(TIME_DROP, "models/resnet50.onnx")) / 1000


def lay_out(dist: Path, folder: Path) -> None:
    """Make a site of the built files and of what the benchmark adds, leaving dist/ alone."""
    for path in dist.iterdir():
        (folder / path.name).symlink_to(path)
    # What ships is compiled and has less in it; the yardstick stays as it comes.
    (folder / "plain").symlink_to(ROOT / "node_modules" / "pyodide")
    (folder / "bench.html").write_text(BENCH)
    (folder / "plain_worker.js").write_text(PLAIN_WORKER)


def main(rounds: int) -> None:
    """Measure and print."""
    plain, snapshot, drop = [], [], []
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
            snapshot.append(time_boot(browser, url, "worker.js"))
            drop.append(time_drop(browser, url))
        print(f"Chromium {browser.version}, median of {rounds} rounds (fastest to slowest)")
        browser.close()
        server.shutdown()
    base = statistics.median(plain)
    for what, times in {
        "plain loadPyodide": plain,
        "boot from the snapshot": snapshot,
        "ResNet-50 dropped to its breakdown": drop,
    }.items():
        median = statistics.median(times)
        spread = f"{min(times):.2f} to {max(times):.2f}"
        print(f"{what:36} {median:5.2f} s  ({spread})  {median / base:4.2f} of the plain boot")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
