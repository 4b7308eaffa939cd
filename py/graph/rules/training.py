"""One step of an optimiser, and gradients: every result is as large as what it replaces."""

from py.graph.fact import Fact, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site

_DOMAIN = "ai.onnx.preview.training"
_STATES = {"Adagrad": 1, "Momentum": 1, "Adam": 2}  # accumulated values beside each tensor


@rule("Adagrad Momentum Adam", _DOMAIN)
def _step(site: Site) -> list[Fact]:
    # After the learning rate and the count: the tensors, their gradients, then their states.
    states = _STATES[site.node.op]
    count, rest = divmod(len(site.facts) - 2, 2 + states)
    if rest or count < 1:
        raise MismatchError(f"{len(site.facts) - 2} tensors, gradients and accumulated values")
    kept = [*range(2, 2 + count), *range(2 + 2 * count, 2 + (2 + states) * count)]
    return [fact(site.dtype(index), site.shape(index)) for index in kept]


@rule("Gradient", _DOMAIN)
def _gradient(site: Site) -> list[Fact]:
    # The first inputs are those that the gradient is taken of.
    count = min(len(site.node.outputs), len(site.facts))
    return [fact(site.dtype(index), site.shape(index)) for index in range(count)]
