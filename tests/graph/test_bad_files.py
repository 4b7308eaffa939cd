"""Every file ends in a graph or in an error that says what is wrong and what to do."""

import io
import time
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.graph import Graph, read_graph
from tests.graph.wire_bytes import integer, model, nested, node, number, value

RELU = node("Relu", "x", "y") + value(11, "x", 1, 3) + value(12, "y", 1, 3)


def read(data: bytes) -> Graph:
    return read_graph(io.BytesIO(data), name="test")


def error_of(data: bytes) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        read(data)
    assert caught.value.message
    assert caught.value.remedy
    assert all(character.isprintable() for character in str(caught.value))
    return caught.value


def test_a_small_model_is_read() -> None:
    graph = read(model(RELU))
    assert [n.op for n in graph.nodes] == ["Relu"]
    assert graph.type_of("y").shape == (1, 3)


@pytest.mark.parametrize(
    ("data", "look"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "JPEG"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (b"PK\x03\x04" + bytes(26) + b"archive/data.pkl", "PyTorch"),
        (b"\x1f\x8b\x08" + bytes(40), "gzip"),
        (b"<!DOCTYPE html>\n<html lang=en>", "HTML"),
        (b"\x80\x02}q\x00X", "pickle"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(40), "TensorFlow Lite"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
        (b"kind,n,g,m\nconv,1,1,96\n", "text"),
        (b'\x40\x00\x00\x00\x00\x00\x00\x00{"weight"', "safetensors"),
        (bytes(1000), "zero bytes"),
    ],
)
def test_what_is_no_model_is_told_by_its_look(data: bytes, look: str) -> None:
    error = error_of(data)
    assert error.code == "not-onnx"
    assert look in error.message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\x08", "not-onnx"),
        (b"\x9f\x12\xde\x07" * 30, "not-onnx"),
        (integer(1, 8), "no-graph"),
        (integer(1, 8) + nested(7, RELU), "no-opset"),
        (integer(1, 8) * 300_000, "too-many"),
        (model(nested(1, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")), "malformed"),
        (model(RELU)[:-1], "truncated"),
        (model(nested(5, integer(1, (1 << 64) - 5) + nested(8, "w")) + RELU), "malformed"),
        (model(node("Relu", "nowhere", "y")), "undefined-input"),
        (model(node("Relu", "y", "y")), "cycle"),
        (model(node("Relu", "b", "a") + node("Relu", "a", "b")), "cycle"),
        (model(node("Relu", "b", "c") + node("Relu", "x", "b") + value(11, "x", 1)), "not-sorted"),
        (model(RELU + node("Relu", "x", "y")), "written-twice"),
        (model(RELU + value(12, "nowhere", 1)), "undefined-output"),
        (model(node("Concat", "x", "y") + value(11, "x", 1, 3)), "graph"),
        (model(node("Reshape", "x", "y") + value(11, "x", 1, 3)), "inconsistent-shapes"),
        (model(node("Relu", "", "y")), "inconsistent-shapes"),
        (
            model(RELU + node("Concat", "y", "z", nested(1, "axis") + nested(4, "1"))),
            "bad-attribute",
        ),
    ],
)
def test_broken_models_end_in_their_error(data: bytes, code: str) -> None:
    if code == "graph":
        assert read(data).nodes
    else:
        assert error_of(data).code == code


def test_truncation_at_every_byte_ends_in_an_error_or_a_whole_graph() -> None:
    weight = nested(5, integer(1, 3) + integer(2, 1) + nested(8, "w") + nested(9, bytes(12)))
    whole = nested(2, "producer") + model(weight + RELU + node("Add", "y w", "z"))
    complete = read(whole)
    codes = set()
    for end in range(len(whole)):
        try:
            graph = read(whole[:end])
        except JoulegraphError as error:
            codes.add(error.code)
        else:
            assert graph.nodes == complete.nodes
    assert codes == {"empty-file", "not-onnx", "truncated", "no-graph", "no-opset"}


def test_subgraphs_nested_without_end_are_refused() -> None:
    graph = b""
    for _ in range(10_000):
        graph = node("If", "", "", nested(1, "then_branch") + nested(6, graph) + integer(20, 5))
    assert error_of(model(graph)).code == "too-deep"


@pytest.mark.parametrize("size", [2**63 - 1, 2**40])
def test_huge_dimensions_end_in_numbers_or_an_error(size: int) -> None:
    graph = read(model(node("Relu", "x", "y") + value(11, "x", size, size)))
    assert graph.type_of("y").elements == size * size
    flat = model(
        node("Flatten", "x", "y", nested(1, "axis") + integer(3, 0) + integer(20, 2))
        + value(11, "x", size, size)
    )
    assert error_of(flat).code == "too-large"


def test_names_with_markup_and_control_characters_stay_data() -> None:
    name = "<script>\x1b[2J\x00\n"
    content = nested(1, "x") + nested(2, name) + nested(4, "Re\x1blu")
    graph = read(model(nested(1, content) + value(11, "x", 1)))
    assert graph.nodes[0].outputs == (name,)
    assert graph.unknown[0].lost == (name,)
    error_of(model(nested(1, nested(1, name) + nested(2, "y") + nested(4, "Re\x1b[31mlu"))))


def test_a_huge_file_of_zeros_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "zeros.onnx"
    for head in (b"", model(RELU), model(RELU)[:20]):
        with path.open("wb") as file:
            file.write(head)
            file.truncate(3 << 30)
        began = time.monotonic()
        with path.open("rb") as file, pytest.raises(JoulegraphError):
            read_graph(file, name="zeros")
        assert time.monotonic() - began < 1


def test_twelve_gigabytes_of_weights_are_skipped(tmp_path: Path) -> None:
    size_bytes = 12 << 30
    head = integer(1, size_bytes // 4) + integer(2, 1) + nested(8, "w")
    head += number(9 << 3 | 2) + number(size_bytes)
    weight = number(5 << 3 | 2) + number(len(head) + size_bytes) + head
    rest = node("Relu", "w", "y") + value(12, "y", 1)
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.write(integer(1, 8) + number(7 << 3 | 2))
        file.write(number(len(weight) + size_bytes + len(rest)) + weight)
        file.seek(size_bytes, 1)
        file.write(rest + nested(8, integer(2, 13)))
    began = time.monotonic()
    with path.open("rb") as file:
        graph = read_graph(file, name="large")
    assert time.monotonic() - began < 1
    assert graph.initializers["w"].elements == size_bytes // 4
    assert graph.type_of("y").shape == (size_bytes // 4,)


def test_a_long_chain_is_read_in_bounded_time() -> None:
    count = 20_000
    nodes = b"".join(node("Relu", f"t{i}", f"t{i + 1}") for i in range(count))
    told: list[Any] = []
    data = model(nodes + value(11, "t0", 2, 3))
    graph = read_graph(io.BytesIO(data), name="chain", progress=told.append)
    assert graph.type_of(f"t{count}").shape == (2, 3)
    assert len(told) > 2
