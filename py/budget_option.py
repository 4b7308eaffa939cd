"""``--max-energy``: an energy that one inference may cost, and the exit code that follows."""

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from py.breakdown import Result
from py.breakdown.quantity import with_unit
from py.columns import printable, several
from py.errors import JoulegraphError
from py.terminal import FINE, PARTIAL

_UNITS = {"J": "joules", "MACe": "MAC energies"}
_EXAMPLES = {"J": "5mJ", "MACe": "4GMACe"}
_PREFIX_POWERS = {
    "f": -15,
    "p": -12,
    "n": -9,
    "u": -6,
    "µ": -6,
    "m": -3,
    "": 0,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
}


class Budget(NamedTuple):
    """The most that one inference may cost; ``unit`` is J or MACe."""

    energy: float
    unit: str


def budget_of(text: str | None) -> Budget | None:
    """Return what --max-energy allows; None where nobody says.

    Raises:
        JoulegraphError: ``bad-option``.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?)\s*([fpnuµmkMGT]?)(J|MACe)", text)
    if match is None:
        raise JoulegraphError(
            "bad-option",
            f"--max-energy takes an energy like 5mJ or 4GMACe, got {text[:40]!r}.",
            "Correct it.",
        )
    number, prefix, unit = match.groups()
    power = _PREFIX_POWERS[prefix]
    if "e" in number:
        return Budget(float(number) * 10.0**power, unit)
    return Budget(float(f"{number}e{power}"), unit)


def exit_code(results: Sequence[Result], budget: Budget | None) -> int:
    """Return the exit code of results, and say on standard error why it is not 0.

    Raises:
        JoulegraphError: ``budget-unit`` where a result is not known in the budget's unit.
    """
    return max(_exit_code(result, budget) for result in results)


def _exit_code(result: Result, budget: Budget | None) -> int:
    code = FINE
    if result.not_modelled:
        sys.stderr.write(
            f"note: {several(len(result.not_modelled), 'layer')} got no estimate "
            f"on {printable(result.platform.name)}.\n"
        )
        code = PARTIAL
    if budget is None:
        return code
    unit = budget.unit
    energy = result.energy_j if unit == "J" else result.energy_macs
    if energy is None:
        other = "MACe" if unit == "J" else "J"
        known = result.energy_macs if unit == "J" else result.energy_j
        raise JoulegraphError(
            "budget-unit",
            f"{printable(result.platform.name)} gives no {_UNITS[unit]} to check --max-energy in "
            f"{unit}.",
            f"Give the budget in {_UNITS[other]}, as in {_EXAMPLES[other]}."
            if known is not None
            else "Choose a platform whose power is known, or leave the budget out.",
        )
    each = energy / result.model.batch
    if each > budget.energy:
        sys.stderr.write(
            f"over budget: one inference costs {with_unit(each, unit)}, "
            f"at most {with_unit(budget.energy, unit)}.\n"
        )
        code = PARTIAL
    return code
