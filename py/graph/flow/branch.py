"""If: the branch that the condition takes; where it is not known, the more expensive one.

The user chooses by the condition's name, or the node's: 1 or 0, or a number between, the
probability that it is true. So early-exit and conditional networks are priced (Panda et al., Wang
et al., as papers on them count: each branch by how often it runs).
"""

from collections.abc import Sequence

from py.errors import JoulegraphError
from py.graph.fact import Fact, common
from py.graph.file.node import Node
from py.graph.flow.runner import RunBody, body_of
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.region import Execution
from py.graph.rules.site import MismatchError

_BRANCHES = ("then_branch", "else_branch")


def run_if(
    node: Node, facts: list[Fact | None], scope: Scope, settings: Settings, run_body: RunBody
) -> list[Fact]:
    """Return what is known of the outputs of an If; its branches go to ``scope.bodies``."""
    condition = (facts or [None])[0]
    if condition is None:
        raise MismatchError("it has no condition")
    key = settings.key(scope.path, node, node.inputs[0], node.name)
    chosen = _chosen(key, settings)
    probability = _known(condition) if chosen is None else chosen
    if chosen is not None:
        settings.ask("branch", key, chosen, node.label)
    shares = (None, None) if probability is None else (probability, 1 - probability)
    scopes: list[tuple[str, float | None, Scope]] = []
    failed: JoulegraphError | None = None
    for branch, share in zip(_BRANCHES, shares, strict=True):
        if share == 0:
            continue
        try:
            scopes.append((branch, share, run_body(body_of(node, branch), {}, branch)))
        except JoulegraphError as error:
            if share is not None or error.code != "inconsistent-shapes":
                raise
            failed = error  # a branch that can't run with these shapes is not the one taken
    if not scopes:
        raise failed or MismatchError("it has no branches")
    if any(len(found.body.outputs) < len(node.outputs) for _, _, found in scopes):
        raise MismatchError("a branch has fewer outputs than the node")
    return _taken(node, key, scopes, scope, settings)


def _known(condition: Fact) -> float | None:
    """Return 1 or 0 where the condition follows from what is known, else None."""
    values = condition.read()
    if values is None or len(values) != 1 or not isinstance(values[0], (bool, int)):
        return None
    return 1.0 if values[0] else 0.0


def _chosen(key: str, settings: Settings) -> float | None:
    """Return how likely the user says that the condition is true, None where nothing is said."""
    value = settings.number(key)
    if value is None:
        return None
    if not 0 <= value <= 1:
        raise JoulegraphError(
            "bad-value",
            f"The condition {key[:80]!r} is 0, 1 or a probability between, got {value}.",
            "Correct --value.",
        )
    return float(value)


def _taken(
    node: Node,
    key: str,
    scopes: Sequence[tuple[str, float | None, Scope]],
    scope: Scope,
    settings: Settings,
) -> list[Fact]:
    """Keep the branches with how often they run; return the outputs, the heavier branch's first."""
    if len(scopes) == 1:
        branch, share, only = scopes[0]
        scope.incomplete |= only.incomplete
        scope.bodies[node.index] = (Execution(1, only.region),)
        if share is None:
            settings.note(
                "branch-only",
                f"{node.label}: only {branch} fits the shapes of its inputs and is taken.",
            )
        return only.results()[: len(node.outputs)]
    weights = [settings.weigh(found.region) for _, _, found in scopes]
    heavier = 0 if weights[0] >= weights[1] else 1
    scope.incomplete |= scopes[0][2].incomplete | scopes[1][2].incomplete
    shares = [share for _, share, _ in scopes]
    if None in shares:
        shares = [float(place == heavier) for place in range(2)]
        if key not in settings.questions:  # in a loop it is the same question every time
            settings.note(
                "branch-assumed",
                f"{node.label}: values decide which branch runs; {scopes[heavier][0]}, the more "
                f"expensive ({_said(weights)}), is taken. --value '{key[:80]}=1' or 0 chooses then "
                "or else; a number between is the probability of then.",
            )
        settings.ask("branch", key, 1 - heavier, node.label)
    scope.bodies[node.index] = tuple(
        Execution(_whole(share or 0.0), found.region)
        for share, (_, _, found) in zip(shares, scopes, strict=True)
    )
    chosen, other = (scopes[place][2].results() for place in (heavier, 1 - heavier))
    pairs = zip(node.outputs, chosen, other, strict=False)  # a branch may have more outputs
    return [_either(*pair, scope) for pair in pairs]


def _said(weights: Sequence[tuple[int, ...]]) -> str:
    """Return both weights, the greater first, by the first number in which they differ."""
    pairs = [sorted(pair, reverse=True) for pair in zip(*weights, strict=True)]
    high, low = next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])
    return f"{high:,} against {low:,}"


def _whole(share: float) -> float:
    return int(share) if share in (0.0, 1.0) else share


def _either(output: str, chosen: Fact, other: Fact, scope: Scope) -> Fact:
    """Return what both branches say, or the chosen one's type where they differ."""
    both = common([chosen, other])
    if both is not None and both.type == chosen.type:
        return both
    if output:
        scope.assumed.add(output)
    return Fact(chosen.type, item=chosen.item)
