"""The badge is well-formed, holds text only, and has room for it."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.breakdown import Options, platform_for, price
from py.exports.badge import _LABEL, _VALUE, _text, badge, width
from py.exports.export import Export
from tests.exports.made import sample, wicked

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("platform", "label", "unit"),
    [("eyeriss", "energy", "J"), ("isca16_16x16", "energy", "MACe"), ("v100-tf1", "energy", "J")],
)
def test_both_parts_and_the_title(platform: str, label: str, unit: str) -> None:
    root = ElementTree.fromstring(badge(sample("lenet5", platform)))
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert texts[0] == label
    assert texts[1].endswith(unit)
    title = root.findtext(f"{SVG}title") or ""
    assert "lenet5" in title
    assert title.endswith(texts[1])
    boxes = [
        (int(box.get("x", "0")), int(box.get("width", "0"))) for box in root.iter(f"{SVG}rect")
    ]
    assert boxes[1][0] == boxes[0][1]
    assert sum(box[1] for box in boxes) == int(root.get("width", "0"))
    for text, (start, wide) in zip(root.iter(f"{SVG}text"), boxes, strict=True):
        x, room = int(text.get("x", "0")), int(text.get("textLength", "0"))
        assert start < x
        assert x + room < start + wide


def test_names_are_text_only() -> None:
    root = ElementTree.fromstring(badge(wicked()))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "title", "desc", "rect", "g", "text")
    }
    assert "<b>|`_%$&#" in (root.findtext(f"{SVG}title") or "")


@given(st.text(max_size=40))
def test_any_text_is_well_formed(text: str) -> None:
    element = ElementTree.fromstring(f"<t>{_text(text)}</t>")
    assert list(element) == []


def test_widths_are_those_of_verdana() -> None:
    """As anafanafo 2.0 gives them for the same texts: 39.00, 52.35 and 10.88 + 3.02 px."""
    assert width("energy") == 39
    assert width("Wi") == 14
    assert width("24.98 mJ") == 52
    assert width("\N{WATCH}") == 11


@pytest.mark.parametrize("colour", [_LABEL, _VALUE])
def test_white_on_the_boxes_can_be_read(colour: str) -> None:
    """WCAG 2.2: a contrast of at least 4.5."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    light = 0.0
    for place, weight in ((0, 0.2126), (2, 0.7152), (4, 0.0722)):
        value = int(digits[place : place + 2], 16) / 255
        light += weight * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (light + 0.05) >= 4.5


def test_a_step_of_training_is_no_inference() -> None:
    own, options = sample("lenet5"), Options(train="sgd")
    result = price(own.result.model, platform_for(dict(own.file), options), options)
    title = ElementTree.fromstring(badge(Export(result, own.file))).findtext(f"{SVG}title") or ""
    assert title.startswith("energy per training example of lenet5 on Eyeriss: ")
    assert "energy per inference of lenet5" in badge(own)
