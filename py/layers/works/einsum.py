"""Einsum: products of any number of tensors, by their equation.

Two operands take one MAC for each combination of all their indices. More than two are contracted
pairwise from the left, as onnxruntime does: each step keeps the indices that a later operand or the
result still has. A single operand is summed or moved, without MACs.
"""

from math import prod

from py.layers.loops import counted
from py.layers.works.place import Place, Sizes
from py.layers.works.registry import works
from py.layers.works.work import Work

_ELLIPSIS = "..."


@works("Einsum", multiplies=True)
def einsum(place: Place) -> tuple[Work, ...]:
    """Count the steps of the contraction: a batched product where the equation is one."""
    count = len(place.node.inputs)
    shapes = [place.sizes(index) for index in range(count)]
    equation = place.node.text("equation", "")
    parsed = None
    if all(shape is not None for shape in shapes):
        parsed = terms_of(equation, [shape or () for shape in shapes])
    if count == 1:
        sums = parsed is not None and set(parsed[0][0]) != set(parsed[1])
        ops = place.elements(0) if sums else 0 if parsed is not None else None
        return (place.work("reduce" if sums else "movement", ops=ops),)
    constant = any(place.is_constant(index) for index in range(count))
    if parsed is None:
        weights = place.words(place.constants(*range(count)))
        return (place.work("dense" if constant else "matmul", macs=None, weight_elements=weights),)
    return _steps(place, *parsed)


def _steps(place: Place, terms: list[str], result: str, sizes: dict[str, int]) -> tuple[Work, ...]:
    steps: list[Work] = []
    left, last = terms[0], len(terms) - 1
    for number in range(1, len(terms)):
        right = terms[number]
        later = set("".join(terms[number + 1 :])) | set(result)
        both = set(left) | set(right)
        kept = result if number == last else "".join(i for i in sorted(both) if i in later)
        steps.append(_step(place, number, last, (left, right, kept), sizes))
        left = kept
    return tuple(steps)


def _step(
    place: Place, number: int, last: int, step: tuple[str, str, str], sizes: dict[str, int]
) -> Work:
    left, right, kept = (set(term) for term in step)
    first = number == 1
    operands = (0, 1) if first else (number,)
    constants = place.constants(*operands)
    loops, macs = counted(
        g=_size(left & right & kept, sizes),
        n=_size((left & kept) - right, sizes),
        m=_size((right & kept) - left, sizes),
        c=_size((left | right) - kept, sizes),
    )
    turned = first and place.is_constant(0) and not place.is_constant(1)
    if turned and loops is not None:  # weights on the left: the same product the other way round
        loops, _ = counted(g=loops.g, n=loops.m, m=loops.n, c=loops.c)
    stored = place.name(0 if turned else number)
    activations = place.activations if last == 1 else place.read(*operands)
    own = place.words(activations)
    carried = 0 if first else _size(left, sizes)
    return place.work(
        "dense" if constants else "matmul",
        part="" if last == 1 else f"step {number}",
        loops=loops,
        macs=macs,
        activations=activations,
        ifmap_elements=None if own is None else own + carried,
        weight_elements=place.words(constants),
        ofmap_elements=_size(kept, sizes),
        inner=() if first else (place.inner(f"step {number - 1}"),),
        outputs=place.node.outputs if number == last else (place.inner(f"step {number}"),),
        weights=constants,
        weight_dtype=place.stored_dtype(stored),
        activation_dtype=place.type(0).dtype
        if not activations
        else place.stored_dtype(activations[0]),
    )


def _size(indices: set[str], sizes: dict[str, int]) -> int:
    return prod(sizes[index] for index in indices)


def terms_of(equation: str, shapes: list[Sizes]) -> tuple[list[str], str, dict[str, int]] | None:
    """Return the operands' indices, the result's, and their sizes; None for no such equation.

    The dimensions under an ellipsis get indices of their own, counted from the right.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    written = left.split(",")
    if len(written) != len(shapes):
        return None
    sizes: dict[str, int] = {}
    terms, longest = [], 0
    for term, shape in zip(written, shapes, strict=True):
        before, dots, after = term.partition(_ELLIPSIS)
        hidden = len(shape) - len(before) - len(after)
        if hidden < 0 or (hidden and not dots):
            return None
        longest = max(longest, hidden)
        indices = before + _hidden(hidden) + after
        terms.append(indices)
        for index, size in zip(indices, shape, strict=True):
            if sizes.get(index, 1) == 1:
                sizes[index] = size
    if arrow:
        result = right.replace(_ELLIPSIS, _hidden(longest))
    else:  # all indices that appear once, in their order, after the hidden ones
        named = "".join(written).replace(".", "")
        result = _hidden(longest) + "".join(sorted(i for i in set(named) if named.count(i) == 1))
    return (terms, result, sizes) if set(result) <= set(sizes) else None


def _hidden(count: int) -> str:
    """Return indices for the dimensions under an ellipsis, outside of what an equation may use."""
    return "".join(chr(0x2080 + place) for place in range(count - 1, -1, -1))
