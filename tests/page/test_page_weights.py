"""Zeros in the weights, counted on the page: switched on, watched, cancelled, kept in the link."""

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from playwright.sync_api import expect

from tests.models import conv_net
from tests.page.conftest import Site, Visit
from tests.page.reading import shows

SWITCH = "Count zeros in the weights"
NBSP = "\u00a0"


def write_model(folder: Path, *, external: bool) -> Path:
    """Write a small network: a quarter of conv1's weights are zero, all but 64 of fc1's."""
    model = onnx.load_from_string(conv_net())
    conv, dense = np.ones((4, 3, 3, 3), np.float32), np.zeros((10, 64), np.float32)
    conv[0] = -0.0
    dense[0] = 0.5
    values = {"w": conv, "fc": dense}
    for tensor in model.graph.initializer:
        if tensor.name in values:
            tensor.CopyFrom(numpy_helper.from_array(values[tensor.name], tensor.name))
    path = folder / "net.onnx"
    if external:
        onnx.save(
            model, path, save_as_external_data=True, location="net.onnx.data", size_threshold=0
        )
    else:
        onnx.save(model, path)
    return path


def choose(visit: Visit, *paths: Path) -> None:
    visit.page.get_by_label("Model files").set_input_files([str(path) for path in paths])
    shows(visit.page, "net")


def zeros_in_weights(visit: Visit, row: int) -> str:
    """Return what the detail of a layer says of the zeros in its weights."""
    visit.page.locator(".layers tbody tr").nth(row).get_by_role("button").first.click()
    return visit.page.locator(".detail").inner_text().replace(NBSP, " ")


@pytest.mark.parametrize("external", [False, True])
def test_zeros_are_counted_where_the_switch_is_on(
    external: bool, visit: Visit, site: Site, tmp_path: Path
) -> None:
    path = write_model(tmp_path, external=external)
    # The order in which files are dropped says nothing.
    choose(visit, *([tmp_path / "net.onnx.data"] if external else []), path)
    switch = visit.page.get_by_label(SWITCH)
    expect(switch).not_to_be_checked()
    assert "every value is counted as non-zero" in zeros_in_weights(visit, 0)
    switch.check()
    expect(visit.page.locator(".detail")).to_contain_text("zeros in the weights")
    assert "25.0 %" in zeros_in_weights(visit, 0)
    assert "90.0 %" in zeros_in_weights(visit, 2)
    energy = visit.page.locator(".totals dd b").first.inner_text()
    address = visit.page.url
    switch.uncheck()
    expect(visit.page.locator(".detail")).to_contain_text("every value is counted as non-zero")
    visit.ready()
    visit.assert_clean(site)

    visit.page.goto("about:blank")
    visit.page.goto(address)
    shows(visit.page, "net")
    expect(visit.page.locator(".totals dd b").first).to_have_text(energy)
    expect(visit.page.get_by_label("Zero fractions")).to_be_checked()
    assert visit.page.get_by_label(SWITCH).count() == 0


def test_weights_in_a_file_that_was_not_given_are_unknown(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    choose(visit, write_model(tmp_path, external=True))
    visit.page.get_by_label(SWITCH).check()
    expect(visit.page.get_by_text("not all are known")).to_be_visible()
    visit.ready()
    assert "every value is counted as non-zero" in zeros_in_weights(visit, 0)
    visit.page.get_by_text("not all are known").hover()
    title = visit.page.get_by_text("not all are known").get_attribute("title")
    assert title is not None
    assert "'net.onnx.data' is not there" in title
    # Given afterwards, it is known for what it is.
    visit.page.get_by_label("Model files").set_input_files(str(tmp_path / "net.onnx.data"))
    expect(visit.page.locator(".detail")).to_contain_text("zeros in the weights")
    expect(visit.page.get_by_text("not all are known")).to_be_hidden()
    assert "25.0 %" in zeros_in_weights(visit, 0)
    visit.assert_clean(site)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_weights_are_not_copied_into_the_engine(visit: Visit, site: Site, tmp_path: Path) -> None:
    """Half a gigabyte is counted while the page's memory stays where it was."""
    large_model(tmp_path / "net.onnx", 1 << 29)
    choose(visit, tmp_path / "net.onnx", tmp_path / "big.data")
    visit.ready()
    developer = visit.page.context.browser
    assert developer is not None
    session = developer.new_browser_cdp_session()

    def largest_process_bytes() -> int:
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        renderers = [entry["id"] for entry in processes if entry["type"] == "renderer"]
        return max(
            int(line.split()[1]) * 1024
            for identity in renderers
            for line in Path(f"/proc/{identity}/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )

    # Reaching for a control starts the engine that maps anew: it is no part of what is counted.
    with visit.page.expect_worker():
        visit.page.get_by_label(SWITCH).hover()
    before, earlier = largest_process_bytes(), 0
    while abs(before - earlier) > 4_000_000:
        visit.page.wait_for_timeout(1500)
        before, earlier = largest_process_bytes(), before
    visit.page.get_by_label(SWITCH).check()
    expect(visit.page.locator(".detail")).to_contain_text("zeros in the weights", timeout=120_000)
    assert "100.0 %" in zeros_in_weights(visit, 0)
    assert largest_process_bytes() - before < 200_000_000
    visit.assert_clean(site)


def test_there_is_nothing_to_count_in_a_sample(visit: Visit) -> None:
    visit.ready()
    assert visit.page.get_by_label(SWITCH).count() == 0


def large_model(path: Path, size_bytes: int) -> None:
    """Write one dense layer of ``size_bytes``, in a file that takes no room on the disk."""
    rows = size_bytes // 4 // 1024
    weight = onnx.TensorProto(name="w", data_type=1, dims=[1024, rows])
    weight.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "big.data"), ("offset", "0"), ("length", str(4096 * rows))):
        weight.external_data.add(key=key, value=value)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], "big")],
        "g",
        [onnx.helper.make_tensor_value_info("x", 1, [1, 1024])],
        [onnx.helper.make_tensor_value_info("y", 1, [1, rows])],
        [weight],
    )
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    with (path.parent / "big.data").open("wb") as file:
        file.truncate(4096 * rows)


def test_counting_is_told_and_can_be_cancelled(visit: Visit, site: Site, tmp_path: Path) -> None:
    large_model(tmp_path / "net.onnx", 16 << 30)
    choose(visit, tmp_path / "big.data", tmp_path / "net.onnx")
    visit.page.get_by_label(SWITCH).check()
    expect(visit.page.locator(".work")).to_contain_text("Counting zeros in the weights")
    progress = visit.page.get_by_role("progressbar")
    expect(progress).to_have_attribute("value", re.compile(r"^0\.\d+$"))
    visit.page.get_by_role("button", name="Cancel").click()
    expect(visit.page.get_by_label(SWITCH)).not_to_be_checked()
    visit.ready()
    assert "every value is counted as non-zero" in zeros_in_weights(visit, 0)
    visit.assert_clean(site)
