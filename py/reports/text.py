"""The report as text."""

import re
import textwrap

from py.columns import columns, printable
from py.reports.content import (
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


def text_of(content: Content, width: int = _WIDTH) -> str:
    """Return a report as lines of text, without its plots; sentences are of at most ``width``."""
    lines = [printable(content.title), "", *_wrapped(content.subtitle, width)]
    for section in content.sections:
        lines += ["", "", *_section(section, width)]
    return "\n".join(lines) + "\n"


def _section(section: Section, width: int) -> list[str]:
    title = printable(section.title)
    lines = [title, "═" * len(title)]
    for block in section.blocks:
        found = _block(block, width)
        if found:
            lines += ["", *found]
    return lines


def _block(block: Block, width: int) -> list[str]:
    if isinstance(block, Heading):
        title = printable(block.text)
        return [title, "─" * len(title)]
    if isinstance(block, Facts):
        return _facts(block, width)
    if isinstance(block, Paragraph):
        return _wrapped(block.text, width)
    if isinstance(block, Table):
        return _table(block, width)
    assert isinstance(block, Plots)
    return []


def _facts(facts: Facts, width: int) -> list[str]:
    wide = max(len(printable(name)) for name, _ in facts.facts) + 2
    lines = []
    for name, value in facts.facts:
        first = f"{printable(name)}:".ljust(wide)
        lines += _wrapped(value, width, first, " " * wide)
    return lines


def _table(table: Table, width: int) -> list[str]:
    title = printable(table.title)
    note = _wrapped(table.note, width) if table.note else []
    return [title, *columns(table.header, table.rows, left=table.left), *note]


def _wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    lines = textwrap.wrap(
        _OF_ONE_PIECE.sub(_HELD, printable(text)),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_HELD, " ") for line in lines]
