"""AttnLSTM: a recurrent layer whose every step looks into a memory (Bahdanau's attention).

The memory is projected once. Beside the two products of an LSTM, each step projects the state,
scores all of the memory, sums it up, and projects the sum where there is an attention layer.
"""

from typing import NamedTuple

from py.layers.loops import counted
from py.layers.works.place import Place
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


class _Product(NamedTuple):
    """Rows x inputs -> outputs of one part, in each direction; which inputs are its weights."""

    part: str
    weights: tuple[int, ...]
    each_step: bool
    ops: int
    sizes: tuple[int, int, int] | None


@works("AttnLSTM", MICROSOFT, multiplies=True)
def attentive_recurrence(place: Place) -> tuple[Work, ...]:
    """Count the parts; gates, softmax and hyperbolic tangents are operations of their outputs."""
    x, w, r = place.sizes(0), place.sizes(1), place.sizes(2)
    query, memory, held, layer = (place.sizes(index) for index in (8, 9, 11, 13))
    steps, directions = 1, 1
    sizes: dict[str, tuple[int, int, int]] = {}
    ranks = [len(shape) for shape in (x, w, r, query, memory, held, layer or (1,) * 3) if shape]
    if ranks == [3] * 7 and x and w and r and query and memory and held:
        steps, batch, directions = x[0], x[1], w[0]
        sizes = {
            "memory": (batch * held[1], memory[-2], memory[-1]),
            "input": (steps * batch, w[-1], w[-2]),
            "recurrent": (batch, r[-1], r[-2]),
            "query": (batch, query[-2], query[-1]),
            "scores": (batch * held[1], query[-1], 1),
            "context": (batch, held[1], held[2]),
            "attention": (batch, layer[-2], layer[-1]) if layer else (0, 0, 0),
        }
    parts = [
        _Product("memory", (9,), False, 0, sizes.get("memory")),
        _Product("input", (1, 3), False, int(place.has(3)), sizes.get("input")),
        _Product("recurrent", (2, 7), True, 6, sizes.get("recurrent")),
        _Product("query", (8,), True, 0, sizes.get("query")),
        _Product("scores", (10,), True, 7, sizes.get("scores")),
        _Product("context", (), True, 0, sizes.get("context")),
    ]
    if place.has(13):
        parts.append(_Product("attention", (13,), True, 0, sizes.get("attention")))
    return tuple(_work(place, entry, directions, steps, last=entry is parts[-1]) for entry in parts)


def _work(place: Place, entry: _Product, directions: int, steps: int, *, last: bool) -> Work:
    loops, macs, left, read = None, None, None, None
    if entry.sizes is not None:
        rows, inputs, outputs = entry.sizes
        loops, macs = counted(n=rows, g=directions, c=inputs, m=outputs)
        left, read = directions * rows * outputs, directions * rows * inputs
    constants = place.constants(*entry.weights)
    activations = {"memory": (11, 12), "input": (0, 4), "recurrent": (5, 6)}.get(entry.part, ())
    weight = place.name(entry.weights[0]) if entry.weights else place.name(11)
    return place.work(
        "recurrent",
        part=entry.part,
        runs=steps if entry.each_step and entry.sizes is not None else 1,
        loops=loops,
        macs=macs,
        ops=None if left is None else left * entry.ops,
        activations=place.read(*activations),
        ifmap_elements=read,
        weight_elements=place.words([place.name(index) for index in entry.weights[:1]]),
        ofmap_elements=left,
        inner=(place.inner("state"),),
        outputs=tuple(filter(None, place.node.outputs)) if last else (place.inner(entry.part),),
        weights=constants,
        activation_dtype=place.stored_dtype(place.name(0)),
        weight_dtype=place.stored_dtype(weight),
    )
