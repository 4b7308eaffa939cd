"""The digits that scikit-learn ships, split into those to learn from and those held out."""

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

SOURCE = (
    "Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak, UCI Machine Learning "
    "Repository, 1998, CC BY 4.0), as scikit-learn ships it: 1,797 images of 8x8"
)
HELD_OUT = 360
_DARKEST = 16.0

Images = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Digits:
    """Images [count, 1, 8, 8] from 0 to 1 with the digit that each shows."""

    images: Images
    labels: Labels


def digits(seed: int) -> tuple[Digits, Digits]:
    """Return the digits to learn from and those held out, in an order drawn by the seed.

    Raises:
        ModuleNotFoundError: scikit-learn is not installed.
    """
    data = import_module("sklearn.datasets").load_digits()
    images = (np.asarray(data.images, np.float32) / np.float32(_DARKEST))[:, np.newaxis]
    labels = np.asarray(data.target, np.int64)
    order = np.random.default_rng(seed).permutation(len(labels))
    learnt, held_out = order[:-HELD_OUT], order[-HELD_OUT:]
    return (
        Digits(images[learnt], labels[learnt]),
        Digits(images[held_out], labels[held_out]),
    )
