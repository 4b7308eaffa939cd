"""Markdown read by a parser that others wrote: names stay text, rows stay rows."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from py.exports.listed import TOP, listed
from py.exports.markdown import code, markdown
from py.exports.plain import plain
from tests.exports.made import LINK, WICKED, sample, wicked


class Cells(HTMLParser):
    """The tables' cells as text, and the tags that there are."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: dict[str, list[dict[str, str | None]]] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def rendered(text: str) -> Cells:
    cells = Cells()
    cells.feed(MarkdownIt("commonmark").enable("table").render(text))
    return cells


def test_wicked_names_are_shown_letter_by_letter() -> None:
    cells = rendered(markdown(wicked()))
    assert set(cells.tags) <= {
        *("h3", "ul", "li", "strong", "p", "code", "a"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert [tag["href"] for tag in cells.tags["a"]] == [LINK]
    names = [row[0] for row in cells.rows]
    assert names == ["layer", *(plain(name) for name in WICKED), "total"]
    assert {len(row) for row in cells.rows} == {5}


@given(st.text(max_size=40))
def test_any_name_is_one_cell(name: str) -> None:
    row = rendered(f"| a | b |\n|--|--|\n| {code(name)} | x |\n").rows[1]
    assert row == [plain(name) if plain(name).strip() else "", "x"]


@pytest.mark.parametrize("name", ["alexnet", "resnet50", "lenet5"])
def test_the_rows_are_the_layers_or_the_costliest(name: str) -> None:
    taken = sample(name)
    table = listed(taken.result)
    cells = rendered(markdown(taken))
    assert len(cells.rows) == len(table.lines) + 1
    energies = [row.estimate.energy_j or 0.0 for row in taken.result.rows]
    if table.ranked:
        assert len(table.lines) == TOP + 2
        top = sorted(taken.result.rows, key=lambda row: -(row.estimate.energy_j or 0.0))[:TOP]
        assert [line.name for line in table.lines[:TOP]] == [row.layer.name for row in top]
        assert f"{len(energies) - TOP} other layers" == table.lines[TOP].name
    shares = [float(line.share.split()[0]) for line in table.lines[:-1]]
    assert sum(shares) == pytest.approx(100, abs=0.05 * len(shares))
    assert table.lines[-1].share == "100.0 %"
