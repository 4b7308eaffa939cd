"""Losses: of log-probabilities, and of scores through a softmax."""

from py.graph.fact import Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


@rule("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss")
def _loss(site: Site) -> list[Fact]:
    data, target = site.need(0), site.shape(1)
    whole = fact(data.dtype, data.shape)
    if data.shape is not None and len(data.shape) < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(data.shape)}")
    if data.shape is not None and target is not None:
        _check(data.shape, target)
    if site.node.text("reduction", "mean") != "none":
        return [fact(data.dtype, ()), whole]
    shape = target
    if shape is None and data.shape is not None:
        shape = (data.shape[0], *data.shape[2:])
    return [fact(data.dtype, shape), whole]


def _check(shape: Shape, target: Shape) -> None:
    without = (shape[0], *shape[2:])
    if len(target) != len(without) or any(
        a != b and None not in (a, b) for a, b in zip(without, target, strict=True)
    ):
        raise MismatchError(f"targets {show(target)} are not one for each place of {show(shape)}")
