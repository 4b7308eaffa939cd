"""Recurrent layers: RNN, GRU, LSTM, over both directions and with either layout."""

from py.graph.fact import Dimension, Fact, Shape, fact
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, show


@rule("RNN GRU LSTM")
def _recurrent(site: Site) -> list[Fact]:
    x, dtype = site.shape(0), site.dtype(0)
    if x is None:
        return [fact(dtype, None)] * 3
    if len(x) != 3:
        raise MismatchError(f"the input should have 3 dimensions, got {show(x)}")
    batch_first = bool(site.node.integer("layout", 0))
    steps, batch = (x[1], x[0]) if batch_first else (x[0], x[1])
    directions = _directions(site)
    hidden = hidden_size(site)
    if batch_first:
        last: Shape = (batch, directions, hidden)
        whole: Shape = (batch, steps, directions, hidden)
    else:
        last = (directions, batch, hidden)
        whole = (steps, *last)
    return [fact(dtype, whole), fact(dtype, last), fact(dtype, last)]


def _directions(site: Site) -> int:
    direction = site.node.text("direction", "forward").lower()
    if direction not in ("forward", "reverse", "bidirectional"):
        raise MismatchError(f"direction is {direction[:40]!r}")
    return 2 if direction == "bidirectional" else 1


def hidden_size(site: Site) -> Dimension:
    """Return the number of units of one direction: an attribute, or from the weights."""
    if "hidden_size" in site.node.attributes:
        return site.size("hidden_size", 0)
    recurrence = site.shape(2)
    return recurrence[-1] if recurrence else None
