"""A report as a page and as text: links of tables, and how wide lines are."""

import re

import pytest

from py.reports.content import Content, Facts, Paragraph, Section, Table
from py.reports.page import page_of
from py.reports.text import text_of


def report(*links: str | None) -> Content:
    rows = tuple((f"net {number}", "1 J") for number in range(len(links)))
    table = Table("Nets", ("model", "energy"), rows, links=links)
    said = Paragraph("Words upon words. " * 20)
    return Content("A report", "Of nets.", (Section("All", "all", (table, said)),))


def test_a_row_leads_to_its_address() -> None:
    page = page_of(report("https://example.org/?a=1&b=2#v1.x", None))
    assert '<a href="https://example.org/?a=1&amp;b=2#v1.x">net 0</a>' in page
    assert '<td class="word">net 1</td>' in page


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/hosts", "data:text/html,x", ""]
)
def test_what_is_no_address_of_a_page_is_no_link(link: str) -> None:
    assert '<td class="word">net 0</td>' in page_of(report(link))


def test_an_address_can_not_end_its_tag() -> None:
    page = page_of(report('https://x/"><script>alert(1)</script>'))
    assert "<script" not in page


def test_each_row_has_one_link_or_the_table_has_none() -> None:
    with pytest.raises(ValueError, match="1 links, got 2"):
        Table("Nets", ("model",), (("a",),), links=(None, None))


@pytest.mark.parametrize("width", [40, 100])
def test_sentences_are_as_wide_as_asked(width: int) -> None:
    facts = Section("Facts", "facts", (Facts((("name", "value " * 40),)),))
    content = report(None)
    text = text_of(Content("T", "S", (*content.sections, facts)), width)
    longest = max(map(len, text.splitlines()))
    assert width - 8 < longest <= width
    assert re.search(r"^net 0 +1 J$", text, re.M)
