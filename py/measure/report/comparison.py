"""What errors compare to: those of a flexible learner, and those that noise alone makes."""

from py.measure.fit.errors_of_fit import ErrorsOfFit
from py.measure.report import units
from py.measure.report.findings import QuantityFindings
from py.measure.report.learner import LEAF_ROWS, MOST_ROWS, RATE, ROUNDS, WAYS
from py.measure.report.rival import Rival
from py.measure.report.stated_spread import COLUMN, StatedSpread
from py.reports.content import Block, Paragraph, Table


def comparison(found: QuantityFindings) -> list[Block]:
    """Return the errors of a quantity beside those of the learner and of repeated rows."""
    blocks: list[Block] = []
    if found.rival is not None:
        blocks += [_table(found, found.rival), Paragraph(_close(found.rival))]
    else:
        blocks.append(Paragraph(f"{_named(found)}: too few rows for a learner to compare with."))
    blocks.append(Paragraph(_noise(found)))
    if found.stated is not None:
        blocks.append(Paragraph(_stated(found.stated)))
    return blocks


def _table(found: QuantityFindings, rival: Rival) -> Table:
    rows = [_row("this fit", rival.ours)]
    rows += [_row(f"learner, {way}", rival.errors[way]) for way in WAYS]
    sampled = (
        f" {units.count(rival.rows)} of {units.count(found.quantity.errors.rows)} rows were drawn "
        f"for it (at most {units.count(MOST_ROWS)} of a kind), so it learned from fewer than this "
        "fit did; all errors here are of these."
        if rival.rows < found.quantity.errors.rows
        else ""
    )
    how = (
        "Energy: its power times its time."
        if found.name == "energy"
        else "Learner: gradient boosting of trees (HistGradientBoostingRegressor of scikit-learn, "
        f"{ROUNDS} rounds at rate {RATE:g}, {LEAF_ROWS} rows a leaf) on the logarithms of the "
        "features, over the same folds, fitted to the logarithms or to the values with weights."
    )
    return Table(
        f"{_named(found)} beside a flexible learner",
        ("errors of", "rows", "RMSPE", "MAPE", "median", "bias"),
        tuple(rows),
        note=f"{how}{sampled}",
    )


def _row(name: str, errors: ErrorsOfFit) -> tuple[str, ...]:
    return (
        name,
        units.count(errors.rows),
        units.percent(errors.rmspe),
        units.percent(errors.mape),
        units.percent(errors.median),
        units.percent(errors.bias, sign=True),
    )


def _close(rival: Rival) -> str:
    learner = rival.errors[rival.better].rmspe
    side = "below it" if rival.ours.rmspe < learner else "above it"
    points = 100 * abs(rival.ours.rmspe - learner)
    times = (
        f"{units.ratio(rival.times)} times as large"
        if rival.times is not None
        else (units.percent(rival.ours.rmspe))
    )
    return (
        f"The better learner ({rival.better}) has an RMSPE of {units.percent(learner)}; that of "
        f"this fit is {times}, {points:.1f} percentage points {side}."
    )


def _noise(found: QuantityFindings) -> str:
    noise = found.noise
    if noise is None:
        return (
            f"Noise floor of {found.name}: unknown. No workload was measured more than once, so "
            "how much of the error is noise of the measurements can't be said from these rows."
        )
    differing = (
        f" Rows of the same sizes differ in {', '.join(noise.differing)}, which no prediction "
        "knows: part of this may be theirs."
        if noise.differing
        else ""
    )
    return (
        f"Noise floor of {found.name}: {units.count(noise.workloads)} workloads were measured more "
        f"than once, in {units.count(noise.rows)} rows. Even a perfect function of the sizes "
        f"would have an RMSPE of {units.percent(noise.rmspe)} on these; this fit has "
        f"{units.percent(noise.ours)}.{differing}"
    )


def _stated(spread: StatedSpread) -> str:
    return (
        f"The runs of one measurement lie apart by {units.percent(spread.median)} in the median of "
        f"{units.count(spread.rows)} rows (root mean square "
        f"{units.percent(spread.root_mean_square)}): their standard deviation over their mean, as "
        f"the column {COLUMN} states it. The mean of several runs is less noisy than one; what "
        "differs from one measurement to the next is not in it."
    )


def _named(found: QuantityFindings) -> str:
    return found.name.capitalize()
