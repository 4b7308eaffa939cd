"""The report as text."""

import re
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
_OF_ONE_PIECE = re.compile(r"(?<=\d) (?=(?:%|[fpnµmkMGT]?(?:s|W|J|Hz))(?!\w))")
"""The space between a number and its unit, at which no line is broken."""
_HELD = "\N{NO-BREAK SPACE}"


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
    lines = textwrap.wrap(
        _OF_ONE_PIECE.sub(_HELD, printable(text)),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_HELD, " ") for line in lines]
