"""What a report says of one quantity of a kind: plots, what it compares to, what it is made of."""

import math

from py.measure.fit.profile_fit import Form
from py.measure.report import units
from py.measure.report.comparison import comparison
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.plots import plots
from py.measure.report.worst_rows import worst_rows
from py.platforms.measured.spread import LEVEL
from py.reports.content import Block, Heading, Paragraph, Table


def quantity_blocks(kind: KindFindings, found: QuantityFindings, form: Form) -> list[Block]:
    """Return what is said of a quantity; energy's furthest rows are those of runtime and power."""
    return [
        Heading(f"{found.name.capitalize()} of {kind.fit.samples.kind}"),
        plots(kind, found),
        *comparison(found),
        *_candidates(found, form),
        *_intervals(found),
        *_terms(found, kind.factors),
        *([] if found.name == "energy" else [worst_rows(kind.fit, found)]),
    ]


def _candidates(found: QuantityFindings, form: Form) -> list[Block]:
    quantity = found.quantity
    if not quantity.candidates:
        return []
    name, relative = ("RMSPE", True) if form == "default" else ("RMSE", False)
    rows = tuple(
        (
            candidate,
            units.percent(error) if relative else units.quantity(error, found.unit),
            "chosen" if candidate == quantity.chosen else "",
        )
        for candidate, error in quantity.candidates.items()
    )
    chosen = "" if any(row[2] for row in rows) else f" Chosen: {quantity.chosen}."
    note = (
        "Each over the outer folds; the first that is nearly as good as the best is chosen. The "
        "errors above are of the whole procedure, in which each "
        "outer fold has a candidate that was chosen without it, so they may differ from these."
        if relative
        else f"Each over folds of all rows, each with its best penalty.{chosen}"
    )
    return [Table(f"Candidates for {found.name}", ("candidate", name, "choice"), rows, note=note)]


def _intervals(found: QuantityFindings) -> list[Block]:
    if found.spread is None:
        return [Paragraph(f"No interval of {found.name}: too few rows to say.")]
    rows, last = [], 0.0
    for band in found.spread.bands:
        end = "any" if math.isinf(band.up_to_s) else units.quantity(band.up_to_s, "s")
        start = units.quantity(last, "s") if last else "0 s"
        rows.append((start, end, units.ratio(band.low), units.ratio(band.high)))
        last = band.up_to_s
    return [
        Table(
            f"Intervals of {found.name}: between what {100 * LEVEL:.0f} % of rows lie",
            ("predicted time from", "to", "measured ÷ predicted from", "to"),
            tuple(rows),
            left=0,
        )
    ]


def _terms(found: QuantityFindings, factors: tuple[float, ...]) -> list[Block]:
    terms = found.terms
    if terms is None:
        return []
    rows = tuple(
        (term.text, term.role, units.coefficient(term.coefficient), units.percent(term.share))
        for term in terms.largest
    )
    regimes = ""
    if found.name == "runtime" and len(factors) > 1:
        regimes = (
            f" Their sum is multiplied by the factor of one of {len(factors)} regimes, from "
            f"{units.ratio(min(factors))} to {units.ratio(max(factors))}."
        )
    if terms.bounds is not None:
        regimes += (
            f" The power that follows stays between {units.quantity(terms.bounds.least, 'W')} and "
            f"{units.quantity(terms.bounds.most, 'W')}, whatever they add up to."
        )
    listed = f"the largest {len(rows)} of them" if len(rows) < terms.number else "all of them"
    return [
        Table(
            f"Terms of {found.name}: {units.count(terms.number)}, {listed}",
            ("term", "stands for", f"coefficient ({terms.unit})", "mean share"),
            rows,
            left=2,
            note="Mean share: of what is predicted of a row, in the mean over all rows; of terms "
            f"of either sign, by their sizes.{regimes}",
        )
    ]
