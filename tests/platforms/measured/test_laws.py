"""What holds for every layer on every shipped profile: positive, growing with the work, marked."""

import io
import json
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from py.layers import Choices, read_model
from py.layers.layer import Layer
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.load import PUBLIC, load_platform, shipped_platforms
from py.platforms.measured.answer import Answer
from py.platforms.measured.engine import Measured
from py.platforms.measured.features import features_of
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.workload import Workload
from tests.models import serialised, weights
from tests.platforms.measured.made_up import profile
from tests.platforms.measured.oracle import Sizes
from tests.platforms.measured.test_against_oracle import layers, row_of

SHIPPED = shipped_platforms("measured")
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
IMAGES = (32, 48, 64, 96, 128, 192, 224, 256, 384, 512, 768, 1024)
MADE_UP = "made-up"


def platform(name: str) -> Measured:
    found = profile() if name == MADE_UP else load_platform(name)
    assert isinstance(found, Measured)
    return found


def answers(device: Measured, shapes: Sequence[Sizes]) -> list[Answer]:
    return [device.answer(workload_of_row(row_of(one))) for one in shapes]


def grows(device: Measured, shapes: Sequence[Sizes]) -> None:
    """Check that time and energy are above zero and never fall along a list of layers."""
    found = [one.estimate() for one in answers(device, shapes)]
    times = [one.time_s for one in found]
    assert min(times) > 0
    assert times == sorted(times), shapes[0]
    energies = [one.energy_j for one in found]
    if None not in energies:
        known = [energy for energy in energies if energy is not None]
        assert min(known) > 0
        assert known == sorted(known), shapes[0]


convolutions = st.builds(
    lambda cin, cout, side, kernel, stride, pad: Sizes(
        *("conv", 1, cin, cout, kernel + side, kernel + side, kernel, kernel, stride, kernel // pad)
    ),
    st.sampled_from([1, 3, 7, 16, 32, 64, 100, 256, 512, 2048]),
    st.sampled_from([1, 10, 16, 32, 63, 64, 128, 192, 512, 2048]),
    st.sampled_from([0, 3, 6, 13, 27, 55, 111, 223]),
    st.sampled_from([1, 3, 5, 7, 11]),
    st.integers(1, 4),
    st.sampled_from([2, 99]),
)


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=25)
@given(one=convolutions)
def test_convolutions_grow_with_batch_and_image(name: str, one: Sizes) -> None:
    device = platform(name)
    grows(device, [one._replace(batch=batch) for batch in BATCHES])
    grows(device, [one._replace(h=side, w=side, batch=4) for side in IMAGES])


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=15)
@given(
    channels=st.sampled_from([1, 3, 16, 31, 64, 512, 2048]),
    window=st.sampled_from([(2, 2), (3, 2), (3, 1), (7, 7), (5, 3)]),
)
def test_poolings_grow_with_batch_and_image(
    name: str, channels: int, window: tuple[int, int]
) -> None:
    device, (kernel, stride) = platform(name), window
    one = Sizes("pool", 1, channels, 1, 56, 56, kernel, kernel, stride)
    grows(device, [one._replace(batch=batch) for batch in BATCHES])
    grows(device, [one._replace(h=side, w=side, batch=4) for side in IMAGES])


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=25)
@given(
    inputs=st.sampled_from([1, 10, 64, 100, 511, 512, 1000, 4096, 25088]),
    outputs=st.sampled_from([1, 10, 64, 100, 511, 1000, 4096, 21841]),
)
def test_products_grow_with_rows_inputs_and_outputs(name: str, inputs: int, outputs: int) -> None:
    device = platform(name)
    grows(device, [Sizes("fc", batch, inputs, outputs) for batch in BATCHES])


@pytest.mark.parametrize("name", [MADE_UP, *SHIPPED])
@settings(max_examples=40)
@given(one=layers())
def test_no_time_or_energy_is_not_positive_and_ends_are_in_order(name: str, one: Sizes) -> None:
    found = platform(name).answer(workload_of_row(row_of(one))).estimate()
    assert 0 < found.time_s < math.inf
    assert found.power_w is None or 0 < found.power_w < math.inf
    for low, high in found.interval.ranges.values() if found.interval is not None else ():
        assert 0 <= low <= high < math.inf
    assert found.in_range in (True, False)


@pytest.mark.parametrize("name", [MADE_UP, *SHIPPED])
@settings(max_examples=40)
@given(one=layers())
def test_in_range_is_inside_of_every_range(name: str, one: Sizes) -> None:
    device = platform(name)
    work = workload_of_row(row_of(one))
    model = device.profile.models.get((work.kind, work.dtype))
    found, known = device.answer(work), features_of(work)
    if model is None or any(known[each] != value for each, value in model.fixed.items()):
        assert not found.in_range
        return
    inside = all(ends.least <= known[each] <= ends.most for each, ends in model.ranges.items())
    assert found.in_range == inside


def relative_width(device: Measured, one: Sizes) -> float:
    found = device.answer(workload_of_row(row_of(one))).estimate()
    assert found.interval is not None
    ends = found.interval.of("time_s")
    assert ends is not None
    return ends[1] / ends[0]


def test_intervals_widen_out_of_range() -> None:
    """The made-up profile has one band from a tenth of a second on."""
    widths = [
        relative_width(profile(), Sizes("conv", 64, 256, 256 * times, 128, 128, 3, 3, 1, 1))
        for times in (1, 2, 4, 8)
    ]
    assert widths == sorted(set(widths))
    assert widths[1] / widths[0] == pytest.approx(2 ** (2 * 0.5))


ROWS = (
    Sizes("conv", 4, 8, 16, 14, 14, 3, 3, 1, 1),
    Sizes("conv", 2, 3, 64, 31, 57, 7, 5, 2, 2),
    Sizes("conv", 1, 16, 32, 9, 9, 1, 1, 3, 0),
    Sizes("conv", 3, 8, 16, 12, 12, 3, 3, 2, 1, 4),
    Sizes("conv", 3, 8, 8, 12, 12, 5, 5, 1, 2, 8),
    Sizes("fc", 7, 33, 100),
    Sizes("fc", 1, 4096, 1000),
    Sizes("pool", 4, 8, 1, 14, 14, 2, 2, 2),
    Sizes("pool", 2, 5, 1, 13, 13, 3, 3, 2, 1),
)


def layer_of(one: Sizes) -> Layer:
    """Return the layer of a model of one node."""
    shape: tuple[int, ...] = (one.batch, one.cin)
    out: tuple[int, ...] = (one.batch, one.cout)
    if one.op == "fc":
        node = helper.make_node("Gemm", ["x", "w"], ["y"], "n", transB=1)
        extra = [weights("w", one.cout, one.cin)]
    else:
        window: dict[str, Any] = {
            "kernel_shape": [one.kh, one.kw],
            "strides": [one.stride] * 2,
            "pads": [one.pad] * 4,
        }
        sides = ((one.h, one.kh), (one.w, one.kw))
        places = ((side + 2 * one.pad - size) // one.stride + 1 for side, size in sides)
        shape = (*shape, one.h, one.w)
        if one.op == "pool":
            node, extra = helper.make_node("MaxPool", ["x"], ["y"], "n", **window), []
            out = (one.batch, one.cin, *places)
        else:
            node = helper.make_node("Conv", ["x", "w"], ["y"], "n", **window, group=one.groups)
            extra = [weights("w", one.cout, one.cin // one.groups, one.kh, one.kw)]
            out = (*out, *places)
    data = serialised([node], {"x": shape}, {"y": out}, extra)
    (layer,) = read_model(io.BytesIO(data), "n.onnx", Choices()).layers
    return layer


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_a_layer_and_a_row_are_the_same_workload(one: Sizes) -> None:
    from_layer, from_row = workload_of(layer_of(one)), workload_of_row(row_of(one))
    assert from_layer is not None
    assert features_of(from_layer) == features_of(from_row)
    assert from_layer == from_row


def test_an_oblong_pool_has_the_sides_of_its_areas() -> None:
    """A layer keeps how large the maps of a pool are, not how wide."""
    one = Sizes("pool", 2, 5, 1, 16, 8, 3, 3, 1)
    work = workload_of(layer_of(one))
    assert work is not None
    found, expected = features_of(work), features_of(workload_of_row(row_of(one)))
    for name in set(expected) - {"h", "w", "oh", "ow"}:
        assert found[name] == expected[name], name


def test_padding_same_is_where_the_window_s_odd_zero_goes() -> None:
    """TensorFlow pads 224 by 7 with a stride of 2 with two rows before and three after."""
    row = Row("conv", 1, 3, 224, 224, 64, 7, 7, 2, "same")
    found = workload_of_row(row)
    assert (found.oh, found.pad, found.uneven_pad) == (112, 2, True)


def test_nothing_but_a_workload_is_asked() -> None:
    """The same answer for the same workload, whatever order they are asked in."""
    works = [workload_of_row(row_of(one)) for one in ROWS]
    first, again = profile(), profile()
    forward = [said(first, work) for work in works]
    assert forward == [said(again, work) for work in works[::-1]][::-1]


def said(device: Measured, work: Workload) -> str:
    estimate = device.answer(work).estimate()
    return json.dumps([estimate.time_s, estimate.power_w, estimate.terms_as_json()])


def test_profiles_are_where_they_are_looked_for() -> None:
    assert (PUBLIC / "profiles").is_dir()
    assert SHIPPED
