"""Another batch than the one that a file fixes: allowed where the whole graph follows it.

A graph exported at batch 1 often runs at any; but a Reshape to a constant shape may hold the 1.
Then either the elements no longer fit, or the batch silently moves into another dimension and may
be summed there: one result for all samples. All is found here, by comparing the outputs at both
batches. Where the file leaves the batch free, such a result is noted: the file may mean it.
"""

from collections.abc import Callable
from dataclasses import replace

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.inputs import ResolvedInputs, resolve_inputs
from py.graph.file.body import Body
from py.graph.file.captured import names_read
from py.graph.file.node import Node
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.region import Region

_SHAPES = frozenset(("Shape", "Size"))
WorkOut = Callable[[ResolvedInputs], tuple[Scope, Settings]]


def check_batch(
    body: Body, choices: Choices, resolved: ResolvedInputs, work_out: WorkOut
) -> tuple[Scope, Settings]:
    """Return the facts at the new batch. Raises JoulegraphError ``batch-fixed``."""
    before, _ = _without_batch(body, choices, resolved, work_out)
    try:
        after, settings = work_out(resolved)
    except JoulegraphError as error:
        if error.code != "inconsistent-shapes":
            raise
        raise _fixed(resolved, choices, error.message) from error
    if _ran(before.region) != _ran(after.region):
        raise _fixed(resolved, choices, "other branches would run.")
    for info in body.outputs:
        if _stuck(info.name, before, after, resolved.fixed_batch):
            node = _culprit(body, before, after, resolved.fixed_batch, info.name)
            raise _fixed(resolved, choices, f"{node} keeps the batch that the file has.")
    for name, place in _together(body, before, after).items():
        if (after.facts[name].shape or (None,))[0] == resolved.fixed_batch:
            raise _fixed(resolved, choices, f"{place.label} takes all samples together.")
    return after, settings


def note_together(
    body: Body,
    choices: Choices,
    resolved: ResolvedInputs,
    found: tuple[Scope, Settings],
    work_out: WorkOut,
) -> None:
    """Note outputs that all samples of a batch make together, which the file leaves free."""
    after, settings = found
    shapes = [after.facts[info.name].shape or (choices.batch,) for info in body.outputs]
    if all(choices.batch in shape for shape in shapes):
        return  # as in most graphs
    try:
        before, _ = _without_batch(body, choices, resolved, work_out)
    except JoulegraphError:
        return  # nothing to compare with
    for name, node in _together(body, before, after).items():
        settings.note(
            "batch-together",
            f"{node.label} takes all samples of a batch together: output {name[:80]!r} has the "
            f"shape {list(after.facts[name].shape or ())} at any batch.",
        )


def _without_batch(
    body: Body, choices: Choices, resolved: ResolvedInputs, work_out: WorkOut
) -> tuple[Scope, Settings]:
    """Return the facts at the file's own batch, everything else as it was taken."""
    return work_out(resolve_inputs(body, replace(choices, batch=None), resolved.assumed))


def _together(body: Body, before: Scope, after: Scope) -> dict[str, Node]:
    """Return outputs that follow from the batch and keep their shape, with the node that takes it.

    Numbers are none: a loss may be the mean of the batch. Nor is what is worked out from shapes.
    """

    def is_open(name: str) -> bool:
        return name not in after.constants and after.facts[name].type.is_complete

    follows = {name for name in after.facts if is_open(name) and _differs(name, before, after)}
    taken: dict[str, Node] = {}
    for node in body.nodes:
        read = [name for name in names_read(node) if name in follows or name in taken]
        for name in node.outputs if read and node.op not in _SHAPES else ():
            if name and name not in follows and is_open(name):
                taken[name] = next((taken[given] for given in read if given in taken), node)
    return {
        info.name: taken[info.name]
        for info in body.outputs
        if info.name in taken and after.facts[info.name].shape
    }


def _differs(name: str, before: Scope, after: Scope) -> bool:
    return name in before.facts and before.facts[name].shape != after.facts[name].shape


def _ran(region: Region) -> set[str]:
    """Return the paths of the bodies that run."""
    paths = set()
    for _, execution in region.executions():
        if execution.runs:
            paths |= {execution.region.path} | _ran(execution.region)
    return paths


def _fixed(resolved: ResolvedInputs, choices: Choices, reason: str) -> JoulegraphError:
    lists = [i.name[:80] for i in resolved.inputs if i.declared == (resolved.fixed_batch,)]
    other = f"give {lists[0]} another length with --input, " if lists else ""
    return JoulegraphError(
        "batch-fixed",
        f"The model is made for a batch of {resolved.fixed_batch} and does not run at "
        f"{choices.batch}: {reason}",
        f"Leave the batch out, {other}or export the model with a dynamic batch dimension.",
    )


def _stuck(name: str, before: Scope, after: Scope, batch: int | None) -> bool:
    """Say whether a tensor has more elements than before and yet the old leading dimension."""
    old, new = before.facts[name].type, after.facts[name].type
    return bool(
        old.shape
        and new.shape
        and old.shape[0] == new.shape[0] == batch
        and old.elements != new.elements
    )


def _culprit(body: Body, before: Scope, after: Scope, batch: int | None, output: str) -> str:
    """Return the first node that takes tensors that follow the batch to one that does not."""

    def followed(node: Node) -> bool:
        return any(
            (old := before.facts[name].shape)
            and old != after.facts[name].shape
            and old[0] == batch
            and not _stuck(name, before, after, batch)
            for name in node.inputs
            if name
        )

    for node in body.nodes:
        if followed(node) and any(_stuck(n, before, after, batch) for n in node.outputs if n):
            return node.label
    return f"Output {output[:80]!r}"
