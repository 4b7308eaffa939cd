"""A result as Markdown: what people paste into an issue or a README.

Names from files go in as code, where nothing in them is markup, a mention or a link.
"""

import re

from py.exports.export import Export
from py.exports.listed import TOP, Line, listed
from py.exports.plain import plain

_PLAIN = re.compile(r"[\w ,.()+/%×–-]*", re.ASCII)


def markdown(export: Export) -> str:
    """Return heading, totals, a table of layers, and how it was made."""
    result = export.result
    table = listed(result)
    title = f"### {_text(result.model.name)} on {_text(result.platform.name)}"
    totals = [f"- {name}: **{value}**" for name, value in export.totals().items()]
    lines = [title, "", *totals, ""]
    if table.ranked:
        lines += [f"The {TOP} layers that cost most, of {len(result.rows)}:", ""]
    lines += [
        f"| layer | operators | MACs | {table.word} | share |",
        "|:--|:--|--:|--:|--:|",
        *(_row(line) for line in table.lines),
        "",
    ]
    made = export.made()
    link = made.pop("link", None)
    lines.append("; ".join(f"{name}: {_text(value)}" for name, value in made.items()) + ".")
    if link is not None:
        lines.append(f"[The breakdown with every number's reason](<{link}>)")
    return "\n".join(lines) + "\n"


def _row(line: Line) -> str:
    name = code(line.name) if line.is_layer else f"**{line.name}**"
    operators = code(line.operators) if line.operators else ""
    return f"| {name} | {operators} | {line.macs} | {line.energy} | {line.share} |"


def _text(text: str) -> str:
    """Return text as it is where nothing in it can be markup, else as code."""
    bare = _PLAIN.fullmatch(text) and "_" not in text and "www." not in text.lower()
    return text if bare and text.strip() else code(text)


def code(text: str) -> str:
    """Return text that Markdown shows as code, letter by letter, in a cell of a table too."""
    text = plain(text)
    if not text.strip():
        return ""
    if not re.search(r"[`|\\]", text) and text == text.strip():
        return f"`{text}`"
    return f"<code>{''.join(map(_reference, text))}</code>"


def _reference(letter: str) -> str:
    return letter if letter.isalnum() or letter in " -" else f"&#{ord(letter)};"
