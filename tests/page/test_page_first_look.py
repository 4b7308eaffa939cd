"""What is on the screen before Python is, and that it says what the engine said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Site, Visit
from tests.page.reading import chosen_layer, column, number, sample_answer, shows


@pytest.fixture
def without_python(site: Site, open_page: Callable[..., Visit]) -> Visit:
    """The page where no worker can start: whatever it shows, it shows without Python."""
    visit = open_page(viewport={"width": 1440, "height": 900})
    visit.page.context.route("**/worker.js", lambda route: route.abort())
    visit.page.goto(site.url)
    shows(visit.page, "AlexNet")
    return visit


def test_a_sample_is_there_before_python(without_python: Visit, dist: Path) -> None:
    page = without_python.page
    result = sample_answer(dist, "alexnet")["result"]
    totals = page.locator(".totals").inner_text()
    assert number(page.locator(".totals dd b").first.inner_text()) == (
        pytest.approx(result["totals"]["energy_j"], rel=5e-4)
    )
    assert "724.4 M" in totals
    assert column(page, "Layer") == [layer["name"] for layer in result["layers"]]


def test_the_table_has_the_engines_numbers(without_python: Visit, dist: Path) -> None:
    page = without_python.page
    result = sample_answer(dist, "alexnet")["result"]
    expected = [layer["energy_j"] for layer in result["layers"]]
    shown = [number(text) for text in column(page, "Energy")]
    assert shown == pytest.approx(expected, rel=5.1e-4)
    whole = result["totals"]["energy_j"]
    shares = [number(text) for text in column(page, "Share")]
    assert shares == pytest.approx([100 * energy / whole for energy in expected], abs=0.1)
    for tensor, label in {"ifmap": "Ifmap", "weight": "Weights", "ofmap": "Ofmap"}.items():
        texts = column(page, label)
        for layer, text in zip(result["layers"], texts, strict=True):
            if tensor in layer["parts"]:
                energy = sum(layer["parts"][tensor].values())
                assert number(text) == pytest.approx(energy, rel=5.1e-4)
            else:
                assert text.strip() == "–"  # a pooling layer has no weights


def test_the_finding_names_the_costliest_layer(without_python: Visit, dist: Path) -> None:
    layers = sample_answer(dist, "alexnet")["result"]["layers"]
    top = max(layers, key=lambda layer: layer["energy_j"])["name"]
    page = without_python.page
    expect(page.locator(".finding")).to_contain_text(top)
    expect(chosen_layer(page)).to_have_text(top)
    expect(page.locator(".chart desc")).to_contain_text(page.locator(".finding").inner_text())


def test_stacks_switch_between_data_types_and_memory_levels(without_python: Visit) -> None:
    page = without_python.page
    expect(page.locator(".legend li")).to_have_count(4)
    page.get_by_label("memory level").check()
    expect(page.locator(".legend li")).to_have_count(5)
    expect(page.locator(".legend")).to_contain_text("DRAM")
    assert len(column(page, "DRAM")) == page.locator(".chart .bar-group").count()


def test_columns_sort_and_say_so(without_python: Visit) -> None:
    page = without_python.page
    header = page.locator(".layers th", has_text="Energy")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    values = [number(text) for text in column(page, "Energy")]
    assert values == sorted(values, reverse=True)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert [number(text) for text in column(page, "Energy")] == values[::-1]
    expect(page.locator(".layers th[aria-sort]")).to_have_count(1)


def test_bar_and_row_choose_the_same_layer(without_python: Visit) -> None:
    page = without_python.page
    page.locator(".bar-group").nth(3).click()
    expect(chosen_layer(page)).to_have_text("conv2")
    expect(page.get_by_role("heading", name="Why conv2")).to_be_visible()
    page.locator(".layers tbody tr").nth(0).click()
    expect(page.get_by_role("heading", name="Why conv1")).to_be_visible()
    expect(page.locator(".chart .marked")).to_have_attribute("data-at", "0")
    expect(page.locator(".marked")).to_have_count(1)


def test_the_chosen_layer_says_why(without_python: Visit, dist: Path) -> None:
    page = without_python.page
    page.locator(".layers tbody tr").nth(0).click()
    layer = sample_answer(dist, "alexnet")["result"]["layers"][0]
    detail = page.locator(".detail")
    loops, mapping = layer["loops"], layer["mapping"]
    expect(detail.locator(".bounds")).to_contain_text(f"{loops['r']} × {loops['s']}")
    expect(detail).to_contain_text(f"{mapping['active_pes']} of {mapping['pes']} PEs")
    assert detail.locator(".nest li").all_inner_texts() == [
        " ".join(line.split()) for line in mapping["nest"]
    ]
    tiles = detail.locator("section", has_text="Mapping").locator("table")
    shown = {row.split()[0]: row.split() for row in tiles.locator("tbody tr").all_inner_texts()}
    for level, tile in enumerate(mapping["tiles"].values()):
        for loop, size in tile.items():
            words = [word for word in shown[loop] if word.isdigit()]
            assert words[level] == str(size)
    for axis in mapping["unrolled"]:
        for loop, factor in axis["factors"].items():
            assert f"{factor} {axis['axis']}" in " ".join(shown[loop])
    energies = [number(text) for text in detail.locator(".terms .strong").all_inner_texts()]
    mac_j = sample_answer(dist, "alexnet")["result"]["platform"]["mac_energy_j"]
    expected = sorted((mac_j * term["energy"] for term in layer["terms"]), reverse=True)
    assert energies == pytest.approx(expected, rel=5.1e-4)
    whys = " ".join(detail.locator(".why").all_inner_texts())
    assert all(" ".join(term["why"].split()) in whys for term in layer["terms"])


def test_another_sample_needs_no_python_either(without_python: Visit, dist: Path) -> None:
    page = without_python.page
    page.get_by_label("Sample").select_option("vgg16")
    shows(page, "VGG-16")
    assert len(column(page, "Layer")) == len(sample_answer(dist, "vgg16")["result"]["layers"])
    assert "#v1." in page.url
