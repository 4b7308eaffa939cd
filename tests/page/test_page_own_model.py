"""A model of one's own: chosen, dropped, changed, cancelled; and what happens to bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from py.page import handle
from py.platforms.load import read_platform_file
from tests.models import conv_net
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import (
    column,
    dial,
    error,
    number,
    sample_answer,
    shows,
    whole,
)

DROP = """([name, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], name));
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector("h1").dispatchEvent(
      new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def choose(visit: Visit, *paths: Path) -> None:
    visit.page.get_by_label("Model files").set_input_files([str(path) for path in paths])


def test_a_chosen_file_gives_the_terminals_numbers(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(conv_net())
    choose(visit, path)
    shows(visit.page, "mine")
    request = {
        "do": "estimate",
        "source": {"kind": "file", "path": str(path), "name": path.name},
        "platform": read_platform_file("eyeriss"),
    }
    layers = whole(json.loads(handle(json.dumps(request))))["result"]["layers"]
    assert column(visit.page, "Layer") == [layer["name"] for layer in layers]
    shown = [number(text) for text in column(visit.page, "Energy")]
    assert shown == pytest.approx([layer["energy_j"] for layer in layers], rel=5.1e-4)
    visit.ready()
    visit.assert_clean(site)


def test_a_file_can_be_dropped_anywhere(visit: Visit) -> None:
    visit.page.evaluate(DROP, ["dropped.onnx", list(conv_net())])
    shows(visit.page, "dropped")
    expect(visit.page.locator(".drop-over")).to_be_hidden()


def test_a_table_of_layers_is_a_model_too(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "layers.csv"
    path.write_text(
        "kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a\n"
        "conv,1,1,16,3,8,8,3,3,1,16,16,0,0\n"
        "dense,1,1,10,1024,1,1,1,1,1,16,16,0,0\n"
    )
    choose(visit, path)
    shows(visit.page, "layers")
    assert column(visit.page, "Kind") == ["conv", "dense"]


def test_batch_bits_and_zero_fractions_recompute(visit: Visit, dist: Path) -> None:
    page = visit.page
    visit.ready()
    energy, totals, detail = (page.locator(at) for at in (".totals dd b", ".totals", ".detail"))
    soon = READY_LIMIT_MS
    before = sample_answer(dist, "alexnet")["result"]["totals"]["energy_j"]
    dial(page, "Batch").fill("4")
    expect(totals).to_contain_text("per inference", timeout=soon)
    visit.ready()
    per_inference = page.locator(".totals dd span").first.inner_text()
    assert number(per_inference.removesuffix(" per inference")) < before
    dial(page, "Batch").fill("1")
    expect(totals).not_to_contain_text("per inference", timeout=soon)
    visit.ready()
    assert number(energy.first.inner_text()) == pytest.approx(before, rel=5e-4)
    page.get_by_label("Zero fractions").uncheck()
    expect(detail).to_contain_text("every value is counted as non-zero", timeout=soon)
    dense = number(energy.first.inner_text())
    assert dense > before
    dial(page, "Weight bits").fill("8")
    expect(detail).to_contain_text("8 bits", timeout=soon)
    visit.ready()
    assert number(energy.first.inner_text()) < dense
    page.get_by_role("button", name="Reset").click()
    expect(detail).not_to_contain_text("8 bits", timeout=soon)
    visit.ready()
    assert number(energy.first.inner_text()) == pytest.approx(before, rel=5e-4)
    expect(page.get_by_label("Zero fractions")).to_be_checked()


def test_cancel_keeps_what_was_shown_and_the_engine_comes_back(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    visit = open_page()
    page, held = visit.page, "**/engine.snapshot"
    page.context.route(held, lambda route: None)  # never answered: Python does not come
    page.goto(site.url)
    shows(page, "AlexNet")
    text = page.locator(".layers").inner_text()
    dial(page, "Batch").fill("4")
    expect(page.locator(".work")).to_contain_text("Waiting for the engine")
    expect(page.locator("html")).to_have_attribute("data-state", "busy")
    assert page.locator(".layers").inner_text() == text
    page.context.unroute(held)
    page.get_by_role("button", name="Cancel").click()
    expect(dial(page, "Batch")).to_have_value("1")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert page.locator(".layers").inner_text() == text
    visit.ready()
    dial(page, "Batch").fill("2")
    expect(page.locator(".totals")).to_contain_text("per inference", timeout=READY_LIMIT_MS)


@pytest.mark.parametrize("name", ["empty", "png", "truncated", "sparse", "json"])
def test_bad_input_is_told_and_the_last_good_result_stays(
    name: str, visit: Visit, site: Site, tmp_path: Path
) -> None:
    visit.ready()
    text = visit.page.locator(".layers").inner_text()
    path = tmp_path / f"{name}.{'json' if name == 'json' else 'onnx'}"
    contents = {"png": b"\x89PNG\r\n\x1a\n" + bytes(100), "truncated": conv_net()[:-50]}
    with path.open("wb") as file:
        file.write(contents.get(name, b""))
        if name == "sparse":
            file.truncate(3 << 30)
    started = visit.page.evaluate("performance.now()")
    choose(visit, path)
    alert = visit.page.get_by_role("alert")
    expect(alert.locator("strong")).not_to_be_empty()
    # A loaded machine takes its time; a second is what it takes alone.
    assert visit.page.evaluate("performance.now()") - started < 5000
    expect(visit.page.locator("html")).to_have_attribute("data-state", "error")
    assert visit.page.locator(".layers").inner_text() == text
    alert.get_by_role("button", name="Dismiss").click()
    expect(alert).to_be_hidden()
    expect(visit.page.locator("main")).to_be_focused()
    visit.ready()
    visit.assert_clean(site)


def test_zero_fractions_of_ones_own_are_used(visit: Visit, tmp_path: Path) -> None:
    model, zeros = tmp_path / "net.onnx", tmp_path / "zeros.json"
    model.write_bytes(conv_net())
    layers = {"conv1": {"ifmap": 0.5, "weight": 0.25, "ofmap": 0.5}}
    content = {"schema": "joulegraph/density/1", "source": "counted by me", "layers": layers}
    zeros.write_text(json.dumps(content))
    choose(visit, zeros, model)
    shows(visit.page, "net")
    expect(visit.page.get_by_label("Zero fractions")).to_be_checked()
    visit.page.locator(".layers tbody tr").nth(0).click()
    expect(visit.page.locator(".detail")).to_contain_text("zeros in the weights")
    expect(visit.page.locator(".detail")).to_contain_text("25.0\u00a0%")


def test_names_from_a_file_are_never_markup(visit: Visit, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=document.title=1>.onnx"
    path.write_bytes(conv_net().replace(b"conv1", b"<b>1<"))
    choose(visit, path)
    expect(visit.page.get_by_role("heading", level=2)).to_contain_text("<img src=x")
    assert visit.page.locator("main img, main .layers b").count() == 0
    visit.assert_clean(site)


@pytest.mark.parametrize("typed", ["0", "2.5", "9999999"])
def test_a_batch_that_is_none_is_said_and_not_taken(visit: Visit, typed: str) -> None:
    field = dial(visit.page, "Batch")
    field.fill(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    message = field.evaluate("field => field.validationMessage")
    assert message == "A whole number from 1 to 1048576."
    field.blur()
    expect(field).to_have_value("1")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_what_is_not_covered_is_listed_and_said(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(conv_net().replace(b"MaxPool", b"MaxFool"))
    choose(visit, path)
    shows(visit.page, "odd")
    coverage = visit.page.get_by_role("region", name="Coverage")
    expect(coverage).to_contain_text("MaxFool")
    expect(visit.page.locator(".totals dd b").first).to_contain_text("≥")
    expect(visit.page.locator(".finding")).to_contain_text("leaves out")


def test_an_unknown_json_says_what_is_read(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text('{"name": "x"}')
    choose(visit, path)
    expect(error(visit.page, "json-unknown")).to_contain_text("package.json")
