"""Matrix products and convolutions in all the forms that exporters and onnxruntime write."""

from math import prod
from typing import Any

import pytest

from py.layers.works import Work
from tests.layers.works.single_node import Shape, macs, works

MICROSOFT = "com.microsoft"
SCALE: dict[str, Shape] = {"s1": ()}


def only(
    op: str, inputs: dict[str, Shape], output: Shape, *stored: str, domain: str = "", **given: Any
) -> Work:
    (work,) = works(op, inputs, {"y": output}, stored=stored, domain=domain, **given)
    return work


def around(x: Shape, w: Shape, *, y: int = 2) -> dict[str, Shape]:
    """The inputs of a QLinear operator: each operand with its scale and zero point."""
    scales: dict[str, Shape] = {"ys": (), "yz": ()} if y else {}
    return {"x": x, "xs": (), "xz": (), "w": w, "ws": (), "wz": (), **scales}


CONV = {"x": (2, 6, 9, 8), "w": (10, 3, 3, 2)}
CONV_MACS = 2 * 10 * 7 * 7 * 3 * 3 * 2


@pytest.mark.parametrize(
    ("op", "domain", "inputs"),
    [
        ("Conv", "", CONV | {"b": (10,)}),
        ("ConvInteger", "", CONV | {"xz": (), "wz": ()}),
        ("QLinearConv", "", around(*CONV.values()) | {"b": (10,)}),
        ("QLinearConv", MICROSOFT, around(*CONV.values())),
        ("FusedConv", MICROSOFT, CONV | {"b": (10,), "z": (2, 10, 7, 7)}),
        ("DeformConv", "", CONV | {"o": (2, 12, 7, 7)}),
        ("Conv", "com.microsoft.nchwc", CONV),
    ],
)
def test_convolutions(op: str, domain: str, inputs: dict[str, Shape]) -> None:
    work = only(op, inputs, (2, 10, 7, 7), *("w", "b", "ws", "xz", "wz"), domain=domain, group=2)
    assert work.macs == CONV_MACS
    assert work.loops is not None
    assert work.loops.macs == CONV_MACS
    assert work.weight_elements == prod((10, 3, 3, 2))
    assert work.weights == (("w", "b") if "b" in inputs else ("w",))


@pytest.mark.parametrize(
    ("op", "domain", "given"),
    [
        ("NhwcConv", MICROSOFT, {}),
        ("NhwcFusedConv", MICROSOFT, {"activation": "Relu"}),
        ("Conv", "com.ms.internal.nhwc", {}),
    ],
)
def test_convolutions_with_the_channels_last(op: str, domain: str, given: dict[str, Any]) -> None:
    inputs: dict[str, Shape] = {"x": (2, 9, 8, 6), "w": (10, 3, 3, 2)}
    work = only(op, inputs, (2, 7, 7, 10), "w", domain=domain, group=2, **given)
    assert work.macs == CONV_MACS
    assert work.loops is not None
    assert (work.loops.h, work.loops.w, work.loops.p) == (9, 8, 7)
    assert work.ops == (2 * 7 * 7 * 10 if given else 0)


def test_a_quantised_convolution_with_the_channels_last_by_attribute() -> None:
    inputs = around((2, 9, 8, 6), (10, 3, 3, 2))
    given = {"group": 2, "channels_last": 1}
    assert only("QLinearConv", inputs, (2, 7, 7, 10), domain=MICROSOFT, **given).macs == CONV_MACS


def test_a_causal_convolution_has_a_filter_for_each_channel() -> None:
    inputs: dict[str, Shape] = {"x": (2, 6, 9), "w": (6, 1, 4), "b": (6,)}
    work = only("CausalConvWithState", inputs, (2, 6, 9), "w", "b")
    assert work.macs == 2 * 6 * 9 * 4
    assert work.loops is not None
    assert work.loops.macs == work.macs


A, B = (2, 5, 7), (7, 4)
PRODUCT_MACS = 2 * 5 * 7 * 4


@pytest.mark.parametrize(
    ("op", "domain", "inputs", "given"),
    [
        ("MatMul", "", {"x": A, "w": B}, {}),
        ("MatMulInteger", "", {"x": A, "w": B, "xz": (), "wz": (4,)}, {}),
        ("QLinearMatMul", "", around(A, B), {}),
        ("MatMulInteger16", MICROSOFT, {"x": A, "w": B}, {}),
        ("MatMulIntegerToFloat", MICROSOFT, {"x": A, "w": B, "xs": (), "ws": ()}, {}),
        ("DynamicQuantizeMatMul", MICROSOFT, {"x": A, "w": B, "ws": (), "wz": (), "b": (4,)}, {}),
        ("FusedMatMul", MICROSOFT, {"x": (2, 7, 5), "w": (4, 7)}, {"transA": 1, "transB": 1}),
        ("FusedMatMul", MICROSOFT, {"x": (5, 2, 7), "w": B}, {"transBatchA": 1}),
        ("MatMulNBits", MICROSOFT, {"x": A, "w": (4, 1, 8), "ws": (4, 1)}, {"K": 7, "N": 4}),
        ("MatMulBnb4", MICROSOFT, {"x": A, "w": (14,), "ws": (1,)}, {"K": 7, "N": 4}),
        ("MatMulFpQ4", MICROSOFT, {"x": A, "w": (99,), "shape": (2,)}, {}),
        ("QOrderedMatMul", MICROSOFT, {"x": A, "xs": (), "w": B, "ws": (), "ys": ()}, {}),
        ("GemmFastGelu", MICROSOFT, {"x": A, "w": B}, {}),
    ],
)
def test_products(op: str, domain: str, inputs: dict[str, Shape], given: dict[str, Any]) -> None:
    stored = ("w", "ws", "wz", "b", "shape")
    work = only(op, inputs, (2, 5, 4), *stored, domain=domain, dtypes={"w": "int8"}, **given)
    assert work.macs == PRODUCT_MACS
    assert work.loops is not None
    assert work.loops.macs == PRODUCT_MACS
    assert work.kind == "dense"
    assert work.weights[0] == "w"
    assert set(work.weights) <= {"w", "b"}


@pytest.mark.parametrize(
    ("op", "domain", "inputs"),
    [
        ("Gemm", "", {"x": (7, 5), "w": (4, 7), "b": (4,)}),
        ("FusedGemm", MICROSOFT, {"x": (7, 5), "w": (4, 7), "b": (4,)}),
        ("QGemm", MICROSOFT, around((7, 5), (4, 7), y=0) | {"b": (4,), "ys": (), "yz": ()}),
        ("GemmFloat8", MICROSOFT, {"x": (7, 5), "w": (4, 7), "b": (4,)}),
    ],
)
def test_transposed_products_with_a_bias(op: str, domain: str, inputs: dict[str, Shape]) -> None:
    work = only(op, inputs, (5, 4), "w", "b", domain=domain, transA=1, transB=1)
    assert work.macs == 5 * 7 * 4
    assert work.weights == ("w", "b")
    assert work.ops == 5 * 4 * (5 if op == "QGemm" else 1)


@pytest.mark.parametrize(("bits", "dtype"), [(2, "uint2"), (4, "uint4"), (8, "uint8")])
def test_packed_weights_are_as_many_and_as_wide_as_they_are(bits: int, dtype: str) -> None:
    packed = (48, 4, 32 * bits // 8)
    given = {"K": 128, "N": 48, "bits": bits, "block_size": 32}
    inputs: dict[str, Shape] = {"x": (3, 128), "w": packed, "s": (48, 4)}
    work = only("MatMulNBits", inputs, (3, 48), "w", "s", domain=MICROSOFT, **given)
    assert work.macs == 3 * 128 * 48
    assert (work.weight_dtype, work.weight_elements, work.unpacked) == (dtype, 128 * 48, 128 * 48)
    assert work.weights == ("w",)


def test_products_of_activations_are_groups() -> None:
    work = only("MatMul", {"a": (2, 1, 5, 7), "b": (3, 7, 4)}, (2, 3, 5, 4))
    assert work.loops is not None
    assert (work.kind, work.loops.g, work.loops.n) == ("matmul", 6, 5)
    assert work.weight_elements == 0


@pytest.mark.parametrize("gated", [False, True])
def test_experts_multiply_what_is_routed_to_them(gated: bool) -> None:
    third: dict[str, Shape] = {"w3": (8, 20, 12)} if gated else {}
    inputs: dict[str, Shape] = {"x": (2, 5, 12), "r": (10, 8), "w1": (8, 20, 12), "-1": None}
    inputs |= {"w2": (8, 12, 20), "-2": None, **third}
    stored = ("w1", "w2", "w3")
    parts = works("MoE", inputs, {"y": (2, 5, 12)}, stored=stored, domain=MICROSOFT, k=2)
    assert macs(parts) == 10 * 2 * 12 * 20 * (3 if gated else 2)
    assert {work.weight_elements for work in parts} == {8 * 12 * 20}


def test_quantised_experts_are_unpacked() -> None:
    inputs: dict[str, Shape] = {"x": (1, 12), "r": (1, 8), "w1": (8, 40, 6), "s1": (8, 40)}
    inputs |= {"-1": None, "w2": (8, 12, 10), "s2": (8, 12)}
    given: dict[str, Any] = {"k": 2, "expert_weight_bits": 4, "activation_type": "swiglu"}
    stored = ("w1", "w2", "s1", "s2")
    parts = works("QMoE", inputs, {"y": (1, 12)}, stored=stored, domain=MICROSOFT, **given)
    assert [work.unpacked for work in parts] == [8 * 40 * 12, 8 * 12 * 20]
    assert [work.weight_elements for work in parts] == [2 * 40 * 12, 2 * 12 * 20]


@pytest.mark.parametrize(
    ("op", "inputs", "output"),
    [
        ("Conv", {"x": (0, 3, 8, 8), "w": (4, 3, 3, 3)}, (0, 4, 6, 6)),
        ("MatMul", {"x": (2, 0, 7), "w": (7, 4)}, (2, 0, 4)),
        ("MatMul", {"x": (2, 3, 0), "w": (0, 4)}, (2, 3, 4)),
        ("Gemm", {"x": (0, 7), "w": (7, 4)}, (0, 4)),
        ("ConvTranspose", {"x": (1, 0, 8, 8), "w": (0, 4, 3, 3)}, (1, 4, 10, 10)),
    ],
)
def test_a_tensor_without_elements_takes_no_macs(
    op: str, inputs: dict[str, Shape], output: Shape
) -> None:
    work = only(op, inputs, output, "w")
    assert (work.macs, work.loops) == (0, None)


@pytest.mark.parametrize("op", ["Conv", "MatMul", "Gemm", "QLinearConv", "MatMulInteger"])
def test_an_unknown_shape_is_unknown(op: str) -> None:
    inputs: dict[str, Shape] = {"x": (None, 3, 8, 8), "w": (4, 3, 3, 3)}
    if op == "QLinearConv":
        inputs = around(*inputs.values())
    work = only(op, inputs, None, "w")
    assert (work.macs, work.loops, work.ofmap_elements) == (None, None, None)


def test_sizes_beyond_all_layers_have_no_loops() -> None:
    work = only("MatMul", {"x": (1 << 41, 2), "w": (2, 3)}, (1 << 41, 3), "w")
    assert (work.macs, work.loops) == (6 << 41, None)
