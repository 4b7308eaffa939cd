"""The summary as text and as a page: words stay words, lines and files stay within their bounds."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from py.sweep.summary.page import summary_page
from py.sweep.summary.source import Listed
from py.sweep.summary.summary import About, summarise
from py.sweep.summary.text import summary_text
from tests.sweep.summary.made_rows import LINK, failed, row, sweep

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></svg><b>",
    "&amp;&lt;' onload='x",
    "\x1b[31mred\x07",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "=cmd|' /C calc'!A0",
    "x" * 5000,
)
_EVIL_LINKS = ("javascript:alert(1)", 'https://x/"><script>', "file:///etc/passwd")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]")
_VOID = frozenset({"meta", "br"})
_TAGS = """
    html head meta title style body header h1 h2 h3 p nav a main section div dl dt dd table
    caption thead tbody tr th td figure figcaption svg path circle text
"""
_KNOWN = frozenset(re.findall(r"\w+", _TAGS))


class Tree(HTMLParser):
    """Reads a page strictly: every tag is one that is known, and closed by its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _KNOWN
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "style")]
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def tree_of(page: str) -> Tree:
    tree = Tree()
    tree.feed(page)
    tree.close()
    assert tree.open == []
    return tree


def hostile() -> list[dict[str, Any]]:
    rows = sweep(60, batches=(1, 8), names=HOSTILE)
    for place, one in enumerate(rows):
        evil = HOSTILE[place % len(HOSTILE)]
        one |= {"bits": evil if place % 3 else None, "reason_code": one.get("reason_code") and evil}
        if place % 2:
            one["link"] = _EVIL_LINKS[place % 3]
    return [*rows, failed(HOSTILE[0], HOSTILE[1], reason=HOSTILE[2], model_path=HOSTILE[3])]


def test_names_from_files_are_words_of_the_page_and_nothing_else() -> None:
    said = {HOSTILE[0]: [HOSTILE[1], {HOSTILE[2]: 1}]}
    summary = summarise(Listed(hostile()), About(engine=HOSTILE[3], sweep=said))
    page = summary_page(summary)
    tree = tree_of(page)
    assert "<script>alert(1)" in "".join(tree.words)
    links = [found["href"] or "" for tag, found in tree.tags if tag == "a"]
    assert {link.split(":")[0] for link in links if not link.startswith("#")} == {"https"}
    assert not _CONTROLS.search(page)
    assert not _CONTROLS.search(summary_text(summary))


def test_a_page_runs_nothing_and_asks_for_nothing() -> None:
    page = summary_page(summarise(Listed(sweep(50))))
    tree = tree_of(page)
    policy = [found for tag, found in tree.tags if tag == "meta" and "http-equiv" in found]
    assert [one["content"] for one in policy] == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(" not in page
    assert "@import" not in page
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tree.tags}


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_of_the_text_is_wider_than_asked(width: int) -> None:
    for rows in (sweep(200, batches=(1, 4)), hostile()):
        lines = summary_text(summarise(Listed(rows)), width).splitlines()
        assert max(map(len, lines)) <= width
        # The first numbers of a table are there in the narrowest.
        assert any(re.search(r" [\d.]+ [µm]J", line) for line in lines)


def test_every_row_that_is_named_has_its_link() -> None:
    page = summary_page(summarise(Listed(sweep(80))))
    links = re.findall(r'<td class="word[^"]*"><a href="([^"]+)">', page)
    names = re.findall(r'<td class="word[^"]*">(?:<a [^>]+>)?[^<]*arch-', page)
    assert len(links) == len(names) > 40
    assert all(link.startswith(LINK) for link in links)


def test_links_that_have_no_room_are_told() -> None:
    rows = [one | {"link": one["link"] and LINK + "A" * 60_000} for one in sweep(80)]
    page = summary_page(summarise(Listed(rows)))
    assert len(page) < 1_500_000
    assert re.search(r"\d+ links had no room on this page", page)


def test_the_largest_sweep_is_a_page_of_less_than_3_mb() -> None:
    """15,625 models on two platforms, of names that take the most room."""
    page = summary_page(summarise(Listed(sweep(15_625, names=("&" * 300,)))))
    assert len(page.encode()) < 3_000_000
    assert page.count("<svg") == 6
    tree_of(page)


def test_pictures_say_what_they_show_and_stand_in_tables_too() -> None:
    tree = tree_of(summary_page(summarise(Listed(sweep(300, batches=(1, 4))))))
    pictures = [found for tag, found in tree.tags if tag == "svg"]
    assert len(pictures) == 3 * 4 + 2
    assert all(found["role"] == "img" and found["aria-label"] for found in pictures)
    said = "".join(tree.words)
    for table in ("least energy", "Pareto front", "by tenths of the rows", "against batch 1"):
        assert table in said
    headings = [tag for tag, _ in tree.tags if re.fullmatch(r"h\d", tag)]
    assert headings.count("h1") == 1
    assert headings[0] == "h1"


def test_text_and_page_have_the_same_numbers() -> None:
    summary = summarise(Listed(sweep(60)))
    words = "".join(tree_of(summary_page(summary)).words)
    said = set(re.findall(r"\d[\d.,]*(?: %| [µmnkMG]?[sJ]\b)", summary_text(summary)))
    assert len(said) > 80
    assert [one for one in sorted(said) if one not in words] == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [failed("a")],
        [row("a", energy=None, time=None)],
        [row("a", energy=0.0, macs=0)],
        [row("a", energy=None)],
        [row("a"), row("b", macs=None, parameters=None)],
        [row("a", accuracy=1.0), row("b", accuracy=1.0, energy=0.0)],
    ],
    ids=["none", "failed", "unknown", "nothing", "timed", "no macs", "no error"],
)
def test_little_is_told_of_little(rows: list[dict[str, Any]]) -> None:
    summary = summarise(Listed(rows))
    assert "Where this is from" in summary_text(summary)
    tree_of(summary_page(summary))


def test_a_model_of_its_own_is_ranked_over_the_grid() -> None:
    rows = [
        row("net", clock_hz=clock, batch=batch, energy=batch * clock, array=array)
        for batch in (1, 2)
        for clock in (1e8, 2e8)
        for array in (None, "14x12")
    ]
    summary = summarise(Listed(rows))
    text = summary_text(summary)
    least = r"net +batch 1, array as given, clock 100 MHz +100.0 MJ"
    assert re.search(rf"model +at +energy.*\n.*\n{least}", text)
    assert "net (batch 2, array 14x12, clock 200 MHz) against net (batch 1" in " ".join(
        text.split()
    )
    assert re.search(
        r"eyeriss: against clock 100 MHz\n.*\n.*\n100 MHz +×1\.00.*\n200 MHz +×2\.00", text
    )
    tree_of(summary_page(summary))


def test_a_model_without_a_name_goes_by_its_file() -> None:
    rows = [failed("", model_path="nets/broken.onnx"), row("fine")]
    assert "nets/broken.onnx: The file ends in the middle." in summary_text(summarise(Listed(rows)))


def test_what_failed_rows_leave_open_is_no_value_of_the_grid() -> None:
    rows = [row("a", batch=4), row("b", batch=4), failed("c", batch=None)]
    summary = summarise(Listed(rows))
    assert re.search(r"^batch: +4$", summary_text(summary), re.M)
    assert [told.group.title for told in summary.told] == ["eyeriss"]


def test_provenance_is_told() -> None:
    about = About(engine="9.9", sweep={"models": ["nets/*.onnx"], "long": "y" * 5000})
    text = summary_text(summarise(Listed(sweep(12)), about))
    assert re.search(r"engine: +9\.9", text)
    assert '["nets/*.onnx"]' in text
    assert "(5,000 letters)" in text.replace("\n", " ")
    assert re.search(r"eyeriss: +accelerator, [0-9a-f]{16}", text)
