"""Losses: of log-probabilities, and of scores through a softmax."""

from py.graph.fact import Fact, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, same_shape, show


@rule("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss")
def _loss(site: Site) -> list[Fact]:
    data, target = site.need(0), site.shape(1)
    whole = fact(data.dtype, data.shape)
    if data.shape is not None and len(data.shape) < 2:
        raise MismatchError(f"the input should have 2 or more dimensions, got {show(data.shape)}")
    each = None if data.shape is None else (data.shape[0], *data.shape[2:])
    each = same_shape(each, target)
    none = site.node.text("reduction", "mean") == "none"
    return [fact(data.dtype, each if none else ()), whole]
