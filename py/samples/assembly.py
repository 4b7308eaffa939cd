"""An ONNX graph being put together: nodes in order, the numbers they need, and where it stands."""

from collections.abc import Sequence
from typing import Any, Self

from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from py.samples.place import Place
from py.samples.weightless import weight

OPSET = 13
IR_VERSION = 7
BATCH = "batch"


class Assembly:
    """What is below the vocabulary. ``image`` is the input, ``here`` what the next operator reads.

    An operator's node and its output share one name.
    """

    def __init__(self, name: str, image: Place) -> None:
        self.name = name
        self.image = self.here = image
        self._nodes: list[NodeProto] = []
        self._numbers: dict[str, TensorProto] = {}

    def at(self, place: Place) -> Self:
        """Go to ``place``; this is how branches begin."""
        self.here = place
        return self

    def model(self, doc: str) -> ModelProto:
        """Return the ONNX model that ends here; ``doc`` goes into the file."""
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [_value(self.image)],
            [_value(self.here)],
            initializer=list(self._numbers.values()),
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="joulegraph samples"
        )
        model.doc_string = doc
        return model

    def _weights(self, owner: str, **shapes: tuple[int, ...]) -> list[str]:
        """Append one weight per role of ``owner``, and return their names."""
        names = [f"{owner}/{role}" for role in shapes]
        self._nodes += map(weight, names, shapes.values())
        return names

    def _number(self, tensor: TensorProto) -> str:
        """Keep a small stored tensor, and return its name."""
        self._numbers[tensor.name] = tensor
        return str(tensor.name)

    def _append(self, operator: str, name: str, more: Sequence[str] = ()) -> Self:
        """Append an operator that keeps the shape."""
        return self._add(operator, name, [self.here.name, *more], self.here.shape)

    def _add(
        self, operator: str, name: str, inputs: list[str], shape: tuple[int, ...], **attributes: Any
    ) -> Self:
        """Append an operator and stand at its output, of ``shape`` per image."""
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return self.at(Place(name, shape))


def _value(place: Place) -> ValueInfoProto:
    return helper.make_tensor_value_info(place.name, TensorProto.FLOAT, [BATCH, *place.shape])
