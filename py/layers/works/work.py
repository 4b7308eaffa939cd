"""A work: what one node, or one part of it, computes and moves."""

from typing import NamedTuple

from py.graph import Node
from py.layers.layer import Kind, Window
from py.layers.loops import LoopNest

# Nothing moves: the same bytes under another shape or name.
VIEWS = frozenset(
    {
        *(("", op) for op in ("Identity", "Dropout", "Reshape", "Flatten", "Squeeze")),
        *(("", op) for op in ("Unsqueeze", "BitCast")),
        ("com.microsoft", "ExpandDims"),
    }
)

# Nothing need move: neighbours can write or read at the right place, a sequence refers to tensors.
IN_PLACE = frozenset(
    ("", op)
    for op in (
        *("Concat", "Split", "Slice", "ConcatFromSequence", "SplitToSequence", "SequenceAt"),
        *("SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert"),
        *("Optional", "OptionalGetElement"),
    )
)
_UNMOVED = VIEWS | IN_PLACE


class Work(NamedTuple):
    """What a node computes, or one ``part`` of it that repeats ``runs`` times in one execution.

    Quantities are for one run; None where a shape that they need is unknown. ``activations`` are
    the inputs that depend on the network's inputs, ``inner`` the results of the node's earlier
    parts that this one reads, ``outputs`` the tensors that it leaves (inner ones are named after
    the node's first output). ``loops`` is None without MACs. ``weights`` are the constant inputs
    that count as parameters, the one that is multiplied first: weights and biases of operators with
    MACs and the constants of normalisation; no scales, zero points or sizes, and no tables that are
    looked up. ``unpacked`` is how many numbers the first weight holds, where the file packs several
    into one element. The dtypes are the element types that the operands have in memory. ``window``
    is that of pooling.
    """

    node: Node
    kind: Kind
    activations: tuple[str, ...]
    ifmap_elements: int | None
    ofmap_elements: int | None
    weight_elements: int | None = 0
    loops: LoopNest | None = None
    macs: int | None = 0
    ops: int | None = 0
    part: str = ""
    runs: int = 1
    weights: tuple[str, ...] = ()
    unpacked: int | None = None
    activation_dtype: str | None = None
    weight_dtype: str | None = None
    inner: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    window: Window | None = None

    @property
    def name(self) -> str:
        """The node's name, its operator and place where it has none; then the part."""
        node = self.node.name or f"{self.node.op}_{self.node.index}"
        return f"{node} {self.part}" if self.part else node

    @property
    def is_view(self) -> bool:
        """Whether nothing moves."""
        return (self.node.domain, self.node.op) in VIEWS

    @property
    def in_place(self) -> bool:
        """Whether nothing need move."""
        return (self.node.domain, self.node.op) in _UNMOVED
