"""The trained network as an ONNX file."""

from onnx import ModelProto, TensorProto, helper, numpy_helper

from py.samples.assembly import BATCH, IR_VERSION, OPSET
from py.samples.trained.digits import HELD_OUT, SOURCE
from py.samples.trained.network import Parameters
from py.samples.trained.training import EPOCHS, SEED

_WINDOW = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
_POOL = {"kernel_shape": [2, 2], "strides": [2, 2]}


def model_of(parameters: Parameters, accuracy: float) -> ModelProto:
    """Return the model; its metadata say on what it was trained and how well it does."""
    nodes = [
        helper.make_node(op, inputs, [name], name, **attributes)
        for op, name, inputs, attributes in (
            ("Conv", "conv1", ["image", "conv1/weight", "conv1/bias"], _WINDOW),
            ("Relu", "conv1/relu", ["conv1"], {}),
            ("MaxPool", "pool1", ["conv1/relu"], _POOL),
            ("Conv", "conv2", ["pool1", "conv2/weight", "conv2/bias"], _WINDOW),
            ("Relu", "conv2/relu", ["conv2"], {}),
            ("MaxPool", "pool2", ["conv2/relu"], _POOL),
            ("Flatten", "flatten", ["pool2"], {}),
            ("Gemm", "fc1", ["flatten", "fc1/weight", "fc1/bias"], {"transB": 1}),
            ("Relu", "fc1/relu", ["fc1"], {}),
            ("Gemm", "fc2", ["fc1/relu", "fc2/weight", "fc2/bias"], {"transB": 1}),
        )
    ]
    graph = helper.make_graph(
        nodes,
        "digits_cnn",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [BATCH, 1, 8, 8])],
        [helper.make_tensor_value_info("fc2", TensorProto.FLOAT, [BATCH, 10])],
        [numpy_helper.from_array(value, name) for name, value in parameters.items()],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="joulegraph samples",
    )
    model.doc_string = (
        f"A small network of handwritten digits: {100 * accuracy:.1f} % of {HELD_OUT} held-out "
        f"images told right. Trained on {SOURCE}."
    )
    facts = {
        "data": SOURCE,
        "accuracy": f"{accuracy:.4f} on {HELD_OUT} held-out images",
        "training": f"python -m py.samples.trained; seed {SEED}, {EPOCHS} epochs",
    }
    helper.set_model_props(model, facts)
    return model
