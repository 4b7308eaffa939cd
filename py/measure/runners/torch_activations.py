"""Operators of ONNX that work element by element, as torch has them."""

from collections.abc import Callable
from typing import Any

from py.measure.runners.runner import NotRunnableError

One = Callable[[Any], Any]

_SIX = 6.0
_IN_PLACE = {"Relu": "relu_", "Sigmoid": "sigmoid_", "Tanh": "tanh_"}
_OF_TORCH = {
    **{"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Exp": "exp", "Log": "log"},
    **{"Sqrt": "sqrt", "Erf": "erf", "Abs": "abs", "Neg": "neg", "Reciprocal": "reciprocal"},
    **{"Floor": "floor", "Ceil": "ceil", "Round": "round", "Sin": "sin", "Cos": "cos"},
}
_FUNCTIONAL = {
    **{"LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Celu": "celu"},
    **{"HardSwish": "hardswish", "Softplus": "softplus", "Mish": "mish", "Swish": "silu"},
    **{"Softsign": "softsign", "Gelu": "gelu", "HardSigmoid": "hardsigmoid", "Silu": "silu"},
}
_BOTH = {
    **{"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div"},
    **{"Max": "maximum", "Min": "minimum", "Pow": "pow"},
}


def activation(name: str | None, torch: Any, *, in_place: bool = False) -> One | None:
    """Return the function of one tensor that an operator is; None for none and Identity.

    ``Clip`` is that of ReLU6, from 0 to 6. ``HardSigmoid`` has the slope of 1/6 with which networks
    for phones use it (ONNX's default is 0.2). ``in_place`` is followed where torch has such a form.

    Raises:
        NotRunnableError: torch has none of that name here.
    """
    if name in (None, "Identity"):
        return None
    if name == "Clip":
        inside = torch.nn.functional.hardtanh
        return lambda x: inside(x, 0.0, _SIX, in_place)
    if in_place and name in _IN_PLACE:
        found: One = getattr(torch, _IN_PLACE[name])
        return found
    if name in _OF_TORCH:
        found = getattr(torch, _OF_TORCH[name])
        return found
    if name in _FUNCTIONAL:
        found = getattr(torch.nn.functional, _FUNCTIONAL[name])
        return found
    raise NotRunnableError(f"torch's runner knows no elementwise operator {str(name)[:40]!r}")


def two_inputs(name: str, torch: Any) -> Callable[[Any, Any], Any]:
    """Return the function of two tensors that an operator is.

    Raises:
        NotRunnableError: torch has none of that name here.
    """
    if name not in _BOTH:
        raise NotRunnableError(f"torch's runner knows no operator of two tensors {name[:40]!r}")
    found: Callable[[Any, Any], Any] = getattr(torch, _BOTH[name])
    return found
