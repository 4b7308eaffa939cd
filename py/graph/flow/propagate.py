"""From the inputs' types to the type of every tensor, node by node in the file's order."""

from collections.abc import Mapping

from py.errors import JoulegraphError
from py.graph.choices.free_values import bound_values
from py.graph.fact import NOTHING, Fact
from py.graph.file.body import Body
from py.graph.file.initializer import MAX_RANK
from py.graph.file.node import Node
from py.graph.flow.assumptions import bounded, mark_assumed
from py.graph.flow.order import check_order
from py.graph.flow.runner import names_taken
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.region import Execution
from py.graph.rules import find_rule
from py.graph.rules.site import MismatchError, Site
from py.graph.tensor_type import TensorType

NEWEST_OPSET = 28  # taken where a file uses a domain without importing it
_RANDOM = "RandomNormal RandomUniform RandomNormalLike RandomUniformLike Bernoulli Multinomial"
_NOT_CONSTANT = frozenset(_RANDOM.split())
_NODES_PER_REPORT = 1000
_MAX_DIMENSION = (1 << 63) - 1  # dimensions are int64
_LARGEST_FLOAT_BITS = 1000
_STEPS_OF_A_BODY = 2  # to go through it costs as much as so many nodes
_ELEMENTS_OF_A_STEP = 16


def propagate(body: Body, inputs: Mapping[str, Fact], settings: Settings) -> Scope:
    """Return the scope of the main graph with the facts of every tensor.

    Raises JoulegraphError: ``inconsistent-shapes``, ``bad-attribute``, ``too-large``,
    ``function-cycle``, those of ``check_order``.
    """
    return _run(Scope(body, "", settings.opsets, None), inputs, settings)


def _run(scope: Scope, inputs: Mapping[str, Fact], settings: Settings) -> Scope:
    body, main = scope.body, scope.parent is None
    check_order(body, lambda name: scope.parent is not None and _is_known(scope.parent, name))
    for name, found in inputs.items():
        scope.set(name, found)
    for initializer in body.initializers:
        scope.set(initializer.name, Fact(initializer.type, None, initializer.payload))
        scope.weights.add(initializer.name)
    if not main:
        settings.spend(len(body.nodes) + _STEPS_OF_A_BODY)
    for node in body.nodes:
        if main and settings.progress is not None and node.index % _NODES_PER_REPORT == 0:
            settings.progress(f"Working out shapes: node {node.index:,} of {len(body.nodes):,}")
        facts = [scope.facts[name] if name else None for name in node.inputs]
        _store(node, _results(node, facts, scope, settings), scope, settings)
    worked_out = scope.finish()
    if not main:
        settings.spend(worked_out // _ELEMENTS_OF_A_STEP)
    return scope


def _is_known(scope: Scope, name: str) -> bool:
    current: Scope | None = scope
    while current is not None:
        if name in current.types:
            return True
        current = current.parent
    return False


def _results(
    node: Node, facts: list[Fact | None], scope: Scope, settings: Settings
) -> list[Fact] | None:
    """Return what is known of a node's outputs, None for an operator that is not known."""
    function = settings.functions.get((node.domain, node.op, node.overload))
    control = node.is_control_flow
    rule = find_rule(node.domain, node.op)
    try:
        if function is not None:
            from py.graph.flow.call import called, check_call  # most models define no functions

            check_call(settings.calls, function, node)
            path = f"{scope.path}/{node.index}:{node.operator}"
            inner = Scope(
                called(function, node, path), path, function.opsets or scope.opsets, scope
            )
            settings.calls.append(function.id)
            try:
                _run(inner, {}, settings)
            finally:  # a branch that does not fit is left, and the call with it
                settings.calls.pop()
            scope.incomplete |= inner.incomplete
            scope.bodies[node.index] = (Execution(1, inner.region),)
            mark_assumed(node, scope)
            return inner.results()
        if control:
            from py.graph.flow.control import HANDLERS  # most models need none of it

            def run_body(body: Body, inputs: Mapping[str, Fact], attribute: str) -> Scope:
                path = f"{scope.path}/{node.index}:{node.op}:{attribute}"
                _check_given(body, inputs)
                return _run(Scope(body, path, scope.opsets, scope), inputs, settings)

            given = [scope.handed_on(name) if name else None for name in node.inputs]
            found = HANDLERS[node.op](node, given, scope, settings, run_body)
            mark_assumed(node, scope)
            return found
        if rule is None:
            return None
        return list(rule(Site(node, facts, scope.opsets.get(node.domain, NEWEST_OPSET))))
    except MismatchError as mismatch:
        if _reads_assumed(node, scope):
            settings.note(
                "assumption-conflict",
                f"{node.label}: the sizes assumed for its inputs do not fit each other.",
            )
            return [NOTHING] * len(node.outputs)
        raise JoulegraphError(
            "inconsistent-shapes",
            f"{node.label}: {mismatch}.",
            "Check the sizes given for inputs, dimensions and batch; where none was given, the "
            "file contradicts itself: export the model again.",
        ) from mismatch


def _check_given(body: Body, inputs: Mapping[str, Fact]) -> None:
    """Check that a body is given every tensor that it takes."""
    if any(name not in inputs for name in names_taken(body)):
        raise MismatchError(f"its body takes {len(body.inputs)} tensors and is given {len(inputs)}")


def _store(node: Node, results: list[Fact] | None, scope: Scope, settings: Settings) -> None:
    constant = (
        (node.op not in _NOT_CONSTANT or bool(node.domain))
        # What a body hands out says itself where it is made.
        and not (node.is_control_flow or node.index in scope.bodies)
        and scope.are_weights(node.inputs)
    )
    assumed = _reads_assumed(node, scope)
    if results is None:
        settings.unknown[scope.path, node.index] = node
        constant = False
    incomplete = []
    for place, name in enumerate(node.outputs):
        if not name:
            continue
        found = results[place] if results is not None and place < len(results) else NOTHING
        if not found.type.is_complete:
            found = _completed(node, name, found, scope, settings)
        if name in settings.values:
            found = _with_values(name, found, settings)
        _check_size(node, found.type)
        scope.set(name, found)
        scope.producers[name] = node.index
        if constant:
            scope.weights.add(name)
        if assumed:
            scope.assumed.add(name)
        if not found.type.is_complete:
            incomplete.append(name)
    if incomplete:
        scope.incomplete = True
        _blame(node, incomplete, results is None, scope, settings)


def _reads_assumed(node: Node, scope: Scope) -> bool:
    if scope.parent is None and not scope.assumed:
        return False
    return any(scope.is_assumed(name) for name in node.inputs if name)


def _completed(node: Node, name: str, found: Fact, scope: Scope, settings: Settings) -> Fact:
    """Return what was worked out with what the file declares, then what was chosen or bounded."""
    if scope.parent is None and name in settings.declared:
        merged = _merged(found.type, settings.declared[name])
        if merged.shape != found.shape:
            scope.declared.add(name)
        if merged != found.type:
            found = Fact(merged, found.values, found.payload, found.most, found.item, found.items)
    known = all(scope.facts[given].type.is_complete for given in node.inputs if given)
    return bounded(name, node.label, found, scope, settings, ask=known)


def _with_values(name: str, found: Fact, settings: Settings) -> Fact:
    value = settings.values[name]
    if found.dtype == "bool" and isinstance(value, float):
        return found  # a probability, which the If asks for
    return Fact(found.type, bound_values(name, found.type, value))


def _check_size(node: Node, found: TensorType) -> None:
    """Refuse what no tensor can be, before sizes multiply from node to node."""
    if not found.shape:
        return
    sizes = [size for size in found.shape if size is not None]
    if min(sizes, default=0) < 0:  # an attribute that counts something is below zero
        raise JoulegraphError(
            "inconsistent-shapes",
            f"{node.label}: its output would have a negative dimension, {_about(min(sizes))}.",
            "The file contradicts itself: export the model again; onnx.checker tells more.",
        )
    if len(found.shape) > MAX_RANK or max(sizes, default=0) > _MAX_DIMENSION:
        raise JoulegraphError(
            "too-large",
            f"{node.label}: its output would have {len(found.shape)} dimensions of up to "
            f"{_about(max(sizes, default=0))} elements.",
            f"Tensors have up to {MAX_RANK} dimensions; check the sizes given for the inputs.",
        )


def _about(size: int) -> str:
    """Return a size for a message; of 64 dimensions, each of 2^63, even a float has no room."""
    return f"{size:.3g}" if abs(size).bit_length() < _LARGEST_FLOAT_BITS else "over 1e+300"


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


def _blame(
    node: Node, incomplete: list[str], is_unknown: bool, scope: Scope, settings: Settings
) -> None:
    origin = (scope.path, node.index) if is_unknown else None
    if origin is None:
        blamed = (scope.blamed(name) for name in node.inputs if name)
        origin = next((found for found in blamed if found is not None), None)
    if origin is not None:
        scope.blame.update((name, origin) for name in incomplete)
        settings.lost.setdefault(origin, {}).update(dict.fromkeys(incomplete))
    elif all(not name or _is_settled(scope.facts[name]) for name in node.inputs):
        # The first of a chain: its inputs are known and its output is not.
        listed = ", ".join(name[:80] for name in incomplete[:5])
        settings.note(
            "shape-unknown",
            f"{node.label}: the shape of {listed} depends on values that are not known here; "
            f"--dim '{incomplete[0][:80]}[0]=…' gives a dimension of it.",
        )
