"""Reading the page the way its tests need it: tables as rows, samples as the engine gave them."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from playwright.sync_api import Locator, Page, expect

SVG = "{http://www.w3.org/2000/svg}"
AXE = Path("node_modules", "axe-core", "axe.min.js")
FAULTS = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, nodes }) => [id, impact, nodes.map((n) => n.html)]);
}"""
PREFIXES = {"f": -15, "p": -12, "n": -9, "µ": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15}


def sample_answer(dist: Path, identity: str) -> Any:
    """Return what the engine says of a sample, as it ships."""
    return whole(json.loads((dist / "samples" / f"{identity}.json").read_text()))


def whole(answer: Any) -> Any:
    """Return the engine's answer with what layers of the same cost share put into each."""
    details = answer["result"].pop("details")
    for layer in answer["result"]["layers"]:
        layer.update(details[layer.pop("detail")])
    return answer


def number(text: str) -> float:
    """Return the value of a number as the page writes it: ``711.2 M``, ``51.6 %``, ``0``."""
    text = text.replace("\u00a0", " ").removeprefix("<").removesuffix("%").strip()
    digits, _, unit = text.partition(" ") if " " in text else (text.rstrip("fpnµmkMGTP"), "", "")
    unit = unit or text[len(digits) :]
    return float(digits) * 10.0 ** PREFIXES.get(unit[:1], 0)


def column(page: Page, label: str) -> list[str]:
    """Return the texts of one column of the table of layers, without the row of totals."""
    headers = [text.split("\n")[0] for text in page.locator(".layers thead th").all_inner_texts()]
    index = next(i for i, text in enumerate(headers) if text.strip("↑↓ ").startswith(label))
    return page.locator(f".layers tbody tr > :nth-child({index + 1})").all_inner_texts()


def dial(page: Page, label: str) -> Locator:
    """Return the field of a dial; its slider has the same name."""
    return page.get_by_role("spinbutton", name=label, exact=True)


def platform_field(page: Page) -> Locator:
    """Return the field that names the platform chosen, and finds another."""
    return page.get_by_role("combobox", name="Platform")


def choose_platform(page: Page, identity: str) -> None:
    """Choose a platform that ships from the list of all, by its id."""
    platform_field(page).click()
    page.locator(f'.option[data-platform="{identity}"]').click()


def chosen_layer(page: Page) -> Locator:
    """Return the button of the chosen layer."""
    return page.locator(".layers tbody button[aria-pressed=true]")


def shows(page: Page, title: str) -> None:
    """Wait until the breakdown of a model is on the screen, complete."""
    expect(page.get_by_role("heading", level=2)).to_have_text(title)
    expect(page.locator(".layers")).to_be_visible()


def error(page: Page, code: str) -> Locator:
    """Wait for an error with this code and return its region."""
    alert = page.get_by_role("alert")
    expect(alert.locator("code")).to_have_text(code)
    return alert


def axe_faults(page: Page, root: Path) -> Any:
    """Return what the checker finds; its source comes by the debugger, past the page's policy."""
    page.evaluate((root / AXE).read_text())
    return page.evaluate(FAULTS)


def saved_picture(page: Page, card: Locator, stem: str) -> tuple[ElementTree.Element, Any]:
    """Save a card's picture; return it, which is to stand by itself, and the facts it brings."""
    with page.expect_download() as waiting:
        card.get_by_role("button", name="SVG").click()
    assert waiting.value.suggested_filename.startswith(stem)
    root = ElementTree.fromstring(Path(waiting.value.path()).read_text())
    assert root.tag == f"{SVG}svg"
    every = list(root.iter())
    assert not [e for e in every if {"class", "style", "role", "tabindex"} & set(e.attrib)]
    assert not [v for e in every for v in e.attrib.values() if "var(" in v]
    referred = {v for e in every for v in re.findall(r"url\(\W*#([\w-]+)", str(e.attrib))}
    assert referred <= {e.get("id") for e in every}
    assert root.findtext(f"{SVG}title")
    facts = json.loads(root.findtext(f"{SVG}metadata") or "")
    assert facts["link"].startswith("http")
    return root, facts
