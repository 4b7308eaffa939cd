"""Endurance: huge files, cancels at any time, model after model, tab after tab; nothing is left.

Bounds are of what must not happen (a wait for work of minutes, a file kept in memory, a worker
that nobody ends), not of how quick a machine is.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Browser, Page, expect

from tests.benchmarks.large_models import write_vgg16
from tests.page.conftest import READY_LIMIT_MS, Site, Visit, watch
from tests.page.reading import shows
from tests.page.test_page_weights import SWITCH, choose, large_model

#: The project's goal is one second. What is told from a wait for the work itself, which takes
#: minutes, may take longer where the machine runs other tests beside.
SOON_MS = 3_000
#: The project's goal for what a model may leave behind.
LEAK_BYTES = 20_000_000
MODELS = 10
WEIGHT_BYTES = 64 << 20
LAYERS = 8
TABS = 4

on_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


def start_counting(visit: Visit, folder: Path) -> None:
    """Have the page count the zeros in 16 GiB of weights, which takes minutes."""
    large_model(folder / "net.onnx", 16 << 30)
    choose(visit, folder / "big.data", folder / "net.onnx")
    visit.ready()
    visit.page.get_by_label(SWITCH).check()
    expect(visit.page.get_by_role("progressbar")).to_have_attribute(
        "value", re.compile(r"^0\.\d+$"), timeout=READY_LIMIT_MS
    )


def renderers(browser: Browser) -> list[int]:
    """Return the processes of all tabs."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(entry["id"]) for entry in found if entry["type"] == "renderer"]


def threads(process: int) -> list[str]:
    """Return the names of a process's threads; none where it has ended."""
    names = []
    for task in Path(f"/proc/{process}/task").glob("*"):
        try:
            names.append((task / "comm").read_text().strip())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    return names


def workers(browser: Browser) -> int:
    """Return how many workers run in all tabs together."""
    names = [name for process in renderers(browser) for name in threads(process)]
    return sum(name.startswith("DedicatedWorker") for name in names)


def has_workers(page: Page, most: int) -> None:
    """Wait until no more workers than these run; one that was ended may take a moment to go."""
    browser = browser_of(page)
    for _ in range(100):
        if workers(browser) <= most:
            return
        page.wait_for_timeout(100)
    assert workers(browser) <= most


def browser_of(page: Page) -> Browser:
    found = page.context.browser
    assert found is not None
    return found


def resident_bytes(page: Page) -> int:
    """Return the memory of the largest tab once garbage is collected and it grows no more."""
    session = page.context.new_cdp_session(page)
    browser, before, now = browser_of(page), 0, -LEAK_BYTES
    while abs(now - before) > LEAK_BYTES / 10:
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(1000)
        before, now = now, max(map(_resident, renderers(browser)))
    session.detach()
    return now


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096


def test_a_huge_model_takes_the_place_of_one_that_is_being_analysed(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    start_counting(visit, tmp_path)
    size_bytes = write_vgg16(tmp_path / "vgg16.onnx", factor=2)
    assert size_bytes > 600_000_000
    visit.page.get_by_label("Model files").set_input_files(str(tmp_path / "vgg16.onnx"))
    # To wait for the other to end would take minutes.
    expect(visit.page.get_by_role("heading", level=2)).to_have_text(
        "vgg16", timeout=READY_LIMIT_MS / 2
    )
    shows(visit.page, "vgg16")
    visit.ready()
    assert visit.page.locator(".layers tbody tr").count() >= 16
    visit.assert_clean(site)


def test_what_is_dropped_can_be_cancelled_while_another_is_being_analysed(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    start_counting(visit, tmp_path)
    write_vgg16(tmp_path / "vgg16.onnx", factor=2)
    page = visit.page
    # So soon after the choice the engine is at the other model still.
    page.get_by_label("Model files").set_input_files(str(tmp_path / "vgg16.onnx"))
    expect(page.locator(".work")).to_contain_text("vgg16")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".work")).to_have_attribute("data-on", "false", timeout=SOON_MS)
    shows(page, "net")
    expect(page.get_by_label(SWITCH)).not_to_be_checked()
    visit.ready()
    # And the engine answers again.
    page.get_by_label("Model files").set_input_files(str(tmp_path / "vgg16.onnx"))
    expect(page.get_by_role("heading", level=2)).to_have_text("vgg16", timeout=READY_LIMIT_MS)
    visit.ready()
    visit.assert_clean(site)


@on_linux
def test_cancelling_again_and_again_leaves_no_worker_behind(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    start_counting(visit, tmp_path)
    page = visit.page
    for _ in range(3):
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".work")).to_have_attribute("data-on", "false", timeout=SOON_MS)
        page.get_by_label(SWITCH).check()
        expect(page.get_by_role("progressbar")).to_have_count(1)
    page.get_by_role("button", name="Cancel").click()
    visit.ready()
    # One answers, one maps behind.
    has_workers(page, 2)
    visit.assert_clean(site)


def write_network(path: Path, place: int) -> None:
    """Write layers of no other network's shapes, with 64 MiB of weights that nothing reads."""
    nodes, channels = [], 16 + place
    weights = [numpy_helper.from_array(np.zeros(WEIGHT_BYTES // 4, np.float32), "large")]
    for layer in range(LAYERS):
        shape = (channels, channels, 3, 3)
        weights.append(numpy_helper.from_array(np.ones(shape, np.float32), f"w{layer}"))
        names = [f"t{layer}", f"w{layer}"], [f"t{layer + 1}"]
        nodes.append(helper.make_node("Conv", *names, f"conv{layer}", pads=[1] * 4))
    size = [1, channels, 12 + place, 12]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("t0", TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info(f"t{LAYERS}", TensorProto.FLOAT, size)],
        weights,
    )
    onnx.save(helper.make_model(graph), path)


@on_linux
def test_ten_models_in_a_row_leave_nothing_in_memory(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    sizes_bytes = []
    for place in range(MODELS):
        path = tmp_path / f"net{place}.onnx"
        write_network(path, place)
        visit.page.get_by_label("Model files").set_input_files(str(path))
        expect(visit.page.get_by_role("heading", level=2)).to_have_text(
            path.stem, timeout=READY_LIMIT_MS
        )
        visit.ready()
        # The first ones have the engine compiled and its memory grown.
        if place in (1, MODELS - 1):
            sizes_bytes.append(resident_bytes(visit.page))
    second, last = sizes_bytes
    assert last - second < LEAK_BYTES * (MODELS - 2)
    assert len(visit.page.workers) == 1
    visit.assert_clean(site)


@on_linux
def test_tabs_closed_and_opened_again_leave_no_worker_behind(
    site: Site, open_page: Callable[..., Visit], tmp_path: Path
) -> None:
    first = open_page(site.url)
    first.ready()
    context = first.page.context
    browser = browser_of(first.page)
    before = len(first.page.workers)
    assert before == 1
    large_model(tmp_path / "net.onnx", 16 << 30)
    for _ in range(TABS):
        visit = Visit(context.new_page())
        watch(visit)
        visit.page.goto(site.url)
        visit.ready()
        choose(visit, tmp_path / "net.onnx", tmp_path / "big.data")
        visit.ready()
        # Closed in the middle of its work.
        visit.page.get_by_label(SWITCH).check()
        expect(visit.page.locator(".work")).to_have_attribute("data-on", "true")
        assert workers(browser) > before
        visit.page.close()
        visit.assert_clean(site)
    has_workers(first.page, before)
    first.assert_clean(site)
