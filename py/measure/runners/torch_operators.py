"""Operators of ONNX graphs as torch has them: what runs a node, and which tensors that reads.

Shapes are those that ``py.graph`` worked out; so views need no shape tensors, and small constants
(bounds, axes, sizes) are read once, before anything runs.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from py.graph import Node
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_activations import activation, two_inputs
from py.measure.runners.torch_layers import batch_norm
from py.measure.runners.torch_site import Built, Site
from py.measure.runners.torch_windows import conv, global_pool, pool


def _elementwise(node: Node, site: Site) -> Built:
    in_place = site.may_change(node.inputs[0])
    found = activation(node.op, site.torch, in_place=in_place)
    return (found or _same), node.inputs[:1]


def _same(x: Any) -> Any:
    return x


def _dropout(node: Node, _: Site) -> Built:
    return _same, node.inputs[:1]


def _slice(node: Node, site: Site) -> Built:
    starts, ends, axes, steps = (
        node.integers(name) or site.values(node, place)
        for place, name in enumerate(("starts", "ends", "axes", "steps"), start=1)
    )
    cut = [slice(None)] * len(site.sides(node.inputs[0]))
    for place, start in enumerate(starts or ()):
        step = int(steps[place]) if steps else 1
        end = int(ends[place]) if ends else None
        if step < 1:
            raise NotRunnableError(f"{node.label}: steps forward, got {step}")
        cut[int(axes[place]) if axes else place] = slice(int(start), end, step)
    parts = tuple(cut)
    return (lambda x: x[parts]), node.inputs[:1]


def _both(node: Node, site: Site) -> Built:
    return two_inputs(node.op, site.torch), node.inputs[:2]


def _clip(node: Node, site: Site) -> Built:
    low, high = site.values(node, 1), site.values(node, 2)
    least = low[0] if low else node.number("min", -math.inf)
    most = high[0] if high else node.number("max", math.inf)
    inside, in_place = site.torch.nn.functional.hardtanh, site.may_change(node.inputs[0])
    return (lambda x: inside(x, least, most, in_place)), node.inputs[:1]


def _leaky(node: Node, site: Site) -> Built:
    slope, leaky = node.number("alpha", 0.01), site.torch.nn.functional.leaky_relu
    return (lambda x: leaky(x, slope)), node.inputs[:1]


def _hard_sigmoid(node: Node, _: Site) -> Built:
    slope, shift = node.number("alpha", 0.2), node.number("beta", 0.5)
    return (lambda x: (x * slope + shift).clamp_(0.0, 1.0)), node.inputs[:1]


def _gelu(node: Node, site: Site) -> Built:
    how, gelu = node.text("approximate", "none"), site.torch.nn.functional.gelu
    return (lambda x: gelu(x, approximate=how)), node.inputs[:1]


def _gemm(node: Node, site: Site) -> Built:
    left, right = node.integer("transA", 0), node.integer("transB", 0)
    alpha, beta = node.number("alpha", 1.0), node.number("beta", 1.0)
    torch = site.torch

    def run(a: Any, b: Any, c: Any = None) -> Any:
        a, b = (a.t() if left else a), (b if right else b.t())
        if alpha == beta == 1.0 and (c is None or c.dim() == 1):
            return torch.nn.functional.linear(a, b, c)
        product = torch.matmul(a, b.t()) * alpha
        return product if c is None else product + c * beta

    return run, tuple(name for name in node.inputs if name)


def _matmul(node: Node, site: Site) -> Built:
    return site.torch.matmul, node.inputs[:2]


def _batch_norm(node: Node, site: Site) -> Built:
    epsilon, torch, training = node.number("epsilon", 1e-5), site.torch, site.training
    return (lambda x, *weights: batch_norm(torch, x, weights, training, epsilon)), node.inputs[:5]


def _layer_norm(node: Node, site: Site) -> Built:
    axis, epsilon = node.integer("axis", -1), node.number("epsilon", 1e-5)
    last = site.sides(node.inputs[0])[axis:]
    norm = site.torch.nn.functional.layer_norm
    return (lambda x, *weights: norm(x, last, *weights, eps=epsilon)), node.inputs


def _lrn(node: Node, site: Site) -> Built:
    size, alpha = node.integer("size", 1), node.number("alpha", 1e-4)
    beta, bias = node.number("beta", 0.75), node.number("bias", 1.0)
    norm = site.torch.nn.functional.local_response_norm
    return (lambda x: norm(x, size, alpha, beta, bias)), node.inputs[:1]


def _softmax(node: Node, site: Site) -> Built:
    # Before opset 13 all axes from this one on are taken together: the same where it is the last.
    rank = len(site.sides(node.inputs[0]))
    newest = site.graph.opsets.get("", 13) >= 13
    axis = node.integer("axis", -1 if newest else 1)
    if not newest and axis % rank != rank - 1:
        raise NotRunnableError(f"{node.label}: a softmax over one axis, got several")
    softmax = site.torch.softmax
    return (lambda x: softmax(x, axis)), node.inputs[:1]


def _view(node: Node, site: Site) -> Built:
    sides = site.sides(node.outputs[0])
    return (lambda x: x.reshape(sides)), node.inputs[:1]


def _transpose(node: Node, site: Site) -> Built:
    rank = len(site.sides(node.inputs[0]))
    axes = node.integers("perm") or tuple(reversed(range(rank)))
    return (lambda x: x.permute(axes)), node.inputs[:1]


def _concat(node: Node, site: Site) -> Built:
    axis, cat = node.integer("axis", 0), site.torch.cat
    return (lambda *parts: cat(parts, axis)), node.inputs


def _split(node: Node, site: Site) -> Built:
    axis = node.integer("axis", 0)
    sizes = [site.sides(name)[axis] for name in node.outputs]
    split = site.torch.split
    if len(sizes) == 1:
        return _same, node.inputs[:1]
    return (lambda x: split(x, sizes, axis)), node.inputs[:1]


def _mean(node: Node, site: Site) -> Built:
    given = node.integers("axes") or site.values(node, 1)
    rank = len(site.sides(node.inputs[0]))
    axes = tuple(int(axis) for axis in given) if given else tuple(range(rank))
    keep = bool(node.integer("keepdims", 1))
    mean = site.torch.mean
    return (lambda x: mean(x, axes, keep)), node.inputs[:1]


_ACTIVATIONS = (
    *("Relu", "Sigmoid", "Tanh", "Elu", "Selu", "HardSwish", "Softplus", "Mish", "Exp", "Log"),
    *("Sqrt", "Erf", "Abs", "Neg", "Identity", "Reciprocal", "Softsign"),
)

OPERATORS: Mapping[str, Callable[[Node, Site], Built]] = {
    **dict.fromkeys(_ACTIVATIONS, _elementwise),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Pow"), _both),
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze"), _view),
    **dict.fromkeys(("MaxPool", "AveragePool"), pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), global_pool),
    "Clip": _clip,
    "LeakyRelu": _leaky,
    "HardSigmoid": _hard_sigmoid,
    "Gelu": _gelu,
    "Conv": conv,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "LRN": _lrn,
    "Slice": _slice,
    "Softmax": _softmax,
    "Transpose": _transpose,
    "Concat": _concat,
    "Split": _split,
    "ReduceMean": _mean,
    "Dropout": _dropout,
}
"""What builds each operator that is known, by its name in ONNX."""
