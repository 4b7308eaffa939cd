"""The report as text."""

import textwrap

from py.columns import columns, printable
from py.measure.report.content import (
    Block,
    Content,
    Facts,
    Heading,
    Paragraph,
    Plots,
    Section,
    Table,
)

_WIDTH = 100


def text_of(content: Content) -> str:
    """Return a report as lines of text, without its plots."""
    lines = [printable(content.title), "", *_wrapped(content.subtitle)]
    for section in content.sections:
        lines += ["", "", *_section(section)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> list[str]:
    title = printable(section.title)
    lines = [title, "═" * len(title)]
    for block in section.blocks:
        found = _block(block)
        if found:
            lines += ["", *found]
    return lines


def _block(block: Block) -> list[str]:
    if isinstance(block, Heading):
        title = printable(block.text)
        return [title, "─" * len(title)]
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Paragraph):
        return _wrapped(block.text)
    if isinstance(block, Table):
        return _table(block)
    assert isinstance(block, Plots)
    return []


def _facts(facts: Facts) -> list[str]:
    wide = max(len(printable(name)) for name, _ in facts.facts) + 2
    lines = []
    for name, value in facts.facts:
        first = f"{printable(name)}:".ljust(wide)
        lines += _wrapped(value, first, " " * wide)
    return lines


def _table(table: Table) -> list[str]:
    title = printable(table.title)
    note = _wrapped(table.note) if table.note else []
    return [title, *columns(table.header, table.rows, left=table.left), *note]


def _wrapped(text: str, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
