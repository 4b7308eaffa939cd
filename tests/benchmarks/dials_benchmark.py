"""Dials on the page: from a slider's input event to the redrawn breakdown, in Chromium.

``python -m tests.benchmarks.dials_benchmark [SAMPLE] [STEPS] [SLIDER…]`` opens a sample, ResNet-50,
has it mapped once, and turns each slider, or those named, step by step, waiting for each redraw. It
prints for each slider the median and the longest time of a step, how many steps were drawn by
mappings found before (provisional), the processor time of a step in the page and in its workers,
which a busy machine changes little (a search that has begun behind counts too), the seconds from
the last step until everything was mapped anew, and the longest task of the main thread from the
first step to then. The project has set itself 100 ms for a step and 50 ms for a task.
"""

import os
import statistics
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.benchmarks.main_thread import Tasks, traced
from tests.benchmarks.page_benchmark import renderer
from web.tools import browser as browsers
from web.tools import dist as builder
from web.tools.serve import make_server

ROOT = Path(__file__).resolve().parents[2]
READY_LIMIT_MS = 120_000
GOAL_MS = 100
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")

#: Sets a slider to a position; resolves with the ms until the total has been redrawn and painted,
#: and whether it is provisional. The total's text changes with every step.
STEP = """([name, position]) => new Promise((resolve) => {
  const slider = [...document.querySelectorAll(".dials input[type=range]")]
    .find((each) => each.getAttribute("aria-label") === name);
  const total = document.querySelector(".totals dd");
  const before = total.textContent;
  const begin = performance.now();
  const watcher = new MutationObserver(() => {
    if (total.textContent === before) return;
    watcher.disconnect();
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () =>
        resolve([performance.now() - begin, total.textContent.includes("≤")]);
      painted.port2.postMessage(null);
    });
  });
  watcher.observe(total, { subtree: true, characterData: true, childList: true });
  slider.value = position;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""

POSITIONS = """(name) => {
  const slider = [...document.querySelectorAll(".dials input[type=range]")]
    .find((each) => each.getAttribute("aria-label") === name);
  return [slider.valueAsNumber, Number(slider.max)];
}"""

READY = """(limit_ms) => new Promise((resolve, reject) => {
  const begin = performance.now();
  const look = () => {
    if (document.documentElement.dataset.state === "ready") resolve();
    else if (performance.now() - begin > limit_ms) reject(new Error("the page is not ready"));
    else setTimeout(look, 20);
  };
  look();
})"""

NAMES = """() => [...document.querySelectorAll(".dials input[type=range]")]
  .map((slider) => slider.getAttribute("aria-label"))"""


@dataclass(frozen=True)
class Turned:
    """What turning one slider took."""

    steps_ms: list[float]
    provisional: int
    page_ms: float
    workers_ms: float
    mapped_ms: float
    tasks: Tasks

    def line(self, name: str) -> str:
        """Return the slider's line of the table."""
        median, longest = statistics.median(self.steps_ms), max(self.steps_ms)
        verdict = "" if median <= GOAL_MS else "  over the goal"
        return (
            f"{name:20} {median:6.0f} ms a step, {longest:6.0f} ms at most, "
            f"{self.provisional} of {len(self.steps_ms)} provisional, "
            f"processor {self.page_ms:3.0f} + {self.workers_ms:3.0f} ms, "
            f"mapped anew {self.mapped_ms / 1000:5.2f} s after the last{verdict}\n"
            f"{'':20} main thread: {self.tasks.line()}"
        )


def ready(page: Page) -> None:
    """Wait until there is nothing more to do; an ``expect`` that retries keeps the page busy."""
    page.evaluate(READY, READY_LIMIT_MS)


def walk(start: int, last: int, steps: int) -> list[int]:
    """Return positions one after the other, towards the farther end."""
    down = start > last / 2
    ahead = range(start - 1, -1, -1) if down else range(start + 1, last + 1)
    return list(ahead)[:steps]


def turned(browser: Browser, page: Page, name: str, steps: int) -> Turned:
    """Turn a slider and wait for what is mapped behind it."""
    process = renderer(browser)
    start, last = page.evaluate(POSITIONS, name)
    with traced(browser, page, process) as tasks:
        before = _ticks(process)
        found = [page.evaluate(STEP, [name, at]) for at in walk(start, last, steps)]
        spent = {task: ticks - before.get(task, 0) for task, ticks in _ticks(process).items()}
        page_ms = spent.pop(process, 0) * _TICK_MS
        begin = page.evaluate("performance.now()")
        ready(page)
        mapped_ms = page.evaluate("performance.now()") - begin
    return Turned(
        steps_ms=[time_ms for time_ms, _ in found],
        provisional=sum(bool(soon) for _, soon in found),
        page_ms=page_ms / len(found),
        workers_ms=sum(spent.values()) * _TICK_MS / len(found),
        mapped_ms=mapped_ms,
        tasks=tasks,
    )


def _ticks(process: int) -> dict[int, int]:
    """Return the processor time so far of the page's own thread and of each worker's."""
    spent = {}
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            head, _, tail = (task / "stat").read_text().rpartition(")")
        except FileNotFoundError:
            continue  # it has ended
        if int(task.name) == process or head.partition("(")[2] == "DedicatedWorker":
            spent[int(task.name)] = sum(int(ticks) for ticks in tail.split()[11:13])
    return spent


def main(sample: str, steps: int, names: list[str]) -> None:
    """Open, map, turn, print."""
    server = make_server(builder.provide(ROOT), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find_on_system(), args=browsers.flags()
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        ready(page)
        page.get_by_label("Sample").select_option(sample)
        expect(page.get_by_label("Sample")).to_have_value(sample)
        ready(page)
        # Mapped once, in both engines: another batch, and back.
        for batch in ("2", "1"):
            page.get_by_role("spinbutton", name="Batch").fill(batch)
            page.wait_for_timeout(1000)
            ready(page)
        layers = page.locator(".layers tbody tr").count()
        print(f"{sample}, {layers} layers shown")
        for name in names or page.evaluate(NAMES):
            print(turned(browser, page, name, steps).line(name), flush=True)
            reset = page.get_by_role("button", name="Reset")
            if reset.is_enabled():
                reset.click()
                page.wait_for_timeout(1000)
                ready(page)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        arguments[0] if arguments else "resnet50",
        int(arguments[1]) if len(arguments) > 1 else 8,
        arguments[2:],
    )
