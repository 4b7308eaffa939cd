"""The tasks of a page's main thread, from the browser's own trace."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

#: What blocks the page for longer is a long task, https://www.w3.org/TR/longtasks-1/.
LONG_MS = 50

_CATEGORIES = ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"]


@dataclass
class Tasks:
    """What the main thread did: each task's time, and the processor time within it, in ms."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def line(self) -> str:
        """Return the longest tasks in words; a busy machine lengthens the wall's, not the others'.

        A task's processor time is missing where the browser's trace has none.
        """
        if not self.wall_ms:
            return "no tasks were traced"
        long = sum(time_ms > LONG_MS for time_ms in self.wall_ms)
        text = f"longest task {max(self.wall_ms):.0f} ms, {long} over {LONG_MS} ms"
        if not self.cpu_ms:
            return text
        long = sum(time_ms > LONG_MS for time_ms in self.cpu_ms)
        return f"{text}; by processor time {max(self.cpu_ms):.0f} ms, {long} over {LONG_MS} ms"


@contextmanager
def traced(browser: Browser, page: Page, process: int) -> Iterator[Tasks]:
    """Trace what goes on inside the block; the tasks are there when it ends."""
    tasks = Tasks()
    browser.start_tracing(page=page, categories=_CATEGORIES)
    try:
        yield tasks
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
    main = {
        event["tid"]
        for event in events
        if event["pid"] == process
        and event["name"] == "thread_name"
        and event["args"]["name"] == "CrRendererMain"
    }
    for event in events:
        if event["pid"] != process or event["tid"] not in main or event["name"] != "RunTask":
            continue
        tasks.wall_ms.append(event.get("dur", 0) / 1000)
        if "tdur" in event:
            tasks.cpu_ms.append(event["tdur"] / 1000)
