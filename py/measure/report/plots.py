"""The two plots of a quantity, of the same rows."""

from py.measure.report import units
from py.measure.report.findings import KindFindings, QuantityFindings
from py.measure.report.plot_against import against
from py.measure.report.plot_off import off
from py.measure.report.thinning import MOST_POINTS, WORST, shown
from py.reports.content import Plots


def plots(kind: KindFindings, found: QuantityFindings) -> Plots:
    """Return predicted against measured, and how far off it is by predicted runtime."""
    worst, others = shown(found.quantity.measured, found.worst(WORST))
    total, drawn = len(found.quantity.measured), len(worst) + len(others)
    if drawn == total:
        which = f"All {units.count(total)} rows; rings are the worst {len(worst)}."
    else:
        which = (
            f"{units.count(drawn)} of {units.count(total)} rows: the worst {len(worst)} (rings), "
            "and others at even distances from the least measured to the most "
            f"(at most {units.count(MOST_POINTS)} are drawn)."
        )
    return Plots((against(kind, found, worst, others, which), off(kind, found, worst, others)))
