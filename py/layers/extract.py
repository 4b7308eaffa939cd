"""From a graph to layers: which nodes compute, which only work out shapes, which are unknown.

Bodies of control-flow nodes and calls of the model's functions are regions of their own: their
layers come where the node is, each with the path of its region and how often it runs.
"""

from collections.abc import Iterable

from py.columns import several
from py.graph import Graph, Node, Region
from py.layers.activations import Activations
from py.layers.fold import fold, layer_of, readers_of
from py.layers.layer import Layer
from py.layers.model import NotModelled
from py.layers.nodes import NodeList
from py.layers.parameters import Parameters, StoredWeight, stored_weights
from py.layers.works import Work, does_macs, works_of
from py.notes import Note
from py.quantities import repeated, total_count

_Works = dict[int, tuple[Work, ...]]


class Extraction:
    """The layers of a graph, every node's summary, what got no layer and why."""

    def __init__(self, graph: Graph) -> None:
        self._lost = {(entry.path, entry.index): entry.lost for entry in graph.unknown}
        self._parameters = Parameters()
        self._hidden_parameters = False
        self._nodes = NodeList()
        self._shape_nodes: set[tuple[str, int]] = set()
        self.not_modelled: list[NotModelled] = []
        self.layers = tuple(self._region(graph, 1, None))
        self.nodes = self._nodes
        hidden = self._hidden_parameters
        self.parameters = None if hidden else self._parameters.total
        self.parameter_bytes = None if hidden else self._parameters.bytes
        self.idle_parameters = self._parameters.idle
        self.notes = list(graph.notes)
        if self._shape_nodes:
            count = len(self._shape_nodes)
            what = "node only holds" if count == 1 else "nodes only hold"
            work, they = ("works", "it costs") if count == 1 else ("work", "they cost")
            text = f"{count} {what} constants or {work} out shapes; {they} nothing."
            self.notes.append(Note("shape-nodes", text))

    def _region(self, region: Region, runs: float, outer: Activations | None) -> list[Layer]:
        """Return the layers of a region that runs so often, and of all that it runs."""
        activations = Activations(region, outer)
        names = activations.names
        works: _Works = {}
        unknown: set[int] = set()
        for node in region.nodes:
            if node.is_control_flow or node.index in region.bodies:
                continue  # a loop that does not begin has no bodies either
            reads = tuple(dict.fromkeys([name for name in node.inputs if name in names]))
            if not reads and does_macs(node.domain, node.op):
                # A product of constants multiplies all the same.
                reads = tuple(filter(None, node.inputs[:1]))
            elif not activations.include(node.outputs):
                self._shape_nodes.add((region.path, node.index))
                continue
            parts = works_of(region, node, reads)
            if parts is None:
                unknown.add(node.index)
                self._unknown(region, node, runs)
            else:
                works[node.index] = parts
        weights = {
            id(work): stored_weights(region, work)
            for parts in works.values()
            for work in parts
            if work.weights
        }
        for found in weights.values():
            self._parameters.add(found, runs)
        macs: dict[int, int | None] = dict.fromkeys(unknown)
        parameters: dict[int, int | None] = {
            index: None for index in unknown if _reads_weights(region, region.nodes[index])
        }
        for index, parts in works.items():
            macs[index] = _macs(parts)
            own = [weights[id(work)] for work in parts if work.weights]
            if own:
                parameters[index] = _added(own)
        self._nodes.add(region, runs, macs, parameters)
        return self._in_order(region, runs, works, weights, activations)

    def _in_order(
        self,
        region: Region,
        runs: float,
        works: _Works,
        weights: dict[int, tuple[StoredWeight, ...]],
        activations: Activations,
    ) -> list[Layer]:
        """Return the region's own layers with those of its bodies where their nodes are."""
        placed: list[tuple[int, Layer]] = []
        readers = readers_of(region)
        for group in fold(region, [work for parts in works.values() for work in parts], readers):
            if not runs:
                break
            own = [weights[id(work)] for work in group if work.weights]
            names = tuple(dict.fromkeys(weight.name for found in own for weight in found))
            layer = layer_of(region, group, readers, runs, names, _added(own))
            placed.append((group[0].node.index, layer))
        for node, execution in region.executions():
            inner = self._region(execution.region, runs * execution.runs, activations)
            placed.extend((node.index, layer) for layer in inner)
        return [layer for _, layer in sorted(placed, key=lambda entry: entry[0])]

    def _unknown(self, region: Region, node: Node, runs: float) -> None:
        """Keep an operator that is not known, once for all executions."""
        if runs and _reads_weights(region, node):
            self._hidden_parameters = True
        lost = self._lost.get((region.path, node.index), ())
        reason = f"The operator {node.operator[:160]} is not known."
        if lost:
            shown = ", ".join(name[:80] for name in lost[:3]) + (" ..." if len(lost) > 3 else "")
            count = several(len(lost), "tensor")
            reason += f" Because of it {count} could not be worked out: {shown}."
        entry = NotModelled(
            name=node.name or f"{node.op}_{node.index}",
            op=node.operator,
            nodes=(node.index,),
            macs=None,
            reason=reason,
            path=region.path or None,
        )
        if runs and entry not in self.not_modelled:
            self.not_modelled.append(entry)


def branch_weight(region: Region) -> tuple[int, ...]:
    """Return what a branch costs, to compare: its MACs, its other operations, words moved."""
    totals = [0, 0, 0]
    for node in region.nodes:
        if node.index in region.bodies:
            continue
        reads = tuple(name for name in node.inputs if name and not region.is_weight(name))
        for work in works_of(region, node, reads) or ():
            for place, count in enumerate((work.macs, work.ops, work.ofmap_elements)):
                totals[place] += (count or 0) * work.runs
    for _, execution in region.executions():
        for place, count in enumerate(branch_weight(execution.region)):
            totals[place] += round(count * execution.runs)
    return tuple(totals)


def _reads_weights(region: Region, node: Node) -> bool:
    """Say whether a node reads what may be parameters: of an operator that is not known."""
    return any(name and region.is_weight(name) for name in node.inputs)


def _added(weights: list[tuple[StoredWeight, ...]]) -> int:
    return sum(weight.elements for found in weights for weight in found)


def _macs(parts: Iterable[Work]) -> int | None:
    return total_count([repeated(work.macs, work.runs) for work in parts])
