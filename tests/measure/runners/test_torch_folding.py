"""Which normalisations go into the convolution before them, and what becomes of the weights."""

from typing import Any

import numpy as np
import pytest

from py.graph import Graph
from py.measure.plans.shape import Shape
from py.measure.runners.torch_folding import Fold, folded, folds_of
from py.measure.runners.torch_network import read_network
from py.platforms.load import PUBLIC


class Array(np.ndarray[Any, Any]):
    """An array with the methods of a tensor that folding uses."""

    def sqrt(self) -> Any:
        return np.sqrt(self)

    def dim(self) -> int:
        return self.ndim


def graph(name: str) -> Graph:
    return read_network(Shape("network", 1, network=name), str(PUBLIC / "models"))


@pytest.mark.parametrize(
    ("name", "count"), [("resnet50", 53), ("mobilenet_v2", 52), ("shufflenet_v2", 56)]
)
def test_every_normalisation_after_a_convolution_is_folded(name: str, count: int) -> None:
    found = folds_of(graph(name))
    assert len(found) == count
    for place, (norm, fold) in found.items():
        conv = graph(name).nodes[place]
        assert conv.op == "Conv"
        assert norm.inputs[0] == conv.outputs[0]
        assert fold.reads == (conv.inputs[1], norm.inputs[2])


def test_nothing_is_folded_where_nothing_is_normalised() -> None:
    assert not folds_of(graph("vgg16"))


@pytest.mark.parametrize("bias", [None, "bias"])
def test_the_folded_product_is_that_of_both(bias: str | None) -> None:
    random = np.random.default_rng(0)
    sides = {"weight": (4, 3), "bias": (4,)}
    names = ["weight", "scale", "shift", "mean", "variance", *([bias] if bias else [])]
    made = {name: random.uniform(0.5, 1.5, sides.get(name, (4,))) for name in names}
    fold = Fold("weight", bias, ("scale", "shift", "mean", "variance"), 1e-5)
    after = dict(
        zip(names, folded([fold], names, [made[n].view(Array) for n in names]), strict=True)
    )
    x = random.standard_normal(3)
    y = made["weight"] @ x + (made[bias] if bias else 0)
    wanted = (y - made["mean"]) / np.sqrt(made["variance"] + 1e-5) * made["scale"] + made["shift"]
    np.testing.assert_allclose(after["weight"] @ x + after["shift"], wanted)
    assert [name for name in names if after[name] is None] == [
        name for name in names if name not in ("weight", "shift")
    ]
