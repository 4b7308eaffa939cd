"""How far what was predicted is from what was measured.

The relative error of a row is (predicted - measured) / measured. RMSPE, the root mean square
percentage error, and RMSE are the errors of papers/003, section 4.1; MAPE, the median and the bias
stand beside them, because a few small measurements rule the RMSPE. Relative errors are fractions
(0.4 is 40 %), RMSE is in the unit of the measurements. Sums are exact (``math.fsum``), so the order
of rows does not change a digit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


def relative_errors(predicted: Sequence[float], measured: Sequence[float]) -> tuple[float, ...]:
    """Return (predicted - measured) / measured of each row.

    Raises:
        ValueError: the two differ in length or are empty, or a measurement is not positive.
    """
    if len(predicted) != len(measured) or len(measured) == 0:
        raise ValueError(
            f"errors of a fit: as many predictions as measurements and at least one, "
            f"got {len(predicted)} and {len(measured)}"
        )
    errors = []
    for guess, truth in zip(predicted, measured, strict=True):
        if not (math.isfinite(truth) and truth > 0):
            raise ValueError(f"errors of a fit: measurements are positive, got {truth}")
        errors.append((float(guess) - float(truth)) / float(truth))
    return tuple(errors)


def rmspe(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Return the root of the mean squared relative error."""
    return _root_mean_square(relative_errors(predicted, measured))


def mape(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Return the mean of the relative errors without their sign."""
    return _mean([abs(error) for error in relative_errors(predicted, measured)])


def median_error(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Return the median of the relative errors without their sign."""
    return median([abs(error) for error in relative_errors(predicted, measured)])


def bias(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Return the mean of the relative errors: positive where too much is predicted."""
    return _mean(relative_errors(predicted, measured))


def rmse(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Return the root of the mean squared error, in the unit of the measurements.

    Raises:
        ValueError: the two differ in length or are empty.
    """
    if len(predicted) != len(measured) or len(measured) == 0:
        raise ValueError(
            f"rmse: as many predictions as measurements and at least one, "
            f"got {len(predicted)} and {len(measured)}"
        )
    return _root_mean_square(
        [float(guess) - float(truth) for guess, truth in zip(predicted, measured, strict=True)]
    )


@dataclass(frozen=True, slots=True)
class ErrorsOfFit:
    """The errors over ``rows`` rows, and how many predictions were not positive."""

    rows: int
    rmspe: float
    mape: float
    median: float
    bias: float
    rmse: float
    not_positive: int

    def as_json(self) -> dict[str, float | int]:
        """Return the errors to nine digits."""
        return {
            "rows": self.rows,
            **{name: nine_digits(getattr(self, name)) for name in _FLOATS},
            "not_positive": self.not_positive,
        }


_FLOATS = ("rmspe", "mape", "median", "bias", "rmse")


def errors_of_fit(predicted: Sequence[float], measured: Sequence[float]) -> ErrorsOfFit:
    """Return all errors of a fit.

    Raises:
        ValueError: the two differ in length or are empty, or a measurement is not positive.
    """
    return ErrorsOfFit(
        rows=len(measured),
        rmspe=rmspe(predicted, measured),
        mape=mape(predicted, measured),
        median=median_error(predicted, measured),
        bias=bias(predicted, measured),
        rmse=rmse(predicted, measured),
        not_positive=len([guess for guess in predicted if guess <= 0]),
    )


def twelve_digits(value: float) -> float:
    """Return a number rounded to 12 significant digits."""
    return float(f"{value:.11e}")


def nine_digits(value: float) -> float:
    """Return a number rounded to 9 significant digits.

    What a fit finds differs from about the eleventh digit on where another processor adds in
    another order (seen between three kinds of it): to nine it is the same file.
    """
    return float(f"{value:.8e}")


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _root_mean_square(values: Sequence[float]) -> float:
    return math.sqrt(_mean([value * value for value in values]))
