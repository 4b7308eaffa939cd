"""Terms evaluated for many workloads: a matrix, by the very factors that the engine evaluates."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from py.platforms.measured.features import features_of
from py.platforms.measured.polynomial import Factor, factors_of
from py.platforms.measured.workload import Workload

Floats = NDArray[np.float64]


class Design:
    """Workloads whose terms are asked for again and again; each factor is worked out once."""

    def __init__(self, works: Sequence[Workload]) -> None:
        self.features = [features_of(work) for work in works]
        self._columns: dict[str, Floats] = {}

    def __len__(self) -> int:
        return len(self.features)

    def feature(self, name: str) -> Floats:
        """Return a feature of each workload."""
        return np.array([features[name] for features in self.features])

    def column(self, factor: Factor) -> Floats:
        """Return a factor's value for each workload."""
        if factor.text not in self._columns:
            values = [factor.of(features) for features in self.features]
            self._columns[factor.text] = np.array(values, dtype=np.float64)
        return self._columns[factor.text]

    def matrix(self, terms: Sequence[str], more: Mapping[str, Floats] | None = None) -> Floats:
        """Return the terms, a row for each workload and a column for each term.

        ``more`` are features that come from elsewhere, as the predicted time does.
        """
        found = np.ones((len(self), len(terms)), order="F")
        for place, text in enumerate(terms):
            for factor in factors_of(text):
                if more and factor.feature in more:
                    name = factor.feature
                    values = [factor.of({name: value}) for value in more[name].tolist()]
                    found[:, place] *= np.array(values)
                else:
                    found[:, place] *= self.column(factor)
        return found


def distinct(matrix: Floats) -> NDArray[np.intp]:
    """Return the places of columns that are not all zero and not a multiple of one before."""
    norms = [float(np.sqrt((column**2).sum())) for column in matrix.T]
    seen: set[bytes] = set()
    kept = []
    for place, norm in enumerate(norms):
        if norm == 0 or not np.isfinite(norm):
            continue
        key = sha256(np.round(matrix[:, place] / norm, 12).tobytes()).digest()
        if key not in seen:
            seen.add(key)
            kept.append(place)
    return np.array(kept, dtype=np.intp)
