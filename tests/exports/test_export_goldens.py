"""AlexNet in every format as it was looked at, and a network of more layers than a table shows."""

from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.exports.export import Export
from py.exports.formats import FORMATS, exported
from tests.exports.made import BIBLIOGRAPHY, WICKED, sample, wicked
from tests.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"
TEXTS = ("markdown", "latex", "netron", "badge", "bibtex")


@pytest.mark.parametrize("form", TEXTS)
def test_alexnet(form: str) -> None:
    text = exported(form, sample("alexnet"), BIBLIOGRAPHY)
    check_golden(GOLDEN / f"alexnet{FORMATS[form].ending}", text)


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_a_large_network_shows_the_layers_that_cost_most(form: str) -> None:
    text = exported(form, sample("resnet50"), BIBLIOGRAPHY)
    check_golden(GOLDEN / f"resnet50{FORMATS[form].ending}", text)


@pytest.mark.parametrize(("platform", "form"), [("a10", "bibtex"), ("cpu-raptorlake", "bibtex")])
def test_devices(platform: str, form: str) -> None:
    text = exported(form, sample("lenet5", platform), BIBLIOGRAPHY)
    check_golden(GOLDEN / f"lenet5-{platform}{FORMATS[form].ending}", text)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("platform", ["eyeriss", "isca16_16x16", "v100-tf1", "a10"])
def test_every_export_says_how_it_was_made(form: str, platform: str) -> None:
    taken = sample("lenet5", platform)
    text = exported(form, taken, BIBLIOGRAPHY)
    for fact in (taken.result.platform.id, taken.result.platform.hash, "0.1.0", "#v1."):
        assert fact.replace("_", r"\_") in text or fact in text, fact


@pytest.mark.parametrize("form", TEXTS)
def test_no_export_passes_on_what_drives_a_terminal_or_turns_text_around(form: str) -> None:
    text = exported(form, wicked(), BIBLIOGRAPHY)
    left = {letter for letter in text if not letter.isprintable() and letter != "\n"}
    # Netron finds nodes by their very names; JSON escapes what is below the blank.
    names = {letter for name in WICKED for letter in name if letter > "\x7f"}
    assert left <= (names if form == "netron" else set())


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://a b",
        "https://a/#v1.x\n% y",
        "https://a/>)",
        'https://a/"x',
        "https://" + "a" * 100_000,
        "https://a/\\input",
        "https://a/{x}",
        "https://a/`x",
    ],
)
def test_a_link_is_a_url_and_nothing_else(link: str) -> None:
    known = sample("lenet5")
    with pytest.raises(JoulegraphError) as caught:
        Export(known.result, known.file, link=link)
    assert caught.value.code == "export-link"


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(JoulegraphError) as caught:
        exported("pdf", sample("lenet5"))
    assert caught.value.code == "export-format"
