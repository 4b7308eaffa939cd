"""Large models on the page: from the choice of a file to its breakdown, engine ready, in Chromium.

``python -m tests.benchmarks.page_benchmark [ROUNDS]`` prints, for a VGG-16 of 550 MB and for an
encoder of 10,000 nodes, medians of: the seconds; the seconds of processor time on the way, the
page's and the engine's, which a busy machine changes little; how far the memory of the tab's
process grew at most, which counts what compiles the engine's code on the first request, and how
much of it stayed. The project has set itself 1 s and 30 MB for the first, 2 s for the second.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.benchmarks.large_models import transformer_of, write_vgg16
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
READY_LIMIT_MS = 120_000
_SAMPLE_S = 0.01
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_QUIET_S = 30


class PeakMemory(threading.Thread):
    """Watches the resident memory of a process until it is told to stop."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._path = Path(f"/proc/{process}/statm")
        self._done = threading.Event()
        self.first = self.peak = self._now()

    def _now(self) -> int:
        return int(self._path.read_text().split()[1]) * 4096

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self.peak = max(self.peak, self._now())

    def growth_bytes(self) -> int:
        """Stop watching; return how far memory grew at most."""
        self._done.set()
        self.join()
        return self.peak - self.first

    def stayed_bytes(self) -> int:
        """Return how far memory is from where it was at first."""
        return self._now() - self.first


@dataclass(frozen=True)
class Measured:
    """What one choice of a file took."""

    time_s: float
    cpu_s: float
    growth_bytes: int
    stayed_bytes: int


def renderer(browser: Browser) -> int:
    """Return the process of the only tab: the busiest renderer."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    found = [entry for entry in processes if entry["type"] == "renderer"]
    return int(max(found, key=lambda entry: entry["cpuTime"])["id"])


def shown(page: Page, path: Path) -> float:
    """Choose a file; return the seconds until its breakdown is on the page."""
    page.evaluate("document.title = 'waiting'")
    begin = time.perf_counter()
    page.get_by_label("Model files").set_input_files(path)
    page.wait_for_function(
        "name => document.title.includes(name) "
        "&& document.documentElement.dataset.state === 'ready'",
        arg=path.stem,
        polling="raf",
        timeout=READY_LIMIT_MS,
    )
    return time.perf_counter() - begin


def cpu_seconds(process: int, *names: str) -> float:
    """Return the processor time of a process's threads so far, all or those of these names."""
    total = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            head, _, tail = (task / "stat").read_text().rpartition(")")
        except FileNotFoundError:
            continue  # it has ended
        first = task.name == str(process)
        if not names or first or head.partition("(")[2] in names:
            total += sum(int(ticks) for ticks in tail.split()[11:13])
    return total * _TICK_S


def settle(page: Page, process: int) -> None:
    """Wait until the tab has nothing more to do: keeping the page offline takes a while."""
    for _ in range(_QUIET_S):
        before = cpu_seconds(process)
        page.wait_for_timeout(1000)
        if cpu_seconds(process) - before < 0.03:
            return


def measured(browser: Browser, url: str, path: Path) -> Measured:
    """Return what a file takes in a fresh profile with the engine ready."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        expect(page.locator("html[data-state=ready]")).to_be_attached(timeout=READY_LIMIT_MS)
        process = renderer(browser)
        settle(page, process)
        memory = PeakMemory(process)
        memory.start()
        before = cpu_seconds(process, "DedicatedWorker")
        time_s = shown(page, path)
        cpu_s = cpu_seconds(process, "DedicatedWorker") - before
        growth = memory.growth_bytes()
        settle(page, process)
        return Measured(time_s, cpu_s, growth, memory.stayed_bytes())


def main(rounds: int) -> None:
    """Write the models, measure, print."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        vgg, encoder = Path(name, "vgg16_550MB.onnx"), Path(name, "encoder.onnx")
        write_vgg16(vgg)
        encoder.write_bytes(transformer_of(10_000).SerializeToString())
        server = make_server(builder.provide(ROOT), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        for path in (vgg, encoder):
            found = [measured(browser, url, path) for _ in range(rounds)]
            time_s = statistics.median(each.time_s for each in found)
            cpu_s = statistics.median(each.cpu_s for each in found)
            growth = statistics.median(each.growth_bytes for each in found) / 1e6
            stayed = statistics.median(each.stayed_bytes for each in found) / 1e6
            print(
                f"{path.name:20} {time_s:6.2f} s  (processor {cpu_s:5.2f} s)   "
                f"tab's memory {growth:+6.1f} MB at most, {stayed:+6.1f} MB stayed"
            )
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
