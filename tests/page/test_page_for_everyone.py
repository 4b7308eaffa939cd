"""Keyboard, screen reader, narrow screens, colours: what the mouse gets, for everyone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import chosen_layer, dial, shows

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1440, "height": 900}}
FAULTS = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, nodes }) => [id, impact, nodes.map((n) => n.html)]);
}"""


@pytest.fixture(scope="session")
def axe(root: Path) -> str:
    """The checker's source; evaluated by the debugger, which the page's policy leaves alone."""
    return (root / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize(
    "options",
    [DESK, DESK | {"color_scheme": "dark"}, PHONE, DESK | {"forced_colors": "active"}],
    ids=["light", "dark", "phone", "forced colours"],
)
def test_axe_finds_no_fault(
    options: dict[str, Any], site: Site, open_page: Callable[..., Visit], axe: str
) -> None:
    visit = open_page(site.url, **options)
    visit.ready()
    for summary in visit.page.locator("summary:visible:not(.menu > summary)").all():
        if summary.evaluate("summary => !summary.parentElement.open"):
            summary.click()
    visit.page.locator(".menu > summary").click()  # the last: it opens over what is below it
    visit.page.evaluate(axe)
    assert visit.page.evaluate(FAULTS) == []


def test_axe_finds_no_fault_while_an_error_is_shown(visit: Visit, axe: str) -> None:
    visit.ready()
    visit.page.evaluate("location.hash = '#v1.AAAA'")
    expect(visit.page.get_by_role("alert").locator("strong")).to_be_visible()
    visit.page.evaluate(axe)
    assert visit.page.evaluate(FAULTS) == []


def test_the_table_is_walked_by_keyboard(site: Site, open_page: Callable[..., Visit]) -> None:
    visit = open_page(site.url, **DESK)
    page = visit.page
    shows(page, "AlexNet")
    assert page.locator(".layers tbody button[tabindex='0']").count() == 1
    chosen_layer(page).focus()
    page.keyboard.press("Home")
    expect(chosen_layer(page)).to_have_text("conv1")
    expect(chosen_layer(page)).to_be_focused()
    expect(page.get_by_role("heading", name="Why conv1")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(chosen_layer(page)).to_have_text("norm1")
    page.keyboard.press("End")
    expect(chosen_layer(page)).to_have_text("fc8")
    page.keyboard.press("ArrowDown")
    expect(chosen_layer(page)).to_have_text("fc8")


def test_every_control_is_reached_by_tab(site: Site, open_page: Callable[..., Visit]) -> None:
    visit = open_page(site.url, **DESK)
    page = visit.page
    shows(page, "AlexNet")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).innerText ?? ''"
            )
        )
    text = "\n".join(reached)
    for name in ("Open model", "Sample", "Batch", "Weight bits", "Zero fractions", "Copy link"):
        assert name in text
    for name in ("Export", "Eyeriss", "data type", "Energy", "fc6"):
        assert name in text


def test_on_a_phone_nothing_sticks_out_and_why_is_one_press_away(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    visit = open_page(site.url, **PHONE)
    page = visit.page
    shows(page, "AlexNet")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".layers").get_by_role("button", name="conv2").click()
    expect(page.locator("#detail-title")).to_have_text("Why conv2")
    expect(page.locator("#detail-title")).to_be_focused()
    page.get_by_role("button", name="Back to layers").click()
    expect(chosen_layer(page)).to_be_focused()


def test_large_text_and_narrow_windows_scroll_one_way_only(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    # 1280 px at 400 % is 320 px: WCAG 2.2, reflow.
    visit = open_page(site.url, viewport={"width": 320, "height": 256})
    shows(visit.page, "AlexNet")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 320


def test_results_and_errors_are_read_out(visit: Visit) -> None:
    page = visit.page
    visit.ready()
    spoken = page.locator("#page > [role=status]")
    expect(spoken).to_contain_text("alexnet, batch 1:")
    dial(page, "Batch").fill("2")
    expect(spoken).to_contain_text("alexnet, batch 2:", timeout=READY_LIMIT_MS)


def test_the_chart_has_a_name_and_a_finding(visit: Visit) -> None:
    shows(visit.page, "AlexNet")
    chart = visit.page.get_by_role("img", name="Energy of each of the 13 layers")
    expect(chart).to_be_visible()
    expect(chart).to_have_accessible_description(
        f"{visit.page.locator('.finding').inner_text()} The table below has the numbers."
    )


def test_printed_without_controls(visit: Visit) -> None:
    shows(visit.page, "AlexNet")
    visit.page.emulate_media(media="print")
    expect(dial(visit.page, "Batch")).to_be_hidden()
    expect(visit.page.locator(".layers")).to_be_visible()


def test_numbers_are_the_readers_and_those_of_exports_are_not(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    page = open_page(site.url, **DESK, locale="de-DE").page
    shows(page, "AlexNet")
    for where in (".totals", ".legend", ".layers tfoot"):
        text = page.locator(where).first.inner_text()
        assert re.search(r"\d,\d", text), text
        assert not re.search(r"\d\.\d", text), text
    ticks = page.locator(".chart .tick").all_text_contents()
    with page.expect_download() as waiting:
        page.locator(".chart").get_by_role("button", name="SVG").click()
    drawn = ElementTree.fromstring(Path(waiting.value.path()).read_text())
    said = [(one.text or "").strip() for one in drawn.iter() if one.tag.split("}")[1] != "metadata"]
    assert {tick.replace(",", ".") for tick in ticks} <= set(said)
    assert not [text for text in said if re.search(r"\d,\d", text)]


def test_a_page_from_right_to_left_is_mirrored_and_its_pictures_are_not(
    site: Site, open_page: Callable[..., Visit]
) -> None:
    page = open_page(site.url, viewport={"width": 390, "height": 844}).page
    shows(page, "AlexNet")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    line = page.locator(".chart .axis line").first.bounding_box()
    assert line is not None
    for tick in page.locator(".chart .tick").all():
        box = tick.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= line["x"]
    # Numbers end, and names begin, where the language has it.
    head = page.locator(".layers thead")
    ends = head.get_by_role("columnheader", name="MACs").evaluate(
        "c => getComputedStyle(c).textAlign"
    )
    assert ends == "end"
