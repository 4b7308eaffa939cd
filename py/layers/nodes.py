"""Every node of a graph with its outputs, MACs and parameters: what a report lists.

Most programs ask for layers only, so the list is made when somebody looks at it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, overload

from py.graph import Node, Region
from py.quantities import repeated, total_count

_Counts = Mapping[int, int | None]


class NodeOutput(NamedTuple):
    """One output of a node; an unknown dimension is None, what is no tensor has no shape.

    ``assumed``: values decide its shape, and a bound or the user's choice stands in for them.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str | None
    assumed: bool = False

    def as_json(self) -> dict[str, Any]:
        shape = None if self.shape is None else list(self.shape)
        plain = {"name": self.name, "shape": shape, "dtype": self.dtype}
        return plain | {"assumed": True} if self.assumed else plain


@dataclass(frozen=True, slots=True)
class NodeSummary:
    """One node; ``macs`` of all its runs, None where a shape that it needs is unknown.

    ``index`` is the node's place in its region, ``path`` the region, None for the main graph (see
    ``py.graph.Region``). ``runs`` is how often it executes; the outputs are those of its first run.
    ``parameters`` are None of an operator that is not known and reads weights.
    """

    index: int
    name: str
    op: str
    outputs: tuple[NodeOutput, ...]
    macs: int | None
    parameters: int | None
    path: str | None = None
    runs: float = 1

    def with_more(self, runs: float, macs: int | None) -> "NodeSummary":
        """Return the summary with further runs."""
        return replace(self, runs=self.runs + runs, macs=total_count([self.macs, macs]))

    def as_json(self) -> dict[str, Any]:
        place: dict[str, Any] = {"index": self.index, "path": self.path}
        if self.path is not None:
            place["runs"] = self.runs
        return place | {
            "name": self.name,
            "op": self.op,
            "outputs": [output.as_json() for output in self.outputs],
            "macs": self.macs,
            "parameters": self.parameters,
        }


class NodeList(Sequence[NodeSummary]):
    """The nodes of all regions; executions of one body, one after the other, are one entry."""

    def __init__(self) -> None:
        self._given: list[tuple[Region, float, _Counts, _Counts]] = []
        self._made: tuple[NodeSummary, ...] | None = None

    def add(self, region: Region, runs: float, macs: _Counts, parameters: _Counts) -> None:
        """Add the nodes of a region that runs so often.

        ``macs`` of one run and ``parameters`` are by the node's index, left out where there are 0.
        """
        self._given.append((region, runs, macs, parameters))

    def __len__(self) -> int:
        if self._made is None:  # many ask for no more than this
            regions = {region.path: region for region, *_ in self._given}
            return len([node for region in regions.values() for node in region.nodes])
        return len(self._made)

    def __iter__(self) -> Iterator[NodeSummary]:
        return iter(self._all())

    @overload
    def __getitem__(self, place: int) -> NodeSummary: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[NodeSummary, ...]: ...

    def __getitem__(self, place: int | slice) -> NodeSummary | tuple[NodeSummary, ...]:
        return self._all()[place]

    def _all(self) -> tuple[NodeSummary, ...]:
        if self._made is None:
            found: dict[tuple[str, int], NodeSummary] = {}
            for region, runs, macs, parameters in self._given:
                for node in region.nodes:
                    key = (region.path, node.index)
                    own = repeated(macs.get(node.index, 0), runs)
                    if key in found:
                        found[key] = found[key].with_more(runs, own)
                    else:
                        found[key] = _summary(
                            region, node, runs, own, parameters.get(node.index, 0)
                        )
            self._made = tuple(found.values())
        return self._made


def _summary(
    region: Region, node: Node, runs: float, macs: int | None, parameters: int | None
) -> NodeSummary:
    outputs = []
    for name in node.outputs:
        if name:
            tensor = region.type_of(name)
            outputs.append(NodeOutput(name, tensor.shape, tensor.dtype, name in region.assumed))
    return NodeSummary(
        node.index,
        node.name,
        node.operator,
        tuple(outputs),
        macs,
        parameters,
        region.path or None,
        runs,
    )
