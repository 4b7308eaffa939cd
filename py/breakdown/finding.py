"""In one sentence: where the energy of a result goes."""

from collections.abc import Iterator
from math import fsum
from typing import NamedTuple

from py.breakdown.basis import summed
from py.breakdown.blocks import WORTH
from py.breakdown.result import Result
from py.columns import printable
from py.layers.report.block import Block
from py.layers.report.cells import inmost
from py.layers.report.names import apart
from py.platforms.estimate import STATIC

_MOST_NAMED = 3
_LONGEST_NAME = 40
_SPENT = {
    "mac": "computing",
    "memory": "moving data",
    "launch": "starting layers",
    "other": "what the fit does not tell apart",
}


class _Leaf(NamedTuple):
    name: str
    times: int
    worth: float


def finding(result: Result, root: Block) -> str:
    """Return where the energy goes, or the time; ``root`` holds the result's blocks."""
    total, word = result.worth, result.basis.word
    if not result.rows:
        return "Nothing in this model could be estimated."
    if not total:
        return f"Nothing in this model costs {word} on this platform."
    ranked = sorted(_leaves(inmost(root)[0], 1, ()), key=lambda leaf: -leaf.worth)
    top = [leaf for leaf in ranked[:_MOST_NAMED] if leaf.worth]
    held = 100 * min(1.0, fsum(leaf.worth for leaf in top) / total)
    names = apart([_told(leaf, result) for leaf in top], _LONGEST_NAME)
    said = _listed(
        [
            printable(name) if leaf.times == 1 else f"{printable(name)} (×{leaf.times:,})"
            for name, leaf in zip(names, top, strict=True)
        ]
    )
    verb = "takes" if len(top) == 1 and top[0].times == 1 else "take"
    known = " that is known" if result.not_modelled else ""
    sentence = f"{said} {verb} {held:.0f} % of the {word}{known}"
    if result.platform.kind != "accelerator":
        return f"{sentence}{_goes(result, total)}."
    parts = result.parts()
    macs = parts.get("computation", {}).get("mac", 0.0)
    static = fsum(parts.get(STATIC, {}).values())
    drawn = f", static power {100 * static / total:.0f} %" if static else ""
    if not macs:
        return f"{sentence}; {'none computes' if static else 'all of it moves data'}{drawn}."
    ratio = (total - static - macs) / macs
    return f"{sentence}; moving data takes {ratio:.1f} times what computing takes{drawn}."


def _told(leaf: _Leaf, result: Result) -> str:
    """Return a layer's name; of a training step without the part of it, which the name tells."""
    return leaf.name.partition("/")[2] if result.options.get("train") else leaf.name


def _goes(result: Result, total: float) -> str:
    """Return, of a timed platform, what the time or the energy is spent on."""
    parts = summed(result.basis.parts_of(row.estimate) for row in result.rows)
    by_level: dict[str, list[float]] = {}
    for levels in parts.values():
        for level, value in levels.items():
            by_level.setdefault(level, []).append(value)
    spent = [
        (100 * fsum(by_level[level]) / total, what)
        for level, what in _SPENT.items()
        if fsum(by_level.get(level, ())) >= 0.005 * total
    ]
    spent.sort(key=lambda one: -one[0])
    said = [
        f"{share:.0f} % {'goes ' * (not at)}into {what}" for at, (share, what) in enumerate(spent)
    ]
    return f"; {_listed(said)}" if said else ""


def _leaves(block: Block, times: int, around: tuple[str, ...]) -> Iterator[_Leaf]:
    """Yield the layers in a block, each with how many alike there are and what all take."""
    times *= block.times
    for child in block.children:
        if child.children:
            names = around if child.times > 1 else (*around, child.name)
            yield from _leaves(child, times, names)
        elif child.amounts:
            yield _Leaf("/".join((*around, child.name)), times, times * child.amounts[WORTH])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
