"""Dimensions that values decide at run time: the user's bound, else the operator's own maximum.

A tensor with such a dimension is *assumed*, and so is all that is worked out from it.
"""

from py.graph.fact import Fact
from py.graph.file.node import Node
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.tensor_type import Dimension, TensorType


def bounded(
    name: str, label: str, found: Fact, scope: Scope, settings: Settings, *, ask: bool
) -> Fact:
    """Return a fact with its unknown dimensions filled in where a bound is known, with a note.

    ``ask`` has the user asked for those without a bound too: of a node that reads nothing unknown.
    """
    shape = found.shape
    if shape is None or None not in shape:
        return found
    sizes: list[Dimension] = list(shape)
    said = []
    for axis, size in enumerate(shape):
        if size is not None:
            continue
        key = f"{name}[{axis}]"
        chosen = settings.dims.get(key)
        most = found.most[axis] if found.most is not None else None
        if chosen is not None or most is not None or ask:
            settings.ask("size", key, most if chosen is None else chosen, label)
        if chosen is not None:
            sizes[axis] = chosen
            said.append(f"{chosen:,} as chosen")
        elif most is not None:
            sizes[axis] = most
            scope.incomplete = True
            said.append(f"{most:,} at most, which is taken (another: --dim {key}=…)")
    if said:
        scope.assumed.add(name)
        settings.note(
            "size-assumed",
            f"{label}: values decide the size of {name[:80]!r}: {', '.join(said)}.",
        )
    return Fact(TensorType(found.dtype, tuple(sizes)), found.values, found.payload)


def mark_assumed(node: Node, scope: Scope) -> None:
    """Mark the outputs of a node that its bodies hand out with an assumed size."""
    for execution in scope.bodies.get(node.index, ()):
        if not execution.runs:
            continue
        region = execution.region
        given = region.outputs[node.op == "Loop" :]  # the first output of a Loop's body ends it
        for name, inner in zip(node.outputs, given, strict=False):
            if name and inner in region.home_of(inner).assumed:
                scope.assumed.add(name)
