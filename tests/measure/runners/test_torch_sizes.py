"""The tensors of layers, without torch: held to what the engine counts of the same shapes."""

import math

import pytest

from py.measure.plans.networks import NETWORKS, network_path
from py.measure.plans.of_network import shapes_of_network
from py.measure.plans.sampled import FAMILIES, sampled
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_memory import bytes_of_layer
from py.measure.runners.torch_sizes import sizes_of

COUNTED = ("conv", "fc", "matmul", "pool", "attention", "elementwise", "norm", "lrn", "softmax")


def samples() -> list[Shape]:
    return [
        shape
        for family in FAMILIES
        for shape in sampled(family, 40, most_macs=10**12, most_elements=10**9)
    ]


@pytest.mark.parametrize("shape", samples(), ids=lambda shape: shape.key)
def test_sizes_agree_with_what_the_engine_counts(shape: Shape) -> None:
    sizes, work = sizes_of(shape), workload_of_shape(shape)
    assert math.prod(sizes.output) == work.ofmap_elements
    if shape.op not in COUNTED:
        return
    assert sum(map(math.prod, sizes.inputs)) == work.ifmap_elements + (
        work.weight_elements if shape.op == "matmul" else 0
    )
    if shape.op in ("conv", "fc"):
        assert math.prod(sizes.weights[0]) == work.weight_elements
        assert sizes.fan_in * math.prod(sizes.output) == work.macs


@pytest.mark.parametrize("network", NETWORKS)
def test_every_layer_of_the_samples_has_sizes(network: str) -> None:
    for shape, work in shapes_of_network(network_path(network), 2):
        sizes = sizes_of(shape)
        assert math.prod(sizes.output) == work.ofmap_elements, shape


def test_padding_same_puts_the_odd_zeros_behind() -> None:
    shape = Shape("conv", 1, cin=3, h=224, w=225, cout=8, kh=3, kw=3, stride=2, pad="same")
    assert sizes_of(shape).zeros == (0, 1, 1, 1)
    assert sizes_of(shape).output == (1, 8, 112, 113)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Shape("einsum", 1), "no layer of the kind 'einsum'"),
        (Shape("conv", 1, cin=3, h=8, cout=4, kh=3), "without its padding"),
        (Shape("conv", 1, cin=3, h=8, cout=4, kh=3, pad=0, groups=2), "into 2 groups"),
        (Shape("pool", 1, cin=3, h=2, kh=3), "does not fit"),
        (Shape("fc", 1, cin=3), "needs its cout, got None"),
        (Shape("movement", 1, cin=1, h=4, w=4), "two halves"),
    ],
)
def test_what_makes_no_layer_is_refused(shape: Shape, said: str) -> None:
    with pytest.raises(NotRunnableError, match=said):
        sizes_of(shape)


def test_a_layer_needs_room_for_its_tensors_and_more_with_a_way_back() -> None:
    forward = Shape("fc", 256, cin=4096, cout=4096, variant="Relu")
    training = Shape("fc", 256, cin=4096, cout=4096, variant="Relu", direction="training")
    half = Shape("fc", 256, cin=4096, cout=4096, variant="Relu", dtype="bf16")
    tensors = 4 * sizes_of(forward).elements
    needed = [bytes_of_layer(one, sizes_of(one), 1000) for one in (forward, training, half)]
    assert tensors < needed[0] < needed[1]
    assert needed[2] == pytest.approx(needed[0] / 2)
