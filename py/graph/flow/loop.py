"""Loop: its body times the trip count.

The count is what the user says, else the limit and the condition where both are known, else the
limit as the operator's own maximum, else 1; the last two are noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from py.errors import JoulegraphError
from py.graph.fact import NOTHING, Fact, common, fact
from py.graph.file.node import Node
from py.graph.flow.iterations import MOST_STEPS, Repeated, Step, same_weights, settled
from py.graph.flow.runner import RunBody, body_of, names_taken
from py.graph.flow.scope import Scope
from py.graph.flow.settings import Settings
from py.graph.rules.site import MismatchError
from py.graph.tensor_type import Dimension, Shape

_NO_LIMIT = 1 << 31  # exporters write the largest integer for "until the condition ends it"


@dataclass(frozen=True, slots=True)
class _Loop:
    """A Loop's node, the state that goes in, the count that the user chose, and the limit.

    The state begins with the condition, as the body's outputs do. ``key`` is what the user gives
    the count by.
    """

    node: Node
    key: str
    state: tuple[Fact, ...]
    chosen: int | None
    limit: int | None
    step: Step

    @property
    def end(self) -> int | None:
        return self.limit if self.chosen is None else self.chosen

    def carried(self, found: Scope) -> list[Fact]:
        """Return the state that an iteration hands on."""
        return found.results()[: len(self.state)]

    def collected(self, found: Scope) -> list[Fact]:
        """Return what an iteration adds to the outputs that collect."""
        return found.results()[len(self.state) :]


def run_loop(
    node: Node, facts: list[Fact | None], scope: Scope, settings: Settings, run_body: RunBody
) -> list[Fact]:
    """Return what is known of a Loop's outputs; its iterations go to ``scope.bodies``."""
    body = body_of(node, "body")
    begins = (facts[1] if len(facts) > 1 else None) or fact("bool", (), (True,))
    state = (begins, *(given for given in facts[2:] if given is not None))
    names = names_taken(body)
    if len(names) < 1 + len(state) or len(body.outputs) < len(state):
        raise MismatchError("its body does not take and give what the loop carries")

    def step(number: Fact, carried: list[Fact]) -> Scope:
        return run_body(body, dict(zip(names, [number, *carried], strict=False)), "body")

    key = settings.key(scope.path, node, node.name)
    loop = _Loop(node, key, state, chosen_count(node, scope, settings), _limit(facts), step)
    if loop.chosen is not None:
        settings.ask("count", loop.key, loop.chosen, node.label)
    if _flag(begins) is False or loop.end == 0:
        scope.bodies[node.index] = ()
        return [*state[1:], *_never(loop, len(body.outputs) - len(state), settings)]
    said = settings.said()
    alike, held, stands = settled(step, state)
    # What an iteration leaves open may be known in each: then none stands for all.
    stands = stands and not alike.incomplete and settings.said() == said
    stands = stands and all(
        given.items is None or kept.items is not None
        for given, kept in zip(state, held, strict=True)
    )
    changes = _flag(held[0]) is None
    if stands and changes and loop.chosen is None:
        # The condition may follow from the iteration's number all the same.
        stands = _flag(loop.carried(step(fact("int64", (), (0,)), list(state)))[0]) is None
    if loop.end is None or not stands:
        settings.unsay(said)
        loop = replace(loop, state=tuple(same_weights(held, loop.state)))
        return _stepwise(loop, changes, scope, settings)
    if loop.chosen is None and (changes or _flag(begins) is None):
        _say(loop, loop.end, scope, settings)
    repeated = Repeated()
    repeated.add(alike, loop.end)
    scope.bodies[node.index] = repeated.executions()
    return [*held[1:], *(_stack([given], loop.end) for given in loop.collected(alike))]


def _never(loop: _Loop, count: int, settings: Settings) -> list[Fact]:
    """Return the ``count`` outputs that collect nothing: of what an iteration would add, none."""
    said = settings.said()
    try:
        given = loop.collected(settled(loop.step, loop.state)[0]) if count else []
    except JoulegraphError as error:
        if error.code != "inconsistent-shapes":
            raise
        given = [NOTHING] * count  # what never runs need not fit
    settings.unsay(said)
    return [_stack([found], 0) for found in given]


def chosen_count(node: Node, scope: Scope, settings: Settings) -> int | None:
    """Return how often the user says that a node's body runs, by the node's or its limit's name."""
    key = settings.key(scope.path, node, node.name, *node.inputs[:1])
    value = settings.number(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise JoulegraphError(
            "bad-value",
            f"The trip count of {key[:80]!r} is a whole number, got {value}.",
            "Correct --value.",
        )
    return value


def _limit(facts: list[Fact | None]) -> int | None:
    given = facts[0] if facts else None
    limit = None if given is None else given.integer()
    return None if limit is None or limit >= _NO_LIMIT else max(0, limit)


def _flag(condition: Fact) -> bool | None:
    """Return whether a condition holds, None where that is not known."""
    values = condition.read()
    return bool(values[0]) if values and values[0] is not None else None


def _stepwise(loop: _Loop, changes: bool, scope: Scope, settings: Settings) -> list[Fact]:
    """Go through the iterations with their values as far as they are known.

    ``changes`` says that the condition is not the same in all.
    """
    repeated, carried = Repeated(), list(loop.state)
    stacks: list[list[Fact]] = []
    ended, guessed = False, loop.chosen is None and _flag(loop.state[0]) is None
    while not ended and (not repeated.count or _may_go_on(repeated, settings)):
        last = loop.step(fact("int64", (), (repeated.count,)), carried)
        repeated.add(last)
        carried = same_weights(loop.state, loop.carried(last))
        flag = _flag(carried[0])
        stacks.append(loop.collected(last))
        ended = repeated.count == loop.end or (loop.chosen is None and flag is False)
        if loop.chosen is None and flag is None:  # values decide whether there is another
            guessed = True
        if loop.end is None and (flag is None or (flag and not changes)):
            break  # nothing that is known ends it
    done = repeated.count
    total = done if ended else max(done, loop.end or 1)
    if total > done:
        repeated.add(last, total - done)
        settings.note(
            "loop-cut",
            f"{loop.node.label}: {done:,} of {total:,} runs of its body were followed; the rest "
            "is taken to be like the last.",
        )
    if not ended:
        carried = [_same(a, b) for a, b in zip(loop.state, carried, strict=True)]
        scope.assumed.update(name for name in loop.node.outputs if name)
    open_end = not ended and (changes or loop.end is None)
    if loop.chosen is None and (guessed or open_end):
        _say(loop, total, scope, settings)
    scope.bodies[loop.node.index] = repeated.executions()
    scope.incomplete |= repeated.incomplete
    return [*carried[1:], *(_stack(column, total) for column in zip(*stacks, strict=True))]


def _may_go_on(repeated: Repeated, settings: Settings) -> bool:
    """Say whether another iteration may be worked out for itself."""
    return repeated.count < MOST_STEPS and settings.may_follow


def _same(a: Fact, b: Fact) -> Fact:
    both = common([a, b])
    if both is None:
        return b
    return both if both.type.is_complete else Fact(b.type, item=b.item)


def _say(loop: _Loop, total: int, scope: Scope, settings: Settings) -> None:
    """Say and ask how often the body runs, which values decide."""
    settings.ask("count", loop.key, total, loop.node.label)
    scope.assumed.update(name for name in loop.node.outputs if name)
    reason = "its limit" if total == loop.end else "as far as is known"
    settings.note(
        "trip-count-assumed",
        f"{loop.node.label}: values decide how often the body runs; {total:,}, {reason}, is taken "
        f"(another: --value '{loop.key[:80]}=…').",
    )


def _stack(given: Sequence[Fact], count: Dimension) -> Fact:
    each = common(given)
    if each is None:
        return fact(None, None)
    shape: Shape | None = None if each.shape is None else (count, *each.shape)
    values = None
    if shape is not None and count == len(given):
        parts = [found.read() for found in given]
        known = [part for part in parts if part is not None]
        values = tuple(v for part in known for v in part) if len(known) == len(parts) else None
    return fact(each.dtype, shape, values)
