"""The accelerator as a choice: those that ship, one's own file, links, and the way back."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from py.breakdown.link import decode_link, encode_link
from py.page import handle
from py.platforms.load import read_platform_file
from tests.models import conv_net
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import (
    choose_platform,
    error,
    number,
    platform_field,
    sample_answer,
    shows,
)
from web.tools.samples import request_for

PHONE = {"viewport": {"width": 390, "height": 844}}


def about(page: Page) -> Locator:
    """The line that names the accelerator whose breakdown is shown."""
    return page.locator("details.platform")


def choose(visit: Visit, identity: str, name: str) -> None:
    choose_platform(visit.page, identity)
    shown_on(visit, name)


def shown_on(visit: Visit, name: str) -> None:
    """Wait for the breakdown on this accelerator."""
    line = about(visit.page).locator("summary b")
    expect(line).to_have_text(name, timeout=READY_LIMIT_MS)
    visit.ready()


def energy(page: Page) -> float:
    return number(page.locator(".totals dd b").first.inner_text())


def lenet_on(platform: dict[str, Any], root: Path) -> float:
    """Return the joules that the engine finds for LeNet-5."""
    models = root / "public" / "models"
    index = json.loads((models / "index.json").read_text())
    sample = next(entry for entry in index if entry["id"] == "lenet5")
    request = request_for(sample, folder=str(models)) | {"platform": platform}
    joules = json.loads(handle(json.dumps(request)))["result"]["totals"]["energy_j"]
    assert isinstance(joules, float)
    return joules


@pytest.fixture
def lenet(visit: Visit) -> Visit:
    """LeNet-5 on the default accelerator: small, so that it is quickly mapped."""
    visit.page.get_by_label("Sample").select_option("lenet5")
    shows(visit.page, "LeNet-5")
    visit.ready()
    return visit


@pytest.fixture
def own() -> dict[str, Any]:
    """An accelerator of one's own: Eyeriss with a larger array."""
    platform = read_platform_file("eyeriss")
    platform |= {"id": "mine", "name": "Mine"}
    for axis in platform["array"]["axes"]:
        axis["pes"]["value"] = 32
    return platform


def written(folder: Path, platform: dict[str, Any], name: str = "mine.json") -> str:
    (folder / name).write_text(json.dumps(platform))
    return str(folder / name)


def open_own(visit: Visit, path: str) -> None:
    visit.page.get_by_label("Platform file").set_input_files(path)


def test_every_accelerator_that_ships_is_there_with_what_it_is(lenet: Visit, root: Path) -> None:
    page = lenet.page
    platform_field(page).click()
    group = page.get_by_role("group", name="Accelerators", exact=True)
    names = group.locator(".option-name").all_inner_texts()
    page.keyboard.press("Escape")
    files = [
        json.loads(path.read_text()) for path in (root / "public" / "accelerators").glob("*.json")
    ]
    assert sorted(names) == sorted(file["name"] for file in files)
    assert names[0] == "Eyeriss"
    expect(about(page)).to_contain_text("12 × 14 PEs at 200 MHz")
    about(page).locator("summary").click()
    expect(about(page)).to_contain_text("JSSC 52(1), 2017")
    expect(about(page).locator("tbody tr", has_text="Global buffer")).to_contain_text("100 KiB")


def test_the_numbers_are_those_of_the_accelerator_chosen(
    lenet: Visit, site: Site, root: Path
) -> None:
    page = lenet.page
    choose(lenet, "tpu-v1-like", "TPU v1-like")
    expected = lenet_on(read_platform_file("tpu-v1-like"), root)
    assert energy(page) == pytest.approx(expected, rel=5e-4)
    flows = page.get_by_label("Dataflow").locator("option").all_inner_texts()
    assert flows[0] == "Weight stationary"
    expect(page.get_by_role("slider", name="Unified buffer")).to_be_visible()
    assert decode_link(page.url)["platform"]["id"] == "tpu-v1-like"
    lenet.assert_clean(site)


def test_back_and_forward_go_through_models_and_accelerators(lenet: Visit) -> None:
    page = lenet.page
    on_eyeriss = energy(page)
    choose(lenet, "shidiannao-like", "ShiDianNao-like")
    elsewhere = energy(page)
    page.go_back()
    shown_on(lenet, "Eyeriss")
    assert energy(page) == on_eyeriss
    expect(page.get_by_label("Sample")).to_have_value("lenet5")
    expect(platform_field(page)).to_have_value("Eyeriss")
    page.go_back()
    shows(page, "AlexNet")
    page.go_forward()
    shows(page, "LeNet-5")
    page.go_forward()
    shown_on(lenet, "ShiDianNao-like")
    assert energy(page) == elsewhere


def test_a_link_opens_on_its_accelerator(lenet: Visit, open_page: Callable[..., Visit]) -> None:
    choose(lenet, "nvdla-like", "NVDLA-like")
    other = open_page(lenet.page.url)
    shown_on(other, "NVDLA-like")
    expect(platform_field(other.page)).to_have_value("NVDLA-like")
    expect(other.page.locator(".warnings")).to_have_count(0)
    assert energy(other.page) == energy(lenet.page)


def test_a_link_to_an_accelerator_that_is_nowhere_is_told(
    site: Site, dist: Path, open_page: Callable[..., Visit]
) -> None:
    state = sample_answer(dist, "lenet5")["state"]
    state["platform"] = {"id": "gone", "hash": "0"}
    visit = open_page(f"{site.url}#{encode_link(state)}")
    expect(error(visit.page, "platform-unknown")).to_contain_text("gone")
    expect(visit.page.get_by_role("main")).to_contain_text("could not be computed")
    visit.page.get_by_label("Sample").select_option("lenet5")
    shown_on(visit, "Eyeriss")


def test_ones_own_is_used_carried_in_the_link_and_removed(
    lenet: Visit,
    own: dict[str, Any],
    root: Path,
    tmp_path: Path,
    open_page: Callable[..., Visit],
) -> None:
    page = lenet.page
    before = energy(page)
    open_own(lenet, written(tmp_path, own))
    shown_on(lenet, "Mine")
    assert energy(page) == pytest.approx(lenet_on(own, root), rel=5e-4)
    expect(about(page)).to_contain_text("32 × 32 PEs")
    assert decode_link(page.url)["platform"]["file"] == own
    other = open_page(page.url)
    shown_on(other, "Mine")
    assert energy(other.page) == energy(page)
    expect(platform_field(page)).to_have_value("Mine (your file)")
    choose(lenet, "eyeriss", "Eyeriss")
    platform_field(page).click()
    page.get_by_role("option", name="Mine your file").click()
    shown_on(lenet, "Mine")
    page.get_by_role("button", name="Remove Mine").click()
    expect(platform_field(page)).to_be_focused()
    shown_on(lenet, "Eyeriss")
    assert energy(page) == before
    platform_field(page).click()
    expect(page.get_by_role("option", name="your file")).to_have_count(0)


def test_a_model_and_an_accelerator_can_be_given_together(
    visit: Visit, own: dict[str, Any], tmp_path: Path
) -> None:
    model = tmp_path / "net.onnx"
    model.write_bytes(conv_net())
    visit.page.get_by_label("Model files").set_input_files([written(tmp_path, own), str(model)])
    shows(visit.page, "net")
    shown_on(visit, "Mine")


def test_one_too_large_for_a_link_is_saved_with_the_breakdown(
    lenet: Visit, own: dict[str, Any], tmp_path: Path
) -> None:
    page = lenet.page
    own["sources"] |= {f"more{i}": "x" * 500 for i in range(10)}
    open_own(lenet, written(tmp_path, own))
    shown_on(lenet, "Mine")
    assert "#" not in page.url
    save = page.get_by_role("button", name="Save breakdown")
    expect(save).to_have_attribute("title", re.compile("^Your platform’s file is too large"))
    with page.expect_download() as coming:
        save.click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    before = energy(page)
    page.get_by_role("button", name="Remove Mine").click()
    shown_on(lenet, "Eyeriss")
    page.get_by_label("Model files").set_input_files(str(saved))
    shown_on(lenet, "Mine")
    assert energy(page) == before


def test_a_bad_one_is_told_by_the_engine_and_nothing_changes(
    lenet: Visit, own: dict[str, Any], tmp_path: Path
) -> None:
    page = lenet.page
    before = page.locator(".layers").inner_text()
    own["array"]["axes"][0]["pes"]["value"] = -1
    open_own(lenet, written(tmp_path, own))
    expect(error(page, "platform-invalid")).to_contain_text("-1")
    assert page.locator(".layers").inner_text() == before
    expect(platform_field(page)).to_have_value("Eyeriss")
    open_own(lenet, written(tmp_path, {"schema": "joulegraph/accelerator/9"}, "new.json"))
    expect(error(page, "platform-invalid")).to_contain_text("joulegraph/accelerator/9")


def test_on_a_phone_everything_has_room(site: Site, open_page: Callable[..., Visit]) -> None:
    visit = open_page(site.url, **PHONE)
    page = visit.page
    shows(page, "AlexNet")
    about(page).locator("summary").click()
    page.get_by_text("Batch, bits, zeros, memory").click()
    expect(page.get_by_role("slider", name="Global buffer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_layers_are_mapped_for_what_is_asked(lenet: Visit, site: Site) -> None:
    page = lenet.page
    before = energy(page)
    page.get_by_role("combobox", name="Mapped for").select_option("delay")
    lenet.mapped_with(objective="delay")
    assert energy(page) >= before
    lenet.assert_clean(site)


def test_what_fusing_layers_would_save_is_shown_beside_the_result(lenet: Visit) -> None:
    page = lenet.page
    before = energy(page)
    page.get_by_role("tab", name="What if").click()
    panel = page.get_by_role("region", name="What if layers were fused")
    panel.get_by_label("Look at every pair").check()
    expect(panel.locator("table tbody tr").first).to_be_visible(timeout=READY_LIMIT_MS)
    lenet.mapped_with(fuse=True)
    expect(panel).to_contain_text("pairs share no layer and save most together")
    assert energy(page) == before
    panel.get_by_label("Look at every pair").uncheck()
    expect(panel.locator("table")).to_have_count(0)
