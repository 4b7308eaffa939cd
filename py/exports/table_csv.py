"""CSV of results that says how it was made, in columns at its end: programs go by the header.

A comment line would be a header to most readers, so the facts are in the rows of the totals.
"""

import csv
import io
from collections.abc import Sequence

from py.columns import safe_cell
from py.exports.export import Export

FACTS = {"platform hash": "platform_hash", "options": "options", "engine": "engine", "link": "link"}


def with_facts(text: str, exports: Sequence[Export]) -> str:
    """Return the CSV text of the results of ``exports`` with the columns of ``FACTS``."""
    facts: dict[int, dict[str, str]] = {}
    place = 0
    for export in exports:  # a row a layer, one for each operator left, then the total
        place += len(export.result.rows) + len(export.result.not_modelled) + 1
        facts[place] = export.made()
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        made = facts.get(number, {})
        cells = [safe_cell(made.get(fact, "")) for fact in FACTS]
        writer.writerow([*row, *(cells if number else FACTS.values())])
    return written.getvalue()
