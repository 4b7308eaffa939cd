"""The report as one page: no script, nothing from elsewhere; light and dark, narrow and wide."""

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import groupby

from py.columns import printable
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
from py.reports.style import STYLE

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LONG = 40


def page_of(content: Content, what: str = "report of a fit") -> str:
    """Return a report as HTML, with its plots; ``what`` it is stands in the page's title."""
    title = _text(content.title)
    links = " ".join(
        f'<a href="#{_text(section.anchor)}">{_text(section.title)}</a>'
        for section in content.sections
    )
    body = "\n".join(_section(section) for section in content.sections)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}: {_text(what)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="soft">{_text(content.subtitle)}</p>
<nav aria-label="Sections">{links}</nav>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def _text(words: str) -> str:
    return escape(printable(words))


def _section(section: Section) -> str:
    runs = groupby(section.blocks, key=lambda block: isinstance(block, Table))
    blocks = "\n".join(_run(list(found), tables) for tables, found in runs)
    anchor = _text(section.anchor)
    return (
        f'<section id="{anchor}" aria-labelledby="{anchor}-title">\n'
        f'<h2 id="{anchor}-title">{_text(section.title)}</h2>\n{blocks}\n</section>'
    )


def _run(blocks: list[Block], tables: bool) -> str:
    """Return blocks one below the other; tables beside each other where there is room."""
    found = "\n".join(_block(block) for block in blocks)
    return f'<div class="tables">\n{found}\n</div>' if tables else found


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h3>{_text(block.text)}</h3>"
    if isinstance(block, Facts):
        facts = "".join(f"<dt>{_text(name)}</dt><dd>{_text(v)}</dd>\n" for name, v in block.facts)
        return f"<dl>\n{facts}</dl>"
    if isinstance(block, Paragraph):
        return f"<p>{_text(block.text)}</p>"
    if isinstance(block, Table):
        return _table(block)
    assert isinstance(block, Plots)
    return _plots(block)


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_kind(place < table.left, "")}>{_text(cell)}</th>'
        for place, cell in enumerate(table.header)
    )
    links = table.links or (None,) * len(table.rows)
    rows = "\n".join(map(partial(_row, table.left), table.rows, links))
    note = f'\n<p class="note">{_text(table.note)}</p>' if table.note else ""
    title = _text(table.title)
    return (
        f'<div class="table"><div class="scroll" tabindex="0" role="group" aria-label="{title}">\n'
        f"<table>\n<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>{note}\n</div>"
    )


def _row(left: int, row: Sequence[str], link: str | None) -> str:
    cells = [_text(cell) for cell in row]
    # An address that would run something, or lead to a file, is none.
    if link is not None and cells and link.startswith(("https://", "http://")):
        cells[0] = f'<a href="{escape(link)}">{cells[0]}</a>'
    kinds = (_kind(place < left, cell) for place, cell in enumerate(row))
    return f"<tr>{''.join(map('<td{}>{}</td>'.format, kinds, cells))}</tr>"


def _kind(word: bool, cell: str) -> str:
    if not word:
        return ""
    return ' class="word long"' if len(cell) > _LONG else ' class="word"'


def _plots(plots: Plots) -> str:
    figures = "\n".join(
        f"<figure>{picture}<figcaption>{_text(said)}</figcaption></figure>"
        for picture, said in plots.plots
    )
    return f'<div class="plots">\n{figures}\n</div>'
