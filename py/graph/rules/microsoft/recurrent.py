"""Recurrent layers: LSTM with quantised weights, LSTM with attention."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.dimension import ranked
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site


@rule("DynamicQuantizeLSTM", MICROSOFT)
def _quantised_lstm(site: Site) -> list[Fact]:
    # The recurrence weight is (directions, hidden, 4 * hidden), the other way than ONNX's.
    return _lstm(site, 1)


@rule("AttnLSTM", MICROSOFT)
def _attention_lstm(site: Site) -> list[Fact]:
    return _lstm(site, 2)


def _lstm(site: Site, hidden_axis: int) -> list[Fact]:
    """Return Y, the last hidden state and the last cell state of X (sequence, batch, size)."""
    data, recurrence = ranked(site.shape(0), 3), ranked(site.shape(2), 3)
    hidden: int | None = site.node.integer("hidden_size", 0)
    if hidden is not None and hidden < 0:
        raise MismatchError(f"a hidden size of {hidden}")
    if not hidden:
        hidden = None if recurrence is None else recurrence[hidden_axis]
    directions = 2 if site.node.text("direction", "forward") == "bidirectional" else 1
    sequence, batch = (None, None) if data is None else data[:2]
    last = fact(site.dtype(0), (directions, batch, hidden))
    return [fact(site.dtype(0), (sequence, directions, batch, hidden)), last, last]
