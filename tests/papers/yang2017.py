"""Yang et al. 2017 (papers/001) as a table: what it reports, what we find, and why it differs.

One choice for both networks. The paper states neither its batch, nor the levels at which coding
counts, nor which register-file accesses a skipped MAC spares; public/accelerators/eyeriss.json
gives a source for each choice, tests/benchmarks/conventions_grid.py prints the alternatives.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.papers.line import Line
from tests.papers.reproduction import Reproduction, estimated, eyeriss, reproduced


@dataclass(frozen=True, slots=True)
class Row:
    """``tolerance`` and ``distance`` are relative for energies, absolute for shares.

    ``distance`` is None where we must be within the tolerance. Where we are not, it is what we are
    off by, held to half a per cent so that it can't change unnoticed, and ``reason`` says why.
    """

    where: str
    model: str
    quantity: str
    paper: float
    tolerance: float
    distance: float | None = None
    reason: str = ""


WITHIN = "the paper leaves open batch, coded levels and spared accesses"
TABLE = (
    Row(
        "table I",
        "alexnet",
        "covered",
        3.9e9,
        0.05,
        distance=-0.065,
        reason=(
            "The paper uses precomputed dataflows; our exact search finds mappings that cost less. "
            "With the chip's own (JSSC 2017, table III) the distance is -1.1 %."
        ),
    ),
    Row("figure 6", "alexnet", "conv", 0.72, 0.02),
    Row("figure 6", "alexnet", "dense", 0.28, 0.02),
    Row(
        "table I",
        "googlenet",
        "covered",
        7.4e9,
        0.06,
        distance=-0.071,
        reason=(
            "As for AlexNet. Where only the parameters of JSSC 2017, table III, were searched, in "
            "which tiles of one size serve all images, the distance was -5.4 %: weights then came "
            "from DRAM for 0.41e9, now for 0.26e9."
        ),
    ),
    Row("section V-A", "googlenet", "computation", 0.10, 0.02),
    Row(
        "section V-A",
        "googlenet",
        "feature_maps",
        0.68,
        0.06,
        distance=0.062,
        reason=(
            "Weights cost less than in the paper (see above), and psums on their way between PEs "
            "are accesses of the register files, 0.15e9, which a model of four accesses a MAC "
            "leaves out; without both the share was 0.72."
        ),
    ),
)


@cache
def ours(model: str) -> Reproduction:
    return reproduced(estimated(model, eyeriss()))


def distance(row: Row) -> float:
    """Return how far ours is: relative for energies, absolute for shares."""
    seen: float = getattr(ours(row.model), row.quantity)
    return seen - row.paper if row.paper < 1 else seen / row.paper - 1


def lines() -> Iterator[Line]:
    """Yield the table's rows."""
    for row in TABLE:
        seen: float = getattr(ours(row.model), row.quantity)
        figure = f"{row.model} {row.quantity.replace('_', ' ')}"
        share = row.paper < 1
        scale, unit = (100.0, "%") if share else (1e-9, "G")
        yield Line(
            f"Yang 2017, {row.where}",
            figure,
            scale * row.paper,
            scale * seen,
            unit,
            0.0 if share else row.tolerance,
            row.reason or WITHIN,
            margin=scale * row.tolerance if share else 0.0,
        )
