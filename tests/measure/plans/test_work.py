"""A profile is fitted to the columns of rows and applied to layers of models: both must mean one.

Each shape is made the ONNX model that a runner runs, which is read back by the engine.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.layers.works.elementwise import ACTIVATIONS
from py.measure.capture.counted import counted_cells
from py.measure.plans.networks import NETWORKS, network_path
from py.measure.plans.of_network import shapes_of_network
from py.measure.plans.sampled import FAMILIES
from py.measure.plans.shape import Shape
from py.measure.plans.work import elements_of, macs_of, workload_of_shape
from py.measure.table.row import NamedPad
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.of_layer import workload_of
from tests.measure.made_rows import rows_of
from tests.measure.plans.alone import layers_alone

COUNTS = ("macs", "ops", "ifmap_elements", "weight_elements", "ofmap_elements")
IN_PARTS = ("attention", "recurrent")
"""Families whose operator the engine takes for two layers, one after the other."""
INDICES = st.integers(1, 50_000)


@given(
    st.sampled_from([family for family in FAMILIES if family not in IN_PARTS]),
    INDICES,
    st.sampled_from(["fp32", "fp16", "fp64"]),
)
@settings(max_examples=300)
def test_the_columns_of_a_sampled_shape_mean_its_layer(family: str, index: int, dtype: str) -> None:
    shape = replace(FAMILIES[family](index), dtype=dtype)
    (layer,) = layers_alone(shape)
    assert workload_of_shape(shape) == workload_of(layer)


@given(INDICES)
def test_the_parts_of_attention_make_its_row(index: int) -> None:
    """The bytes differ: the scores, that pass from one part to the other, are in none of a row's
    tensors, as an attention in one kernel has it."""
    shape = FAMILIES["attention"](index)
    row = workload_of_shape(shape)
    scores, values = (workload_of(layer) for layer in layers_alone(shape))
    assert scores is not None
    assert values is not None
    assert (scores.kind, values.kind) == (row.kind, row.kind)
    assert scores.macs + values.macs == row.macs
    assert scores.ops + values.ops == row.ops
    passed = scores.ofmap_elements
    assert scores.ifmap_elements + values.ifmap_elements - passed == row.ifmap_elements
    assert values.ofmap_elements == row.ofmap_elements


@given(INDICES, st.sampled_from([1, 3, 4]))
def test_the_parts_of_a_recurrent_layer_make_its_row(index: int, gates: int) -> None:
    """The first part is of all steps, the second is one step and runs for each; the row is both."""
    shape = replace(FAMILIES["recurrent"](index), groups=gates)
    row = workload_of_shape(shape)
    layers = layers_alone(shape)
    works = [workload_of(layer) for layer in layers]
    first, step = works
    assert first is not None
    assert step is not None
    steps = layers[1].runs
    assert steps == shape.h
    assert first.macs + steps * step.macs == row.macs
    assert first.ops + steps * step.ops == row.ops
    assert first.weight_elements + step.weight_elements == row.weight_elements
    assert first.ifmap_elements == row.ifmap_elements
    states = {4: 2, 3: 1, 1: 1}[gates]
    assert steps * step.ofmap_elements == states * row.ofmap_elements


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("batch", [1, 4])
def test_the_columns_of_a_network_s_layers_mean_these_layers(name: str, batch: int) -> None:
    """Save for the operations of an elementwise layer with its activation: a ResNet's sum and the
    rectifier after it are one layer of the model, and the row is the sum alone."""
    found = shapes_of_network(network_path(name), batch)
    assert found
    for shape, work in set(found):
        counted = workload_of_shape(shape)
        if counted.kind == "elementwise" and work.ops != counted.ops:
            assert shape.variant == "Add"
            assert work.ops == counted.ops * (1 + ACTIVATIONS["Relu"])
            work = replace(work, ops=counted.ops)
        assert counted == work, shape
        layers = [layer for layer in layers_alone(shape) if not layer.in_place]
        assert [workload_of(layer) for layer in layers] == [counted], shape


@given(st.sampled_from(sorted(FAMILIES)), INDICES)
def test_a_row_of_a_capture_is_read_as_what_was_planned(family: str, index: int) -> None:
    """With the counted columns, as a capture has them; and where nothing but sizes is there."""
    shape = FAMILIES[family](index)
    counted = counted_cells(shape)
    work = workload_of_shape(shape)
    assert [counted[name] for name in COUNTS] == [str(getattr(work, name)) for name in COUNTS]
    (row,) = rows_of([{**shape.cells, **counted, "runtime_ms": "1"}])
    assert workload_of_row(row) == work


@pytest.mark.parametrize(
    ("variant", "ops", "constants"),
    [
        ("LayerNormalization", 7, 2 * 6),
        ("BatchNormalization", 2, 4 * 3),
        ("InstanceNormalization", 7, 2 * 3),
    ],
)
def test_normalisations_have_their_constants(variant: str, ops: int, constants: int) -> None:
    shape = Shape("norm", 2, cin=3, h=5, w=6, variant=variant)
    work = workload_of_shape(shape)
    assert (work.ops, work.weight_elements) == (ops * 2 * 3 * 5 * 6, constants)
    (layer,) = layers_alone(shape)
    assert workload_of(layer) == work


@pytest.mark.parametrize(("variant", "ops"), [("ReduceMean", 30 + 6), ("ReduceSum", 30)])
def test_a_mean_divides_each_result(variant: str, ops: int) -> None:
    shape = Shape("reduce", 2, cin=3, h=5, variant=variant)
    work = workload_of_shape(shape)
    assert (work.ops, work.ifmap_elements, work.ofmap_elements) == (ops, 30, 6)
    (layer,) = layers_alone(shape)
    assert workload_of(layer) == work


@pytest.mark.parametrize("variant", ["Add", "Mul", "Sub", "Div"])
def test_two_operands_are_read(variant: str) -> None:
    shape = Shape("elementwise", 2, cin=3, h=5, variant=variant)
    work = workload_of_shape(shape)
    assert (work.ops, work.ifmap_elements, work.ofmap_elements) == (30, 60, 30)
    (layer,) = layers_alone(shape)
    assert workload_of(layer) == work


@pytest.mark.parametrize("pad", [0, 1, 2, "same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("side", [7, 8])
@pytest.mark.parametrize("op", ["conv", "pool"])
def test_paddings_by_number_and_by_name(
    op: str, side: int, stride: int, pad: int | NamedPad
) -> None:
    """Zeros that no window reaches are in a row's padding and not in a layer's loops, so that only
    in these is a side padded unevenly."""
    sizes = {"h": side, "w": side + 1, "kh": 5, "kw": 4, "stride": stride}
    if op == "conv":
        sizes |= {"cout": 8, "groups": 1}
    shape = Shape(op, 2, cin=4, pad=pad, variant=None if op == "conv" else "max", **sizes)  # type: ignore[arg-type]
    (layer,) = layers_alone(shape)
    counted, work = workload_of_shape(shape), workload_of(layer)
    assert work is not None
    if op == "pool":  # a layer knows the area of a pool's maps, not their sides
        assert counted.h * counted.w == work.h * work.w
        assert counted.oh * counted.ow == work.oh * work.ow
        sides = {name: getattr(work, name) for name in ("h", "w", "oh", "ow")}
        counted = replace(counted, **sides)
    assert replace(counted, uneven_pad=False) == replace(work, uneven_pad=False)


def test_what_makes_no_layer_has_no_macs_and_no_bound() -> None:
    shape = Shape("conv", 1, cin=3, h=2, w=2, cout=4, kh=5, kw=5, stride=1, pad=0)
    assert macs_of(shape) is None
    assert elements_of(shape) > 1 << 60
    assert set(counted_cells(shape).values()) == {""}
    assert set(counted_cells(Shape("network", 1, network="alexnet")).values()) == {""}
