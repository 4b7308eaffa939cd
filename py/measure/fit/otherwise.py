"""What a profile says of kinds without data: launch, bytes and MACs, fitted to all of its rows.

Each kind weighs the same. How far off it is, is measured on kinds that were left out, where there
are two or more; on folds of the only kind else, which says less.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py.measure.fit import bands
from py.measure.fit.design import Design
from py.measure.fit.errors_of_fit import errors_of_fit
from py.measure.fit.nested import rows_in_folds
from py.measure.fit.relative import Sums, solved, sums_of
from py.measure.fit.samples import Samples

Floats = NDArray[np.float64]
_TERMS = ("1", "bytes", "macs")
_FASTEST = 0.95
_DIGITS = 8


def otherwise(kinds: Sequence[Samples]) -> dict[str, Any]:
    """Return the part of a profile that answers for kinds without a model; at least one kind."""
    matrices = [Design(samples.works).matrix(_TERMS) for samples in kinds]
    measured = [samples.time_s for samples in kinds]
    coefficients = _fitted(matrices, measured)
    if len(kinds) > 1:
        tested = "each kind by a fit of the others"
        predicted = [
            matrix @ _fitted(_without(matrices, place), _without(measured, place))
            for place, matrix in enumerate(matrices)
        ]
    else:
        tested = f"folds of {kinds[0].kind}, the only kind measured"
        predicted = [_folded(matrices[0], measured[0])]
    truth, guess = np.concatenate(measured), np.concatenate(predicted)
    spread = bands.bands_of(truth, guess, np.ones(len(truth)))
    powers = np.concatenate([samples.power_w for samples in kinds])
    powers = powers[np.isfinite(powers)]
    return {
        "terms": [
            {"term": text, "coefficient": float(f"{value:.{_DIGITS}g}")}
            for text, value in zip(_TERMS, coefficients.tolist(), strict=True)
        ],
        "power_w": float(f"{float(np.median(powers)):.4g}") if len(powers) else None,
        "interval": bands.as_json(spread, None),
        "errors": {
            name: value if isinstance(value, int) else float(f"{value:.4g}")
            for name, value in errors_of_fit(guess.tolist(), truth.tolist()).as_json().items()
        },
        "tested": tested,
    }


def _without(parts: Sequence[Floats], place: int) -> list[Floats]:
    return [part for other, part in enumerate(parts) if other != place]


def _fitted(matrices: Sequence[Floats], measured: Sequence[Floats]) -> Floats:
    """Return the coefficients; that of bytes is not zero, as moving them is never free.

    Where the fit gives bytes nothing, theirs is the least time a byte of all rows but a twentieth.
    """
    total = Sums(np.zeros((len(_TERMS), len(_TERMS))), np.zeros(len(_TERMS)))
    for matrix, times in zip(matrices, measured, strict=True):
        own = sums_of(matrix / times[:, None])
        total = total + Sums(own.gram / len(times), own.total / len(times))
    found = solved(total)
    place = _TERMS.index("bytes")
    if found[place] <= 0:
        each = np.concatenate(
            [
                times / np.maximum(matrix[:, place], 1.0)
                for matrix, times in zip(matrices, measured, strict=True)
            ]
        )
        found[place] = float(np.quantile(each, 1 - _FASTEST))
    return found


def _folded(matrix: Floats, times: Floats) -> Floats:
    fold = rows_in_folds(len(times))
    found = np.empty(len(times))
    for part in range(int(fold.max()) + 1):
        rows = fold == part
        found[rows] = matrix[rows] @ _fitted([matrix[~rows]], [times[~rows]])
    return found
