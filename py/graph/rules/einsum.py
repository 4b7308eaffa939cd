"""Einsum: sums of products by the letters of an equation.

A letter names an axis. Letters after ``->`` are the output's; without an arrow they are those that
occur once, in alphabetical order. ``...`` stands for axes without a letter; they broadcast.
"""

from dataclasses import dataclass

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast, show

_DOTS = "..."


@dataclass(frozen=True, slots=True)
class Equation:
    """The letters of every operand and of the output; an ellipsis is one entry, ``...``."""

    operands: tuple[tuple[str, ...], ...]
    output: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Equation":
        """Return the equation that ``text`` writes."""
        left, arrow, right = "".join(text.split()).partition("->")
        operands = tuple(_letters(term) for term in left.split(","))
        return cls(operands, _letters(right) if arrow else _implicit(operands))


def _letters(term: str) -> tuple[str, ...]:
    before, dots, after = term.partition(_DOTS)
    letters = (*before, *((_DOTS,) if dots else ()), *after)
    if not all(letter == _DOTS or letter.isalpha() for letter in letters):
        raise MismatchError(f"the term {term[:40]!r} of the equation is not made of letters")
    return letters


def _implicit(operands: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    every = [letter for operand in operands for letter in operand]
    once = sorted(letter for letter in set(every) if every.count(letter) == 1 and letter != _DOTS)
    return ((_DOTS,) if _DOTS in every else ()) + tuple(once)


@rule("Einsum")
def _einsum(site: Site) -> list[Fact]:
    equation = Equation.of(site.node.text("equation", ""))
    if len(equation.operands) != len(site.facts):
        raise MismatchError(
            f"an equation of {len(equation.operands)} terms for {len(site.facts)} inputs"
        )
    return [fact(site.dtype(0), einsum_shape(equation, [site.shape(i) for i in _range(site)]))]


def _range(site: Site) -> range:
    return range(len(site.facts))


def einsum_shape(equation: Equation, shapes: list[Shape | None]) -> Shape | None:
    """Return the output's shape, None where the rank is not known."""
    sizes: dict[str, Dimension] = {}
    free: list[Shape | None] = []
    for letters, shape in zip(equation.operands, shapes, strict=True):
        if shape is None:
            if _DOTS in letters:
                free.append(None)
            continue
        free.append(_assign(letters, shape, sizes))
    rest = broadcast(free) if free else ()
    if rest is None and _DOTS in equation.output:
        return None
    result: list[Dimension] = []
    known = {letter for operand in equation.operands for letter in operand}
    for letter in equation.output:
        if letter == _DOTS:
            result.extend(rest or ())
        elif letter not in known:
            raise MismatchError(f"the output's {letter!r} is on none of the inputs")
        else:
            result.append(sizes.get(letter))
    return tuple(result)


def _assign(letters: tuple[str, ...], shape: Shape, sizes: dict[str, Dimension]) -> Shape:
    """Take in the sizes of an operand's letters; return the axes that its ellipsis stands for."""
    named = len(letters) - (_DOTS in letters)
    extra = len(shape) - named
    if extra < 0 or (extra and _DOTS not in letters):
        raise MismatchError(f"the term {''.join(letters)!r} does not fit {show(shape)}")
    place, free = 0, shape[:0]
    for letter in letters:
        if letter == _DOTS:
            free = shape[place : place + extra]
            place += extra
            continue
        size, before = shape[place], sizes.get(letter)
        place += 1
        if letter not in sizes or before == 1 or (before is None and size not in (None, 1)):
            sizes[letter] = size
        elif size not in (None, 1, before) and before is not None:
            raise MismatchError(f"axis {letter!r} is {before} and {size} long")
    return free
