"""Scan and SequenceMap: a body once per slice of its inputs."""

from collections.abc import Sequence

from py.graph.fact import NOTHING, Fact, common, fact, sequence, sequence_of
from py.graph.file.node import Node
from py.graph.flow.iterations import Repeated, settled
from py.graph.flow.loop import chosen_count
from py.graph.flow.runner import RunBody, body_of, names_taken
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.region import Execution
from py.graph.rules.site import MismatchError, normal_axis
from py.graph.tensor_type import Dimension


def run_scan(
    node: Node, facts: list[Fact | None], scope: Scope, settings: Settings, run_body: RunBody
) -> list[Fact]:
    """Return what is known of a Scan's outputs; its body goes to ``scope.bodies``.

    Before opset 9 the inputs have a batch in front, the slices are along the second axis and the
    first input may say how long each sequence is.
    """
    body = body_of(node, "body")
    batched = scope.opsets.get("", 9) < 9
    given = [found or NOTHING for found in (facts[1:] if batched else facts)]
    slices = node.integer("num_scan_inputs", 0)
    carried = len(given) - slices
    names = names_taken(body)
    if slices < 1 or carried < 0 or len(names) != len(given):
        raise MismatchError(f"{slices} scanned inputs of {len(given)}")
    if len(body.outputs) < carried:
        raise MismatchError("its body does not give what the scan carries")
    axes = node.integers("scan_input_axes") or (0,) * slices
    if len(axes) != slices:
        raise MismatchError(f"{len(axes)} axes for {slices} scanned inputs")
    lengths, parts = [], []
    for found, axis in zip(given[carried:], axes, strict=True):
        length, part = _sliced(found, 1 if batched else axis, batched)
        lengths.append(length)
        parts.append(part)
    batch = _batch(given) if batched else 1
    state = [_without_batch(found) if batched else found for found in given[:carried]]

    def step(_number: Fact, held: list[Fact]) -> Scope:
        return run_body(body, dict(zip(names, [*held, *parts], strict=True)), "body")

    last, held, _ = settled(step, state)
    count = _count(node, [length for length in lengths if length is not None], scope, settings)
    repeated = Repeated()
    if count * (batch or 1):
        repeated.add(last, count * (batch or 1))
    scope.bodies[node.index] = repeated.executions()
    scope.incomplete |= last.incomplete
    places = node.integers("scan_output_axes") or ()
    outputs = [
        _collected(result, count, places[place] if place < len(places) else 0)
        for place, result in enumerate(last.results()[carried:])
    ]
    if batched:
        return [_with_batch(result, batch) for result in [*held, *outputs]]
    return [*held, *outputs]


def run_sequence_map(
    node: Node, facts: list[Fact | None], scope: Scope, settings: Settings, run_body: RunBody
) -> list[Fact]:
    """Return the sequences that a SequenceMap makes; its body goes to ``scope.bodies``."""
    body = body_of(node, "body")
    given = [found or NOTHING for found in facts]
    names = names_taken(body)
    if not given or len(names) != len(given):
        raise MismatchError("its body does not take what the node is given")
    repeated = Repeated()
    whole = given[0].items
    if whole is None or any(
        found.type.form == "sequence" and (found.items is None or len(found.items) != len(whole))
        for found in given
    ):
        chosen = chosen_count(node, scope, settings)
        if chosen is None:
            settings.note("trip-count-assumed", f"{node.label}: its sequence is taken as of 1.")
        inputs = [(found.item or NOTHING) if _is_sequence(found) else found for found in given]
        last = run_body(body, dict(zip(names, inputs, strict=True)), "body")
        scope.incomplete |= last.incomplete
        scope.bodies[node.index] = (Execution(1 if chosen is None else chosen, last.region),)
        return [sequence_of(result) for result in last.results()]
    results: list[list[Fact]] = []
    for place in range(len(whole)):
        inputs = [found.items[place] if found.items is not None else found for found in given]
        last = run_body(body, dict(zip(names, inputs, strict=True)), "body")
        repeated.add(last)
        results.append(last.results())
    scope.bodies[node.index] = repeated.executions()
    scope.incomplete |= repeated.incomplete
    if not results:
        return [sequence(())] * len(body.outputs)
    return [sequence(column) for column in zip(*results, strict=True)]


def _is_sequence(found: Fact) -> bool:
    return found.type.form == "sequence"


def _sliced(found: Fact, axis: int, batched: bool) -> tuple[Dimension, Fact]:
    """Return how many slices an input has, and one of them; those of a weight are weights."""
    if found.shape is None:
        return None, fact(found.dtype, None)
    place = normal_axis(axis, len(found.shape))
    rest = [d for i, d in enumerate(found.shape) if i != place and not (batched and i == 0)]
    return found.shape[place], fact(found.dtype, tuple(rest)).made_at(found.origin)


def _batch(given: Sequence[Fact]) -> Dimension:
    return next((found.shape[0] for found in given if found.shape), None)


def _without_batch(found: Fact) -> Fact:
    return fact(found.dtype, None if not found.shape else found.shape[1:])


def _with_batch(found: Fact, batch: Dimension) -> Fact:
    return fact(found.dtype, None if found.shape is None else (batch, *found.shape))


def _count(node: Node, lengths: list[int], scope: Scope, settings: Settings) -> int:
    if len(set(lengths)) > 1:
        if any(scope.is_assumed(name) for name in node.inputs if name):
            return min(lengths)
        raise MismatchError(f"scanned inputs of different lengths {lengths}")
    if lengths:
        return lengths[0]
    chosen = chosen_count(node, scope, settings)
    if chosen is None:
        settings.note(
            "trip-count-assumed", f"{node.label}: how long its inputs are is not known; 1 is taken."
        )
    return 1 if chosen is None else chosen


def _collected(found: Fact, count: int, axis: int) -> Fact:
    each = common([found])
    if each is None or each.shape is None:
        return fact(found.dtype, None)
    place = normal_axis(axis, len(each.shape) + 1)
    return fact(each.dtype, (*each.shape[:place], count, *each.shape[place:]))
