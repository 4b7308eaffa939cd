"""Timed platforms in the browser: measured devices and datasheets, one's own profile, links."""

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
from tests.page.conftest import READY_LIMIT_MS, Site, Visit
from tests.page.reading import (
    axe_faults,
    choose_platform,
    column,
    dial,
    error,
    number,
    platform_field,
    shows,
)
from web.tools.samples import request_for

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1440, "height": 1000}}
MEASURED, MEASURED_NAME = "cpu-raptorlake", "Intel Raptor Lake CPU, PyTorch"
TIMED, TIMED_NAME = "cpu-broadwell-ep", "Intel Broadwell-EP CPU, PyTorch"
DEVICE, DEVICE_NAME = "v100-sxm2-16gb", "NVIDIA Tesla V100 SXM2 16 GB"
#: What must stand nowhere on the page.
NO_VALUE = re.compile(r"\b(null|undefined|NaN|Infinity)\b|\[object|MACe")


def answer_on(platform: dict[str, Any], root: Path, **options: Any) -> dict[str, Any]:
    """Return the engine's answer about AlexNet on a platform."""
    models = root / "public" / "models"
    index = json.loads((models / "index.json").read_text())
    sample = next(entry for entry in index if entry["id"] == "alexnet")
    request = request_for(sample, folder=str(models)) | {"platform": platform}
    request["options"] |= options
    answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
    return answer


def result_on(platform: dict[str, Any], root: Path, batch: int = 1) -> dict[str, Any]:
    """Return what the engine says of AlexNet on a platform."""
    result: dict[str, Any] = answer_on(platform, root, batch=batch)["result"]
    for layer in result["layers"]:
        layer.update(result["details"][layer["detail"]])
    return result


def shown_on(visit: Visit, name: str) -> None:
    """Wait for the breakdown on this platform."""
    line = visit.page.locator("details.platform summary b")
    expect(line).to_have_text(name, timeout=READY_LIMIT_MS)
    visit.ready()


def choose(visit: Visit, identity: str, name: str) -> None:
    choose_platform(visit.page, identity)
    shown_on(visit, name)


def total(page: Page, label: str) -> Locator:
    """Return one of the totals above the chart."""
    return page.locator(".totals dl > div", has=page.get_by_text(label, exact=True)).locator("dd")


def shown_total(page: Page, label: str) -> float:
    return number(total(page, label).locator("b").inner_text())


def write(folder: Path, platform: object, name: str = "own.json") -> str:
    text = platform if isinstance(platform, str) else json.dumps(platform)
    (folder / name).write_text(text)
    return str(folder / name)


@pytest.fixture
def alexnet(site: Site, open_page: Callable[..., Visit]) -> Visit:
    """The page as it begins, ready."""
    visit = open_page(site.url, **DESK)
    shows(visit.page, "AlexNet")
    visit.ready()
    return visit


def test_the_first_look_asks_for_no_device(site: Site, open_page: Callable[..., Visit]) -> None:
    visit = open_page()
    visit.page.goto(site.url)
    shows(visit.page, "AlexNet")
    platform_field(visit.page).click()
    expect(visit.page.get_by_role("listbox").get_by_role("option")).not_to_have_count(0)
    assert "/platforms.json" in site.asked
    assert not [path for path in site.asked if path.startswith(("/devices/", "/profiles/"))]


def test_a_measured_device_says_what_the_engine_says(
    alexnet: Visit, site: Site, root: Path
) -> None:
    page = alexnet.page
    choose(alexnet, MEASURED, MEASURED_NAME)
    result = result_on(read_platform_file(MEASURED), root)
    totals = result["totals"]
    assert shown_total(page, "Energy") == pytest.approx(totals["energy_j"], rel=5e-4)
    assert shown_total(page, "Time") == pytest.approx(totals["time_s"], rel=5e-4)
    assert shown_total(page, "Power") == pytest.approx(totals["power_w"], rel=5e-4)
    expect(total(page, "Time")).to_contain_text("measured")
    expect(total(page, "Time")).to_contain_text(re.compile(r"80\s%: [\d.]+ – [\d.]+ ms"))
    expect(page.locator(".rule")).to_contain_text(totals["interval"]["rule"])
    for label, key in {"Time": "time_s", "Power": "power_w", "Energy": "energy_j"}.items():
        shown = [number(text) for text in column(page, label)]
        expected = [layer[key] for layer in result["layers"]]
        assert shown == pytest.approx(expected, rel=5.1e-4)
    origins = column(page, "Origin")
    for layer, origin in zip(result["layers"], origins, strict=True):
        assert (origin == "measured") == (layer["in_range"] is True)
    assert {"out of range", "kind not measured"} <= set(origins)
    assert not NO_VALUE.search(page.locator("body").inner_text())
    alexnet.assert_clean(site)


def test_intervals_are_whiskers_and_columns(alexnet: Visit, root: Path) -> None:
    page = alexnet.page
    choose(alexnet, MEASURED, MEASURED_NAME)
    layers = result_on(read_platform_file(MEASURED), root)["layers"]
    with_energy = [one for one in layers if "energy_j" in (one["interval"] or {})]
    expect(page.locator(".whiskers path")).to_have_count(len(with_energy))
    headers = page.locator(".layers thead th").all_inner_texts()
    place = next(i for i, text in enumerate(headers) if "s, low – high" in text)
    low_high = page.locator(f".layers tbody tr > :nth-child({place + 1})").all_inner_texts()
    assert len(low_high) == len(layers)
    for layer, text in zip(layers, low_high, strict=True):
        low, _, high = text.partition(" – ")
        unit = high.partition(" ")[2]
        ends = [number(f"{end} {unit}".strip()) for end in (low, high.partition(" ")[0])]
        assert ends == pytest.approx(layer["interval"]["time_s"], rel=6e-3)


def test_where_power_is_unknown_layers_are_ranked_by_time(alexnet: Visit, root: Path) -> None:
    page = alexnet.page
    choose(alexnet, TIMED, TIMED_NAME)
    expect(page.get_by_role("heading", name="Time per layer")).to_be_visible()
    expect(total(page, "Energy")).to_have_text("unknown")
    layers = result_on(read_platform_file(TIMED), root)["layers"]
    top = max(layers, key=lambda layer: layer["time_s"])["name"]
    expect(page.get_by_role("heading", name=f"Why {top}")).to_be_visible()
    expect(page.locator(".finding")).to_contain_text("of the time")
    headers = " ".join(page.locator(".layers thead th").all_inner_texts())
    assert "Power" not in headers
    assert "Energy" not in headers
    assert not NO_VALUE.search(page.locator("body").inner_text())


def test_a_datasheet_is_estimated_throughout(alexnet: Visit, site: Site, root: Path) -> None:
    page = alexnet.page
    choose(alexnet, DEVICE, DEVICE_NAME)
    file = read_platform_file(DEVICE)
    totals = result_on(file, root)["totals"]
    for label, key in {"Energy": "energy_j", "Time": "time_s", "Power": "power_w"}.items():
        assert shown_total(page, label) == pytest.approx(totals[key], rel=5e-4)
        expect(total(page, label)).to_contain_text("estimated")
    headers = page.locator(".layers thead th").all_inner_texts()
    assert len([text for text in headers if "estimated" in text]) == 3
    idle = page.get_by_role("region", name="Host and idle").first.locator("tr", has_text="Idle")
    expect(idle).to_contain_text("part of the layers’ energy")
    assert number(idle.locator("td").nth(1).inner_text()) == pytest.approx(
        totals["idle"]["energy_j"], rel=5e-4
    )
    page.locator("details.platform summary").click()
    row = page.locator("details.platform tr", has_text="Rated power")
    expect(row).to_contain_text("300.0 W")
    expect(row).to_contain_text(file["rated_power_w"]["source"])
    expect(page.locator("details.platform .sources")).to_contain_text("https://")
    assert not NO_VALUE.search(page.locator("body").inner_text())
    alexnet.assert_clean(site)


@pytest.mark.parametrize(("identity", "name"), [(MEASURED, MEASURED_NAME), (DEVICE, DEVICE_NAME)])
def test_controls_of_accelerators_are_not_there(alexnet: Visit, identity: str, name: str) -> None:
    page = alexnet.page
    expect(page.get_by_label("Dataflow")).to_be_visible()
    choose(alexnet, identity, name)
    for label in ("Dataflow", "Mapped for"):
        expect(page.get_by_label(label)).to_have_count(0)
    expect(page.get_by_role("region", name="What if layers were fused")).to_have_count(0)
    options = page.get_by_role("navigation", name="Model and options")
    sliders = options.get_by_role("slider")
    expect(sliders).to_have_count(3)  # batch, and the two widths
    choose(alexnet, "eyeriss", "Eyeriss")
    expect(page.get_by_label("Dataflow")).to_be_visible()
    expect(page.get_by_role("slider", name="Global buffer")).to_be_visible()


def test_batch_and_bits_still_work(alexnet: Visit, root: Path) -> None:
    page = alexnet.page
    choose(alexnet, MEASURED, MEASURED_NAME)
    dial(page, "Batch").fill("8")
    expect(page.locator(".meta").first).to_contain_text("batch 8", timeout=READY_LIMIT_MS)
    alexnet.mapped_with(batch=8)
    expected = result_on(read_platform_file(MEASURED), root, batch=8)["totals"]
    label = "Energy of 8 inferences"
    assert shown_total(page, label) == pytest.approx(expected["energy_j"], rel=5e-4)
    expect(total(page, label)).to_contain_text("per inference")
    choose(alexnet, DEVICE, DEVICE_NAME)
    before = shown_total(page, label)
    dial(page, "Weight bits").fill("16")
    dial(page, "Activation bits").fill("16")
    alexnet.mapped_with(bits={"weight": 16, "activation": 16})
    assert shown_total(page, label) < before


def test_a_profile_tells_where_it_is_from_and_how_well_it_fits(alexnet: Visit) -> None:
    page = alexnet.page
    file = read_platform_file(MEASURED)
    choose(alexnet, MEASURED, MEASURED_NAME)
    panel = page.locator("details.platform")
    expect(panel.locator("figure")).to_have_count(0)
    panel.locator("summary").click()
    for text in (file["software"], file["measured"]["who"], file["measured"]["licence"]):
        expect(panel).to_contain_text(text)
    for remark in file["remarks"]:
        expect(panel).to_contain_text(remark)
    rows = panel.locator("table tbody tr")
    for model in file["models"]:
        rmspe = f"{100 * model['time_s']['errors']['rmspe']:.1f}"
        found = rows.filter(has_text="time").filter(has_text=rmspe)
        expect(found.first).to_contain_text(str(model["rows"]))
    plots = [model for model in file["models"] if model["time_s"]["points"]]
    powered = [model for model in plots if model["power_w"] and model["power_w"]["points"]]
    expect(panel.locator("figure")).to_have_count(len(plots) + len(powered))
    for dots in panel.locator(".fit-dots").all():
        assert (dots.get_attribute("d") or "").count("M") > 20
    assert not NO_VALUE.search(panel.inner_html().replace("nullable", ""))


def test_the_reasons_of_a_layer_are_its_time(alexnet: Visit, root: Path) -> None:
    page = alexnet.page
    choose(alexnet, MEASURED, MEASURED_NAME)
    layers = result_on(read_platform_file(MEASURED), root)["layers"]
    norm = next(layer for layer in layers if layer["kind"] == "norm")
    page.locator(".layers tbody button", has_text=norm["name"]).click()
    detail = page.locator(".detail")
    expect(detail).to_contain_text("kind not measured")
    for note in norm["notes"]:
        expect(detail).to_contain_text(note["text"])
    for term in norm["terms"]:
        expect(detail).to_contain_text(term["why"])
    expect(detail).not_to_contain_text("zero")


def test_a_link_opens_on_its_device(
    alexnet: Visit, open_page: Callable[..., Visit], site: Site
) -> None:
    for identity, name in ((MEASURED, MEASURED_NAME), (DEVICE, DEVICE_NAME)):
        choose(alexnet, identity, name)
        assert decode_link(alexnet.page.url)["platform"]["id"] == identity
        other = open_page(alexnet.page.url)
        shown_on(other, name)
        expect(platform_field(other.page)).to_have_value(name)
        expect(other.page.locator(".warnings")).to_have_count(0)
        for label in ("Energy", "Time"):
            assert shown_total(other.page, label) == shown_total(alexnet.page, label)
        other.assert_clean(site)
    alexnet.page.go_back()
    shown_on(alexnet, MEASURED_NAME)


def test_a_link_says_its_calibration_and_keeps_it(
    site: Site, open_page: Callable[..., Visit], root: Path
) -> None:
    scale = {"time": 0.5, "power": None, "networks": 1}
    answer = answer_on(read_platform_file(MEASURED), root, calibration=scale)
    visit = open_page(f"{site.url}#{encode_link(answer['state'])}", **DESK)
    page = visit.page
    shown_on(visit, MEASURED_NAME)
    said = page.get_by_text("Calibrated: times ×0.5, from 1 network measured.")
    expect(said).to_be_visible()
    expect(page.locator(".warnings")).to_have_count(0)
    totals = answer["result"]["totals"]
    assert shown_total(page, "Time") == pytest.approx(totals["time_s"], rel=5e-4)
    dial(page, "Batch").fill("4")
    visit.mapped_with(batch=4, calibration=scale)
    expect(said).to_be_visible()


def test_a_profile_of_ones_own_is_used_and_saved(
    alexnet: Visit, root: Path, tmp_path: Path
) -> None:
    page = alexnet.page
    own = read_platform_file(MEASURED) | {"id": "mine", "name": "My <b>laptop</b>"}
    page.get_by_label("Platform file").set_input_files(write(tmp_path, own))
    shown_on(alexnet, "My <b>laptop</b>")
    expect(platform_field(page)).to_have_value("My <b>laptop</b> (your file)")
    expected = result_on(own, root)["totals"]["energy_j"]
    assert shown_total(page, "Energy") == pytest.approx(expected, rel=5e-4)
    save = page.get_by_role("button", name="Save breakdown")
    expect(save).to_have_attribute("title", re.compile("^Your platform’s file is too large"))
    with page.expect_download() as coming:
        save.click()
    saved = tmp_path / "saved.joulegraph.json"
    coming.value.save_as(saved)
    page.get_by_role("button", name="Remove My").click()
    shown_on(alexnet, "Eyeriss")
    page.get_by_label("Model files").set_input_files(str(saved))
    shown_on(alexnet, "My <b>laptop</b>")


def test_a_device_of_ones_own_goes_into_the_link(
    alexnet: Visit, tmp_path: Path, open_page: Callable[..., Visit]
) -> None:
    page = alexnet.page
    own = read_platform_file(DEVICE) | {"id": "mine", "name": "My GPU"}
    page.get_by_label("Platform file").set_input_files(write(tmp_path, own))
    shown_on(alexnet, "My GPU")
    assert decode_link(page.url)["platform"]["file"] == own
    other = open_page(page.url)
    shown_on(other, "My GPU")
    assert shown_total(other.page, "Energy") == shown_total(page, "Energy")


def broken_profiles() -> dict[str, Callable[[dict[str, Any]], object]]:
    """Ways to break a profile; each returns what is written."""

    def coefficient(profile: dict[str, Any]) -> object:
        profile["models"][0]["time_s"]["terms"][0]["coefficient"] = 1e308
        return profile

    def missing(profile: dict[str, Any]) -> object:
        del profile["models"][0]["ranges"]
        return profile

    def not_a_number(profile: dict[str, Any]) -> object:
        profile["models"][0]["time_s"]["terms"][0]["coefficient"] = "NaN"
        return profile

    return {
        "coefficient": coefficient,
        "missing field": missing,
        "no number": not_a_number,
        "schema from the future": lambda profile: profile | {"schema": "joulegraph/profile/9"},
    }


@pytest.mark.parametrize("how", broken_profiles())
def test_a_broken_profile_keeps_the_last_good_result(
    alexnet: Visit, tmp_path: Path, how: str
) -> None:
    page = alexnet.page
    choose(alexnet, MEASURED, MEASURED_NAME)
    before = page.locator(".layers").inner_text()
    broken = broken_profiles()[how](read_platform_file(MEASURED) | {"id": "mine"})
    page.get_by_label("Platform file").set_input_files(write(tmp_path, broken))
    error(page, "platform-invalid")
    expect(page.get_by_role("alert")).to_have_count(1)
    assert page.locator(".layers").inner_text() == before
    expect(platform_field(page)).to_have_value(MEASURED_NAME)


def test_what_is_not_json_is_told(alexnet: Visit, tmp_path: Path) -> None:
    page = alexnet.page
    page.get_by_label("Platform file").set_input_files(write(tmp_path, '{"schema": NaN'))
    error(page, "json-unknown")
    expect(platform_field(page)).to_have_value("Eyeriss")


def test_platforms_are_found_by_words_and_chosen_by_keyboard(alexnet: Visit) -> None:
    page = alexnet.page
    field = platform_field(page)
    field.click()
    options = page.get_by_role("listbox").get_by_role("option")
    shipped = options.count()
    assert shipped > 100
    expect(page.locator(".option[aria-selected=true] .option-name")).to_have_text("Eyeriss")
    for group in ("Accelerators", "Measured devices", "Datasheets: data-centre GPU"):
        expect(page.get_by_role("group", name=group, exact=True)).to_be_visible()
    field.fill("V100 sxm2")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("time, power, energy")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_value("Eyeriss")
    field.press("ArrowDown")
    expect(options).to_have_count(shipped)
    field.fill("no such platform anywhere")
    expect(options).to_have_count(0)
    expect(page.get_by_text("No platform has all these words.")).to_be_visible()
    field.fill("V100 sxm2")
    field.press("ArrowDown")
    field.press("Enter")
    shown_on(alexnet, "NVIDIA Tesla V100 SXM2 32 GB")
    expect(field).to_be_focused()


@pytest.mark.parametrize(
    "options",
    [DESK, DESK | {"color_scheme": "dark"}, PHONE, DESK | {"forced_colors": "active"}],
    ids=["light", "dark", "phone", "forced colours"],
)
def test_axe_finds_no_fault_on_a_measured_device(
    options: dict[str, Any], site: Site, open_page: Callable[..., Visit], root: Path
) -> None:
    visit = open_page(site.url, **options)
    page = visit.page
    visit.ready()
    choose(visit, MEASURED, MEASURED_NAME)
    page.locator("details.platform summary").click()
    expect(page.locator("details.platform figure").first).to_be_visible()
    assert axe_faults(page, root) == []
    width = options["viewport"]["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    platform_field(page).click()
    expect(page.get_by_role("listbox")).to_be_visible()
    assert axe_faults(page, root) == []
    page.keyboard.press("Escape")
    choose(visit, DEVICE, DEVICE_NAME)
    assert axe_faults(page, root) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
