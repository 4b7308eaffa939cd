"""A shape's layer as the engine reads it: from the one-layer model that a runner would run."""

import io

import onnx

from py.graph import Choices, read_graph
from py.layers.extract import Extraction
from py.layers.layer import Bits, Layer
from py.measure.plans.shape import Shape
from py.measure.runners.one_layer import one_layer
from py.platforms.timed_platform import ELEMENT_BITS


def layers_alone(shape: Shape) -> tuple[Layer, ...]:
    """Return the layers of a shape's model, its weights as constants without values."""
    made = one_layer(shape)
    model = onnx.ModelProto()
    model.CopyFrom(made.model)
    inputs = [one for one in model.graph.input if one.name in made.inputs]
    types = {one.name: one.type.tensor_type.elem_type for one in model.graph.input}
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for name, sizes in made.weights.items():
        tensor = model.graph.initializer.add(
            name=name,
            data_type=types[name],
            dims=sizes,
            data_location=onnx.TensorProto.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="elsewhere")
    graph = read_graph(io.BytesIO(model.SerializeToString()), name="layer", choices=Choices())
    return tuple(_with_widths(layer) for layer in Extraction(graph).layers)


def _with_widths(layer: Layer) -> Layer:
    """Return the layer at its own dtypes, as ``py.breakdown.price`` has it priced."""
    widths = [
        None if dtype is None else ELEMENT_BITS[dtype]
        for dtype in (layer.weight_dtype, layer.activation_dtype)
    ]
    return layer.with_bits(Bits(*widths))
