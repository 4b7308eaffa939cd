"""Links and files: what is copied opens again to the same breakdown, and damage is told."""

import base64
import csv
import io
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from py.breakdown.link import decode_link, encode_link
from tests.page.conftest import Site, Visit
from tests.page.reading import dial, error, sample_answer, shows

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def state(dist: Path) -> dict[str, Any]:
    """What a link to AlexNet carries."""
    answer = sample_answer(dist, "alexnet")["state"]
    assert isinstance(answer, dict)
    return answer


def open_state(site: Site, open_page: Callable[..., Visit], state: dict[str, Any]) -> Visit:
    return open_page(f"{site.url}#{encode_link(state)}")


def test_a_copied_link_opens_to_the_same_breakdown(
    site: Site, open_page: Callable[..., Visit], dist: Path
) -> None:
    first = open_page(site.url, **CLIPBOARD)
    shows(first.page, "AlexNet")
    first.page.get_by_role("button", name="Copy link").click()
    expect(first.page.get_by_role("button", name="Link copied")).to_be_visible()
    link = first.page.evaluate("navigator.clipboard.readText()")
    assert decode_link(link) == sample_answer(dist, "alexnet")["state"]
    second = open_page(link)
    expect(second.page.locator(".layers")).to_be_visible(timeout=60_000)
    assert second.page.locator(".layers").inner_text() == first.page.locator(".layers").inner_text()
    expect(second.page.locator(".warnings")).to_have_count(0)
    second.ready()
    assert second.page.url.startswith(f"{site.url}#v1.")
    second.assert_clean(site)


def test_a_link_says_its_totals_before_python(
    site: Site, open_page: Callable[..., Visit], state: dict[str, Any]
) -> None:
    visit = open_page()
    visit.page.context.route("**/worker.js", lambda route: route.abort())
    state["totals"] |= {"energy_macs": 1.25e9, "energy_j": None}
    visit.page.goto(f"{site.url}#{encode_link(state)}")
    expect(visit.page.locator(".totals")).to_contain_text("1.250 GMACe")
    expect(visit.page.locator(".layers")).to_have_count(0)


def test_a_link_whose_totals_differ_now_says_both(
    site: Site, open_page: Callable[..., Visit], state: dict[str, Any]
) -> None:
    now = state["totals"]["energy_macs"]
    state["totals"] = state["totals"] | {"energy_macs": 123456789.0}
    state["engine"] = "0.0.1"
    visit = open_state(site, open_page, state)
    warnings = visit.page.get_by_role("region", name="Warnings")
    expect(warnings).to_contain_text("0.0.1", timeout=60_000)
    expect(warnings).to_contain_text("123456789")
    expect(warnings).to_contain_text(str(now))


def test_a_link_can_be_recomputed(
    site: Site, open_page: Callable[..., Visit], state: dict[str, Any]
) -> None:
    visit = open_state(site, open_page, state)
    expect(visit.page.locator(".layers")).to_be_visible(timeout=60_000)
    dial(visit.page, "Batch").fill("2")
    expect(visit.page.locator(".totals")).to_contain_text("per inference")
    visit.ready()
    assert decode_link(visit.page.url)["options"]["batch"] == 2


def test_who_opens_a_link_sees_what_was_changed_and_can_take_it_back(
    visit: Visit, site: Site, open_page: Callable[..., Visit], state: dict[str, Any]
) -> None:
    visit.ready()
    dial(visit.page, "Batch").fill("4")
    visit.mapped_with(batch=4)
    dial(visit.page, "Weight bits").fill("8")
    visit.mapped_with(batch=4, bits={"weight": 8, "activation": 16})
    colleague = open_page(visit.page.url)
    changed = colleague.page.get_by_role("region", name="What was changed")
    expect(changed.get_by_role("listitem")).to_have_count(2, timeout=60_000)
    colleague.ready()
    colleague.page.get_by_role("button", name="Reset").click()
    colleague.mapped_with(batch=1, bits=None)
    assert decode_link(colleague.page.url)["totals"] == state["totals"]


def damaged_links() -> dict[str, tuple[str, str]]:
    good = encode_link({"v": 1, "model": {"name": "x"}})
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(40_000_000), 9)).decode().rstrip("=")
    huge = base64.urlsafe_b64encode(zlib.compress(bytes(300_000_000), 9)).decode().rstrip("=")
    flipped = good[:20] + ("A" if good[20] != "A" else "B") + good[21:]
    return {
        "flipped character": (flipped, "link-damaged"),
        "bomb that a link can hold": (f"v1.{bomb}", "link-too-long"),
        "bomb of 300 MB": (f"v1.{huge}", "link-too-long"),
        "another version": ("v7.abc", "link-version"),
        "no breakdown": (good, "link-invalid"),
    }


@pytest.mark.parametrize("what", damaged_links())
def test_a_bad_link_is_told_and_the_page_works_on(
    what: str, site: Site, open_page: Callable[..., Visit]
) -> None:
    fragment, code = damaged_links()[what]
    visit = open_page(f"{site.url}#{fragment}")
    error(visit.page, code)
    shows(visit.page, "AlexNet")
    visit.page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    visit.ready()
    visit.assert_clean(site)


def test_a_bad_link_in_an_open_page_leaves_the_last_good_result(visit: Visit) -> None:
    visit.ready()
    text = visit.page.locator(".layers").inner_text()
    visit.page.evaluate("location.hash = '#v1.AAAA'")
    error(visit.page, "link-damaged")
    assert visit.page.locator(".layers").inner_text() == text


def test_a_link_can_be_copied_by_hand(visit: Visit) -> None:
    page = visit.page
    shows(page, "AlexNet")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy link").click()
    field = page.get_by_label("Link to copy")
    expect(field).to_have_value(re.compile(r"#v1\.[A-Za-z0-9_-]{200,}$"))
    expect(field).to_be_focused()
    assert page.evaluate("getSelection().toString()") == field.input_value()


def test_csv_and_json_are_the_engines_own(visit: Visit, dist: Path) -> None:
    answer = sample_answer(dist, "alexnet")
    page = visit.page
    shows(page, "AlexNet")
    name, text = exported(page, "CSV")
    assert name == "alexnet-eyeriss.csv"
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))
    assert rows[-1]["name"] == "total"
    layers = {row["name"]: row for row in rows}
    for layer in answer["result"]["layers"]:
        assert float(layers[layer["name"]]["energy_j"]) == layer["energy_j"]
    _, text = exported(page, "JSON")
    said = json.loads(text)
    assert decode_link(said.pop("link")) == answer["state"]
    assert said == answer["result"]


def exported(page: Page, form: str) -> tuple[str, str]:
    """Return the name and the text of what the menu of exports writes."""
    page.locator("summary", has_text="Export").click()
    with page.expect_download(timeout=30_000) as coming:
        page.locator(".menu-list").get_by_role("button", name=form).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_text()


def test_a_model_too_large_for_a_link_is_saved_and_dropped_again(
    visit: Visit, tmp_path: Path
) -> None:
    rows = [  # small, all different, and with zeros that no code makes short
        f"conv,1,1,{4 + i * i % 61},{2 + i % 5},1,1,1,1,1,16,16,0.{i * 7919},0.{i * 104729}"
        for i in range(1, 480)
    ]
    table = tmp_path / "many.csv"
    header = "kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a"
    table.write_text("\n".join([header, *rows]) + "\n")
    page = visit.page
    page.get_by_label("Model files").set_input_files(str(table))
    expect(page.get_by_role("heading", level=2)).to_have_text("many", timeout=60_000)
    visit.ready()
    assert "#" not in page.url
    text = page.locator(".totals").inner_text()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save breakdown").click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    page.get_by_label("Sample").select_option("lenet5")
    shows(page, "LeNet-5")
    page.get_by_label("Model files").set_input_files(str(saved))
    expect(page.get_by_role("heading", level=2)).to_have_text("many", timeout=60_000)
    assert page.locator(".totals").inner_text() == text
