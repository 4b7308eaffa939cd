"""A model of thousands of layers: some rows at a time, one area for each series, nothing lost."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from py.page import handle
from py.platforms.load import read_platform_file
from tests.page.conftest import Site, Visit
from tests.page.reading import axe_faults, chosen_layer, column, number, shows, whole

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}
COUNT = 2000
COSTLIEST = 1233
HEADER = "kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 layers of seven sizes, and one that costs far more than the others."""
    sizes = [16 + 8 * (place % 7) for place in range(COUNT)]
    sizes[COSTLIEST] = 256
    rows = [f"conv,1,1,{size},16,8,8,3,3,1,16,16,0,0" for size in sizes]
    path = tmp_path_factory.mktemp("models") / "many.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def energies(table: Path) -> list[float]:
    """What the engine says that each layer costs."""
    request = {
        "do": "estimate",
        "source": {"kind": "file", "path": str(table), "name": table.name},
        "platform": read_platform_file("eyeriss"),
    }
    layers = whole(json.loads(handle(json.dumps(request))))["result"]["layers"]
    return [layer["energy_j"] for layer in layers]


@pytest.fixture
def open_table(site: Site, open_page: Callable[..., Visit], table: Path) -> Callable[..., Page]:
    """Open the page, and the table on it."""

    def opened(**options: Any) -> Page:
        page = open_page(site.url, **(DESK | options)).page
        page.get_by_label("Model files").set_input_files(str(table))
        expect(page.get_by_role("heading", level=2)).to_have_text("many", timeout=60_000)
        shows(page, "many")
        return page

    return opened


def places(page: Page) -> list[int]:
    """Return the places in the network of the rows on the page, from 1."""
    return [int(text) for text in column(page, "#")]


def test_rows_come_some_at_a_time_and_say_so(
    open_table: Callable[..., Page], energies: list[float]
) -> None:
    page = open_table()
    assert places(page) == list(range(1, 201))
    expect(page.locator(".panel-head")).to_contain_text(["", "Rows 1 to 200 of 2000."])
    assert [number(text) for text in column(page, "Energy")] == pytest.approx(
        energies[:200], rel=5.1e-4
    )
    page.get_by_role("button", name="Next 200").click()
    assert places(page) == list(range(201, 401))
    expect(page.locator("[data-layer='200'] button")).to_be_focused()
    page.get_by_role("button", name="Previous 200").click()
    assert places(page) == list(range(1, 201))
    page.get_by_role("button", name="Previous 200").click(force=True)  # there is nothing before
    assert places(page) == list(range(1, 201))
    assert number(page.locator(".layers tfoot td").nth(2).inner_text()) == pytest.approx(
        sum(energies), rel=5.1e-4
    )


def test_all_rows_can_be_shown(open_table: Callable[..., Page], energies: list[float]) -> None:
    page = open_table()
    page.get_by_role("button", name="Show all 2000 layers").click()
    assert places(page) == list(range(1, COUNT + 1))
    assert [number(text) for text in column(page, "Energy")] == pytest.approx(energies, rel=5.1e-4)
    page.get_by_role("button", name="Show 200 at a time").click()
    assert places(page) == list(range(1, 201))


def test_sorting_is_of_all_rows(open_table: Callable[..., Page], energies: list[float]) -> None:
    page = open_table()
    page.get_by_role("button", name="Next 200").click()
    page.locator(".layers th", has_text="Energy").get_by_role("button").click()
    expect(page.locator(".layers tbody tr").first).to_have_attribute("data-layer", str(COSTLIEST))
    shown = [number(text) for text in column(page, "Energy")]
    assert shown == pytest.approx(sorted(energies, reverse=True)[:200], rel=5.1e-4)


def test_the_keyboard_walks_through_all_rows(open_table: Callable[..., Page]) -> None:
    page = open_table()
    page.locator("[data-layer='198'] button").click()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-layer='200'] button")).to_be_focused()
    expect(chosen_layer(page)).to_have_count(1)
    assert places(page) == list(range(201, 401))
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-layer='199'] button")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(f"[data-layer='{COUNT - 1}'] button")).to_be_focused()
    assert places(page) == list(range(1801, 2001))
    page.keyboard.press("Home")
    expect(page.locator("[data-layer='0'] button")).to_be_focused()


def test_the_chart_points_out_a_layer_and_the_table_brings_it_in(
    open_table: Callable[..., Page],
) -> None:
    page = open_table()
    chart = page.locator(".chart svg[role=img]")
    expect(chart.locator(".bar-group")).to_have_count(0)
    expect(chart.locator(".areas [class^=fill-]")).to_have_count(4)
    box = chart.bounding_box()
    assert box is not None
    # The costliest layer is the one that reaches highest.
    paths = "".join(chart.locator(".areas path").evaluate_all("all => all.map((p) => p.outerHTML)"))
    corners = re.findall(r"M([\d.]+) ([\d.]+)H", paths)
    tallest = float(min(corners, key=lambda corner: float(corner[1]))[0]) + 0.5
    page.mouse.move(box["x"] + tallest, box["y"] + 60)
    expect(page.locator(".tooltip")).to_contain_text(f"conv_{COSTLIEST + 1}")
    page.mouse.click(box["x"] + tallest, box["y"] + 60)
    expect(page.locator(f"[data-layer='{COSTLIEST}'].chosen")).to_have_count(1)
    assert places(page) == list(range(1201, 1401))
    expect(chart.locator(".marked")).to_have_count(1)
    page.mouse.move(0, 0)
    expect(page.locator(".tooltip")).to_have_count(0)


def test_back_from_the_reasons_leads_to_a_row_that_was_not_shown(
    open_table: Callable[..., Page],
) -> None:
    page = open_table(**PHONE)
    page.get_by_role("button", name="Back to layers").click()
    expect(page.locator(f"[data-layer='{COSTLIEST}'] button")).to_be_focused()


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"]
)
def test_screen_readers_are_told_of_all_rows(
    options: dict[str, Any], open_table: Callable[..., Page], root: Path
) -> None:
    page = open_table(**options)
    expect(page.locator(".layers")).to_have_attribute("aria-rowcount", str(COUNT + 2))
    page.get_by_role("button", name="Next 200").click()
    expect(page.locator(".layers tbody tr").first).to_have_attribute("aria-rowindex", "202")
    expect(page.locator(".layers tfoot tr")).to_have_attribute("aria-rowindex", str(COUNT + 2))
    assert page.locator(".layers tbody button[tabindex='0']").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_faults(page, root) == []


def test_the_browsers_own_search_finds_every_layer(open_table: Callable[..., Page]) -> None:
    page = open_table()
    page.keyboard.press("Control+f")
    expect(page.locator(".layers tbody tr")).to_have_count(COUNT)
    assert page.evaluate("window.find('conv_1987')")


def test_a_filter_looks_through_all_layers(open_table: Callable[..., Page]) -> None:
    page = open_table()
    page.get_by_label("Filter").fill("conv_1987")
    assert column(page, "Layer") == ["conv_1987"]
    expect(page.locator(".table-tools [role=status]")).to_have_text(f"1 of {COUNT} layers")
