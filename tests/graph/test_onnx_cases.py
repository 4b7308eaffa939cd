"""The standard's own test cases: every node case that onnx ships, with its recorded outputs.

Each is a model with inputs and outputs, made to check that a runtime computes right; here it checks
that shapes and types are worked out as they came out. Small inputs are given by value. Declared
types are taken away first.
"""

import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx

from py.errors import JoulegraphError
from py.graph import Choices, Graph, read_graph
from py.layers import read_model
from py.layers.report import model_json

_MOST_VALUES = 64
#: What decides these outputs' sizes is no number: the bytes of an image, the letters of a text.
_NOT_BY_NUMBERS = {"ImageDecoder", "StringSplit"}


def cases() -> Iterator[Any]:
    """Yield onnx's node cases that have inputs and outputs of their own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        yield from (case for case in collect_testcases(None) if case.model is not None)


def choices(model: onnx.ModelProto, given: list[Any]) -> Choices:
    shapes: dict[str, tuple[int, ...]] = {}
    values: dict[str, tuple[int | float | bool, ...]] = {}
    for info, value in zip(model.graph.input, given, strict=False):
        if not info.type.HasField("tensor_type") or not isinstance(value, (np.ndarray, np.generic)):
            continue
        array = np.asarray(value)
        shapes[info.name] = array.shape
        if array.dtype.name == "bfloat16":
            array = array.astype(np.float32)
        if array.dtype.kind in "iubf" and 0 < array.size <= _MOST_VALUES:
            numbers = tuple(number.item() for number in array.ravel())
            if all(abs(number) < 1 << 60 for number in numbers):
                values[info.name] = numbers
    return Choices(inputs=shapes, values=values)


def disagreements(case: Any, graph: Graph) -> Iterator[str]:
    """Yield what differs between a case's outputs and the graph's."""
    _, outputs = case.data_sets[0]
    for info, value in zip(case.model.graph.output, outputs, strict=False):
        if not isinstance(value, (np.ndarray, np.generic)):
            continue
        found, expected = graph.type_of(info.name), np.asarray(value)
        if info.name in graph.assumed:
            bounds = zip(found.shape or (), expected.shape, strict=True)
            fits = all(most is not None and most >= size for most, size in bounds)
        else:
            fits = found.shape == expected.shape
        dtype = "object" if expected.dtype.kind in "OUS" else str(expected.dtype)
        if not fits or found.dtype != dtype:
            yield f"{case.name}: {found.dtype} {found.shape}, came out {dtype} {expected.shape}"


def test_every_case_comes_out_as_recorded() -> None:
    wrong, checked = [], 0
    for case in cases():
        operators = {node.op_type for node in case.model.graph.node}
        given = choices(case.model, case.data_sets[0][0])
        del case.model.graph.value_info[:]
        for info in case.model.graph.output:
            info.ClearField("type")
        data = case.model.SerializeToString()
        try:
            graph = read_graph(io.BytesIO(data), name=case.name, choices=given)
            model = read_model(io.BytesIO(data), f"{case.name}.onnx", given)
        except JoulegraphError as error:
            wrong.append(f"{case.name}: {error}")
            continue
        assert model_json(model)["nodes"]
        wrong += [f"{case.name}: {unknown.op} is not known" for unknown in graph.unknown]
        if not operators & _NOT_BY_NUMBERS:
            wrong += disagreements(case, graph)
            checked += 1
    assert wrong == []
    assert checked > 1800
