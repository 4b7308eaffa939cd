"""Another batch than the one that a file fixes: allowed where the whole graph follows it.

A graph exported at batch 1 often runs at any; but a Reshape to a constant shape may hold the 1.
Then either the elements no longer fit, or the batch silently moves into another dimension. Both are
found here, the second by comparing the outputs at both batches.
"""

from collections.abc import Callable
from dataclasses import replace

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.inputs import ResolvedInputs, resolve_inputs
from py.graph.file.body import Body
from py.graph.file.node import Node
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.region import Region

WorkOut = Callable[[ResolvedInputs], tuple[Scope, Settings]]


def check_batch(
    body: Body, choices: Choices, resolved: ResolvedInputs, work_out: WorkOut
) -> tuple[Scope, Settings]:
    """Return the facts at the new batch. Raises JoulegraphError ``batch-fixed``."""
    before, _ = work_out(resolve_inputs(body, replace(choices, batch=None)))
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
    return after, settings


def _ran(region: Region) -> set[str]:
    """Return the paths of the bodies that run."""
    paths = set()
    for _, execution in region.executions():
        if execution.runs:
            paths |= {execution.region.path} | _ran(execution.region)
    return paths


def _fixed(resolved: ResolvedInputs, choices: Choices, reason: str) -> JoulegraphError:
    return JoulegraphError(
        "batch-fixed",
        f"The model is made for a batch of {resolved.fixed_batch} and does not run at "
        f"{choices.batch}: {reason}",
        "Leave the batch out, or export the model with a dynamic batch dimension.",
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
