"""The summary as text for the terminal, in lines that a terminal holds."""

from dataclasses import replace

from py.columns import columns, shortened
from py.layers.report.table import WIDTH
from py.reports.content import Block, Content, Section, Table
from py.reports.text import text_of
from py.sweep.summary.content import content_of
from py.sweep.summary.limits import TEXT
from py.sweep.summary.summary import Summary

_LEAST_COLUMNS = 2


def summary_text(summary: Summary, width: int = WIDTH) -> str:
    """Return the summary in lines of at most ``width``: of a table as many columns as fit."""
    content = content_of(summary, TEXT)
    sections = tuple(_fitting_section(section, width) for section in content.sections)
    text = text_of(Content(content.title, content.subtitle, sections), width)
    return "".join(f"{shortened(line, width)}\n" for line in text.splitlines())


def _fitting_section(section: Section, width: int) -> Section:
    blocks: list[Block] = []
    for block in section.blocks:
        blocks.append(_fitting(block, width) if isinstance(block, Table) else block)
    return replace(section, blocks=tuple(blocks))


def _fitting(table: Table, width: int) -> Table:
    """Return a table without the last columns that a width does not hold."""
    while len(table.header) > max(_LEAST_COLUMNS, table.left + 1) and _wide(table) > width:
        rows = tuple(row[:-1] for row in table.rows)
        table = replace(table, header=table.header[:-1], rows=rows)
    return table


def _wide(table: Table) -> int:
    return max(map(len, columns(table.header, table.rows, left=table.left)))
