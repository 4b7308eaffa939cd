"""The tab What if: every part of it, against the engine, and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from py.breakdown.link import decode_link
from py.page import handle
from py.platforms.load import read_platform_file
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import axe_faults, number, saved_picture, shows
from tests.scenarios.models import language_model
from web.tools.samples import request_for

PHONE = {"viewport": {"width": 390, "height": 844}}
HEADER = "kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a"
MANY = 2000


def engine(root: Path, options: dict[str, Any], verb: str = "estimate", **beside: Any) -> Any:
    """Return what the engine says of LeNet-5; ``beside`` the options is what else is asked."""
    models = root / "public" / "models"
    index = json.loads((models / "index.json").read_text())
    sample = next(entry for entry in index if entry["id"] == "lenet5")
    request = request_for(sample, folder=str(models)) | {"do": verb} | beside
    request["options"] |= options
    answer = json.loads(handle(json.dumps(request)))
    assert answer["ok"], answer
    return answer


def total(page: Page) -> Locator:
    return page.locator(".totals dd b").first


def energy(page: Page) -> float:
    return number(total(page).inner_text().removeprefix("≤ "))


def part(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("spinbutton", name=label, exact=True)


def answered(of: Locator) -> Locator:
    """Wait until what a part asked is answered."""
    told = of.locator('.answered[data-stale="false"]')
    expect(told).to_be_attached(timeout=READY_LIMIT_MS)
    return told


def under_the_tab(visit: Visit) -> Visit:
    """LeNet-5 under the tab: small, so that it is quickly mapped."""
    visit.page.get_by_label("Sample").select_option("lenet5")
    shows(visit.page, "LeNet-5")
    visit.ready()
    visit.page.get_by_role("tab", name="What if").click()
    expect(part(visit.page, "Batch")).to_be_visible()
    return visit


@pytest.fixture
def lenet(visit: Visit) -> Visit:
    return under_the_tab(visit)


def test_the_curve_is_the_engines_and_a_point_sets_the_batch(
    lenet: Visit, site: Site, root: Path
) -> None:
    page = lenet.page
    batch = part(page, "Batch")
    curve = engine(root, {}, "curve", batches=[1, 2, 4, 8, 16, 32, 64, 128, 256])["curve"]
    rows = answered(batch).locator("tbody tr")
    expect(rows).to_have_count(len(curve))
    for row, point in zip(rows.all(), curve, strict=True):
        assert row.locator("th").inner_text() == str(point["batch"])
        said = number(row.locator("td").first.inner_text().removesuffix("J"))
        assert said == pytest.approx(point["per_inference"]["energy_j"], rel=5e-4)
    _, facts = saved_picture(page, batch, "lenet5-eyeriss-batch")
    assert facts["platform"]["id"] == "eyeriss"
    point = batch.get_by_role("button", name="Batch 4:")
    expect(batch.get_by_role("button", name="Batch 1:")).to_have_attribute("aria-pressed", "true")
    point.click()
    lenet.mapped_with(batch=4)
    expect(point).to_have_attribute("aria-pressed", "true")
    assert energy(page) == pytest.approx(curve[2]["energy_j"], rel=5e-4)
    batch.get_by_role("button", name="Batch 16:").press("Enter")
    lenet.mapped_with(batch=16)
    expect(page.get_by_role("button", name="Take back: batch 16")).to_be_visible()
    lenet.assert_clean(site)


@pytest.mark.parametrize(
    ("label", "typed", "options"),
    [
        ("Weight bits, C5", "4", {"layer_bits": {"C5": {"weight": 4, "activation": None}}}),
        ("Activation bits, S2", "8", {"layer_bits": {"S2": {"weight": None, "activation": 8}}}),
        ("Zero weights, C5", "75", {"layer_zeros": {"C5": {"weight": 0.75}}}),
        ("Zero activations, C3", "60", {"layer_zeros": {"C3": {"ifmap": 0.6}}}),
        ("Active, C5", "25", {"active": {"C5": 0.25}}),
        ("Array rows", "6", {"array": [6, 14]}),
        ("Array columns", "28", {"array": [12, 28]}),
        ("Clock", "400", {"clock_hz": 4e8}),
    ],
)
def test_what_is_tried_out_is_what_the_engine_says_and_goes_back(
    label: str, typed: str, options: dict[str, Any], lenet: Visit, root: Path
) -> None:
    page = lenet.page
    before = total(page).inner_text()
    field(page, label).fill(typed)
    lenet.mapped_with(**options)
    expected = engine(root, options)["result"]["totals"]
    assert decode_link(page.url)["totals"]["energy_macs"] == expected["energy_macs"]
    assert energy(page) == pytest.approx(expected["energy_j"], rel=5e-4)
    page.get_by_role("button", name="Take back:").click()
    expect(page.get_by_role("button", name="Take back:")).to_have_count(0)
    expect(total(page)).to_have_text(before, timeout=READY_LIMIT_MS)


def test_an_array_without_a_rule_is_said_to_be_unscaled(lenet: Visit) -> None:
    hardware = part(lenet.page, "Hardware")
    expect(hardware).not_to_contain_text("unscaled")
    field(lenet.page, "Array rows").fill("24")
    expect(hardware).to_contain_text("×2, unscaled")
    expect(hardware).to_contain_text("has 24 x 14 PEs in place of 12 x 14, unscaled")


def test_layers_are_cleared_one_by_one_and_all(lenet: Visit) -> None:
    page = lenet.page
    field(page, "Weight bits, C1").fill("8")
    field(page, "Active, C3").fill("50")
    field(page, "Zero weights, C5").fill("50")
    lenet.mapped_with(active={"C3": 0.5}, layer_zeros={"C5": {"weight": 0.5}})
    page.get_by_role("button", name="Clear C3").click()
    expect(field(page, "Active, C3")).to_have_value("100")
    expect(page.get_by_role("button", name="Clear C3")).to_be_disabled()
    page.get_by_role("button", name="Clear all layers").click()
    expect(page.get_by_role("button", name="Take back:")).to_have_count(0)
    expect(field(page, "Weight bits, C1")).to_have_value("16")


def test_early_exits_say_what_is_expected(lenet: Visit, root: Path) -> None:
    page = lenet.page
    exits = part(page, "Early exits")
    exits.get_by_role("combobox").select_option("S2")
    exits.get_by_role("button", name="Add an exit").click()
    field(page, "Leave after S2").fill("30")
    exits.get_by_role("combobox").select_option("S4")
    exits.get_by_role("button", name="Add an exit").click()
    expect(field(page, "Leave after S4")).to_have_value("50")
    expect(field(page, "Leave after S4")).to_have_attribute("max", "70")
    options = {"exits": [{"after": "S2", "leave": 0.3}, {"after": "S4", "leave": 0.5}]}
    lenet.mapped_with(**options)
    result = engine(root, options)["result"]
    assert energy(page) == pytest.approx(result["totals"]["energy_j"], rel=5e-4)
    less = result["expected"]["saves"]["energy_j"] / result["expected"]["every"]["energy_j"]
    expect(exits).to_contain_text("20.0\u00a0% of all inferences run to the end")
    expect(exits).to_contain_text(f"{100 * less:.1f}\u00a0% less")
    exits.get_by_role("button", name="Remove the exit after S2").click()
    lenet.mapped_with(exits=[{"after": "S4", "leave": 0.5}])


def test_pruning_goes_in_the_engines_order_and_is_applied(lenet: Visit, root: Path) -> None:
    page = lenet.page
    pruning = part(page, "Pruning order")
    pruning.get_by_label("Work out the steps").check()
    field(page, "Weights kept").fill("40")
    told = answered(pruning)
    steps = engine(root, {}, "prune", keep=0.4)["steps"]
    expect(told).to_contain_text("each with 40 % of its weights kept", timeout=READY_LIMIT_MS)
    names = told.locator("tbody th").all_inner_texts()
    assert names == [f"{place}. {step['layer']}" for place, step in enumerate(steps, 1)]
    saved_picture(page, pruning, "lenet5-eyeriss-pruning")
    field(page, "Steps to apply").fill("2")
    pruning.get_by_role("button", name="Apply").click()
    zeros = {step["layer"]: {"weight": 0.6} for step in steps[:2]}
    lenet.mapped_with(layer_zeros=zeros)
    totals = decode_link(page.url)["totals"]
    assert totals["energy_macs"] == pytest.approx(steps[1]["energy_macs"], rel=1e-9)


def test_a_link_opens_what_was_tried_out_and_can_take_it_back(
    lenet: Visit, site: Site, open_page: Callable[..., Visit]
) -> None:
    before = total(lenet.page).inner_text()
    for label, typed in (("Array rows", "6"), ("Clock", "100"), ("Active, C5", "50")):
        field(lenet.page, label).fill(typed)
    lenet.mapped_with(array=[6, 14], clock_hz=1e8, active={"C5": 0.5})
    other = open_page(lenet.page.url)
    expect(other.page.get_by_role("heading", level=2)).to_have_text("lenet5")
    other.ready()
    expect(other.page.get_by_role("tab", name="What if")).to_have_attribute("aria-selected", "true")
    expect(field(other.page, "Array rows")).to_have_value("6")
    expect(field(other.page, "Clock")).to_have_value("100")
    assert energy(other.page) == energy(lenet.page)
    for text in ("array 6 × 14", "clock 100 MHz", "active share of C5"):
        other.page.get_by_role("button", name=f"Take back: {text}").click()
    expect(field(other.page, "Array rows")).to_have_value("12")
    expect(total(other.page)).to_have_text(before, timeout=READY_LIMIT_MS)
    other.assert_clean(site)


def test_a_prompt_and_what_follows_it(
    site: Site, open_page: Callable[..., Visit], tmp_path: Path
) -> None:
    path = tmp_path / "talker.onnx"
    path.write_bytes(language_model())
    visit = open_page(site.url)
    page = visit.page
    page.get_by_label("Model files").set_input_files(str(path))
    shows(page, "talker")
    page.get_by_role("tab", name="What if").click()
    tokens = part(page, "Sequence length and tokens")
    tokens.get_by_label("Prefill and decode").check()
    field(page, "Prompt, tokens").fill("16")
    field(page, "Generate, tokens").fill("4")
    request = {
        "do": "tokens",
        "source": {"kind": "file", "path": str(path), "name": path.name},
        "platform": read_platform_file("eyeriss"),
        "prompt": 16,
        "generate": 4,
    }
    expected = json.loads(handle(json.dumps(request)))
    told = answered(tokens)
    expect(told.locator("tbody tr").last).to_contain_text("20", timeout=READY_LIMIT_MS)
    said = [row.locator("td").nth(1).inner_text() for row in told.locator("tbody tr").all()]
    for text, which in zip(said, ("prefill", "generated", "total"), strict=True):
        number_of = number(text.removesuffix("J"))
        assert number_of == pytest.approx(expected[which]["energy_j"], rel=5e-4)
    saved_picture(page, tokens, "talker-eyeriss-tokens")
    # How long the text of the breakdown is, is asked beside its field.
    page.get_by_role("slider", name="sequence_length of input 'input_ids'", exact=True).fill("5")
    expect(field(page, "sequence_length")).to_have_value("32")
    visit.mapped_with(dims={"sequence_length": 32})
    visit.assert_clean(site)


def test_a_model_without_a_text_has_no_tokens(lenet: Visit) -> None:
    expect(part(lenet.page, "Sequence length and tokens")).to_have_count(0)


def test_two_thousand_layers_stay_usable(
    site: Site, open_page: Callable[..., Visit], tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    rows = [f"conv,1,1,{16 + 8 * (place % 7)},16,8,8,3,3,1,16,16,0,0" for place in range(MANY)]
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    visit = open_page(site.url)
    page = visit.page
    page.get_by_label("Model files").set_input_files(str(path))
    shows(page, "many")
    page.get_by_role("tab", name="What if").click()
    layers = part(page, "Layers")
    expect(layers.locator("tbody tr")).to_have_count(20)
    layers.get_by_role("button", name="Next 20").click()
    expect(layers).to_contain_text(f"Layers 21 to 40 of {MANY}")
    layers.get_by_label("Filter layers by name").fill("1999")
    expect(layers.locator("tbody tr")).to_have_count(1)
    name = layers.locator("tbody th").inner_text()
    field(page, f"Weight bits, {name}").fill("8")
    expect(page.get_by_role("button", name=f"Take back: widths of {name}")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everyone(
    scheme: str, site: Site, open_page: Callable[..., Visit], root: Path
) -> None:
    visit = under_the_tab(open_page(site.url, color_scheme=scheme, **PHONE))
    page = visit.page
    part(page, "Early exits").get_by_role("button", name="Add an exit").click()
    part(page, "Pruning order").get_by_label("Work out the steps").check()
    for title in ("Batch", "Pruning order"):
        expect(answered(part(page, title)).locator("table")).to_be_visible(timeout=READY_LIMIT_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    assert axe_faults(page, root) == []
