"""Arithmetic on dimensions of which some are not known; sizes that attributes or values give."""

from collections.abc import Sequence

from py.graph.fact import Dimension, Shape
from py.graph.rules.site import MismatchError, Site, show


def plus(*sizes: Dimension) -> Dimension:
    """Return the sum, None where a part is not known."""
    total = 0
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


def times(*sizes: Dimension) -> Dimension:
    """Return the product, None where a factor is not known."""
    product = 1
    for size in sizes:
        if size is None:
            return None
        product *= size
    return product


def share(size: Dimension, parts: Dimension) -> Dimension:
    """Return one of ``parts`` equal parts of a dimension."""
    if size is None or parts is None:
        return None
    if parts < 1 or size % parts:
        raise MismatchError(f"a dimension of {size} does not divide by {parts}")
    return size // parts


def positive(site: Site, name: str) -> int:
    """Return an attribute that is a size and has to be there."""
    size = site.node.integer(name, 0)
    if size < 1:
        raise MismatchError(f"attribute {name} should be 1 or more, got {size}")
    return size


def length(site: Site, index: int) -> Dimension:
    """Return the size that an input of one element has as its value, None where it isn't known."""
    given = site.given(index)
    size = None if given is None else given.integer()
    if size is not None and size < 0:
        raise MismatchError(f"input {index} is a size of {size}")
    return size


def ranked(shape: Shape | None, *ranks: int) -> Shape | None:
    """Return the shape, having checked that it is not known or of one of the ranks."""
    if shape is not None and len(shape) not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise MismatchError(f"a tensor of {wanted} dimensions is needed, got {show(shape)}")
    return shape


def same(sizes: Sequence[Dimension], what: str) -> Dimension:
    """Return the one size that all that are known have."""
    known = {size for size in sizes if size is not None}
    if len(known) > 1:
        raise MismatchError(f"{what} of different sizes: {sorted(known)}")
    return next(iter(known), None)
