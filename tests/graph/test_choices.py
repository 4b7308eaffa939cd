"""What the user chooses for the inputs, and what is said of what nobody chose."""

from math import prod
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from py.errors import JoulegraphError
from py.graph import Choices, Graph
from tests.graph.single_operator import FLOAT, INT64, read_model_proto

Shape = list[int | str | None]


def net(*inputs: tuple[str, int, Shape], reshape: list[int] | None = None) -> onnx.ModelProto:
    """A Relu of the first input, put into another shape where one is given."""
    nodes = [helper.make_node("Relu", [inputs[0][0]], ["r"], name="relu")]
    initializers = []
    if reshape is not None:
        nodes.append(helper.make_node("Reshape", ["r", "to"], ["y"], name="view"))
        initializers.append(helper.make_tensor("to", TensorProto.INT64, [len(reshape)], reshape))
    output = onnx.ValueInfoProto(name=nodes[-1].output[0])
    infos = [helper.make_tensor_value_info(*given) for given in inputs]
    graph = helper.make_graph(nodes, "net", infos, [output], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def shape_of(graph: Graph, name: str) -> tuple[int | None, ...] | None:
    return graph.type_of(name).shape


def notes_of(graph: Graph) -> list[str]:
    return [note.code for note in graph.notes]


def code_of(model: onnx.ModelProto, choices: Choices) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        read_model_proto(model, choices)
    return caught.value


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (["batch", 3, "height", "width"], (1, 3, 224, 224)),
        ([None, None, None, None], (1, 3, 224, 224)),
        (["N", "H", "W", 3], (1, 224, 224, 3)),
        (["batch", "sequence"], (1, 128)),
        (["seq", "batch", 80], (128, 1, 80)),
        (["samples"], (16000,)),
        (["batch", 1, "audio_len"], (1, 1, 16000)),
        (["batch_size", "N"], (1, 128)),
        (["unk_1", 16000], (1, 16000)),
        ([-1, 3, 8, 8], (1, 3, 8, 8)),
        ([2, 3], (2, 3)),
        ([], ()),
    ],
)
def test_free_dimensions_get_stated_defaults(shape: Shape, expected: tuple[int, ...]) -> None:
    graph = read_model_proto(net(("x", FLOAT, shape)))
    assert shape_of(graph, "r") == expected
    free = sum(not isinstance(size, int) or size < 0 for size in shape)
    assert notes_of(graph).count("dimension-assumed") == free == len(graph.dims)


def test_a_waveform_stands_beside_its_sampling_rate_and_its_state_follows_the_batch() -> None:
    rate: tuple[str, int, Shape] = ("sr", INT64, [])
    state: tuple[str, int, Shape] = ("state", FLOAT, [2, None, 128])
    graph = read_model_proto(net(("input", FLOAT, [None, None]), state, rate))
    assert [given.type.shape for given in graph.inputs] == [(1, 16000), (2, 1, 128), ()]
    assert shape_of(read_model_proto(net(("texts", TensorProto.STRING, [None]))), "texts") == (1,)
    graph = read_model_proto(net(("audio_features", FLOAT, ["b", 80, "t"])))
    assert shape_of(graph, "r") == (1, 80, 128)


@pytest.mark.parametrize(
    ("shape", "reshape", "expected"),
    [
        ([None, 3, None, None], [1, 3, 48, 224], (1, 3, 48, 224)),
        (["b", 3, "h", "w"], [1, 3, 320, 320], (1, 3, 320, 320)),
        (["b", "samples"], [1, 512], (1, 512)),
        (["b", "t"], [1, 64], (1, 64)),
    ],
)
def test_sizes_in_common_use_are_tried_where_the_defaults_do_not_fit(
    shape: Shape, reshape: list[int], expected: tuple[int, ...]
) -> None:
    graph = read_model_proto(net(("x", FLOAT, shape), reshape=reshape))
    assert shape_of(graph, "r") == expected
    assert "default-fitted" in notes_of(graph)
    taken = {question.name: question.taken for question in graph.questions}
    assert list(taken.values()) == [
        size for size, said in zip(expected, shape, strict=True) if not isinstance(said, int)
    ]


def first_read(node: onnx.NodeProto, rank: int, weight: list[int] | None) -> Shape:
    """Return the default shape of an input with no size declared that one node reads."""
    weights = (
        [] if weight is None else [helper.make_tensor("w", FLOAT, weight, [1.0] * prod(weight))]
    )
    infos = [helper.make_tensor_value_info("x", FLOAT, [None] * rank)]
    outputs = [onnx.ValueInfoProto(name=name) for name in node.output]
    cast = helper.make_node("Identity", ["x"], ["same"])
    graph = helper.make_graph([cast, node], "net", infos, outputs, weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets)
    return list(read_model_proto(model).inputs[0].type.shape or ())


def classical(op: str, outputs: int, **attributes: Any) -> onnx.NodeProto:
    names = [f"y{place}" for place in range(outputs)]
    return helper.make_node(op, ["same"], names, domain="ai.onnx.ml", **attributes)


def test_what_the_first_operator_multiplies_says_how_many_features_there_are() -> None:
    def read(op: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(op, ["same", "w"], ["y"], **attributes)

    assert first_read(read("MatMul"), 2, [12, 5]) == [1, 12]
    assert first_read(read("Gemm", transB=1), 2, [5, 12]) == [1, 12]
    assert first_read(read("Conv", group=2), 4, [8, 2, 3, 3]) == [1, 4, 224, 224]
    assert first_read(read("Add"), 2, [1]) == [1, 128]
    scaler = classical("Scaler", 1, offset=[0.0] * 7, scale=[1.0] * 7)
    assert first_read(scaler, 2, None) == [1, 7]
    linear = classical(
        "LinearClassifier",
        2,
        coefficients=[1.0] * 12,
        intercepts=[0.0] * 3,
        classlabels_ints=[0, 1, 2],
    )
    assert first_read(linear, 2, None) == [1, 4]
    vectors = classical(
        "SVMRegressor", 1, support_vectors=[1.0] * 12, n_supports=2, coefficients=[1.0] * 2
    )
    assert first_read(vectors, 2, None) == [1, 6]


def test_a_size_that_an_exporter_froze_is_found_in_the_graphs_own_constants() -> None:
    graph = read_model_proto(net(("x", FLOAT, ["b", "t", 4]), reshape=[1, 9, 4]))
    assert shape_of(graph, "x") == (1, 9, 4)


def test_boxes_and_their_scores_are_equally_many() -> None:
    infos = [
        helper.make_tensor_value_info("boxes", FLOAT, [1, 6, 4]),
        helper.make_tensor_value_info("scores", FLOAT, [1, 2, "n"]),
    ]
    node = helper.make_node("NonMaxSuppression", ["boxes", "scores", "most"], ["y"])
    most = helper.make_tensor("most", INT64, [1], [5])
    graph = helper.make_graph([node], "net", infos, [onnx.ValueInfoProto(name="y")], [most])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    assert code_of(model, Choices()).code == "inconsistent-shapes"
    assert shape_of(read_model_proto(model, Choices(dims={"n": 6})), "y") == (10, 3)


def test_a_size_that_the_user_chose_is_not_replaced() -> None:
    model = net(("x", FLOAT, ["b", "t"]), reshape=[1, 64])
    assert code_of(model, Choices(dims={"t": 128})).code == "inconsistent-shapes"
    assert code_of(net(("x", FLOAT, [3, "t"]), reshape=[1, 61]), Choices()).code == (
        "inconsistent-shapes"
    )


def test_chosen_dimensions_leave_no_note() -> None:
    model = net(("x", FLOAT, ["b", 3, "h", None]))
    graph = read_model_proto(model, Choices(dims={"b": 2, "h": 5, "x[3]": 7}))
    assert shape_of(graph, "r") == (2, 3, 5, 7)
    assert graph.dims == {"b": 2, "h": 5, "x[3]": 7}
    assert not graph.notes


def test_one_name_is_one_size() -> None:
    model = net(("x", FLOAT, ["b", "t"]), ("mask", INT64, ["b", "t"]))
    graph = read_model_proto(model, Choices(inputs={"x": (4, 9)}))
    assert shape_of(graph, "mask") == (4, 9)
    error = code_of(model, Choices(inputs={"x": (4, 9), "mask": (4, 8)}))
    assert error.code == "conflicting-choices"


def test_names_that_mean_unknown_need_not_agree() -> None:
    graph = read_model_proto(net(("x", FLOAT, ["?", "?"])), Choices(inputs={"x": (4, 9)}))
    assert shape_of(graph, "r") == (4, 9)


def test_batch_sets_the_leading_dimension() -> None:
    free = net(("x", FLOAT, ["n", 3, 8, 8]), ("ids", INT64, ["n", 5]))
    graph = read_model_proto(free, Choices(batch=16))
    assert (shape_of(graph, "r"), shape_of(graph, "ids")) == ((16, 3, 8, 8), (16, 5))
    assert not graph.notes
    fixed = read_model_proto(net(("x", FLOAT, [1, 3, 8, 8]), reshape=[0, -1]), Choices(batch=16))
    assert shape_of(fixed, "y") == (16, 192)
    assert notes_of(fixed) == ["batch-changed"]


@pytest.mark.parametrize("target", [[1, 192], [1, -1], [1, 3, 64]])
def test_a_batch_that_the_graph_fixes_is_an_error_at_its_node(target: list[int]) -> None:
    model = net(("x", FLOAT, [1, 3, 8, 8]), reshape=target)
    assert shape_of(read_model_proto(model, Choices(batch=1)), "y") is not None
    error = code_of(model, Choices(batch=4))
    assert error.code == "batch-fixed"
    assert "'view' (Reshape)" in error.message


def test_a_model_without_a_batch_says_so() -> None:
    assert code_of(net(("x", FLOAT, [5])), Choices(batch=4)).code == "no-batch"


@pytest.mark.parametrize(
    ("choices", "code", "listed"),
    [
        (Choices(inputs={"y": (1, 2)}), "unknown-input", "x"),
        (Choices(values={"y": 1}), "unknown-input", "x"),
        (Choices(dims={"height": 1}), "unknown-dim", "b, h"),
        (Choices(inputs={"x": (1, 2, 3)}), "rank", ""),
        (Choices(values={"x": (1, 2)}), "bad-value", ""),
        (Choices(batch=2, dims={"b": 3}), "conflicting-choices", ""),
    ],
)
def test_choices_that_do_not_fit_are_refused(choices: Choices, code: str, listed: str) -> None:
    error = code_of(net(("x", FLOAT, ["b", "h"])), choices)
    assert error.code == code
    assert listed in error.remedy


def test_nonsense_is_no_binding() -> None:
    for wrong in ({"batch": 0}, {"inputs": {"x": (-1,)}}, {"dims": {"b": -1}}):
        with pytest.raises(ValueError, match="must"):
            Choices(**wrong)


def test_a_value_of_an_input_shapes_what_follows() -> None:
    nodes = [helper.make_node("Reshape", ["x", "to"], ["y"])]
    infos = [
        helper.make_tensor_value_info("x", FLOAT, [4, 6]),
        helper.make_tensor_value_info("to", INT64, [2]),
    ]
    graph = helper.make_graph(nodes, "g", infos, [onnx.ValueInfoProto(name="y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    open_graph = read_model_proto(model)
    assert shape_of(open_graph, "y") == (None, None)
    assert notes_of(open_graph) == ["shape-unknown"]
    assert shape_of(read_model_proto(model, Choices(values={"to": (3, -1)})), "y") == (3, 8)
    assert shape_of(read_model_proto(model, Choices(values={"to": (8, 3)})), "y") == (8, 3)


def test_an_initializer_listed_as_input_is_no_input() -> None:
    model = net(("x", FLOAT, [1, 4]), ("to", INT64, [1]), reshape=[4])
    graph = read_model_proto(model)
    assert [given.name for given in graph.inputs] == ["x"]
    assert shape_of(graph, "y") == (4,)


def test_dimensions_that_follow_the_batch_are_asked_as_such() -> None:
    model = net(("x", FLOAT, ["b", 3, "h", 8]), ("boxes", FLOAT, ["count", 4]))
    for choices in (Choices(), Choices(batch=2)):
        asked = read_model_proto(model, choices).questions
        batch = choices.batch or 1
        assert [(q.name, q.taken, q.follows_batch) for q in asked] == [
            ("b", batch, True),
            ("h", 224, False),
            ("count", batch, True),
        ]


def test_a_size_of_its_own_goes_before_the_batch_where_another_follows_it() -> None:
    model = net(("x", FLOAT, ["b", 3, 8, 8]), ("boxes", FLOAT, ["count", 4]))
    graph = read_model_proto(model, Choices(batch=2, dims={"count": 50}))
    assert graph.dims == {"b": 2, "count": 50}
    conflict = Choices(batch=2, dims={"b": 3, "count": 50})
    assert code_of(model, conflict).code == "conflicting-choices"


def test_the_shape_of_an_input_stays_asked_when_it_is_given() -> None:
    model = net(("x", FLOAT, [2, 3]))
    model.graph.input[0].type.tensor_type.ClearField("shape")
    for choices in (Choices(), Choices(inputs={"x": (2, 3)})):
        asked = read_model_proto(model, choices).questions
        assert [(q.kind, q.name, q.taken) for q in asked] == [("shape", "x", None)]


def test_an_error_brings_the_questions_whose_answers_may_be_the_reason() -> None:
    model = net(("x", FLOAT, ["b", "t"]), reshape=[1, 64])
    error = code_of(model, Choices(dims={"t": 100}))
    assert error.code == "inconsistent-shapes"
    assert [(asked["name"], asked["taken"]) for asked in error.questions] == [("b", 1), ("t", 100)]
    assert code_of(model, Choices(dims={"nobody": 1})).questions == ()
    assert read_model_proto(model, Choices(dims={"t": 64})).dims == {"b": 1, "t": 64}


def pooled(batch: int | str) -> onnx.ModelProto:
    """A mean over all rows of ``x`` [batch, 8], taken along an axis into which they are folded."""
    nodes = [
        helper.make_node("Reshape", ["x", "to"], ["r"], name="fold"),
        helper.make_node("ReduceMean", ["r"], ["m"], name="mean", axes=[1], keepdims=0),
        helper.make_node("MatMul", ["m", "w"], ["y"], name="product"),
        helper.make_node("ReduceSum", ["x"], ["loss"], name="loss", keepdims=0),
        helper.make_node("Shape", ["x"], ["shape"], name="shape"),
    ]
    stored = [
        helper.make_tensor("to", INT64, [3], [1, -1, 8]),
        helper.make_tensor("w", FLOAT, [8, 2], [1.0] * 16),
    ]
    inputs = [helper.make_tensor_value_info("x", FLOAT, [batch, 8])]
    outputs = [onnx.ValueInfoProto(name=name) for name in ("y", "loss", "shape")]
    graph = helper.make_graph(nodes, "net", inputs, outputs, stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)])


def test_a_batch_of_which_one_result_is_made_is_refused_or_said() -> None:
    error = code_of(pooled(1), Choices(batch=4))
    assert error.code == "batch-fixed"
    assert "'mean' (ReduceMean) takes all samples together" in error.message
    free = read_model_proto(pooled("batch"), Choices(batch=4))
    assert shape_of(free, "y") == (1, 2)
    assert notes_of(free) == ["batch-together"]
    assert "'mean' (ReduceMean)" in free.notes[0].text
    assert notes_of(read_model_proto(pooled("batch"), Choices(batch=1))) == []


TENTH = Choices(batch=10)


def test_a_list_as_long_as_the_batch_follows_it_and_one_number_stays() -> None:
    def masked(batch: int) -> onnx.ModelProto:
        model = net(("x", FLOAT, [batch, 64]), ("mask", FLOAT, [batch]))
        model.graph.node.add().CopyFrom(helper.make_node("Unsqueeze", ["mask", "one"], ["m"]))
        model.graph.node.add().CopyFrom(helper.make_node("Mul", ["r", "m"], ["y"]))
        model.graph.initializer.add().CopyFrom(helper.make_tensor("one", INT64, [1], [1]))
        del model.graph.output[:]
        model.graph.output.add(name="y")
        return model

    error = code_of(multiplied([100, 2], ("x", FLOAT, [100, 64]), ("m", FLOAT, [100])), TENTH)
    assert (error.code, "give m another length" in error.remedy) == ("batch-fixed", True)
    many = read_model_proto(masked(100), TENTH)
    assert (shape_of(many, "mask"), shape_of(many, "y")) == ((10,), (10, 64))
    (note,) = many.notes
    assert note.code == "batch-changed"
    assert "x, mask" in note.text
    one = read_model_proto(masked(1), Choices(batch=10))
    assert (shape_of(one, "mask"), shape_of(one, "y")) == ((1,), (10, 64))
    assert notes_of(one) == ["batch-changed", "batch-kept"]
    chosen = read_model_proto(masked(1), Choices(batch=10, inputs={"mask": (10,)}))
    assert (shape_of(chosen, "mask"), notes_of(chosen)) == ((10,), ["batch-changed"])


def multiplied(
    weight: list[int], *inputs: tuple[str, int, Shape], reshape: list[int] | None = None
) -> onnx.ModelProto:
    """A MatMul of the last input by a weight, beside what ``net`` does with the first."""
    model = net(*inputs, reshape=reshape)
    model.graph.node.add().CopyFrom(helper.make_node("MatMul", [inputs[-1][0], "w"], ["z"]))
    stored = helper.make_tensor("w", FLOAT, weight, [1.0] * prod(weight))
    model.graph.initializer.add().CopyFrom(stored)
    return model


def test_a_size_that_the_weights_say_is_not_replaced_where_a_default_does_not_fit() -> None:
    model = multiplied(
        [128, 2], ("x", FLOAT, ["b", "t"]), ("y0", FLOAT, ["b", "f"]), reshape=[1, 64]
    )
    graph = read_model_proto(model)
    assert graph.dims == {"b": 1, "t": 64, "f": 128}
    assert "default-fitted" in notes_of(graph)


@pytest.mark.parametrize(
    ("said", "extent", "taken"),
    [("2*h", 24, 12), ("h + 4", 24, 20), ("2*h", 25, None), ("h*k", 24, None), ("h", 24, 24)],
)
def test_an_expression_is_solved_for_what_the_weights_say(
    said: str, extent: int, taken: int | None
) -> None:
    model = multiplied([extent, 2], ("x", FLOAT, ["b", 3, said]))
    if taken is None:
        assert code_of(model, Choices()).code == "inconsistent-shapes"
        return
    graph = read_model_proto(model)
    assert (graph.dims["h"], shape_of(graph, "x")) == (taken, (1, 3, extent))


def test_what_the_weights_say_of_one_input_holds_for_all_that_share_the_name() -> None:
    graph = read_model_proto(multiplied([12, 2], ("x", FLOAT, [4, "f"]), ("x1", FLOAT, ["b", "f"])))
    assert (shape_of(graph, "x"), shape_of(graph, "x1")) == ((4, 12), (1, 12))


def test_a_batch_leaves_a_size_that_the_weights_say() -> None:
    graph = read_model_proto(multiplied([12, 2], ("x", FLOAT, ["rows", "n"])), Choices(batch=8))
    assert shape_of(graph, "x") == (8, 12)
    assert [(q.name, q.follows_batch) for q in graph.questions] == [("rows", True), ("n", False)]
