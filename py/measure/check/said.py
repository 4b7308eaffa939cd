"""What was found, for the terminal: plain lines, rich's table on a screen, or JSON."""

import textwrap
from collections.abc import Iterator
from typing import Any, TextIO

from py.columns import printable, written_for
from py.measure.check.checks import Check, Checked
from py.measure.check.content import told
from py.measure.check.finding import Finding
from py.version import ENGINE

SCHEMA = "joulegraph/check/1"
_WORDS = {"pass": "pass", "warn": "warning", "fail": "FAIL", "not checked": "not checked"}
_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "not checked": "dim"}
_VERDICT, _TITLE = 13, 25


def text_of(found: Checked, width: int) -> str:
    """Return the checks as lines of text."""
    lines = [printable(told(found)), ""]
    indent = " " * (_VERDICT + _TITLE)
    for check, one in _looked_at(found):
        first = f"{_WORDS[one.verdict]:<{_VERDICT}}{check.title:<{_TITLE}}"
        lines += _wrapped(one.said, width, first, indent)
        if one.remedy:
            lines += _wrapped(one.remedy, width, f"{indent}→ ", f"{indent}  ")
    for why, titles in _not_checked(found).items():
        lines += _wrapped(f"{', '.join(titles)}: {why}", width, "not checked  ", " " * _VERDICT)
    return "\n".join(lines) + "\n"


def _looked_at(found: Checked) -> list[tuple[Check, Finding]]:
    """Return the checks with a verdict, those that ask for something first."""
    return [entry for verdict in ("fail", "warn", "pass") for entry in found.of(verdict)]


def _not_checked(found: Checked) -> dict[str, list[str]]:
    """Return the checks for which there was nothing to look at, by the reason."""
    titles: dict[str, list[str]] = {}
    for check, one in found.of("not checked"):
        titles.setdefault(one.said, []).append(check.title)
    return titles


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(width, len(later) + 30),
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
    )


def write_to(stream: TextIO, found: Checked, width: int) -> None:
    """Write the checks to a stream: coloured where it is a screen and rich is there."""
    if stream.isatty() and _write_rich(stream, found):
        return
    text = text_of(found, width).replace("→", "->")
    stream.write(written_for(text, getattr(stream, "encoding", None)))


def _write_rich(stream: TextIO, found: Checked) -> bool:
    try:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table
    except ImportError:
        return False
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("verdict", "check", "found"):
        table.add_column(name)
    for check, one in _looked_at(found):
        style = _STYLES[one.verdict]
        remedy = f"\n[dim]→ {escape(printable(one.remedy))}[/dim]" if one.remedy else ""
        table.add_row(
            f"[{style}]{_WORDS[one.verdict]}[/{style}]",
            escape(check.title),
            f"{escape(printable(one.said))}{remedy}",
        )
    for why, titles in _not_checked(found).items():
        table.add_row(
            "[dim]not checked[/dim]", "", escape(printable(f"{', '.join(titles)}: {why}"))
        )
    console = Console(file=stream, highlight=False)
    console.print(f"[bold]{escape(printable(told(found)))}[/bold]\n")
    console.print(table)
    return True


def as_json(found: Checked) -> dict[str, Any]:
    """Return the checks of one profile as JSON."""
    return {
        "file": found.subject.name,
        "id": found.subject.data.get("id"),
        "fit_to_publish": found.fit,
        "verdict": found.verdict,
        "checks": list(_checks(found)),
    }


def _checks(found: Checked) -> Iterator[dict[str, str]]:
    for check, one in found.findings:
        yield {
            "check": check.code,
            "title": check.title,
            "verdict": one.verdict,
            "said": one.said,
            "remedy": one.remedy,
        }


def document(every: list[Checked]) -> dict[str, Any]:
    """Return the checks of all profiles as one document."""
    return {"schema": SCHEMA, "engine": ENGINE, "profiles": [as_json(one) for one in every]}
