"""A result as a LaTeX table: booktabs, nothing else; names from files are escaped."""

import re
import unicodedata

from py.exports.export import Export
from py.exports.listed import TOP, Line, listed
from py.exports.plain import plain

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts escaped braces, too
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "µ": r"\textmu{}",
    "≥": r"$\geq$",
    "×": r"$\times$",
    "–": r"\textendash{}",
    "…": r"\dots{}",
}


def latex(export: Export) -> str:
    """Return a ``table`` environment that needs the package booktabs, after comments."""
    result = export.result
    table = listed(result)
    facts = [f"{name}: {value}" for name, value in {**export.totals(), **export.made()}.items()]
    caption = f"{escaped(result.model.name)} on {escaped(result.platform.name)}"
    batch = f", batch {result.model.batch}" if result.model.batch > 1 else ""
    ranked = f"; the {TOP} layers of {len(result.rows)} that cost most" if table.ranked else ""
    *lines, total = table.lines
    return "\n".join(
        [
            "% Made by Joulegraph; needs \\usepackage{booktabs}.",
            *(f"% {plain(fact)}" for fact in facts),
            r"\begin{table}",
            r"  \centering",
            f"  \\caption{{{table.word.capitalize()} of {caption}{batch}{ranked}.}}",
            f"  \\label{{tab:{_label(export.name)}}}",
            r"  \begin{tabular}{llrrr}",
            r"    \toprule",
            f"    Layer & Operators & MACs & {table.word.capitalize()} & Share \\\\",
            r"    \midrule",
            *(_row(line) for line in lines),
            r"    \midrule",
            _row(total),
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _row(line: Line) -> str:
    cells = (line.name, line.operators, line.macs, line.energy, line.share)
    return f"    {' & '.join(escaped(cell) for cell in cells)} \\\\"


def _label(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name)


def escaped(text: str) -> str:
    """Return text that LaTeX prints letter by letter; what its fonts may lack is told by number."""
    text = "".join(_letter(one) for one in plain(text))
    return re.sub("-(?=-)", "-{}", text)  # no dash of two hyphens


def _letter(letter: str) -> str:
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    if letter.isascii():
        return letter
    base = unicodedata.normalize("NFD", letter)
    if letter in "ßæøåÆØÅœŒłŁ" or (base[0].isascii() and base[0].isalpha() and len(base) == 2):
        return letter
    return f"[U+{ord(letter):04X}]"
