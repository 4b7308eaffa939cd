"""Short ways to write a mapping and its counts down."""

from collections import Counter

from py.platforms.accelerator.nest.access import Access
from py.platforms.accelerator.nest.dims import DIMS, Sizes
from py.platforms.accelerator.nest.mapping import Mapping


def order(first: str) -> str:
    """Return all loops, those named first."""
    return first + "".join(dim for dim in DIMS if dim not in first)


def mapping(
    tiles: list[Sizes],
    orders: str,
    unrolled: list[Sizes] | None = None,
    kept: list[str] | None = None,
) -> Mapping:
    """Return a mapping from orders such as ``"mn/c"`` and keeping such as ``"w.o"``.

    Without ``unrolled`` there is an array of no axes; without ``kept`` every level keeps all.
    """
    return Mapping(
        tuple(tiles),
        tuple(unrolled or ()),
        tuple(order(loops) for loops in orders.split("/")),
        tuple(("w" in keep, "i" in keep, "o" in keep) for keep in kept or ["wio"] * len(tiles)),
    )


def accesses(text: str) -> Counter[Access]:
    """Return counts from lines of a tensor and a place, with kinds and numbers after a colon."""
    count: Counter[Access] = Counter()
    for line in text.strip().split("\n"):
        subject, numbers = line.split(":")
        tensor, place = subject.split()
        for entry in numbers.split(","):
            kind, number = entry.split()
            count[tensor, place, kind] = int(number)  # type: ignore[index]
    return count


def of(count: Counter[Access], *tensors: str) -> Counter[Access]:
    """Return the counts of some tensors."""
    return Counter({access: number for access, number in count.items() if access[0] in tensors})
