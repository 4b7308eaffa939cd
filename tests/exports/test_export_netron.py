"""The attachment as Netron 9.3 reads it: what ``metadata.Attachment`` keeps, and finds by name."""

import json
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from py.breakdown.quantity import with_unit
from py.exports.netron import netron
from tests.exports.made import WICKED, chain, export, graph_of, sample
from tests.models import conv_net, serialised

_Found = dict[str, Any]


class Container:
    """A list of items by what they are of, as source/view.js keeps it; the last of a name wins."""

    def __init__(self, data: Any) -> None:
        self.entries: dict[str, _Found] = {}
        for item in data if isinstance(data, list) else []:
            if item.get("kind") and ("target" in item or "identifier" in item):
                of = f"::{item['target']}" if "target" in item else f"[{item['identifier']}]"
                self.entries.setdefault(f"{item['kind']}{of}", {})[item["name"]] = item["value"]

    def of(self, kind: str, name: str | None) -> _Found:
        """What Netron shows of a model or graph, and of a node or value that has a name."""
        if name or kind in ("model", "graph"):
            return self.entries.get(f"{kind}::{(name or '').split(chr(10))[0]}", {})
        return {}


def opened(text: str) -> tuple[Container, Container]:
    data = json.loads(text)
    assert data["signature"] == "netron:attachment"
    return Container(data["metadata"]), Container(data["metrics"])


def shown(container: Container, graph: onnx.GraphProto) -> dict[str, _Found]:
    """What is shown at the nodes of a graph, or at their outputs."""
    found = {}
    for place, node in enumerate(graph.node):
        at_node = container.of("node", node.name)
        at_output = container.of("value", node.output[0])
        if at_node or at_output:
            found[node.name or f"#{place}"] = at_node or at_output
    return found


@pytest.mark.parametrize("name", ["alexnet", "squeezenet1_1", "shufflenet_v2", "mobilenet_v2"])
def test_every_layer_is_found_in_the_model(name: str) -> None:
    taken = sample(name)
    metadata, metrics = opened(netron(taken))
    graph = onnx.load(f"public/models/{name}.onnx", load_external_data=False).graph
    at_nodes = shown(metrics, graph)
    assert len(at_nodes) == len(taken.result.rows)
    written = sorted(row["energy"] for row in at_nodes.values())
    rows = taken.result.rows
    assert written == sorted(with_unit(row.estimate.energy_j, "J") for row in rows)
    counted = shown(metadata, graph)
    layers = {row.layer.name for row in rows}
    assert {row["energy counted with"] for row in counted.values()} <= layers
    assert not set(counted) & set(at_nodes)
    costing = {index for row in rows for index in row.layer.nodes}
    assert len(counted) + len(at_nodes) == len(costing)


def test_the_model_has_totals_and_how_they_were_made() -> None:
    metadata, metrics = opened(netron(sample("alexnet")))
    assert metrics.of("model", None)["energy"] == "24.98 mJ"
    # Of a graph 9.3 finds the metadata by its name, the metrics without.
    assert metrics.of("graph", None)["model: energy"] == "24.98 mJ"
    assert metrics.of("graph", "alexnet") == metrics.of("graph", None)
    assert metadata.of("graph", "alexnet") == metadata.of("model", None)
    assert set(metadata.of("model", None)) == {
        *("platform", "platform id", "platform hash", "options", "engine", "link")
    }


def test_nodes_are_found_by_any_name() -> None:
    model = chain(WICKED)
    _, metrics = opened(netron(export(model)))
    assert set(shown(metrics, graph_of(model))) == set(WICKED)


def test_what_has_no_name_is_shown_at_its_output() -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"]), helper.make_node("Relu", ["y"], ["z"])]
    weight = helper.make_tensor("w", TensorProto.FLOAT, (2, 2, 1, 1), [1.0] * 4)
    model = serialised(nodes, {"x": (1, 2, 4, 4)}, {"z": (1, 2, 4, 4)}, [weight])
    metadata, metrics = opened(netron(export(model)))
    assert metrics.of("value", "y")["energy is of"] == "2 nodes"
    assert metadata.of("value", "z") == {"energy counted with": "Conv_0"}


def test_nodes_of_one_name_show_what_they_cost_together() -> None:
    _, one = opened(netron(export(chain(("a",)))))
    _, three = opened(netron(export(chain(("a", "a", "a")))))
    assert one.of("node", "a")["MACs"] == "64"
    assert three.of("node", "a")["MACs"] == "192"
    assert three.of("node", "a")["share of energy"] == "100.0 %"


def test_a_link_knows_nodes_by_the_names_of_layers() -> None:
    from py.breakdown import open_state, price, state_of
    from py.breakdown.price import Options
    from py.exports.export import Export

    first = export(conv_net())
    model, options = open_state(state_of(first.result), Options())
    again = Export(price(model, first.result.platform, options), first.file, link=first.link)
    _, metrics = opened(netron(again))
    nodes = {"node::conv1", "node::pool1", "node::fc1"}
    assert set(metrics.entries) == {"model::", "graph::", *nodes}
