"""Where two profiles differ, and whether that is another processor's arithmetic."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SAME = 1e-6
"""Relative difference up to which two numbers are the same to six digits."""
_MOST_SHOWN = 40
_FEW_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs. ``rounding``: in nothing but the last digits of a number."""

    path: str
    had: Any
    found: Any
    rounding: bool

    def __str__(self) -> str:
        had, found = (str(value)[:_MOST_SHOWN] for value in (self.had, self.found))
        return f"{self.path} is {had}, and {found} when fitted again"


def differences(had: Any, found: Any, path: str = "") -> Iterator[Difference]:
    """Yield the fields in which two profiles differ, in the order of the first."""
    if isinstance(had, Mapping) and isinstance(found, Mapping):
        for name in [*had, *(one for one in found if one not in had)]:
            at = f"{path}.{name}" if path else str(name)
            if name not in had or name not in found:
                before, now = ("there" if name in one else "left out" for one in (had, found))
                yield Difference(at, before, now, rounding=False)
            else:
                yield from differences(had[name], found[name], at)
    elif _is_list(had) and _is_list(found):
        if len(had) != len(found):
            yield Difference(f"the length of {path}", len(had), len(found), rounding=False)
            return
        for place, (one, other) in enumerate(zip(had, found, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif type(had) is not type(found) or had != found:
        yield Difference(path, had, found, rounding=_is_rounding(had, found))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_rounding(had: Any, found: Any) -> bool:
    """Say whether two numbers are the same to six digits, or one was rounded the other way.

    What is written to four digits may end in another one where the twelfth differed.
    """
    if not isinstance(had, float) or not isinstance(found, float):
        return False
    if math.isclose(had, found, rel_tol=SAME, abs_tol=0.0):
        return True
    step = max(_last_place(had), _last_place(found))
    few = max(abs(had), abs(found)) < step * 10**_FEW_DIGITS
    return few and abs(had - found) <= step * (1 + SAME)


def _last_place(value: float) -> float:
    """Return the place of the last digit that a number is written with: 0.25 has 0.01."""
    mantissa, _, power = repr(value).partition("e")
    decimals = len(mantissa.partition(".")[2].rstrip("0"))
    return 10.0 ** (int(power or 0) - decimals)
