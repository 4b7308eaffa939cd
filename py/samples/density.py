"""Zero fractions beside a sample: published averages, laid onto the sample's layers in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from onnx import ModelProto

SCHEMA = "joulegraph/density/1"

# The reference lists an inception's layers reductions first; the graph goes branch by branch.
_INCEPTION_ORDER = ("3x3_reduce", "5x5_reduce", "1x1", "3x3", "5x5", "pool_proj")


def density(model: ModelProto, reference: Mapping[str, Any], network: str) -> dict[str, Any]:
    """Return the density file of ``model`` from the ``network`` of the reference.

    Weights are dense (0.0): the reference is of networks that are not pruned.
    """
    names = layer_order(model)
    rows = reference["networks"][network]
    if len(names) != len(rows):
        raise ValueError(
            f"density of {network}: {len(names)} layers expected, got {len(rows)} rows"
        )
    source = str(reference["source"]).partition(";")[0]
    return {
        "schema": SCHEMA,
        "source": f"{source[0].upper()}{source[1:]}, its {network}; weights taken as dense",
        "layers": {
            name: {"ifmap": row["zeros_ifmap"], "ofmap": row["zeros_ofmap"], "weight": 0.0}
            for name, row in zip(names, rows, strict=True)
        },
    }


def layer_order(model: ModelProto) -> list[str]:
    """Return the names of the convolutions and fully connected layers in the reference's order."""
    names = [node.name for node in model.graph.node if node.op_type in ("Conv", "Gemm")]
    blocks: dict[str, list[str]] = {}
    for name in names:
        block = name.partition("/")[0] if name.startswith("inception") else name
        blocks.setdefault(block, []).append(name)
    return [name for block in blocks.values() for name in _by_depth(block)]


def _by_depth(names: Sequence[str]) -> list[str]:
    if len(names) == 1:
        return list(names)
    return sorted(names, key=lambda name: _INCEPTION_ORDER.index(name.partition("/")[2]))
