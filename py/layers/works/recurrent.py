"""Recurrent layers: the product of all inputs at once, then a product for each step in time.

MACs are T x B x directions x gates x H x (I + H): T steps, B sequences, H units, I inputs. All
sequences are counted at full length, whatever ``sequence_lens`` says.
"""

from typing import NamedTuple

from py.graph import Node
from py.layers.loops import counted
from py.layers.works.elementwise import ACTIVATIONS
from py.layers.works.place import Place
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


class _Cell(NamedTuple):
    """Gates, the activations of one direction, other operations and state values of a unit."""

    gates: int
    activations: tuple[str, ...]
    ops: int
    states: int


_CELLS = {
    # forget and take (3), give (1), the cell's activation is among the three
    "LSTM": _Cell(4, ("Sigmoid", "Sigmoid", "Sigmoid", "Tanh", "Tanh"), 4, 2),
    # reset (1), old and new by the update gate (4)
    "GRU": _Cell(3, ("Sigmoid", "Sigmoid", "Tanh"), 5, 1),
    "RNN": _Cell(1, ("Tanh",), 0, 1),
}
_PEEPHOLES = 6


class _Sizes(NamedTuple):
    steps: int
    batch: int
    inputs: int
    directions: int
    units: int


@works("LSTM GRU RNN", multiplies=True)
@works("DynamicQuantizeLSTM", MICROSOFT, multiplies=True)
def recurrent(place: Place) -> tuple[Work, ...]:
    """Count the part ``input`` (all steps at once) and ``recurrent`` (once for each step)."""
    cell = _CELLS["LSTM" if place.node.op == "DynamicQuantizeLSTM" else place.node.op]
    sizes = _sizes(place)
    peepholes = cell.gates == 4 and place.has(7)
    each = cell.gates + _activations(place.node, cell) + cell.ops + _PEEPHOLES * peepholes
    inner = place.inner("input")
    outputs = tuple(name for name in place.node.outputs if name)
    first = place.work(
        "recurrent",
        part="input",
        macs=None,
        ops=None,
        activations=place.read(0, 4),
        weight_elements=place.elements(1),
        ofmap_elements=None,
        outputs=(inner,),
        weights=place.constants(1, 3),
        weight_dtype=place.stored_dtype(place.name(1)),
    )
    second = place.work(
        "recurrent",
        part="recurrent",
        macs=None,
        ops=None,
        activations=place.read(5, 6),
        ifmap_elements=None,
        weight_elements=place.elements(2),
        ofmap_elements=None,
        inner=(inner,),
        outputs=outputs,
        weights=place.constants(2, 7),
        weight_dtype=place.stored_dtype(place.name(2)),
        activation_dtype=place.stored_dtype(place.name(0)),
    )
    if sizes is None:
        return first, second
    gates = cell.gates * sizes.units
    loops, macs = counted(n=sizes.steps * sizes.batch, g=sizes.directions, m=gates, c=sizes.inputs)
    step_loops, step_macs = counted(n=sizes.batch, g=sizes.directions, m=gates, c=sizes.units)
    cells = sizes.batch * sizes.directions * sizes.units
    rows = sizes.batch * sizes.directions * gates
    first = first._replace(
        loops=loops,
        macs=macs,
        ops=sizes.steps * rows if place.has(3) else 0,
        ofmap_elements=sizes.steps * rows,
    )
    second = second._replace(
        loops=step_loops,
        macs=step_macs,
        ops=cells * each,
        ifmap_elements=rows + cells * cell.states,
        ofmap_elements=cells * cell.states,
        runs=sizes.steps,
    )
    return first, second


def _sizes(place: Place) -> _Sizes | None:
    """Return the sizes: T, B and I of the first input, the others of the weights."""
    x, w, r = place.sizes(0), place.sizes(1), place.sizes(2)
    if x is None or w is None or r is None or len(x) != 3 or len(w) != 3 or len(r) != 3:
        return None
    steps, batch = (x[1], x[0]) if place.node.integer("layout", 0) else (x[0], x[1])
    turned = place.node.op == "DynamicQuantizeLSTM"  # weights [directions, inputs, gates]
    units = place.positive("hidden_size") or r[1 if turned else 2]
    return _Sizes(steps, batch, x[2], w[0], units)


def _activations(node: Node, cell: _Cell) -> int:
    """Return the operations of a unit's activations: the named ones where the node names them."""
    stated = node.attributes.get("activations")
    names = cell.activations
    if stated is not None and stated.kind == "strings" and stated.value:
        own = [name.lower() for name in stated.value]
        by_gate = {"LSTM": (0, 0, 0, 1, 2), "GRU": (0, 0, 1), "RNN": (0,)}
        key = next(name for name, known in _CELLS.items() if known is cell)
        lower = {name.lower(): name for name in ACTIVATIONS}
        chosen = [own[i] if i < len(own) else "" for i in by_gate[key]]
        names = tuple(
            lower.get(name, default) for name, default in zip(chosen, cell.activations, strict=True)
        )
    return sum(ACTIVATIONS[name] for name in names)
