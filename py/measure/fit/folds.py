"""Rows shared out for cross-validation: the same folds on every machine."""

import random

FOLDS = 10
SEED = 2017


def folds(count: int, seed: int = SEED, parts: int = FOLDS) -> tuple[int, ...]:
    """Return the fold of each of ``count`` rows: shuffled, sizes that differ by one at most.

    Python promises the same ``random.random()`` for a seed in every version, which it does not of
    ``shuffle``, nor numpy of its generators: so rows are sorted by random numbers.

    Raises:
        ValueError: fewer rows than folds, or fewer than two folds.
    """
    if not 2 <= parts <= count:
        raise ValueError(f"folds: from 2 folds to as many as rows, got {parts} for {count} rows")
    generator = random.Random(seed)
    keys = [generator.random() for _ in range(count)]
    fold = [0] * count
    for place, row in enumerate(sorted(range(count), key=lambda row: (keys[row], row))):
        fold[row] = place % parts
    return tuple(fold)
