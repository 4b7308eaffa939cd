"""What a measured row computes, by hand, and as the same layer of a model has it."""

import io
from collections.abc import Sequence
from dataclasses import replace

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from py.errors import JoulegraphError
from py.layers import Layer, read_model
from py.measure.table.row import NamedPad, Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.of_layer import workload_of
from tests.models import _weights, serialised

CONV = {"batch": 2, "cin": 3, "h": 10, "w": 8, "cout": 4, "kh": 3, "kw": 2, "stride": 2}


def conv(pad: int | NamedPad | None = 1, **changed: object) -> Row:
    return Row("conv", pad=pad, **{**CONV, **changed})  # type: ignore[arg-type]


def test_a_convolution_by_hand() -> None:
    work = workload_of_row(conv(dtype="fp16"))
    assert (work.kind, work.batch, work.cin, work.cout) == ("conv", 2, 3, 4)
    assert (work.oh, work.ow) == (5, 5)  # (10 + 2 - 3) // 2 + 1, (8 + 2 - 2) // 2 + 1
    assert work.ifmap_elements == 2 * 3 * 10 * 8
    assert work.ofmap_elements == 2 * 4 * 5 * 5
    assert work.weight_elements == 4 * 3 * 3 * 2
    assert work.macs == 2 * 4 * 5 * 5 * 3 * 3 * 2
    assert (work.stride, work.pad, work.uneven_pad) == (2, 1, False)
    assert (work.weight_bits, work.activation_bits) == (16, 16)


@pytest.mark.parametrize(
    ("groups", "cin", "cout", "kind"),
    [(1, 6, 6, "conv"), (None, 6, 6, "conv"), (2, 6, 6, "grouped"), (6, 6, 12, "depthwise")],
)
def test_a_row_has_the_channels_of_all_groups(
    groups: int | None, cin: int, cout: int, kind: str
) -> None:
    work = workload_of_row(conv(groups=groups, cin=cin, cout=cout))
    assert work.kind == kind
    assert (work.cin, work.cout) == (cin // (groups or 1), cout // (groups or 1))
    assert work.ifmap_elements == 2 * cin * 10 * 8
    assert work.weight_elements == cout * work.cin * 3 * 2


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "outputs", "pad", "uneven"),
    [
        (10, 3, 1, 10, 1, False),
        (10, 3, 2, 5, 0, True),
        (9, 4, 4, 3, 1, True),
        (8, 2, 4, 2, 0, False),
    ],
)
def test_same_has_as_many_outputs_as_strides_begin(
    size: int, kernel: int, stride: int, outputs: int, pad: int, uneven: bool
) -> None:
    work = workload_of_row(conv("same", h=size, w=size, kh=kernel, kw=kernel, stride=stride))
    assert work.oh == work.ow == outputs
    assert (work.pad, work.uneven_pad) == (pad, uneven)


def test_valid_is_no_padding() -> None:
    assert workload_of_row(conv("valid")) == workload_of_row(conv(0))


def test_a_product_has_rows_inputs_and_outputs() -> None:
    work = workload_of_row(Row("fc", batch=5, cin=7, cout=3))
    assert (work.kind, work.batch, work.cin, work.cout) == ("dense", 5, 7, 3)
    assert work.macs == 105
    assert (work.ifmap_elements, work.weight_elements, work.ofmap_elements) == (35, 21, 15)
    assert workload_of_row(Row("matmul", batch=5, cin=7, cout=3)).kind == "matmul"


def test_pooling_reads_windows_and_has_no_weights() -> None:
    work = workload_of_row(Row("pool", batch=2, cin=3, h=9, w=9, kh=3, kw=3, stride=3, pad=0))
    assert (work.kind, work.cin, work.ofmap_elements) == ("pool", 3, 54)
    assert work.ops == 54 * 9
    assert (work.macs, work.weight_elements) == (0, 0)


def test_what_is_left_out_is_square_and_goes_on_by_one() -> None:
    full = conv(1, h=10, w=10, kh=3, kw=3, stride=1)
    assert workload_of_row(conv(1, h=10, w=None, kh=3, kw=None, stride=None)) == workload_of_row(
        full
    )
    pool = Row("pool", batch=2, cin=3, h=9, kh=3, stride=3)
    assert workload_of_row(pool).ofmap_elements == 54


def test_layers_that_are_timed_by_their_counts() -> None:
    work = workload_of_row(Row("softmax", batch=2, cin=3, h=4))
    assert (work.kind, work.ifmap_elements, work.ofmap_elements, work.macs) == (
        "softmax",
        24,
        24,
        0,
    )
    work = workload_of_row(Row("attention", batch=2, groups=3, h=5, w=7, cin=11, cout=13))
    assert work.macs == 2 * 3 * 5 * 7 * (11 + 13)
    assert work.ifmap_elements == 2 * 3 * (5 * 11 + 7 * 11 + 7 * 13)
    assert work.ofmap_elements == 2 * 3 * 5 * 13
    work = workload_of_row(Row("recurrent", batch=2, h=5, cin=3, cout=4, groups=3))
    assert (work.weight_elements, work.macs) == (3 * 4 * 7, 2 * 5 * 3 * 4 * 7)


def test_a_row_may_state_the_clock() -> None:
    row = Row("fc", batch=1, cin=1, cout=1, others={"clock_mhz": "1410"})
    assert workload_of_row(row).clock_hz == 1.41e9
    with pytest.raises(JoulegraphError, match="a clock in MHz"):
        workload_of_row(Row("fc", batch=1, cin=1, cout=1, others={"clock_mhz": "fast"}))


@pytest.mark.parametrize("missing", ["batch", "cin", "h", "kh", "cout"])
def test_a_row_without_a_size_is_refused_by_its_line(missing: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        workload_of_row(conv(**{missing: None}, line=7, file="t.csv"))
    assert caught.value.code == "row-incomplete"
    assert caught.value.message.startswith("Line 7 of t.csv (conv)")
    assert f"'{missing}'" in caught.value.message


def test_what_makes_no_layer_is_refused() -> None:
    for row, said in (
        (conv(0, kh=11), "a window that fits its input, got 11 on 10 with padding 0"),
        (conv(None), "a padding, got none"),
        (conv(groups=2), "channels that divide into 2 groups, got 3 and 4"),
        (conv(dtype="fp99"), "a dtype among fp64, fp32"),
        (Row("network", batch=1), "an op of a layer, got 'network'"),
    ):
        with pytest.raises(JoulegraphError) as caught:
            workload_of_row(row)
        assert said in caught.value.message


@given(
    st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 9), st.integers(1, 9),
    st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2),
)  # fmt: skip
def test_a_row_and_the_layer_of_a_model_are_the_same_work(
    batch: int, cin: int, cout: int, h: int, w: int,
    kh: int, kw: int, stride: int, pad: int, groups: int,
) -> None:  # fmt: skip
    """A profile is fitted to rows and evaluated on layers: both must mean the same.

    Save for ``uneven_pad``: a layer's loops leave out zeros behind the last window, so that its two
    sides may differ where the file has them alike.
    """
    h, w = h + kh, w + kw
    shape = (cout * groups, cin, kh, kw)
    node = helper.make_node(
        "Conv", ["x", "k"], ["y"], "c", strides=[stride] * 2, pads=[pad] * 4, group=groups
    )
    (layer,) = model_layers(
        [node], {"x": (batch, cin * groups, h, w)}, [_weights("k", shape, onnx.TensorProto.FLOAT)]
    )
    row = Row(
        "conv",
        *(batch, cin * groups, h, w, cout * groups, kh, kw, stride, pad, groups),
        dtype="fp32",
    )
    found = workload_of(layer)
    assert found is not None
    assert workload_of_row(row) == replace(found, uneven_pad=False)


def test_a_pool_and_a_product_of_a_model_are_the_same_work() -> None:
    pool = helper.make_node("MaxPool", ["x"], ["y"], "p", kernel_shape=[3, 3], strides=[2, 2])
    (layer,) = model_layers([pool], {"x": (2, 4, 9, 9)}, [])
    row = Row("pool", batch=2, cin=4, h=9, w=9, kh=3, kw=3, stride=2, pad=0, dtype="fp32")
    assert workload_of_row(row) == workload_of(layer)
    gemm = helper.make_node("Gemm", ["x", "k"], ["y"], "g")
    (layer,) = model_layers([gemm], {"x": (5, 7)}, [_weights("k", (7, 3), onnx.TensorProto.FLOAT)])
    row = Row("fc", batch=5, cin=7, cout=3, dtype="fp32")
    assert workload_of_row(row) == workload_of(layer)


def model_layers(
    nodes: list[onnx.NodeProto],
    inputs: dict[str, Sequence[int | str]],
    weights: list[onnx.TensorProto],
) -> tuple[Layer, ...]:
    data = serialised(nodes, inputs, {"y": None}, weights)
    return read_model(io.BytesIO(data), "m.onnx").layers
