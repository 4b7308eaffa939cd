"""The pictures of a breakdown: each says something else, all are of the same layers."""

import math
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.conftest import Site, Visit
from tests.page.reading import (
    SVG,
    axe_faults,
    chosen_layer,
    column,
    number,
    sample_answer,
    saved_picture,
    shows,
)

PICTURES = ["Per layer", "By depth", "By kind", "Roofline", "Map"]


@pytest.fixture(scope="module")
def layers(dist: Path) -> Any:
    """What the engine says of AlexNet's layers."""
    return sample_answer(dist, "alexnet")["result"]["layers"]


@pytest.fixture
def page(visit: Visit) -> Page:
    shows(visit.page, "AlexNet")
    return visit.page


def choose(page: Page, picture: str) -> Locator:
    """Choose a picture and return its drawing."""
    page.get_by_role("radio", name=picture, exact=True).check(force=True)
    drawing = page.locator(".chart svg[role=img]")
    expect(drawing).to_be_visible()
    return drawing


def says(page: Page) -> str:
    """Return what the picture's description says."""
    return page.locator("#chart-finding").text_content() or ""


def slider(page: Page) -> Locator:
    """Return what takes the keys for the picture."""
    return page.get_by_role("slider", name="Layer", exact=True)


def half_way(amounts: list[float]) -> int:
    """Return the number, from 1, of the first with which half of the sum is reached."""
    whole, reached = math.fsum(amounts), 0.0
    for place, amount in enumerate(amounts, 1):
        reached += amount
        if reached >= whole / 2:
            return place
    raise AssertionError("amounts that add up to something expected")


def test_every_picture_has_a_name_and_a_finding(page: Page, visit: Visit, site: Site) -> None:
    heard = set()
    for picture in PICTURES:
        drawing = choose(page, picture)
        expect(drawing).to_have_accessible_name(re.compile("13 layers|4 kinds"))
        assert len(says(page)) > 60
        heard.add(says(page))
        assert drawing.locator("rect, path").count() > 8
    assert len(heard) == len(PICTURES)
    visit.assert_clean(site)


def test_the_keyboard_chooses_in_every_picture_what_the_mouse_does(page: Page) -> None:
    for picture in PICTURES:
        choose(page, picture)
        keys = slider(page)
        keys.focus()
        keys.press("Home")
        first = chosen_layer(page).inner_text()
        keys.press("ArrowRight")
        second = chosen_layer(page).inner_text()
        assert first != second
        expect(keys).to_have_attribute("aria-valuetext", re.compile(f"^{second}, "))
        expect(keys).to_have_attribute("aria-valuenow", "2")
        expect(page.get_by_role("heading", name=f"Why {second}")).to_be_visible()
        expect(page.locator(".tooltip")).to_contain_text(second)
        keys.press("ArrowLeft")
        expect(chosen_layer(page)).to_have_text(first)


def test_chart_and_table_point_at_each_other(page: Page) -> None:
    page.locator("[data-layer='3']").hover()
    expect(page.locator(".chart .hovered")).to_have_attribute("data-at", "3")
    page.locator(".bar-group").nth(6).hover()
    expect(page.locator(".layers .pointed")).to_have_attribute("data-layer", "6")
    page.locator("#model-title").hover()
    expect(page.locator(".pointed, .hovered")).to_have_count(0)


def test_stacks_by_kind(page: Page, layers: Any) -> None:
    page.get_by_role("radio", name="kind", exact=True).check()
    legend = page.locator(".chart .legend")
    dense = math.fsum(layer["energy_j"] for layer in layers if layer["kind"] == "dense")
    share = dense / math.fsum(layer["energy_j"] for layer in layers)
    expect(legend).to_contain_text(f"Fully connected {100 * share:.1f}\u00a0%")
    expect(legend.locator("li")).to_have_count(4)
    assert column(page, "Sum")[-1].startswith("100.0")


def test_energy_against_depth(page: Page, layers: Any) -> None:
    choose(page, "By depth")
    energy = half_way([layer["energy_j"] for layer in layers])
    macs = half_way([layer["macs"] for layer in layers])
    assert f"up to layer {energy} of 13, {layers[energy - 1]['name']}" in says(page)
    assert f"up to layer {macs} of 13, {layers[macs - 1]['name']}" in says(page)


def test_hotspots_are_the_kinds_of_layers(page: Page, layers: Any) -> None:
    drawing = choose(page, "By kind")
    sums: dict[str, float] = defaultdict(float)
    for layer in layers:
        sums[layer["kind"]] += layer["energy_j"]
    whole = math.fsum(sums.values())
    expected = [f"{100 * part / whole:.1f}" for part in sorted(sums.values(), reverse=True)]
    shown = drawing.locator(".kind-share").all_text_contents()
    assert [re.findall(r"([\d.]+)\u00a0%", text)[0] for text in shown] == expected
    expect(drawing.locator(".kind-name").first).to_have_text("Fully connected 3 layers")


def test_roofline_says_how_its_line_was_got(page: Page, layers: Any) -> None:
    choose(page, "Roofline")
    computing = [
        (layer["parts"]["computation"]["mac"], 2 * layer["macs"] + layer["ops"])
        for layer in layers
        if layer["parts"].get("computation", {}).get("mac", 0) > 0
    ]
    per_op = math.fsum(j for j, _ in computing) / math.fsum(ops for _, ops in computing)
    said = re.search(r"an operation costs ([\d.]+ .)J, a byte .* DRAM ([\d.]+ .)J", says(page))
    assert said is not None
    assert number(said[1]) == pytest.approx(per_op, rel=5e-4)
    # 200 MAC energies of 1.414 pJ for each word of 16 bits.
    assert number(said[2]) == pytest.approx(200 * 1.414e-12 / 2, rel=5e-4)
    expect(page.locator(".roof")).to_contain_text("balance point")


def test_the_map_looks_into_modules_by_mouse_and_keyboard(page: Page, visit: Visit) -> None:
    visit.ready()
    page.get_by_label("Sample").select_option("resnet50")
    shows(page, "ResNet-50")
    visit.ready()
    drawing = choose(page, "Map")
    crumbs = page.get_by_role("navigation", name="Modules").get_by_role("button")
    expect(crumbs).to_have_count(1)
    drawing.locator(".module text", has_text="res4a").click()
    expect(crumbs).to_have_text(["resnet50", "res4a"])
    expect(drawing.locator(".leaf")).to_have_count(5)
    drawing.locator(".leaf text", has_text="branch2b").click()
    expect(chosen_layer(page)).to_have_text("res4a_branch2b")
    slider(page).focus()
    page.keyboard.press("Escape")
    expect(crumbs).to_have_count(1)
    page.keyboard.press("End")
    page.keyboard.press("PageUp")  # ten layers before the last
    page.keyboard.press("Enter")
    expect(crumbs).to_have_text(["resnet50", "res5a"])
    crumbs.first.click()
    expect(crumbs).to_have_count(1)


def test_the_table_filters_and_adds_up(page: Page, layers: Any) -> None:
    page.get_by_label("Filter").fill("pool")
    assert column(page, "Layer") == ["pool1", "pool2", "pool5"]
    expect(page.locator(".table-tools [role=status]")).to_have_text("3 of 13 layers")
    pools = math.fsum(layer["energy_j"] for layer in layers if layer["kind"] == "pool")
    sums = page.locator(".layers tfoot tr").first.locator("td, th")
    assert number(sums.nth(3).inner_text()) == pytest.approx(pools, rel=5e-4)
    page.get_by_label("Filter").fill("fully gemm")
    assert column(page, "Layer") == ["fc6", "fc7", "fc8"]
    page.get_by_label("Filter").fill("nothing like it")
    expect(page.locator(".table-tools [role=status]")).to_have_text("0 of 13 layers")
    assert column(page, "Layer") == []
    page.get_by_label("Filter").fill("")
    page.get_by_label("The 10 costliest").check()
    costliest = sorted(layers, key=lambda layer: -layer["energy_j"])[:10]
    assert set(column(page, "Layer")) == {layer["name"] for layer in costliest}


def test_the_table_groups_by_kind_and_opens_a_group_by_keyboard(page: Page, layers: Any) -> None:
    page.get_by_label("Group by").select_option("kind")
    bundles = page.locator(".layers tr.bundle button")
    expect(bundles).to_have_count(4)
    page.locator(".layers thead button", has_text="Energy").click()
    expect(bundles.first).to_have_text(re.compile("Fully connected"))
    dense = math.fsum(layer["energy_j"] for layer in layers if layer["kind"] == "dense")
    assert number(column(page, "Energy")[0]) == pytest.approx(dense, rel=5e-4)
    bundles.first.focus()
    page.keyboard.press("Enter")
    expect(bundles.first).to_have_attribute("aria-expanded", "true")
    assert column(page, "Layer")[1:4] == ["fc6", "fc7", "fc8"]
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-layer='10'] button")).to_be_focused()
    # What a picture points out is brought in, out of a closed group too.
    page.locator(".bar-group").first.click()
    expect(chosen_layer(page)).to_have_text("conv1")
    expect(page.locator(".layers .inside")).to_have_count(3 + 5)


def test_each_picture_is_a_file_that_stands_by_itself(page: Page) -> None:
    for picture in PICTURES:
        choose(page, picture)
        root, facts = saved_picture(page, page.locator(".chart"), "alexnet-eyeriss-")
        assert facts["platform"]["id"] == "eyeriss"
        assert facts["options"]["batch"] == 1
        assert len(root.findtext(f"{SVG}desc") or "") > 60
        assert "AlexNet".lower() in "".join(root.itertext()).lower()


def test_a_picture_is_a_png_of_twice_its_size(page: Page) -> None:
    with page.expect_download() as waiting:
        page.locator(".chart").get_by_role("button", name="SVG").click()
    drawn = ElementTree.fromstring(Path(waiting.value.path()).read_text())
    with page.expect_download() as waiting:
        page.locator(".chart").get_by_role("button", name="PNG").click()
    data = Path(waiting.value.path()).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert size == (2 * int(drawn.get("width", 0)), 2 * int(drawn.get("height", 0)))
    assert len(data) > 10_000  # not an empty sheet


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 320, "height": 700}},
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
        {"viewport": {"width": 3840, "height": 2160}},
    ],
    ids=["narrowest", "phone", "4k"],
)
def test_pictures_fit_every_screen(
    options: dict[str, Any], site: Site, open_page: Callable[..., Visit], root: Path
) -> None:
    page = open_page(site.url, **options).page
    shows(page, "AlexNet")
    for picture in PICTURES:
        drawing = choose(page, picture)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        card, box = page.locator(".chart").bounding_box(), drawing.bounding_box()
        assert card is not None
        assert box is not None
        assert box["width"] <= card["width"]
        assert axe_faults(page, root) == []


def test_a_picture_that_the_browser_cannot_draw_is_told(page: Page) -> None:
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    page.locator(".chart").get_by_role("button", name="PNG").click()
    expect(page.locator(".chart").get_by_role("alert")).to_contain_text("SVG needs no drawing")
    saved_picture(page, page.locator(".chart"), "alexnet-eyeriss-")
    expect(page.locator(".chart").get_by_role("alert")).to_have_count(0)
