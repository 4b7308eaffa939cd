"""From the inputs' types to the type of every tensor, node by node in the file's order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from py.errors import JoulegraphError
from py.graph.fact import NOTHING, Fact
from py.graph.file.body import Body
from py.graph.file.initializer import MAX_RANK
from py.graph.file.node import Node
from py.graph.flow.order import check_order
from py.graph.graph import UnknownOperator
from py.graph.rules import find_rule
from py.graph.rules.site import MismatchError, Site
from py.graph.tensor_type import TensorType
from py.notes import Note

NEWEST_OPSET = 26  # taken where a file uses a domain without importing it
_RANDOM = "RandomNormal RandomUniform RandomNormalLike RandomUniformLike Bernoulli Multinomial"
_NOT_CONSTANT = frozenset(_RANDOM.split())
_NODES_PER_REPORT = 1000
_MAX_DIMENSION = (1 << 63) - 1  # dimensions are int64


@dataclass(slots=True)
class Flow:
    """What has been worked out so far.

    ``blame`` leads from a tensor of incomplete type to the unknown operator that is the reason.
    """

    facts: dict[str, Fact]
    producers: dict[str, int] = field(default_factory=dict)
    weights: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    blame: dict[str, int] = field(default_factory=dict)
    unknown_nodes: list[Node] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def unknown(self) -> tuple[UnknownOperator, ...]:
        """Return the operators without a rule and what is lost by each."""
        lost: dict[int, list[str]] = {node.index: [] for node in self.unknown_nodes}
        for name, index in self.blame.items():
            lost[index].append(name)
        return tuple(
            UnknownOperator(node.index, node.name, node.operator, tuple(lost[node.index]))
            for node in self.unknown_nodes
        )


def propagate(
    body: Body,
    inputs: Mapping[str, Fact],
    opsets: Mapping[str, int],
    functions: frozenset[tuple[str, str]],
    declared: Mapping[str, TensorType],
    progress: Callable[[str], None] | None = None,
) -> Flow:
    """Return the facts of every tensor of ``body``.

    ``declared`` are the types that the file states; they stand in where the rules can't say.
    Raises JoulegraphError: ``inconsistent-shapes``, ``bad-attribute``, those of ``check_order``.
    """
    check_order(body)
    flow = Flow(dict(inputs))
    for initializer in body.initializers:
        flow.facts[initializer.name] = Fact(initializer.type, None, initializer.payload)
        flow.weights.add(initializer.name)
    for node in body.nodes:
        if progress is not None and node.index % _NODES_PER_REPORT == 0:
            progress(f"Working out shapes: node {node.index:,} of {len(body.nodes):,}")
        results = _results(node, flow, opsets, functions)
        _store(node, results, flow, declared)
    return flow


def _results(
    node: Node,
    flow: Flow,
    opsets: Mapping[str, int],
    functions: frozenset[tuple[str, str]],
) -> list[Fact] | None:
    rule = find_rule(node.domain, node.op)
    if rule is None or (node.domain, node.op) in functions:
        return None
    known = flow.facts
    facts = [known[name] if name else None for name in node.inputs]
    try:
        return list(rule(Site(node, facts, opsets.get(node.domain, NEWEST_OPSET))))
    except MismatchError as mismatch:
        raise JoulegraphError(
            "inconsistent-shapes",
            f"{node.label}: {mismatch}.",
            "Check the sizes given for inputs, dimensions and batch; where none was given, the "
            "file contradicts itself: export the model again.",
        ) from mismatch


def _store(
    node: Node, results: list[Fact] | None, flow: Flow, declared: Mapping[str, TensorType]
) -> None:
    constant = node.op not in _NOT_CONSTANT and all(
        name in flow.weights for name in node.inputs if name
    )
    if results is None:
        flow.unknown_nodes.append(node)
        constant = False
    incomplete = []
    for place, name in enumerate(node.outputs):
        if not name:
            continue
        found = results[place] if results is not None and place < len(results) else NOTHING
        if not found.type.is_complete and name in declared:
            merged = _merged(found.type, declared[name])
            if merged != found.type:
                found = Fact(merged, found.values, found.payload)
                flow.declared.add(name)
        _check_size(node, found.type)
        flow.facts[name] = found
        flow.producers[name] = node.index
        if constant:
            flow.weights.add(name)
        if not found.type.is_complete:
            incomplete.append(name)
    if incomplete:
        _blame(node, incomplete, results is None, flow)


def _check_size(node: Node, found: TensorType) -> None:
    """Refuse what no tensor can be, before sizes multiply from node to node."""
    shape = found.shape
    if shape and (len(shape) > MAX_RANK or max(d or 0 for d in shape) > _MAX_DIMENSION):
        raise JoulegraphError(
            "too-large",
            f"{node.label}: its output would have {len(shape)} dimensions of up to "
            f"{float(max(d or 0 for d in shape)):.3g} elements.",
            f"Tensors have up to {MAX_RANK} dimensions; check the sizes given for the inputs.",
        )


def _merged(found: TensorType, declared: TensorType) -> TensorType:
    """Return what was worked out, with what the file declares where nothing was."""
    if declared.form != "tensor":
        return declared if found.shape is None else found
    shape = found.shape
    if shape is None:
        shape = declared.shape
    elif declared.shape is not None and len(declared.shape) == len(shape):
        shape = tuple(
            other if own is None else own for own, other in zip(shape, declared.shape, strict=True)
        )
    return TensorType(found.dtype or declared.dtype, shape)


def _is_settled(found: Fact) -> bool:
    return found.type.is_complete and None not in (found.values or ())


def _blame(node: Node, incomplete: list[str], is_unknown: bool, flow: Flow) -> None:
    origin = node.index if is_unknown else None
    if origin is None:
        origin = next((flow.blame[name] for name in node.inputs if name in flow.blame), None)
    if origin is not None:
        flow.blame.update((name, origin) for name in incomplete)
    elif all(not name or _is_settled(flow.facts[name]) for name in node.inputs):
        # The first of a chain: its inputs are known and its output is not.
        listed = ", ".join(name[:80] for name in incomplete[:5])
        text = f"{node.label}: the shape of {listed} depends on values that are not known here."
        flow.notes.append(Note("shape-unknown", text))
