"""Dials: drawn at once by the mappings at hand, mapped anew behind, exact in the end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from py.breakdown.link import decode_link
from py.page import handle
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import axe_faults, dial, error, number, shows
from web.tools.samples import request_for


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label, exact=True)


def turn(page: Page, label: str, position: float) -> None:
    """Move a slider as a hand does: it says that it was moved."""
    slider(page, label).evaluate(
        "(slider, position) => { slider.value = position;"
        " slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        position,
    )


def energy(page: Page) -> float:
    return number(page.locator(".totals dd b").first.inner_text().removeprefix("≤ "))


def lenet_with(options: dict[str, Any], root: Path) -> Any:
    """Return the engine's result for LeNet-5, with other options than its own."""
    models = root / "public" / "models"
    index = json.loads((models / "index.json").read_text())
    sample = next(entry for entry in index if entry["id"] == "lenet5")
    request = request_for(sample, folder=str(models))
    request["options"] |= options
    return json.loads(handle(json.dumps(request)))["result"]


@pytest.fixture
def lenet(visit: Visit) -> Visit:
    """LeNet-5: small, so that it is quickly mapped."""
    visit.page.get_by_label("Sample").select_option("lenet5")
    shows(visit.page, "LeNet-5")
    visit.ready()
    return visit


@pytest.mark.parametrize(
    ("label", "position", "options"),
    [
        ("Batch", 4, {"batch": 16}),
        ("Weight bits", 7, {"bits": {"weight": 8, "activation": 16}}),
        ("Activation bits", 3, {"bits": {"weight": 16, "activation": 4}}),
        ("Global buffer", 8, {"capacities": {"global_buffer": 24576}}),
    ],
)
def test_a_dial_ends_at_what_the_engine_says(
    label: str, position: int, options: dict[str, Any], lenet: Visit, root: Path
) -> None:
    page = lenet.page
    turn(page, label, position)
    lenet.mapped_with(**options)
    expected = lenet_with(options, root)["totals"]
    assert energy(page) == pytest.approx(expected["energy_j"], rel=5e-4)
    assert decode_link(page.url)["totals"]["energy_macs"] == expected["energy_macs"]


def test_zeros_are_set_for_every_layer(lenet: Visit) -> None:
    page = lenet.page
    dense = energy(page)
    turn(page, "Zero activations", 60)
    turn(page, "Zero weights", 90)
    expect(page.locator(".detail")).to_contain_text("90.0\u00a0%", timeout=READY_LIMIT_MS)
    lenet.ready()
    assert energy(page) < dense
    zeros = decode_link(page.url)["layers"]["zeros"]
    assert {ifmap for ifmap, _, _ in zeros} == {0.6}
    assert {weight for _, weight, _ in zeros} == {0.9, None}
    notes = page.get_by_role("region", name="Notes")
    expect(notes).to_contain_text("Set by hand: 60 % of all activations are zero")


def test_while_a_dial_turns_every_step_is_drawn_and_said_to_be_provisional(lenet: Visit) -> None:
    page = lenet.page
    turn(page, "Batch", 1)
    lenet.mapped_with(batch=2)
    page.evaluate(
        """() => {
          window.drawn = [];
          new MutationObserver(() => window.drawn.push(
            document.querySelector(".totals dd b").innerText,
          )).observe(document.querySelector(".totals"), { subtree: true, characterData: true });
        }"""
    )
    for bits in range(14, 4, -1):
        turn(page, "Weight bits", bits)
        page.wait_for_timeout(60)
    lenet.mapped_with(bits={"weight": 6, "activation": 16})
    drawn = page.evaluate("window.drawn")
    assert len(drawn) > 2
    assert any(text.startswith("≤ ") for text in drawn)
    assert not drawn[-1].startswith("≤ ")


def test_a_memory_that_nothing_fits_in_is_told_and_the_dial_goes_back(lenet: Visit) -> None:
    page = lenet.page
    before = energy(page)
    dial(page, "Global buffer").fill("1")
    error(page, "capacity-size")
    expect(dial(page, "Global buffer")).to_have_value("100")
    assert energy(page) == before


def test_reset_takes_everything_back(lenet: Visit) -> None:
    page = lenet.page
    before = energy(page)
    turn(page, "Zero weights", 50)
    turn(page, "Global buffer", 20)
    expect(page.get_by_text("×2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#main")).to_be_focused()
    expect(dial(page, "Global buffer")).to_have_value("100")
    lenet.ready()
    expect(page.get_by_role("button", name="Reset")).to_have_count(0)
    expect(page.locator(".totals dd b").first).not_to_contain_text("≤", timeout=READY_LIMIT_MS)
    assert energy(page) == before


def test_dials_work_by_keyboard_and_say_their_value(lenet: Visit) -> None:
    page = lenet.page
    slider(page, "Batch").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(dial(page, "Batch")).to_have_value("4")
    expect(slider(page, "Batch")).to_have_attribute("aria-valuetext", "4")
    expect(page.locator(".totals")).to_contain_text("4 inferences", timeout=READY_LIMIT_MS)
    slider(page, "Global buffer").focus()
    page.keyboard.press("Home")
    expect(slider(page, "Global buffer")).to_have_attribute("aria-valuetext", "8 KiB")
    lenet.ready()


def test_an_accelerator_without_a_rule_says_unscaled(
    visit: Visit, root: Path, tmp_path: Path
) -> None:
    platform = json.loads((root / "public" / "accelerators" / "eyeriss.json").read_text())
    for level in platform["levels"]:
        level.pop("capacity_rule", None)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(platform | {"id": "mine", "name": "Mine"}))
    page = visit.page
    page.get_by_label("Sample").select_option("lenet5")
    shows(page, "LeNet-5")
    page.get_by_label("Model files").set_input_files(str(path))
    expect(page.locator("details.platform summary b")).to_have_text("Mine", timeout=READY_LIMIT_MS)
    turn(page, "Global buffer", 20)
    expect(page.get_by_text("×2, unscaled")).to_be_visible(timeout=READY_LIMIT_MS)
    expect(page.get_by_role("region", name="Notes")).to_contain_text("unscaled")


def test_axe_finds_no_fault_while_a_dial_is_turned(
    site: Site, open_page: Callable[..., Visit], root: Path
) -> None:
    visit = open_page(site.url, viewport={"width": 1440, "height": 900})
    visit.ready()
    turn(visit.page, "Batch", 3)
    assert axe_faults(visit.page, root) == []
    turn(visit.page, "Zero weights", 30)
    visit.ready()
    assert axe_faults(visit.page, root) == []
    visit.assert_clean(site)
