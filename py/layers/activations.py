"""Which tensors of a region are activations: their elements depend on the network's inputs."""

from collections.abc import Container, Iterable

from py.graph import Graph, Region, names_read
from py.layers.works import RANDOM, SHAPE_QUERIES


class Activations:
    """The activations of a region and of those around it.

    What a body is given (a loop's state, a scan's slice) is taken for an activation where it is no
    weight and its elements are not known.
    """

    def __init__(self, region: Region, outer: "Activations | None") -> None:
        self._region, self._outer = region, outer
        if isinstance(region, Graph):
            self._own = {entry.name for entry in region.inputs}
        else:
            written = {name for node in region.nodes for name in node.outputs}
            self._own = {
                name
                for name in region.tensors
                if name not in written
                and name not in region.initializers
                and name not in region.constants
                and not region.is_weight(name)
            }
        for node in region.nodes:
            operator = (node.domain, node.op)
            if operator in SHAPE_QUERIES:
                continue
            if operator in RANDOM or self.include(names_read(node)):
                self._own.update(
                    [
                        name
                        for name in node.outputs
                        if name and name not in region.constants and not region.is_weight(name)
                    ]
                )

    @property
    def names(self) -> Container[str]:
        """What to look a name up in; faster than the activations themselves in a main graph."""
        return self._own if self._outer is None else self

    def include(self, names: Iterable[str]) -> bool:
        """Say whether one of the names is an activation."""
        if self._outer is None:
            return not self._own.isdisjoint(names)
        return any(name in self for name in names)

    def __contains__(self, name: object) -> bool:
        if name in self._own:
            return True
        outside = self._outer is not None and name not in self._region.tensors
        return outside and self._outer is not None and name in self._outer
