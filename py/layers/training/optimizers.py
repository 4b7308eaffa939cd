"""What an optimizer does for one parameter in one step.

Operations are counted as the formulas are written. Words are those of the parameter and of what is
kept for it between steps; the gradient is read besides.
"""

from dataclasses import dataclass

from py.errors import JoulegraphError


@dataclass(frozen=True, slots=True)
class Optimizer:
    """``ops`` for a parameter, and the words of ``state`` that are read and written for it."""

    name: str
    ops: int
    state: int
    source: str


OPTIMIZERS = {
    # w - rate g
    "sgd": Optimizer("SGD", 2, 0, "Robbins and Monro 1951"),
    # v = momentum v - rate g, w + v
    "momentum": Optimizer("Momentum", 4, 1, "Sutskever et al. 2013, equations 1 and 2"),
    # two decayed means (3 and 4 operations), both corrected (2), root, sum, quotient, step (5)
    "adam": Optimizer("Adam", 14, 2, "Kingma and Ba 2015, algorithm 1"),
}
"""By the name that the option has. Adam's corrections of bias count the powers as given."""


def optimizer_of(name: str) -> Optimizer:
    """Return an optimizer by its name.

    Raises:
        JoulegraphError: ``optimizer-unknown``.
    """
    found = OPTIMIZERS.get(name)
    if found is None:
        raise JoulegraphError(
            "optimizer-unknown",
            f"Training is known with {', '.join(OPTIMIZERS)}, got {str(name)[:40]!r}.",
            "Choose one of these.",
        )
    return found
