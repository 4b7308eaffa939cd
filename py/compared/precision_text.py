"""What precision costs, as text: energy-precision ratios and Pareto fronts."""

from py.breakdown.quantity import with_unit
from py.columns import columns, printable, shortened
from py.compared.comparison import Comparison
from py.layers.report.totals import wrapped

_LONGEST_NAME = 28
_AXES = {"error": "error", "time_s": "time", "energy_j": "energy", "energy_macs": "energy"}


def precision_lines(comparison: Comparison, width: int) -> list[str]:
    """Return the table of ratios where errors are known, and each front in a sentence."""
    lines = []
    precision = comparison.precision
    if precision is not None:
        alphas = [f"alpha {alpha}" for alpha in precision.alphas]
        best = [precision.best(alpha) for alpha in precision.alphas]
        rows = [
            [
                shortened(printable(contender.name), _LONGEST_NAME),
                f"{100 * contender.error:.4g} %",
                *(
                    with_unit(value, comparison.unit) + ("*" if contender.name in names else " ")
                    for value, names in zip(row, best, strict=True)
                ),
            ]
            for contender, row in zip(precision.contenders, precision.ratios, strict=True)
        ]
        lines += ["", *columns(["EPR", "error", *alphas], rows)]
        said = (
            "EPR, energy-precision ratio: error to the power of alpha, times energy (equation 9 of "
            "Cai et al. 2017). The least, *, trades best."
        )
        lines += wrapped("", said, width)
    for said in fronts_in_words(comparison):
        lines += ["", *wrapped("", said, width)]
    return lines


def fronts_in_words(comparison: Comparison) -> list[str]:
    """Return a sentence for each front that there is to speak of."""
    found = []
    for axes, runs in comparison.fronts:
        if len(comparison.runs) < 2 or not runs:
            continue
        names = ", ".join(printable(comparison.runs[run].name) for run in runs)
        first, second = (_AXES[axis] for axis in axes)
        found.append(f"Least {first} for its {second} (Pareto front): {names}.")
    return found
