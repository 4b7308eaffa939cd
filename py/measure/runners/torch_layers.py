"""What torch computes for each kind of layer: a function of its inputs and then its weights.

An activation that a convolution or a fully connected layer names as its variant follows it in
place, as in networks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from py.measure.plans.shape import Shape
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_activations import activation, two_inputs
from py.measure.runners.torch_sizes import (
    OVER_LAST,
    TWO_INPUTS,
    Sizes,
    groups_of_norm,
    is_global,
    variant_of,
)

Call = Callable[..., Any]
"""Inputs and weights in, the output: tensors of torch."""

_LRN_SIZE, _LRN_ALPHA, _LRN_BETA = 5, 1e-4, 0.75
"""AlexNet's (Krizhevsky 2012, section 3.3), with alpha as Caffe counts it."""
_RECURRENT = {4: ("lstm", "LSTM"), 3: ("gru", "GRU"), 1: ("rnn_tanh", "RNN")}
"""By the number of gates, torch's function and its module."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """What is to be run, its tensors, and torch."""

    shape: Shape
    sizes: Sizes
    torch: Any

    @property
    def functional(self) -> Any:
        return self.torch.nn.functional

    @property
    def variant(self) -> str:
        return variant_of(self.shape)

    @property
    def is_training(self) -> bool:
        return self.shape.direction == "training"


def call_of(shape: Shape, sizes: Sizes, torch: Any) -> Call:
    """Return what runs a layer.

    Raises:
        NotRunnableError: torch has no operator for the variant.
    """
    return _BY_OP[shape.op](_Layer(shape, sizes, torch))


def padded(functional: Any, zeros: tuple[int, int, int, int]) -> tuple[Any, tuple[int, int]]:
    """Return what pads a map unevenly (None where it need not), and the even padding left to do."""
    top, bottom, left, right = zeros
    if top == bottom and left == right:
        return None, (top, left)
    return (lambda x, value=0.0: functional.pad(x, (left, right, top, bottom), value=value)), (0, 0)


def _conv(layer: _Layer) -> Call:
    before, pad = padded(layer.functional, layer.sizes.zeros)
    stride, groups = layer.shape.stride or 1, layer.shape.groups or 1
    conv = layer.functional.conv2d
    then = activation(layer.shape.variant, layer.torch, in_place=True)

    def run(x: Any, weight: Any, bias: Any) -> Any:
        x = x if before is None else before(x)
        y = conv(x, weight, bias, stride, pad, 1, groups)
        return y if then is None else then(y)

    return run


def _fc(layer: _Layer) -> Call:
    linear = layer.functional.linear
    then = activation(layer.shape.variant, layer.torch, in_place=True)
    return linear if then is None else lambda *tensors: then(linear(*tensors))


def _matmul(layer: _Layer) -> Call:
    product: Call = layer.torch.bmm
    return product


def _pool(layer: _Layer) -> Call:
    functional, shape = layer.functional, layer.shape
    window, stride = (shape.kh, shape.kw or shape.kh), shape.stride or 1
    before, pad = padded(functional, layer.sizes.zeros)
    if layer.variant == "average":
        if is_global(shape):
            return lambda x: functional.adaptive_avg_pool2d(x, 1)
        if before is not None:
            return lambda x: functional.avg_pool2d(before(x), window, stride)
        return lambda x: functional.avg_pool2d(x, window, stride, pad, count_include_pad=False)
    if layer.variant != "max":
        raise NotRunnableError(f"a pool is max or average, got {layer.variant[:20]!r}")
    if before is not None:
        return lambda x: functional.max_pool2d(before(x, float("-inf")), window, stride)
    return lambda x: functional.max_pool2d(x, window, stride, pad)


def _elementwise(layer: _Layer) -> Call:
    if layer.variant in TWO_INPUTS:
        return two_inputs(layer.variant, layer.torch)
    one = activation(layer.variant, layer.torch)
    if one is None:
        raise NotRunnableError("an elementwise layer that does nothing takes no time")
    return one


def _norm(layer: _Layer) -> Call:
    functional, variant = layer.functional, layer.variant
    last = layer.sizes.output[-1:]
    if variant == "LayerNormalization":
        return lambda x, *weights: functional.layer_norm(x, last, *weights)
    if variant == "RMSNormalization":
        return lambda x, scale: functional.rms_norm(x, last, scale)
    if variant == "BatchNormalization":
        return lambda x, *weights: batch_norm(layer.torch, x, weights, layer.is_training)
    if variant == "GroupNormalization":
        groups = groups_of_norm(layer.shape)
        return lambda x, *weights: functional.group_norm(x, groups, *weights)
    if variant == "InstanceNormalization":
        return lambda x, scale, shift: functional.instance_norm(x, weight=scale, bias=shift)
    if variant == "LRN":
        return lambda x: functional.local_response_norm(x, _LRN_SIZE, _LRN_ALPHA, _LRN_BETA, 1.0)
    known = ", ".join([*OVER_LAST, "BatchNormalization", "GroupNormalization", "LRN"])
    raise NotRunnableError(f"a norm is one of {known}, got {variant[:40]!r}")


def batch_norm(
    torch: Any, x: Any, weights: tuple[Any, ...], training: bool, epsilon: float = 1e-5
) -> Any:
    """Return x normalised; ``weights`` are scale, shift, mean and variance, as ONNX orders them.

    In training the statistics are those of the batch; running ones are not kept.
    """
    scale, shift, mean, variance = weights
    known = (None, None) if training else (mean, variance)
    return torch.nn.functional.batch_norm(x, *known, scale, shift, training, 0.1, epsilon)


def _softmax(layer: _Layer) -> Call:
    softmax = layer.torch.softmax
    return lambda x: softmax(x, -1)


def _attention(layer: _Layer) -> Call:
    attend: Call = layer.functional.scaled_dot_product_attention
    return attend


def _recurrent(layer: _Layer) -> Call:
    """Return the layer over all steps; the states begin at zero, as by default."""
    gates = layer.shape.groups or 4
    step = getattr(layer.torch, _RECURRENT[gates][0])
    training = layer.is_training
    states = (1, layer.shape.batch, layer.shape.cout)

    def run(x: Any, *weights: Any) -> Any:
        zero = x.new_zeros(states)
        begin = (zero, zero) if gates == 4 else zero
        return step(x, begin, list(weights), False, 1, 0.0, training, False, False)[0]

    return run


def recurrent_weights(shape: Shape, torch: Any, device: Any, dtype: Any) -> tuple[Any, ...]:
    """Return the weights of a recurrent layer as cuDNN wants them, one behind the other.

    Raises:
        NotRunnableError: the number of gates is that of no layer.
    """
    found = _RECURRENT.get(shape.groups or 4)
    if found is None:
        known = "4 gates (LSTM), 3 (GRU) or 1"
        raise NotRunnableError(f"a recurrent layer has {known}, got {shape.groups}")
    module = getattr(torch.nn, found[1])(
        shape.cin, shape.cout, bias=False, device=device, dtype=dtype
    )
    return tuple(one.detach() for one in module.parameters())


def _movement(layer: _Layer) -> Call:
    if layer.variant == "Concat":
        cat = layer.torch.cat
        return lambda *parts: cat(parts, 1)
    if layer.variant == "Transpose":
        axes = (0, *range(2, len(layer.sizes.output)), 1)
        return lambda x: x.permute(axes).contiguous()
    raise NotRunnableError(f"a movement is Concat or Transpose, got {layer.variant[:40]!r}")


def _reduce(layer: _Layer) -> Call:
    ways = {"ReduceMean": "mean", "ReduceSum": "sum", "ReduceMax": "amax"}
    if layer.variant not in ways:
        raise NotRunnableError(f"a reduce is one of {', '.join(ways)}, got {layer.variant[:40]!r}")
    how = getattr(layer.torch, ways[layer.variant])
    return lambda x: how(x, -1)


_BY_OP: dict[str, Callable[[_Layer], Call]] = {
    "conv": _conv,
    "fc": _fc,
    "matmul": _matmul,
    "pool": _pool,
    "elementwise": _elementwise,
    "norm": _norm,
    "lrn": _norm,
    "softmax": _softmax,
    "attention": _attention,
    "recurrent": _recurrent,
    "movement": _movement,
    "reduce": _reduce,
}
