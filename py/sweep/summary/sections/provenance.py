"""Where the numbers are from: engine, platforms, and the sweep as it describes itself."""

import json

import numpy as np

from py.columns import several
from py.reports.content import Block, Facts, Heading, Paragraph, Section
from py.sweep.summary.cells import Cells
from py.sweep.summary.keys import combined

_LETTERS = 600


def provenance(cells: Cells) -> Section:
    """Return what the summary was made from; it comes last, for it says what was left out."""
    about = cells.summary.about
    facts = [("engine", about.engine), *_platforms(cells)]
    blocks: list[Block] = [Facts(tuple(facts))]
    if about.sweep:
        blocks.append(Heading("The sweep"))
        blocks.append(Facts(tuple((str(k), _cut(_said(v))) for k, v in about.sweep.items())))
    if not cells.limits.links and any(one.link for one in cells.summary.details.values()):
        blocks.append(Paragraph("The rows have links to their breakdowns, in the column link."))
    elif cells.links_left_out:
        left = several(cells.links_left_out, "link")
        blocks.append(Paragraph(f"{left} had no room on this page; the rows have all of them."))
    return Section("Where this is from", "provenance", tuple(blocks))


def _platforms(cells: Cells) -> list[tuple[str, str]]:
    """Return each platform with its kind and hash, as the rows have them."""
    collected = cells.summary.collected
    columns = [collected.texts[name] for name in ("platform", "platform_kind", "platform_hash")]
    keys = combined([column.sized for column in columns], collected.count)
    found = []
    for place in np.unique(keys, return_index=True)[1].tolist():
        name, kind, digest = (str(column.at(place) or "unknown") for column in columns)
        found.append((name, f"{kind}, {digest}"))
    return found


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}… ({len(text):,} letters)"
