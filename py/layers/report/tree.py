"""The layers of a model as a tree of blocks."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from py.layers.layer import Phase
from py.layers.model import Model, NotModelled
from py.layers.report.block import Amounts, Block, layer_block, sum_up, unknown_block
from py.layers.report.place import Place, Places
from py.layers.report.repeats import Repeats

_MOST_LEVELS = 40
_PARTS_OF_A_STEP: dict[Phase, str] = {
    "forward": "forward",
    "input_gradient": "backward",
    "weight_gradient": "backward",
    "update": "update",
}
"""The outermost blocks of a training step, in the order in which they run."""


class Tree:
    """A model's blocks: ``root`` holds them all, ``by_weights`` says that weights named them.

    ``amounts`` are what a platform says of each of the model's layers, None where it has no answer.
    """

    def __init__(
        self,
        model: Model,
        *,
        repeats: bool = True,
        amounts: Sequence[Amounts | None] | None = None,
    ) -> None:
        places = Places(model)
        self.by_weights = places.by_weights
        self.root = Block("")
        self._folders: dict[Place, Block] = {(): self.root}
        for place, block in _without_scope(list(_placed(model, places, amounts))):
            self._folder(place[:-1][:_MOST_LEVELS]).children.append(block)
        self._finish(self.root, Repeats() if repeats else None)

    def _folder(self, place: Place) -> Block:
        """Return the block of a place, with those around it."""
        folder = self._folders.get(place)
        if folder is None:
            folder = self._folders[place] = Block(place[-1])
            self._folder(place[:-1]).children.append(folder)
        return folder

    def _finish(self, block: Block, repeats: Repeats | None) -> None:
        """Sum up a block; what holds only one thing becomes that thing."""
        children = []
        for child in block.children:
            if child.children:
                self._finish(child, repeats)
                child = _merged(child)
            children.append(child)
        sum_up(block, children if repeats is None else repeats.folded(children))


def _placed(
    model: Model, places: Places, amounts: Sequence[Amounts | None] | None
) -> Iterator[tuple[Place, Block]]:
    """Yield every layer and every operator that is not known, each where its node is."""
    parameters = None if model.parameters is None else 0
    assumed = assumed_nodes(model)

    def unknown(entry: NotModelled) -> tuple[Place, Block]:
        place = places.of_name(entry.name, entry.path)
        block = unknown_block(place[-1], entry, parameters)
        block.unpriced = 0 if amounts is None else 1
        return place, block

    waiting: dict[str | None, list[NotModelled]] = {}
    for entry in sorted(model.not_modelled, key=lambda entry: entry.nodes[:1], reverse=True):
        waiting.setdefault(entry.path, []).append(entry)
    for number, layer in enumerate(model.layers):
        before = waiting.get(layer.path) if waiting else None
        while before and before[-1].nodes[:1] < layer.nodes[:1]:
            yield unknown(before.pop())
        place = places.of_layer(number, layer)
        if layer.phase is not None:
            place = (_PARTS_OF_A_STEP[layer.phase], *place)
        block = layer_block(place[-1], layer)
        if amounts is not None:
            block.amounts = amounts[number] or ()
            block.unpriced = int(amounts[number] is None)
        if assumed:
            block.assumed = any((layer.path, node) in assumed for node in layer.nodes)
        yield place, block
    for entries in waiting.values():
        yield from (unknown(entry) for entry in reversed(entries))


def assumed_nodes(model: Model) -> frozenset[tuple[str | None, int]]:
    """Return path and index of the nodes whose sizes values decide, where another stands for them.

    Found only where there are such: it takes a look at every node.
    """
    if not any(question.kind in ("size", "count", "branch") for question in model.questions):
        return frozenset()
    return frozenset(
        (node.path, node.index)
        for node in model.nodes
        if any(output.assumed for output in node.outputs)
    )


def _without_scope(placed: list[tuple[Place, Block]]) -> list[tuple[Place, Block]]:
    """Return the places without the model's own name where an exporter wrote it on some nodes only.

    One block then lies between layers of none, now in and now out of it: no part of the model.
    """
    inside = [len(place) > 1 for place, _ in placed]
    changes = [now for then, now in pairwise(inside) if now != then]
    if len(changes) <= 2 or len({place[0] for place, _ in placed if len(place) > 1}) != 1:
        return placed
    return [(place[1:] or place, block) for place, block in placed]


def _merged(block: Block) -> Block:
    """Return a block's only child under both names, or the block if it has several."""
    if len(block.children) != 1 or block.times != 1:
        return block
    child = block.children[0]
    if not child.children and _is_operator(child.name, child.operators[0]):
        child.name = block.name
    elif not child.name.startswith((f"{block.name}.", f"{block.name}/")):
        child.name = f"{block.name}/{child.name}"
    return child


def _is_operator(name: str, operator: str) -> bool:
    """Say whether a layer's name only tells its operator: Conv, Conv_12, node_conv2d_3."""
    letters = operator.rpartition(":")[2].lower()
    return name.lower().removeprefix("node_").startswith(letters)
