"""What a node reads, with what its bodies take from the regions around them."""

from collections.abc import Iterable, Iterator

from py.graph.file.body import Body
from py.graph.file.node import Node


def names_read(node: Node) -> Iterable[str]:
    """Return the names of a node's inputs and of the tensors that its bodies read from outside."""
    for attribute in node.attributes.values():
        if attribute.kind == "graph" or attribute.kind == "graphs":
            return (*node.inputs, *(name for body in bodies_of(node) for name in _captured(body)))
    return node.inputs


def bodies_of(node: Node) -> Iterator[Body]:
    """Yield the bodies among a node's attributes."""
    for attribute in node.attributes.values():
        if attribute.kind == "graph" and attribute.value is not None:
            yield attribute.value
        elif attribute.kind == "graphs":
            yield from attribute.value or ()


def _captured(body: Body) -> Iterator[str]:
    own = {info.name for info in body.inputs}
    own.update(initializer.name for initializer in body.initializers)
    for node in body.nodes:
        own.update(node.outputs)
    for node in body.nodes:
        yield from (name for name in names_read(node) if name and name not in own)
    yield from (info.name for info in body.outputs if info.name not in own)
