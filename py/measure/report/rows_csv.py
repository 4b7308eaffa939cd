"""The rows used, each with its fold and what fits that never saw it predict: ``folds.csv``."""

import csv
import io
import math

from py.columns import safe_cell
from py.measure.fit.profile_fit import ProfileFit

HEADER = (
    *("kind", "dtype", "file", "line", "fold", "measured_time_s", "predicted_time_s"),
    *("measured_power_w", "predicted_power_w"),
)
DIGITS = 9


def rows_csv(found: ProfileFit) -> str:
    """Return a line for each row used; empty where unknown. Numbers have nine digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for kind in found.kinds:
        samples = kind.samples
        powers = iter([] if kind.power is None else kind.power.predicted.tolist())
        for place, row in enumerate(samples.rows):
            power_w = float(samples.power_w[place])
            predicted_w = next(powers, math.nan) if math.isfinite(power_w) else math.nan
            writer.writerow(
                [
                    *(samples.kind, samples.dtype, safe_cell(row.file), row.line),
                    int(kind.fold[place]),
                    *(_digits(float(samples.time_s[place])), _digits(kind.time.predicted[place])),
                    *(_digits(power_w), _digits(predicted_w)),
                ]
            )
    return text.getvalue()


def _digits(value: float) -> str:
    """Return a number to nine significant digits, empty where unknown."""
    return "" if not math.isfinite(value) else repr(float(f"{value:.{DIGITS - 1}e}"))
