"""What a report says of one kind of layer: its errors, what they compare to, what it is made of."""

import math

from py.measure.profile_fit import Form
from py.measure.report import units
from py.measure.report.comparison import comparison
from py.measure.report.content import Block, Facts, Paragraph, Section, Table
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.plots import plots
from py.measure.report.worst_rows import worst_rows
from py.platforms.measured.spread import LEVEL


def kind_section(kind: KindFindings, form: Form) -> Section:
    """Return a kind's section."""
    blocks: list[Block] = [_rows(kind), _errors(kind)]
    for found in kind.quantities:
        blocks.append(plots(kind, found))
    for found in kind.quantities:
        blocks += comparison(found)
    blocks += _extrapolation(kind)
    for found in kind.quantities:
        blocks += _candidates(found, form)
    for found in kind.quantities:
        blocks += _intervals(found)
    for found in kind.quantities:
        blocks += _terms(found, kind.factors)
    blocks += [worst_rows(kind.fit, found) for found in kind.quantities if found.name != "energy"]
    samples = kind.fit.samples
    return Section(kind.title, f"{samples.kind}-{samples.dtype}", tuple(blocks))


def _rows(kind: KindFindings) -> Table:
    samples = kind.fit.samples
    fixed = samples.fixed()
    rows = [
        (name, units.size(low), units.size(high), "never varied" if low == high else "")
        for name, (low, high) in samples.ranges().items()
    ]
    rows += [
        (name, units.size(value), units.size(value), "the model holds for this value only")
        for name, value in fixed.items()
    ]
    times = samples.time_s
    rows.append(
        (
            "runtime",
            units.quantity(float(times.min()), "s"),
            units.quantity(float(times.max()), "s"),
            "",
        )
    )
    powers = [power for power in samples.power_w.tolist() if math.isfinite(power)]
    if powers:
        ends = (units.quantity(min(powers), "W"), units.quantity(max(powers), "W"))
        rows.append(("power", *ends, f"of {units.count(len(powers))} rows"))
    return Table(
        f"{units.count(len(times))} rows, and between what they lie",
        ("size", "least", "most", "remark"),
        tuple(rows),
    )


def _errors(kind: KindFindings) -> Table:
    rows = []
    for found in kind.quantities:
        errors = found.quantity.errors
        rows.append(
            (
                found.name,
                units.count(errors.rows),
                units.percent(errors.rmspe),
                units.percent(errors.mape),
                units.percent(errors.median),
                units.percent(errors.bias, sign=True),
                units.quantity(errors.rmse, found.unit),
                units.percent(found.quantity.coverage),
                units.count(errors.not_positive),
            )
        )
    return Table(
        "Cross-validated errors",
        (
            *("of", "rows", "RMSPE", "MAPE", "median", "bias", "RMSE"),
            *(f"inside {100 * LEVEL:.0f} % intervals", "not above zero"),
        ),
        tuple(rows),
        note="RMSPE: root mean square percentage error. MAPE: mean of the errors without their "
        "sign. Bias: mean of the errors, above zero where too much is predicted. Inside: the share "
        "of rows in intervals whose ends were taken from the other folds alone. The last column "
        "counts predictions that are not above zero.",
    )


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
        "Each over the outer folds. The errors above are of the whole procedure, in which each "
        "outer fold has a candidate that was chosen without it, so they may differ from these."
        if relative
        else f"Each over folds of all rows, each with its best penalty.{chosen}"
    )
    return [Table(f"Candidates for {found.name}", ("candidate", name, ""), rows, note=note)]


def _extrapolation(kind: KindFindings) -> list[Block]:
    beyond, samples = kind.fit.extrapolation, kind.fit.samples
    if beyond is None:
        return [Paragraph("How it does beyond its data was not tried.")]
    inside = kind.fit.time.errors.median
    return [
        Facts(
            (
                (
                    "beyond the data",
                    f"Fitted to the lighter half by {samples.work_name}, the runtime of the "
                    f"heavier half ({units.count(beyond.rows)} rows) has a median error of "
                    f"{units.percent(beyond.median_error)}, where it is {units.percent(inside)} "
                    f"with cross-validation of all rows. The least that was predicted there is "
                    f"{units.ratio(beyond.least_ratio)} times what was measured.",
                ),
                (
                    "intervals beyond",
                    f"widen by a factor of {units.ratio(math.exp(beyond.wider))} either way for "
                    f"each factor of e (2.72) by which a size is outside of its range.",
                ),
            )
        )
    ]


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
