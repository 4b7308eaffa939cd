"""Networks drawn at random are read from their files with the very same layers."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Literal

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.layers import Layer, read_model
from py.sweep.population.drawing import Drawing, Tensor
from py.sweep.population.layers import alike
from py.sweep.population.network import Network
from py.sweep.population.onnx_file import as_onnx

Step = Callable[[Drawing, st.DataObject, list[Tensor]], Tensor]


def compared(layer: Layer) -> tuple[object, ...]:
    return alike(layer), layer.window, layer.ofmap_shape


def maps(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    """One of the tensors that are feature maps; the input is."""
    return data.draw(st.sampled_from([tensor for tensor in tensors if len(tensor.shape) == 4]))


def convolved(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    x = maps(drawing, data, tensors)
    channels = x.shape[1]
    groups = data.draw(st.sampled_from([1, channels]))
    return drawing.conv(
        x,
        channels * data.draw(st.integers(1, 2)) if channels < 32 else channels,
        data.draw(st.sampled_from([1, 3])),
        stride=data.draw(st.sampled_from([1, 2])),
        padding=1,
        groups=groups,
        bias=data.draw(st.booleans()),
    )


def pooled(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    of: Literal["avg", "max"] = data.draw(st.sampled_from(["avg", "max"]))
    x = maps(drawing, data, tensors)
    if data.draw(st.integers(0, 5)) == 0:
        return drawing.global_pool(x, of=of)
    return drawing.pool(x, 2, of=of, stride=data.draw(st.sampled_from([1, 2])), padding=1)


def combined(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    first = data.draw(st.sampled_from(tensors))
    likes = [tensor for tensor in tensors if tensor.shape == first.shape]
    other = data.draw(st.sampled_from(likes))
    if first != other and data.draw(st.booleans()):
        return drawing.concat([first, other], axis=1)
    return drawing.elementwise(data.draw(st.sampled_from(["Add", "Sub"])), first, other)


def unary(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    x = data.draw(st.sampled_from(tensors))
    which = data.draw(st.sampled_from(["Relu", "HardSwish", "zeros", "norm", "Dropout", "Softmax"]))
    if which == "zeros":
        return drawing.zeros(x)
    if which == "norm":
        return drawing.norm(x)
    if which == "Softmax":
        return drawing.norm(x, which)
    return drawing.view(x, which) if which == "Dropout" else drawing.activation(x, which)


def flat(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    return drawing.view(maps(drawing, data, tensors))


def product(drawing: Drawing, data: st.DataObject, tensors: list[Tensor]) -> Tensor:
    rows = [tensor for tensor in tensors if len(tensor.shape) == 2]
    x = data.draw(st.sampled_from(rows)) if rows else flat(drawing, data, tensors)
    operator: Literal["Gemm", "MatMul"] = data.draw(st.sampled_from(["Gemm", "MatMul"]))
    return drawing.dense(x, data.draw(st.integers(1, 20)), operator=operator)


STEPS: list[Step] = [convolved, convolved, pooled, combined, unary, unary, unary, flat, product]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_drawing_is_read_from_its_file_as_the_same_layers(data: st.DataObject) -> None:
    drawing = Drawing()
    tensors = [drawing.input(data.draw(st.integers(1, 2)), 4, 9, 8)]
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(STEPS))
        # Mostly what came last, as in networks, so that something is folded.
        near = tensors[-1:] if step is unary and data.draw(st.integers(0, 3)) else tensors
        tensors.append(step(drawing, data, near))
    outputs = data.draw(st.lists(st.sampled_from(tensors[1:]), min_size=1, max_size=2, unique=True))
    file = as_onnx(drawing, *outputs)
    onnx.checker.check_model(onnx.load_from_string(file), full_check=True)
    model = read_model(io.BytesIO(file), "drawn.onnx")
    layers = drawing.layers(*outputs)
    assert not model.not_modelled
    assert [compared(layer) for layer in model.layers] == [compared(layer) for layer in layers]
    shapes = {output.name: output.shape for node in model.nodes for output in node.outputs}
    assert all(shapes[f"t{tensor.place}"] == tensor.shape for tensor in outputs)


def test_an_activation_is_folded_only_where_nobody_else_reads() -> None:
    alone, shared = Drawing(), Drawing()
    y = alone.activation(alone.conv(alone.input(1, 3, 8, 8), 4, 3))
    assert [layer.op_types for layer in alone.layers(y)] == [("Conv", "Relu")]
    c = shared.conv(shared.input(1, 3, 8, 8), 4, 3)
    y = shared.add(c, shared.activation(c))
    found = [layer.op_types for layer in shared.layers(y)]
    assert found == [("Conv",), ("Relu",), ("Add",)]


def test_a_result_is_read_from_outside() -> None:
    drawing = Drawing()
    c = drawing.conv(drawing.input(1, 3, 8, 8), 4, 3)
    y = drawing.activation(c)
    assert len(drawing.layers(y)) == 1
    assert len(drawing.layers(c, y)) == 2


def test_a_tensor_twice_is_refused() -> None:
    drawing = Drawing()
    x = drawing.input(1, 4, 4)
    with pytest.raises(ValueError, match="twice"):
        drawing.concat([x, x])
    with pytest.raises(ValueError, match="twice"):
        drawing.matmul(x, x)
    with pytest.raises(ValueError, match="twice"):
        drawing.elementwise("Sum", x, x, drawing.activation(x))


def test_a_file_is_in_single_precision() -> None:
    drawing = Drawing("float16")
    y = drawing.activation(drawing.input(1, 4))
    assert drawing.layers(y)[0].activation_dtype == "float16"
    with pytest.raises(ValueError, match="float32"):
        as_onnx(drawing, y)


def block(drawing: Drawing, x: Tensor, *, shortcut: bool) -> Tensor:
    """Two convolutions with the ReLU in front, which a layer of the block before may take in."""
    y = x
    for _ in range(2):
        y = drawing.norm(drawing.conv(drawing.activation(y), 4, 3, padding=1))
    return drawing.add(y, x) if shortcut else y


@pytest.mark.parametrize("shortcut", [True, False])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_one_block_stands_for_those_in_the_middle(shortcut: bool, times: int) -> None:
    every, some = Drawing(), Drawing()
    x = every.conv(every.input(1, 3, 8, 8), 4, 3, padding=1)
    for _ in range(times + 2):
        x = block(every, x, shortcut=shortcut)
    expected = Network.of(every.layers(every.activation(x)))
    y = block(some, some.conv(some.input(1, 3, 8, 8), 4, 3, padding=1), shortcut=shortcut)
    with some.repeated(times):
        y = block(some, y, shortcut=shortcut)
    y = block(some, y, shortcut=shortcut)
    found = some.network(some.activation(y))
    assert counts(found) == counts(expected)
    assert len(found.layers) < len(expected.layers) or times == 1


def counts(network: Network) -> Counter[Layer]:
    found: Counter[Layer] = Counter()
    for layer, times in network.layers:
        found[layer] += times
    return found


def test_a_block_without_a_layer_of_its_own_is_refused() -> None:
    for read_on in (True, False):
        drawing = Drawing()
        x = drawing.conv(drawing.input(1, 3, 8, 8), 4, 3)
        with drawing.repeated(3):
            x = drawing.activation(x)
        y = drawing.conv(x, 4, 3) if read_on else x
        with pytest.raises(ValueError, match="a layer of its own"):
            drawing.network(y)


def test_blocks_are_repeated_once_or_more_and_drawn_in_files() -> None:
    drawing = Drawing()
    x = drawing.input(1, 4)
    with pytest.raises(ValueError, match="once or more"), drawing.repeated(0):
        pass
    with drawing.repeated(2):
        y = drawing.dense(x, 4)
        with pytest.raises(ValueError, match="within another"), drawing.repeated(2):
            pass
    with pytest.raises(ValueError, match="repeated"):
        as_onnx(drawing, y)
