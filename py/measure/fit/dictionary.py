"""The terms that the default form may choose from: products of sizes that cost time.

Each dimension of a layer is offered as it is, as its root (a dimension that is only partly worked
off in parallel), and in whole tiles (what vector units and matrix tiles are filled with). Products
of one factor of each dimension are what a loop nest costs: MACs, tensors, patches, launches. Beside
them stand bytes that a cache of so many bytes does not hold, maps so large that memory is allocated
anew for them, and the work of each size of window by itself, as libraries have an algorithm each.

No term shrinks when the batch or a map grows, and no coefficient is below zero: so neither does the
time.
"""

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from py.platforms.measured.features import TIME
from py.platforms.measured.polynomial import factors_of

Size = Literal["small", "plain", "full"]
SIZES: tuple[Size, ...] = ("small", "plain", "full")

_MIB = 1 << 20
_CACHES = tuple(int(size * _MIB) for size in (0.0625, 0.25, 1, 2, 4, 8, 16, 32, 64, 128, 512))
"""Bytes of caches from a core's own to the largest that are shared."""
_ALLOCATED = tuple(size * _MIB for size in (4, 8, 16, 32, 64))
"""Above such sizes allocators ask the system for fresh pages: glibc's from 128 KiB to 32 MiB."""
_PLANES = (500, 1000, 2000, 4000, 8000, 16000)
"""Channels times images of a pool, which cores share out among them."""
_CONVOLUTIONS = ("conv", "grouped", "depthwise")
_BY_COUNTS = ("macs", "ops", "ifmap_bytes", "weight_bytes", "ofmap_bytes")


def _tiles(name: str, sizes: Iterable[int]) -> list[str]:
    return [f"ceil({name},{size})" for size in sizes]


def _offered(name: str, tiles: Iterable[int] = ()) -> list[str]:
    return ["", f"sqrt({name})", name, *_tiles(name, tiles)]


def dictionary(
    kind: str,
    size: Size,
    windows: Sequence[int] = (),
    constant: Collection[str] = (),
    *,
    clocked: bool = False,
) -> tuple[str, ...]:
    """Return the texts of the terms for a kind of layer.

    ``windows`` are the sides of the windows that the rows have, in ascending order. ``constant``
    are the features that are the same in all rows: from these nothing can be learned, so all terms
    but the launch are taken to grow with them. ``clocked``: the clock varied, and each term may
    take a time or a number of cycles.
    """
    found = _dictionary(kind, size, windows, constant)
    if not clocked:
        return found
    cycles = ("per(clock_hz)" if text == "1" else f"{text} * per(clock_hz)" for text in found)
    return (*found, *cycles)


def clocked_energies(texts: Sequence[str]) -> tuple[str, ...]:
    """Return terms whose energy grows with the clock, as with the voltage that it asks for."""
    return tuple(
        f"{text} * clock_hz^{power}"
        for text in texts
        if "clock_hz" not in text and text != "1"
        for power in (1, 2)
    )


def _dictionary(
    kind: str, size: Size, windows: Sequence[int], constant: Collection[str]
) -> tuple[str, ...]:
    if size == "small" or kind not in _DIMENSIONS:
        return _small(kind)
    tiled = size == "full"
    dimensions = _DIMENSIONS[kind](tiled)
    found = ["1", *_products([_varying(offered, constant) for offered in dimensions])]
    if tiled:
        found += _beyond(kind)
    if kind in _CONVOLUTIONS:
        found += ["uneven_pad", "uneven_pad * ifmap_bytes", *_by_window(windows)]
    return tuple(dict.fromkeys(found))


def _varying(offered: list[str], constant: Collection[str]) -> list[str]:
    """Return what is offered of a dimension; of one that never varied only itself."""
    names = {factor.feature for text in offered if text for factor in factors_of(text)}
    if not names <= set(constant):
        return offered
    return [max((text for text in offered if "(" not in text), key=len)]


def _small(kind: str) -> tuple[str, ...]:
    """Return launch, operations and bytes alone, with their roots: for few rows."""
    if kind in _CONVOLUTIONS:
        names: tuple[str, ...] = (*_BY_COUNTS, "patches")
    elif kind == "pool":
        names = ("ops", "row_reads", "ifmap_bytes", "ofmap_bytes")
    elif kind in ("softmax", "norm"):
        names = (*_BY_COUNTS, "batch")  # rows that are worked off one by one
    else:
        names = _BY_COUNTS
    roots = [f"sqrt({name})" for name in names]
    beyond = [f"bytes * beyond(bytes,{cache})" for cache in _CACHES]
    return ("1", *names, *roots, *beyond)


def _convolution(tiled: bool) -> list[list[str]]:
    cin = _offered("cin", (8, 32) if tiled else ())
    if tiled:  # blocks of eight channels are laid out apart from the rest
        cin += ["floor(cin,8)", "reach(cin,8)"]
    return [
        ["", "images"],
        cin,
        _offered("cout", (8, 16, 32, 64, 128) if tiled else ()),
        ["", "kernel", "kernel^2"],
        ["", "out_side", "out_side^2", "in_side^2"],
    ]


def _product(tiled: bool) -> list[list[str]]:
    return [
        _offered("batch", (8, 16, 32, 64, 128) if tiled else ()),
        _offered("cin", (8, 32, 128) if tiled else ()),
        _offered("cout", (8, 16, 32, 64, 128) if tiled else ()),
    ]


def _matmul(tiled: bool) -> list[list[str]]:
    return (
        [["", "sqrt(groups)", "groups"], *_product(tiled)]
        if not tiled
        else [
            ["", "groups"],
            *_product(tiled=False),
        ]
    )


def _pool(tiled: bool) -> list[list[str]]:
    sides = ["", "out_side", "out_side^2", "in_side^2", "out_side * in_side"]
    if tiled:
        sides += ["sqrt(out_side)", "out_side * sqrt(out_side)", "in_side"]
    kernels = ["", "kernel", "kernel^2"] + (["kernel * sqrt(kernel)"] if tiled else [])
    return [_offered("batch"), _offered("cin"), kernels, sides]


_DIMENSIONS = {
    **dict.fromkeys(_CONVOLUTIONS, _convolution),
    "dense": _product,
    "matmul": _matmul,
    "pool": _pool,
}


def _products(dimensions: Sequence[Sequence[str]]) -> list[str]:
    return [
        " * ".join(part for part in parts if part)
        for parts in itertools.product(*dimensions)
        if any(parts)
    ]


def _beyond(kind: str) -> list[str]:
    """Return work on bytes that caches don't hold, and maps that are allocated anew."""
    if kind in _CONVOLUTIONS:
        names: tuple[str, ...] = ("ifmap_bytes", "ofmap_bytes", "macs", "patches")
    elif kind == "pool":
        names = ("ifmap_bytes", "ofmap_bytes", "ops", "row_reads")
    else:
        names = ("ifmap_bytes", "ofmap_bytes", "weight_bytes", "macs")
    found = [f"{name} * beyond(bytes,{cache})" for cache in _CACHES for name in names]
    found += [f"ofmap_bytes * above(ofmap_bytes,{size})" for size in _ALLOCATED]
    if kind == "pool":
        found += [
            f"{name} * beyond(ofmap_bytes,{size})"
            for size in (2 * _MIB, *_ALLOCATED, 128 * _MIB)
            for name in ("ofmap_bytes", "ops")
        ]
        found += [f"ops * beyond(planes,{planes})" for planes in _PLANES]
    return found


def _by_window(windows: Sequence[int]) -> list[str]:
    """Return the work of each size of window and of strides of one and more by themselves.

    Windows in between belong to the nearest, those beyond to the last.
    """
    if len(windows) < 2:
        return []
    found = []
    for place, side in enumerate(windows):
        low = 0.0 if place == 0 else (windows[place - 1] + side) / 2
        high = 1e6 if place == len(windows) - 1 else (side + windows[place + 1]) / 2
        for stride in ("between(stride,0,1.2)", "above(stride,1.2)"):
            where = f"between(kernel,{low:g},{high:g}) * {stride}"
            found += [
                f"{name} * {where}" for name in ("macs", "ifmap_bytes", "ofmap_bytes", "patches")
            ]
    return found


_WORK = {
    **dict.fromkeys(_CONVOLUTIONS, ("macs", "patches", "ifmap_bytes", "ofmap_bytes")),
    "pool": ("ops", "ifmap_bytes", "ofmap_bytes"),
}
_BENDS = (1, 3)
_TIME_BENDS = (1, 2, 5)


def worked(kind: str) -> tuple[str, ...]:
    """Return the features of a kind whose growth bends its energy."""
    return _WORK.get(kind, ("macs", "ifmap_bytes", "weight_bytes", "ofmap_bytes"))


def bends(name: str, least: float, most: float) -> tuple[str, ...]:
    """Return the terms of an energy that bend with a feature, or with the predicted time.

    Power rises while a device wakes up and falls when it has to cool, so energy bends with time and
    work: up (what exceeds) and down (the lesser). It never falls. Bends are a few to each factor of
    ten between the ``least`` and the ``most`` of the rows.
    """
    steps = _TIME_BENDS if name == TIME else _BENDS
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    knots = [float(f"{step}e{power}") for power in range(low, high + 1) for step in steps]
    inside = [knot for knot in knots if least <= knot <= most]
    return (
        *(f"least({name},{knot:g})" for knot in inside),
        *(f"excess({name},{knot:g})" for knot in inside),
    )
