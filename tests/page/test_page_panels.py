"""The tabs beside the layers, steps back, keys, what is pasted and what is dropped together."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from py.breakdown.link import decode_link
from py.exports.human import Usage, human
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import (
    axe_faults,
    choose_platform,
    dial,
    number,
    platform_field,
    sample_answer,
    saved_picture,
    shows,
)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("tab", name=re.compile(f"^{name}"))).to_have_attribute(
        "aria-selected", "true"
    )


def in_link(page: Page, **expected: Any) -> None:
    """Wait until the link's view says this."""
    for _ in range(200):
        if "#" in page.url:
            said = decode_link(page.url).get("page", {})
            if expected.items() <= said.items():
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"a link with {expected} expected, got {page.url[:80]}")


def test_proxies_are_the_engines(visit: Visit, site: Site, dist: Path) -> None:
    page = visit.page
    shows(page, "AlexNet")
    open_tab(page, "Proxies")
    rows = page.locator(".proxies tbody tr")
    expect(rows).to_have_count(5)
    proxies = sample_answer(dist, "alexnet")["result"]["proxies"]
    for row, name in enumerate(("parameters", "macs", "bytes", "time_s", "macs_and_weights")):
        cells = rows.nth(row).locator("td").all_inner_texts()
        assert float(cells[0]) == pytest.approx(proxies[name]["spearman"], abs=0.005)
        assert float(cells[1]) == pytest.approx(proxies[name]["kendall"], abs=0.005)
    expect(page.locator(".proxies")).to_contain_text("MACs mislead most here")
    expect(page.locator(".proxies svg[role=img]")).to_have_count(5)
    for figure in page.locator(".proxies figure").all():
        saved_picture(page, figure, "alexnet-eyeriss-")
    visit.assert_clean(site)


def test_a_layer_chosen_among_proxies_is_chosen_in_the_table(visit: Visit) -> None:
    page = visit.page
    shows(page, "AlexNet")
    open_tab(page, "Proxies")
    page.locator(".proxies tbody tr", has_text="MACs").first.get_by_role(
        "button", name="conv2"
    ).click()
    open_tab(page, "Layers")
    expect(page.locator("#detail-title")).to_contain_text("conv2")


def test_a_training_step_is_the_engines_by_phase(visit: Visit, site: Site, root: Path) -> None:
    page = visit.page
    page.get_by_label("Sample").select_option("lenet5")
    shows(page, "LeNet-5")
    visit.ready()
    open_tab(page, "Training")
    page.get_by_label("Optimizer").select_option("adam")
    expect(page.locator(".training table").first).to_be_visible(timeout=READY_LIMIT_MS)
    visit.ready()
    assert decode_link(page.url)["options"]["train"] == "adam"
    from py.estimate import main as estimate

    said = Path(root, ".cache", "train.json")
    estimate(
        [
            *(str(root / "public/models/lenet5.onnx"), "--train", "adam"),
            *("--format", "json", "--output", str(said)),
        ]
    )
    training = json.loads(said.read_text())["training"]
    rows = page.locator(".training table").first.locator("tbody tr")
    for row, phase in enumerate(("forward", "input_gradient", "weight_gradient", "update")):
        energy = number(rows.nth(row).locator("td").first.inner_text().removesuffix("J"))
        assert energy == pytest.approx(training["phases"][phase]["energy_j"], rel=1e-3)
    expect(page.get_by_role("region", name="What was changed")).to_contain_text(
        "training step, adam"
    )
    page.get_by_role("spinbutton", name="Images").fill("1000")
    page.get_by_role("spinbutton", name="Images").press("Enter")
    page.get_by_role("spinbutton", name="Epochs").fill("2")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    runs = page.locator(".training dl div", has=page.get_by_text("the run", exact=True))
    run = runs.locator("b")
    expect(run).to_be_visible()
    each = training["per_image"]["energy_j"]
    assert number(run.inner_text().removesuffix("J")) == pytest.approx(2000 * each, rel=1e-3)
    visit.assert_clean(site)


def test_everyday_units_are_off_until_asked_for_and_equal_the_terminals(
    visit: Visit, dist: Path
) -> None:
    page = visit.page
    shows(page, "AlexNet")
    expect(page.get_by_text("CO₂e of a thousand")).to_have_count(0)
    page.locator("summary", has_text="In everyday units").click()
    page.get_by_label("Inferences a day").fill("1000")
    page.get_by_label("Battery").fill("15")
    page.get_by_label("Electricity of").select_option("DE")
    regions = json.loads((dist / "regions.json").read_text())["regions"]
    grams = next(region["g_per_kwh"] for region in regions if region["id"] == "DE")
    energy = sample_answer(dist, "alexnet")["result"]["totals"]["energy_j"]
    figures = human(energy, None, Usage(per_day=1000, battery_j=15 * 3600, g_per_kwh=grams))
    for label, name, unit in (
        ("a day", "day_j", "J"),
        ("days on a charge", "charge_days", ""),
        ("CO₂e of a year", "co2e_year_g", "g"),
    ):
        shown = page.locator(".everyday div", has=page.get_by_text(label, exact=True)).locator("b")
        value = figures[name][0]
        assert value is not None
        assert number(shown.inner_text().removesuffix(unit)) == pytest.approx(value, rel=1e-3)
    in_link(page, fields={"everyday.rate": 1000, "everyday.battery": 15, "everyday.region": "DE"})


def test_the_gallery_shows_where_a_platform_is_from_and_how_far_off_it_is(
    visit: Visit, site: Site
) -> None:
    page = visit.page
    visit.ready()
    open_tab(page, "Platforms")
    page.get_by_label("Find platforms").fill("v100 tensorflow")
    page.get_by_role("button", name="NVIDIA V100, TensorFlow 1", exact=True).click()
    about = page.locator(".gallery .about")
    expect(about).to_contain_text("CDE Catapult", timeout=READY_LIMIT_MS)
    expect(about.locator("figure svg")).to_have_count(2)
    picture, facts = saved_picture(page, about.locator("figure").first, "v100-tf1-fit-")
    assert facts["platform"]["id"] == "v100-tf1"
    assert "predicted against measured" in " ".join(picture.itertext())
    expect(about).to_contain_text("Cross-validated errors")
    page.get_by_role("button", name="Use NVIDIA V100, TensorFlow 1").click()
    expect(platform_field(page)).to_have_value("NVIDIA V100, TensorFlow 1")
    visit.ready()
    expect(page.get_by_text("in use")).to_have_count(1)
    visit.assert_clean(site)


def test_one_goes_back_step_by_step_and_what_was_changed_is_in_view(visit: Visit) -> None:
    page = visit.page
    visit.ready()
    changed = page.get_by_role("region", name="What was changed")
    expect(changed).to_have_count(0)
    dial(page, "Batch").fill("2")
    visit.mapped_with(batch=2)
    dial(page, "Weight bits").fill("8")
    visit.mapped_with(bits={"weight": 8, "activation": 16})
    expect(changed.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    visit.mapped_with(batch=2, bits=None)
    page.get_by_role("button", name="Undo").click()
    expect(dial(page, "Batch")).to_have_value("1")
    expect(changed.get_by_role("listitem")).to_have_count(0)


def test_each_change_can_be_taken_back_by_itself(visit: Visit) -> None:
    page = visit.page
    visit.ready()
    dial(page, "Batch").fill("2")
    visit.mapped_with(batch=2)
    dial(page, "Weight bits").fill("8")
    visit.mapped_with(bits={"weight": 8, "activation": 16})
    page.get_by_role("button", name="Take back: batch 2").click()
    visit.mapped_with(batch=1, bits={"weight": 8, "activation": 16})


def test_tabs_work_by_keyboard_and_are_in_the_link(
    visit: Visit, site: Site, open_page: Callable[..., Visit]
) -> None:
    page = visit.page
    visit.ready()
    page.get_by_role("tab", name="Layers").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Proxies")).to_be_focused()
    in_link(page, tab="proxies")
    again = open_page(page.url)
    expect(again.page.get_by_role("tab", name="Proxies")).to_have_attribute("aria-selected", "true")
    expect(again.page.locator(".proxies")).to_be_visible(timeout=READY_LIMIT_MS)


def test_keys_are_listed_and_can_be_switched_off(visit: Visit) -> None:
    page = visit.page
    visit.ready()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("Open model…")
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    expect(page.get_by_role("tab", name="Proxies")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Keys", exact=True).click()
    keys.get_by_label("Single keys do this").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("1")
    expect(page.get_by_role("tab", name="Proxies")).to_have_attribute("aria-selected", "true")


def test_a_link_and_a_table_of_layers_can_be_pasted(visit: Visit) -> None:
    page = visit.page
    visit.ready()
    dial(page, "Batch").fill("2")
    visit.mapped_with(batch=2)
    link = page.url
    page.get_by_label("Sample").select_option("lenet5")
    shows(page, "LeNet-5")
    paste(page, f"look at {link} please")
    shows(page, "alexnet")
    visit.ready()
    expect(dial(page, "Batch")).to_have_value("2")
    paste(page, "kind,n,g,m,c,p,q,r,s,stride\nconv,1,1,8,3,16,16,3,3,1\n")
    shows(page, "pasted")


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.body.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
          );
        }""",
        text,
    )


def test_several_models_given_together_are_kept_to_be_compared(visit: Visit, dist: Path) -> None:
    page = visit.page
    visit.ready()
    files = [str(dist / "models" / name) for name in ("lenet5.onnx", "cifar10_6conv.onnx")]
    page.get_by_label("Model files").set_input_files(files)
    expect(page.get_by_role("tab", name="Compare (2)")).to_have_attribute(
        "aria-selected", "true", timeout=READY_LIMIT_MS
    )


def test_nothing_serious_is_found_in_any_tab(visit: Visit, root: Path) -> None:
    page = visit.page
    visit.ready()
    choose_platform(page, "v100-tf1")
    expect(page.locator(".summary .platform summary")).to_contain_text(
        "V100", timeout=READY_LIMIT_MS
    )
    visit.ready()
    page.locator("summary", has_text="In everyday units").click()
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect(page.get_by_role("tabpanel")).not_to_contain_text("Loading")
        visit.ready()
        assert axe_faults(page, root) == [], tab.inner_text()


def test_a_narrow_screen_holds_the_platforms_and_a_select_of_long_names(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 900})
    visit.ready()
    open_tab(page, "What if")
    exits = page.locator(".exit-line select")
    exits.evaluate("select => select.add(new Option('a/long/name/of/an/exporter'.repeat(8)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    open_tab(page, "Platforms")
    expect(page.locator(".gallery .platform .reason").first).to_be_visible(timeout=READY_LIMIT_MS)
    for box in (".gallery-list", ".gallery .platform .scroll"):
        inside = page.locator(box).first.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert inside, box
