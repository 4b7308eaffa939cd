"""The names by which the user chooses: of inputs, dimensions, tensors and nodes.

A control-flow node is also chosen by its place, as layers without a name are called by it: ``If_2``
in the main graph, ``1:Loop:body/If_2`` in a body, ``3:mine:Gate/If_0`` in a function's call; and a
tensor of a function by the place of the call: ``/3:mine:Gate/rows``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.free_dimension import symbol_names
from py.graph.file.body import Body
from py.graph.file.captured import bodies_of
from py.graph.file.function import Function, FunctionId
from py.graph.file.node import Node

_INNER_DIMENSION = re.compile(r"(.+)\[\d+\]", re.DOTALL)
_PLACED = re.compile(r"([A-Za-z]+)_(\d{1,9})")
_STEP = re.compile(r"(\d{1,9}):")


def place_of(path: str, node: Node) -> str:
    """Return what a control-flow node is called by its place in the region at ``path``."""
    return f"{path[1:]}/{node.op}_{node.index}" if path else f"{node.op}_{node.index}"


class Names:
    """The names that a model gives its tensors and nodes, and those of their places."""

    def __init__(self, body: Body, functions: Mapping[FunctionId, Function]) -> None:
        self._body, self._functions = body, functions
        self._counts: Counter[str] | None = None

    def is_one(self, name: str) -> bool:
        """Say whether just one node, with what it writes, or one input has the name."""
        return self._counted[name] == 1

    def has(self, name: str) -> bool:
        """Say whether something in the model can be chosen by the name."""
        return bool(name) and (self._counted[name] > 0 or self._is_placed(name))

    @property
    def _counted(self) -> Counter[str]:
        if self._counts is None:
            self._counts = Counter(info.name for info in self._body.inputs)
            self._counts.update(_names_in(self._body.nodes))
        return self._counts

    def _is_placed(self, name: str) -> bool:
        nodes, rest = self._body.nodes, name.removeprefix("/")
        while True:
            last, step = _PLACED.fullmatch(rest), _STEP.match(rest)
            if last is not None:
                node = _at(nodes, last[2])
                if node is not None and node.is_control_flow and node.op == last[1]:
                    return True
            node = None if step is None else _at(nodes, step[1])
            if node is None:
                return False
            call = f"{node.index}:{node.operator}"
            function = self._functions.get((node.domain, node.op, node.overload))
            if function is not None and rest.startswith(f"{call}/"):
                nodes, rest = function.nodes, rest[len(call) + 1 :]
                if rest and any(rest == inner for inner in _names_in(nodes)):
                    return True
                continue
            for attribute in node.attributes.values():
                prefix = f"{call}:{attribute.name}/"
                if isinstance(attribute.value, Body) and rest.startswith(prefix):
                    nodes, rest = attribute.value.nodes, rest[len(prefix) :]
                    break
            else:
                return False


def _at(nodes: Sequence[Node], index: str) -> Node | None:
    return nodes[int(index)] if int(index) < len(nodes) else None


def _names_in(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of nodes and of what they write, in bodies too; of a node each once."""
    waiting = [nodes]
    while waiting:
        for node in waiting.pop():
            yield from {node.name, *node.outputs}
            for body in bodies_of(node):
                waiting.append(body.nodes)
                yield from (info.name for info in body.inputs)


def check_names(body: Body, names: Names, choices: Choices) -> None:
    """Check that every name among the choices is one of the model's.

    A value may also be given for a tensor that a node writes, or by the name of a node (how often
    it repeats, which branch it takes); a dimension for ``tensor[axis]`` where values decide it.
    Raises JoulegraphError: ``unknown-input``, ``unknown-dim``.
    """
    initialized = {initializer.name for initializer in body.initializers}
    infos = [info for info in body.inputs if info.name not in initialized]
    inputs = [info.name for info in infos]
    free = [
        name
        for info in infos
        for axis in range(len(info.shape or ()))
        for name in symbol_names(info, axis)
    ]
    inner = [name for name in choices.values if name not in inputs and names.has(name)]
    decided = [
        name
        for name in choices.dims
        if name not in free
        and (found := _INNER_DIMENSION.fullmatch(name)) is not None
        and names.has(found[1])
    ]
    _check_known("unknown-input", "input", "--input", choices.inputs, inputs, ())
    _check_known("unknown-input", "input or value", "--value", choices.values, inputs, inner)
    _check_known("unknown-dim", "free dimension", "--dim", choices.dims, free, decided)


def _check_known(
    code: str,
    what: str,
    option: str,
    given: Mapping[str, object],
    known: list[str],
    more: Sequence[str],
) -> None:
    for name in given:
        if name not in known and name not in more:
            listed = ", ".join(name[:80] for name in dict.fromkeys(known[:50])) or "none"
            raise JoulegraphError(
                code,
                f"The model has no {what} {name[:80]!r}.",
                f"Use {option} with one of: {listed}.",
            )
