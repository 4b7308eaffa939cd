"""A layer's tensors along the loops of its problem, with what onnxruntime found in them."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from onnx import NodeProto, helper

from py.layers import Layer
from py.platforms.accelerator.nest.dims import WINDOWS
from py.platforms.accelerator.nest.problem import Problem
from py.simulate.capture import Capture
from py.simulate.mac_count import Mask

Sizes = tuple[int, ...]

_CONVOLUTIONS = ("Conv", "ConvInteger", "QLinearConv")
_OPERANDS = {
    **dict.fromkeys(("Conv", "ConvInteger", "Gemm", "MatMul", "MatMulInteger"), (0, 1)),
    **dict.fromkeys(("QLinearConv", "QLinearMatMul"), (0, 3)),
}
"""Where among a node's inputs the ifmap and the weights are."""

FOLLOWED = "convolutions and matrix products of the main graph, quantised ones too"


class UnfitError(Exception):
    """A layer whose values can't be laid out as its problem says; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The tensors that a layer multiplies, and the one that it leaves."""

    ifmap: str
    weight: str
    ofmap: str


def sources_of(layer: Layer, node: NodeProto) -> Sources:
    """Return a layer's tensors, given its leading node.

    Raises:
        UnfitError: an operator whose operands are not laid out here.
    """
    if layer.path is not None or layer.runs != 1:
        raise UnfitError("it is in the body of a loop, a branch or a function")
    places = _OPERANDS.get(node.op_type)
    if node.domain not in ("", "ai.onnx") or places is None or len(node.input) <= max(places):
        raise UnfitError(f"values of {node.op_type[:60]} are not laid out")
    if len(layer.ofmaps) != 1:
        raise UnfitError("it leaves several tensors")
    left, right = (node.input[place] for place in places)
    if node.op_type not in _CONVOLUTIONS and left in layer.weights and right not in layer.weights:
        raise UnfitError("its weights are on the left")
    return Sources(left, right, layer.ofmaps[0])


def operands(
    problem: Problem, node: NodeProto, sources: Sources, found: Capture
) -> dict[str, Mask]:
    """Return what is not zero: weight [g, m, c, t, r, s], ofmap [n, g, m, o, p, q], and ifmap
    [n, g, c, planes, rows, columns] with its padding, as far as windows reach.

    Raises:
        UnfitError: tensors that are missing, or of other sizes than the problem's.
    """
    for name in (sources.ifmap, sources.weight, sources.ofmap):
        if name not in found:
            raise UnfitError(f"which values of {name[:60]!r} are zero is not known")
    x, w, y = (found.mask(name) for name in (sources.ifmap, sources.weight, sources.ofmap))
    if node.op_type in _CONVOLUTIONS:
        weight, ifmap, ofmap = _convolution(problem, node, x, w, y)
    else:
        weight, ifmap, ofmap = _product(problem, node, x, w, y)
    n, g, m, c, o, p, q, t, r, s = problem.extents
    for what, mask, shape in (
        ("weights", weight, (g, m, c, t, r, s)),
        ("ifmap", ifmap, (n, g, c, *problem.image)),
        ("ofmap", ofmap, (n, g, m, o, p, q)),
    ):
        if mask.shape != shape:
            raise UnfitError(_misfit(what, mask, shape))
    return {"weight": weight, "ifmap": padded(problem, ifmap), "ofmap": ofmap}


def _convolution(
    problem: Problem, node: NodeProto, x: Mask, w: Mask, y: Mask
) -> tuple[Mask, Mask, Mask]:
    groups = int(_attribute(node, "group", 1))
    if x.ndim != w.ndim or not 3 <= x.ndim <= 5 or w.shape[0] % groups or x.shape[1] % groups:
        raise UnfitError(f"a convolution of {list(x.shape)} with {list(w.shape)}")
    if _is_flat(problem, x, w):  # filters as large as the image: mapped on flat inputs
        n, _, m, c = problem.extents[:4]
        return (
            _laid("weights", w, (1, m, c, 1, 1, 1)),
            _laid("ifmap", x, (n, 1, c, 1, 1, 1)),
            _laid("ofmap", y, (n, 1, m, 1, 1, 1)),
        )
    m, c = w.shape[0] // groups, x.shape[1] // groups
    outputs = (problem.extents[0], groups, m, *(problem.extent(dim) for dim in "opq"))
    return (
        w.reshape(groups, m, w.shape[1], *_planes(w.shape[2:])),
        x.reshape(x.shape[0], groups, c, *_planes(x.shape[2:])),
        _laid("ofmap", y, outputs),
    )


def _is_flat(problem: Problem, x: Mask, w: Mask) -> bool:
    """Whether the problem takes the values under a filter, all of the image, as channels."""
    return w.shape[1:] == x.shape[1:] and problem.extent("c") == prod(x.shape[1:]) > x.shape[1]


def _product(
    problem: Problem, node: NodeProto, x: Mask, w: Mask, y: Mask
) -> tuple[Mask, Mask, Mask]:
    x = x if x.ndim > 1 else x[np.newaxis]
    w = w if w.ndim > 1 else w[:, np.newaxis]
    if node.op_type == "Gemm":
        x = x.T if _attribute(node, "transA", 0) else x
        w = w.T if _attribute(node, "transB", 0) else w
    n, g, m, c, _, _, _, t, r, s = problem.extents
    if g == 1 and prod(w.shape[:-2]) == 1 and x.shape[-1] == c * t * r * s:
        matrix = w.reshape(w.shape[-2:])
        return (
            _laid("weights", matrix.T, (1, m, c, t, r, s)),
            _laid("ifmap", x, (n, 1, c, *problem.image)),
            _laid("ofmap", y, (n, 1, m, 1, 1, 1)),
        )
    stack = np.broadcast_shapes(x.shape[:-2], w.shape[:-2])
    left = np.broadcast_to(x, (*stack, *x.shape[-2:])).reshape(-1, *x.shape[-2:])
    right = np.broadcast_to(w, (*stack, *w.shape[-2:])).reshape(-1, *w.shape[-2:])
    return (
        _laid("weights", right.transpose(0, 2, 1), (g, m, c, 1, 1, 1)),
        _laid("ifmap", left.transpose(1, 0, 2), (n, g, c, 1, 1, 1)),
        _laid("ofmap", _laid("ofmap", y, (g, n, m)).transpose(1, 0, 2), (n, g, m, 1, 1, 1)),
    )


def _laid(what: str, mask: Mask, shape: Sizes) -> Mask:
    if mask.size != prod(shape):
        raise UnfitError(_misfit(what, mask, shape))
    return mask.reshape(shape)


def _misfit(what: str, mask: Mask, shape: Sizes) -> str:
    return f"its {what} of {list(mask.shape)} do not fit its loops' {list(shape)}"


def _planes(sizes: Sizes) -> Sizes:
    """Return planes, rows and columns; one dimension is the columns of one row."""
    return (*(1,) * (3 - len(sizes)), *sizes)


def padded(problem: Problem, ifmap: Mask) -> Mask:
    """Return the ifmap in the places that the windows reach, with zeros where it is padded."""
    spans = [
        problem.span(axis, problem.extent(out), problem.extent(tap))
        for axis, (out, tap) in enumerate(WINDOWS)
    ]
    laid = np.zeros((*ifmap.shape[:3], *spans), bool)
    there = tuple(
        slice(min(before, span), min(before + size, span))
        for before, size, span in zip(problem.padding, problem.image, spans, strict=True)
    )
    taken = tuple(slice(0, place.stop - place.start) for place in there)
    laid[(slice(None), slice(None), slice(None), *there)] = ifmap[
        (slice(None), slice(None), slice(None), *taken)
    ]
    return laid


def _attribute(node: NodeProto, name: str, default: Any) -> Any:
    found = [entry for entry in node.attribute if entry.name == name]
    return helper.get_attribute_value(found[0]) if found else default
