"""Named cases: files made to break a reader, each of which ends soon in numbers or in an error."""

import csv
import io
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from py.errors import JoulegraphError
from py.graph import Choices, Graph, read_graph
from py.graph.weights import OpenFiles
from py.layers import Model, read_model
from py.layers.report import model_csv, model_json, model_table
from py.layers.weight_zeros import count_weights
from tests.graph.wire_bytes import integer, model, nested, node, number, value

CHOSEN = 8  # seconds that a case of this file may take on a busy machine, where not said otherwise


@contextmanager
def soon(seconds: float = CHOSEN) -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def read(data: bytes, choices: Choices | None = None) -> Graph:
    return read_graph(io.BytesIO(data), name="case", choices=choices)


def layers(data: bytes, choices: Choices | None = None) -> Model:
    return read_model(io.BytesIO(data), "case.onnx", choices or Choices())


def error_of(data: bytes, choices: Choices | None = None) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        layers(data, choices)
    assert str(caught.value).isprintable()
    return caught.value


def ended(data: bytes, choices: Choices | None = None) -> tuple[Model | None, str]:
    """Return the model of a file, or the code of the error that it ends in."""
    try:
        return layers(data, choices), ""
    except JoulegraphError as error:
        return None, error.code


def attribute(name: str, kind: int, *content: bytes) -> bytes:
    return nested(1, name) + b"".join(content) + integer(20, kind)


def whole(name: str, content: int) -> bytes:
    return attribute(name, 2, integer(3, content % (1 << 64)))


def body(name: str, graph: bytes) -> bytes:
    return attribute(name, 5, nested(6, graph))


def stored(name: str, kind: int, *shape: int, values: bytes = b"") -> bytes:
    dims = b"".join(integer(1, size) for size in shape)
    return nested(5, dims + integer(2, kind) + nested(8, name) + values)


def scalar(name: str, content: int) -> bytes:
    return stored(name, 7, values=integer(7, content))


def info(field: int, name: str) -> bytes:
    return nested(field, nested(1, name))


def free(name: str, *dims: str) -> bytes:
    shape = b"".join(nested(1, nested(2, dim)) for dim in dims)
    return nested(11, nested(1, name) + nested(2, nested(1, integer(1, 1) + nested(2, shape))))


TRUE = stored("go", 9, values=integer(5, 1))


def test_a_node_in_a_circle_of_many_is_refused() -> None:
    nodes = b"".join(node("Relu", f"t{i}", f"t{(i + 1) % 5000}") for i in range(5000))
    with soon():
        assert error_of(model(nodes)).code == "cycle"


def test_a_node_that_reads_what_it_writes_beside_others_is_refused() -> None:
    assert error_of(model(node("Add", "x y", "y") + value(11, "x", 1))).code == "cycle"
    inner = node("Add", "x r", "r") + info(12, "r")
    outer = node("If", "go", "y", body("then_branch", inner), body("else_branch", inner))
    assert error_of(model(TRUE + outer + value(11, "x", 1))).code == "cycle"


def test_two_hundred_thousand_nodes_are_read_in_seconds() -> None:
    count = 200_000
    nodes = b"".join(node("Relu", f"t{i}", f"t{i + 1}") for i in range(count))
    with soon(60):
        graph = read(model(nodes + value(11, "t0", 2, 3)))
    assert len(graph.nodes) == count
    assert graph.type_of(f"t{count}").shape == (2, 3)


@pytest.mark.parametrize("attribute_name", ["then_branch", "else_branch"])
def test_bodies_ten_thousand_deep_are_refused(attribute_name: str) -> None:
    graph = info(12, "r")
    for _ in range(10_000):
        graph = node("If", "go", "r", body(attribute_name, graph)) + info(12, "r")
    with soon():
        assert error_of(model(TRUE + graph)).code == "too-deep"


def test_types_of_sequences_nested_without_end_are_refused_or_read() -> None:
    kind = nested(1, integer(1, 1))
    for _ in range(10_000):
        kind = nested(4, nested(1, kind))
    data = model(nested(11, nested(1, "x") + nested(2, kind)))
    with soon():
        made, code = ended(data)
    assert code == ("" if made else "too-deep")


def growing(limit: bytes) -> bytes:
    inner = node("Concat", "v x", "w", whole("axis", 0)) + node("Identity", "c", "d")
    inner += b"".join(info(11, name) for name in ("i", "c", "v"))
    inner += b"".join(info(12, name) for name in ("d", "w"))
    loop = node("Loop", "m go x", "y", body("body", inner))
    return model(limit + TRUE + loop + value(11, "x", 2, 3))


@pytest.mark.parametrize("trips", [2**63 - 1, 2**62, 2**40, 2**31])
def test_loops_of_endless_trips_and_growing_state_end(trips: int) -> None:
    with soon():
        made, code = ended(growing(scalar("m", trips)))
    assert made.notes if made else code in ("too-large", "inconsistent-shapes")
    with soon():
        data = growing(value(11, "m", dtype=7))
        made, code = ended(data, Choices(values={"m": min(trips, 2**62)}))
    assert made or code in ("too-large", "inconsistent-shapes", "bad-value")


def test_branches_that_multiply_are_refused_or_shared() -> None:
    """An If in both branches of an If, twelve deep: 4,095 bodies, each weighed against another."""
    graph = node("Relu", "x", "r") + info(12, "r")
    for _ in range(11):
        branches = (body("then_branch", graph), body("else_branch", graph))
        graph = node("If", "c", "r", *branches) + info(12, "r")
    with soon(30):
        made, code = ended(model(graph + value(11, "c", dtype=9) + value(11, "x", 2)))
    assert made or code == "too-large"


def test_functions_whose_branches_multiply_are_refused() -> None:
    """Thirty functions, each with an If that calls the next in both branches: 2^30 executions."""
    functions = b""
    for level in range(30):
        call = nested(1, "p") + nested(1, "c") + nested(2, "r")
        call += nested(4, f"F{level + 1}") + nested(7, "mine")
        graph = nested(1, call) + info(12, "r")
        chosen = nested(1, "c") + nested(2, "q") + nested(4, "If")
        chosen += nested(5, body("then_branch", graph)) + nested(5, body("else_branch", graph))
        functions += nested(25, _function(f"F{level}", chosen))
    last = nested(1, "p") + nested(2, "q") + nested(4, "Relu")
    functions += nested(25, _function("F30", last))
    call = nested(1, "x") + nested(1, "c") + nested(2, "y") + nested(4, "F0") + nested(7, "mine")
    data = model(nested(1, call) + value(11, "c", dtype=9) + value(11, "x", 2)) + functions
    with soon(60):
        assert error_of(data).code == "too-large"


def _function(name: str, content: bytes) -> bytes:
    signature = nested(4, "p") + nested(4, "c") + nested(5, "q")
    opsets = nested(9, integer(2, 17)) + nested(9, nested(1, "mine") + integer(2, 1))
    return nested(1, name) + nested(10, "mine") + signature + nested(7, content) + opsets


@pytest.mark.parametrize("slices", [2**40, 2**63 - 1])
def test_a_scan_over_endless_slices_is_one_body_with_its_runs(slices: int) -> None:
    inner = node("Add", "h s", "n") + node("Relu", "n", "e")
    inner += info(11, "h") + info(11, "s") + info(12, "n") + info(12, "e")
    scan = node("Scan", "start x", "end all", body("body", inner), whole("num_scan_inputs", 1))
    with soon():
        graph = read(model(scan + value(11, "start", 3) + value(11, "x", slices, 3)))
        assert [runs for found, runs in graph.regions() if found.path] == [slices]
        assert graph.type_of("all").shape == (slices, 3)
        made = layers(model(scan + value(11, "start", 3) + value(11, "x", slices, 3)))
    assert [node.runs for node in made.nodes if node.path] == [slices, slices]
    json.dumps(model_json(made), allow_nan=False)


def test_an_attribute_of_a_million_numbers_is_read_or_refused() -> None:
    many = integer(8, 1) * 1_000_000
    packed = nested(8, b"\x01" * 1_000_000)
    floats = nested(7, bytes(4_000_000))
    with soon(30):
        for op, name, kind, content in (
            ("Transpose", "perm", 7, many),
            ("Unsqueeze", "axes", 7, packed),
            ("Upsample", "scales", 6, floats),
            ("Constant", "value_ints", 7, many),
        ):
            given = attribute(name, kind, content)
            made, code = ended(model(node(op, "x", "y", given) + value(11, "x", 2)))
            assert made or code in ("malformed", "bad-attribute", "inconsistent-shapes")


def test_trees_that_share_all_their_nodes_are_not_followed_for_ever() -> None:
    """20,000 trees that all lead into one chain of 20,000 nodes: 400 million steps."""
    count = 20_000

    def ints(name: str, numbers: Iterable[int]) -> bytes:
        return attribute(name, 7, nested(8, b"".join(number(n) for n in numbers)))

    chain = [min(i + 1, count - 1) for i in range(count)]
    data = nested(1, "x") + nested(2, "y") + nested(4, "TreeEnsemble") + nested(7, "ai.onnx.ml")
    for made in (
        ints("tree_roots", [0] * count),
        ints("nodes_truenodeids", chain),
        ints("nodes_falsenodeids", chain),
        ints("nodes_trueleafs", [0] * count),
        ints("nodes_falseleafs", [0] * count),
    ):
        data += nested(5, made)
    with soon():
        made_layers = layers(model(nested(1, data) + value(11, "x", 2, 3)))
    assert [layer.ops for layer in made_layers.layers] == [None]


def test_a_hundred_thousand_initializers_are_read_in_seconds() -> None:
    count = 100_000
    weights = b"".join(stored(f"w{i}", 1, 2, values=nested(9, bytes(8))) for i in range(count))
    data = model(weights + node("Add", "w0 w99999", "y") + info(12, "y"))
    with soon(30):
        graph = read(data)
    assert len(graph.initializers) == count
    assert graph.type_of("y").shape == (2,)


def test_a_text_tensor_of_a_thousand_million_declared_elements_is_not_made() -> None:
    texts = stored("t", 8, 10**9, values=nested(6, "a") * 3)
    data = model(texts + node("StringNormalizer", "t", "y") + node("Identity", "t", "z"))
    with soon():
        graph = read(data)
        assert graph.type_of("z").elements == 10**9
        file = io.BytesIO(data)
        files = OpenFiles(file, lambda location: None)
        read_model(file, "case.onnx", count=lambda g, found: count_weights(g, found, files))


def test_declared_elements_that_are_not_there_take_no_memory() -> None:
    weight = stored("w", 1, 2**31, 2**31, values=nested(9, bytes(16)))
    data = model(weight + node("MatMul", "x w", "y") + value(11, "x", 1, 2**31))
    file = io.BytesIO(data)
    files = OpenFiles(file, lambda location: None)
    with soon():
        made = read_model(file, "case.onnx", count=lambda g, found: count_weights(g, found, files))
    assert made.macs == 2**62
    assert made.counted is not None
    assert made.counted.shares == (None,)


def test_a_sequence_of_a_million_items_ends() -> None:
    split = node("SplitToSequence", "x one", "s") + scalar("one", 1)
    data = model(split + node("SequenceLength", "s", "n") + value(11, "x", 1_000_000, 2))
    with soon():
        assert read(data).type_of("n").shape == ()
    items = nested(1, "x") * 1_000_000
    construct = nested(1, items + nested(2, "s") + nested(4, "SequenceConstruct"))
    joined = node("ConcatFromSequence", "s", "y", whole("axis", 0))
    with soon(30):
        made, code = ended(model(construct + joined + value(11, "x", 1)))
    assert made or code == "too-many"


EXPRESSIONS = (
    "9**9**9",
    "9**9**9**9**9",
    "(" * 10_000 + "N" + ")" * 10_000,
    "(" * 90 + "N" + ")" * 90,
    "-" * 10_000 + "N",
    "-" * 190 + "N",
    "N+" * 5_000 + "N",
    "2**(2**(2**(2**(2**9))))",
    "N*N*N*N*N*N*N*N",
    "(N**64)**64",
    "N//(N-N)",
    "N<<9999999999",
    "1e999",
    "'a'*10**9",
    "[0]*10**9",
)


@pytest.mark.parametrize("text", EXPRESSIONS, ids=lambda text: text[:20])
def test_a_dimension_that_is_an_endless_expression_is_a_size_or_a_name(text: str) -> None:
    data = model(node("Relu", "x", "y") + free("x", "N", text))
    with soon():
        shape = read(data).type_of("y").shape
    assert shape is not None
    assert all(isinstance(size, int) and 0 <= size < 2**63 for size in shape)
    with soon():
        made, code = ended(data, Choices(dims={"N": 2**62}))
    assert made or code in ("too-large", "conflicting-choices")


CODE = (
    "__import__('os').abort()",
    "().__class__.__base__.__subclasses__()",
    "open('/tmp/joulegraph-named-case','w')",
    "[exit() for _ in (1,)]",
    "(lambda: exit())()",
    "exit()",
    "N if exit() else N",
    "f'{exit()}'",
    "N.__class__",
    "max(exit(), 1)",
    "exit(N)+1",
    "(N:=exit())",
    "import os",
    "\x00",
    "N\nimport os",
)


@pytest.mark.parametrize("text", CODE)
def test_a_dimension_that_is_code_is_a_name_and_is_not_run(text: str) -> None:
    data = model(node("Relu", "x", "y") + free("x", "N", text))
    shape = read(data).type_of("y").shape
    assert shape is not None
    assert all(isinstance(size, int) for size in shape)


NAMES = (
    "<script>alert(1)</script>",
    "\x1b[2J\x1b]0;title\x07",
    "=1+1",
    "@SUM(A1)",
    '",\n=cmd|',
    "\u202egnirts",
    "\x00\x01\r\n",
    "a\tb",
    "\U0001f600" * 40,
    "x" * 100_000,
    "-2+3",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_of_markup_and_control_stay_data_in_every_report(name: str) -> None:
    content = nested(1, "x") + nested(1, "w") + nested(2, name) + nested(3, name)
    product = nested(1, content + nested(4, "MatMul"))
    unknown = nested(1, nested(1, name) + nested(2, name + "2") + nested(3, name) + nested(4, name))
    weight = stored("w", 1, 4, 4, values=nested(9, bytes(64)))
    data = model(product + unknown + weight + free("x", name, "4") + info(12, name))
    made = layers(data)
    text = json.dumps(model_json(made), allow_nan=False)
    assert name in [entry["name"] for entry in json.loads(text)["nodes"]]
    for row in csv.reader(io.StringIO(model_csv(made))):
        assert not row[0].startswith(("=", "@", "+", "-"))
        assert all(character.isprintable() for cell in row for character in cell)
    for line in model_table(made).split("\n"):
        assert all(character.isprintable() for character in line)
        assert len(line) < 4000
    for choices in (Choices(dims={name + "?": 1}), Choices(inputs={name: (1,)})):
        assert str(error_of(data, choices)).isprintable()


def test_texts_that_are_no_unicode_are_replaced() -> None:
    content = nested(1, "x") + nested(2, b"\xff\xfe\xed\xa0\x80") + nested(4, "Relu")
    made = layers(model(nested(1, content) + value(11, "x", 1)))
    json.dumps(model_json(made), ensure_ascii=False).encode()


def test_dimensions_whose_product_overflows_are_numbers() -> None:
    size = 2**63 - 1
    data = model(node("MatMul", "x w", "y") + value(11, "x", size, size) + value(11, "w", size, 1))
    made = layers(data)
    assert made.macs == size * size
    assert json.loads(json.dumps(model_json(made), allow_nan=False))["totals"]["macs"] == size**2
    assert model_csv(made)
    assert model_table(made)


@pytest.mark.parametrize(
    ("op", "more"),
    [
        ("Relu", b""),
        ("Softmax", b""),
        ("ReduceSum", b""),
        ("NonZero", b""),
        ("Unique", b""),
        ("GlobalAveragePool", b""),
        ("LRN", whole("size", 2**63 - 1)),
        ("Flatten", whole("axis", 0)),
    ],
)
def test_sixty_four_dimensions_of_nine_million_million_million_end(op: str, more: bytes) -> None:
    """Their product has 1,214 digits, more than a float has room for."""
    attributes = [more] if more else []
    data = model(node(op, "x", "y", *attributes) + value(11, "x", *[2**63 - 1] * 64))
    made, code = ended(data)
    assert made or code == "too-large"
    if made:
        json.dumps(model_json(made), allow_nan=False)
        assert model_csv(made)
        assert model_table(made)


def test_a_number_of_dimensions_without_end_is_refused() -> None:
    for count in (65, 100_000):
        sizes = [2**63 - 1] * count
        assert error_of(model(node("Relu", "x", "y") + value(11, "x", *sizes))).code == "malformed"
        assert error_of(model(stored("w", 1, *sizes))).code == "malformed"


def test_a_varint_that_never_ends_is_refused_in_every_place() -> None:
    endless = b"\xff" * 4000
    for place in (
        integer(1, 8) + number(5 << 3) + endless,
        integer(1, 8) + number(7 << 3 | 2) + endless,
        integer(1, 8) + nested(7, number(5 << 3 | 2) + endless),
        integer(1, 8) + nested(7, nested(5, number(1 << 3) + endless)),
        integer(1, 8) + nested(7, endless),
    ):
        with soon():
            assert error_of(place + nested(8, integer(2, 13))).code == "malformed"


@pytest.mark.parametrize("length", [2**31, 2**62, 2**63, 2**64 - 1])
def test_lengths_past_the_end_are_refused_in_every_place(length: int) -> None:
    for number_of, where in ((7, ()), (1, (7,)), (5, (7,)), (2, (7, 1)), (9, (7, 5))):
        data = number(number_of << 3 | 2) + number(length) + b"abc"
        for outer in reversed(where):
            data = nested(outer, data)
        with soon():
            error = error_of(integer(1, 8) + data + nested(8, integer(2, 13)))
        assert error.code in ("malformed", "truncated")


def test_the_recursion_limit_is_left_alone() -> None:
    assert sys.getrecursionlimit() <= 10_000
