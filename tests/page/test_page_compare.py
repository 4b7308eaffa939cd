"""The tab Compare: what it shows is the engine's comparison, and all of it is in the link."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from py.breakdown.link import decode_link
from py.compared import Run, compare, comparison_csv
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import axe_faults, error, number, sample_answer, shows

SAMPLES = ("alexnet", "lenet5")
NAMES = ["alexnet on Eyeriss", "lenet5 on Eyeriss"]
ERRORS = (0.429, 0.01)


def runs(page: Page) -> Locator:
    return page.get_by_role("table", name="Runs that are compared").locator("tbody tr")


def aligned(page: Page) -> Locator:
    return page.locator(".aligned table")


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def type_in(page: Page, label: str, text: str) -> None:
    field(page, label).fill(text)
    field(page, label).press("Tab")


def saved(page: Page, form: str, folder: Path) -> str:
    with page.expect_download(timeout=READY_LIMIT_MS) as told:
        page.get_by_role("button", name=f"Save comparison as {form}").click()
    target = folder / told.value.suggested_filename
    told.value.save_as(target)
    return target.read_text()


def link_with(page: Page, said: Callable[[Any], bool]) -> str:
    """Wait until the link, which is written a moment after a change, says so."""
    for _ in range(200):
        if "#" in page.url and said(decode_link(page.url)):
            return page.url
        page.wait_for_timeout(50)
    raise AssertionError(f"the link does not say it: {decode_link(page.url)}")


@pytest.fixture
def both(visit: Visit) -> Visit:
    """AlexNet and LeNet-5 on Eyeriss, kept side by side."""
    page = visit.page
    shows(page, "AlexNet")
    visit.ready()
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Keep what is shown").click()
    page.get_by_text("Add platforms or samples").click()
    page.locator(".adding select").last.select_option("sample lenet5")
    page.locator(".adding").get_by_role("button", name="Add").click()
    expect(runs(page)).to_have_count(2, timeout=READY_LIMIT_MS)
    expect(aligned(page)).to_be_visible(timeout=READY_LIMIT_MS)
    return visit


def test_numbers_are_those_of_the_terminal(
    both: Visit, site: Site, dist: Path, tmp_path: Path
) -> None:
    page = both.page
    for name, share in zip(NAMES, ERRORS, strict=True):
        type_in(page, f"Error of {name}, %", f"{100 * share:g}")
    type_in(page, f"Passed on by {NAMES[0]}, %", "25")
    field(page, f"Compare with {NAMES[1]}").check()
    expect(page.locator(".scatter svg")).to_be_visible(timeout=READY_LIMIT_MS)
    expect(page.locator(".compare")).to_contain_text("Cascade: ", timeout=READY_LIMIT_MS)
    expect(aligned(page).locator("thead th").nth(1)).to_contain_text("(base)")
    given = zip(NAMES, SAMPLES, ERRORS, (0.25, None), strict=True)
    found = compare(
        [
            Run.from_json(name, sample_answer(dist, sample)["result"], share, pass_on)
            for name, sample, share, pass_on in given
        ],
        1,
    )
    told = found.as_json()
    written = json.loads(saved(page, "json", tmp_path))
    assert written.pop("link") == page.url[page.url.index("#") :]
    assert written == told
    assert saved(page, "csv", tmp_path) == comparison_csv(found)
    for place, row in enumerate(runs(page).all()):
        shown = row.locator("td b").inner_text()
        assert number(shown.removesuffix("J")) == pytest.approx(
            told["totals"]["values"]["energy_j"][place], rel=5e-4
        )
    total = aligned(page).locator("tbody tr").last.locator("td").all_inner_texts()
    difference = told["totals"]["differences"]["energy_j"][0]
    assert number(total[1].replace("−", "-").removeprefix("+").removesuffix("J")) == pytest.approx(
        difference, rel=5e-4
    )
    names = {row["name"] for row in told["rows"]}
    listed = aligned(page).locator("tbody th button").all()
    assert len(listed) == min(20, len(told["rows"]))
    assert {one.inner_text().rsplit(" ", 1)[0] for one in listed} <= names
    both.assert_clean(site)


def test_all_of_it_is_in_the_link(both: Visit, open_page: Callable[..., Visit]) -> None:
    page = both.page
    type_in(page, "Name of run 2", "the <b>small</b> one")
    type_in(page, f"Error of {NAMES[0]}, %", "42.9")
    type_in(page, f"Passed on by {NAMES[0]}, %", "25")
    field(page, "Compare with the <b>small</b> one").check()
    page.get_by_label("Order").select_option("order")
    expect(page.locator(".compare")).to_contain_text("Cascade: ", timeout=READY_LIMIT_MS)
    expect(aligned(page).locator("thead")).to_contain_text("the <b>small</b> one (base)")
    link = link_with(
        page,
        lambda state: (
            state["page"]["fields"].get("compare.sort") == "order"
            and state["runs"][0].get("pass_on") == 0.25
        ),
    )
    other = open_page(link).page
    expect(aligned(other)).to_be_visible(timeout=READY_LIMIT_MS)
    expect(other.locator(".compare")).to_contain_text("Cascade: ")
    assert aligned(other).inner_text() == aligned(page).inner_text()
    assert runs(other).all_inner_texts() == runs(page).all_inner_texts()
    for label in ("Name of run 1", "Name of run 2", f"Error of {NAMES[0]}, %"):
        assert field(other, label).input_value() == field(page, label).input_value()
    assert other.locator(".compare b", has_text="small").count() == 0  # a name is text


def test_a_ninth_is_refused(both: Visit) -> None:
    page = both.page
    keep = page.get_by_role("button", name="Keep to compare")
    for _ in range(6):
        keep.click()
    expect(runs(page)).to_have_count(8)
    keep.click()
    error(page, "runs-full")
    expect(runs(page)).to_have_count(8)
    page.get_by_role("button", name="Remove alexnet on Eyeriss", exact=True).click()
    expect(runs(page)).to_have_count(7)


def test_a_table_fills_the_errors(both: Visit, tmp_path: Path) -> None:
    page = both.page
    table = tmp_path / "errors.csv"
    table.write_text("name,accuracy\nlenet5,99%\nalexnet on Eyeriss,0.571\n")
    page.get_by_label("Model files").set_input_files(str(table))
    expect(field(page, f"Error of {NAMES[0]}, %")).to_have_value("42.9", timeout=READY_LIMIT_MS)
    expect(field(page, f"Error of {NAMES[1]}, %")).to_have_value("1")
    page.get_by_label("Known of each").select_option("accuracy")
    expect(field(page, f"Accuracy of {NAMES[1]}, %")).to_have_value("99")
    expect(page.get_by_role("table", name="Energy-precision ratios")).to_contain_text("best")
    table.write_text("name,error\nnobody,0.2\n")
    page.get_by_label("Model files").set_input_files(str(table))
    error(page, "errors-unmatched")
    expect(runs(page)).to_have_count(2)


def test_rows_and_charts_point_at_each_other(both: Visit) -> None:
    page = both.page
    button = aligned(page).locator("tbody th button").nth(1)
    button.focus()
    expect(page.locator("svg .column")).to_have_count(2)
    expect(aligned(page).locator("tr.chosen")).to_contain_text(button.inner_text())
    page.get_by_label("Order").select_option("order")
    page.locator("svg[aria-labelledby=multiples-name]").hover(position={"x": 6, "y": 60})
    first = aligned(page).locator("tbody th").first.inner_text()
    expect(aligned(page).locator("tr.chosen th")).to_have_text(first)


def test_a_run_is_moved_up_and_the_focus_with_it(both: Visit) -> None:
    page = both.page
    type_in(page, f"Passed on by {NAMES[0]}, %", "25")
    page.get_by_role("button", name=f"Move up {NAMES[1]}").press("Enter")
    expect(field(page, "Name of run 1")).to_have_value(NAMES[1])
    expect(page.get_by_role("button", name=f"Show {NAMES[1]}")).to_be_focused()
    expect(field(page, f"Passed on by {NAMES[1]}, %")).to_have_value("25")
    expect(field(page, f"Compare with {NAMES[0]}")).to_be_checked()


def test_on_a_narrow_screen_all_of_a_run_is_on_it(both: Visit) -> None:
    page = both.page
    page.set_viewport_size({"width": 390, "height": 800})
    for label in (f"Error of {NAMES[0]}, %", f"Passed on by {NAMES[0]}, %"):
        box = field(page, label).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    box = runs(page).last.locator("td b").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everyone(both: Visit, scheme: Any, root: Path) -> None:
    page = both.page
    page.emulate_media(color_scheme=scheme)
    type_in(page, f"Error of {NAMES[0]}, %", "42.9")
    expect(page.locator(".scatter svg")).to_be_visible(timeout=READY_LIMIT_MS)
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert axe_faults(page, root) == []
