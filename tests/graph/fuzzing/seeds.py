"""Models to begin with: written by hand, one node of every operator, the smallest real files."""

import io
import struct
from functools import cache
from random import Random

from onnx import defs, parser

from py.errors import JoulegraphError
from py.graph import read_graph
from tests.graph.fuzzing.operators import ROOT, attribute, attributes_of, operators
from tests.graph.fuzzing.texts import models
from tests.graph.fuzzing.tree import Field, message, parsed, written

CORPUS = ROOT.parent / "shared" / "corpus" / "models"
_LARGEST_REAL = 12_000
_TRIES = 12  # at a node that reads well


@cache
def by_hand() -> tuple[bytes, ...]:
    """Return the models written by hand, and two whose weights are stored in other ways."""
    return (*(parser.parse_model(text).SerializeToString() for text in models()), _stored())


@cache
def real() -> tuple[bytes, ...]:
    """Return the smallest models of the corpus, none where there is no corpus."""
    paths = sorted(CORPUS.glob("*.onnx")) if CORPUS.is_dir() else []
    return tuple(p.read_bytes() for p in paths if p.stat().st_size <= _LARGEST_REAL)


@cache
def single_nodes() -> tuple[bytes, ...]:
    """Return a model with one node of every operator, one that is read without complaint."""
    rng = Random("single nodes")
    found = []
    for domain, op in operators():
        for _ in range(_TRIES):
            data = written(single_node(rng, domain, op, 0.0))
            try:
                read_graph(io.BytesIO(data), name="seed")
            except JoulegraphError:
                continue
            found.append(data)
            break
    return tuple(found)


def single_node(rng: Random, domain: str, op: str, wild: float) -> Field:
    """Return a model of one node with inputs and attributes at random."""
    least, most = _counts(domain, op)
    inputs = [f"i{place}" for place in range(rng.randint(least, max(least, min(most, least + 3))))]
    chosen = [entry for entry in attributes_of(domain, op) if entry[1] != "tensor"]
    if len(chosen) > 20:
        chosen = rng.sample(chosen, 12)
    attributes = [attribute(rng, *entry, wild) for entry in chosen if rng.random() < 0.5]
    node = message(1, "Node", *(Field(1, name.encode()) for name in inputs))
    node.fields.extend(Field(2, name) for name in (b"y", b"z")[: rng.randint(1, 2)])
    node.fields.extend((Field(4, op.encode()), Field(7, domain.encode()), *attributes))
    shape = [rng.choice((1, 2, 3, 4, 8)) for _ in range(rng.choice((1, 2, 3, 4, 4)))]
    graph = message(7, "Graph", node)
    for name in inputs:
        own = shape if rng.random() < 0.6 else shape[: rng.randrange(5)]
        stored = rng.random() < 0.4
        made = _weight(rng, name, own) if stored else _input(rng, name, own)
        graph.fields.append(made)
    graph.fields.append(message(12, "Info", Field(1, b"y")))
    opset = rng.choice((9, 11, 13, 17, 21, 23))
    return message(0, "Model", Field(1, 10), graph, _opset("", opset), _opset(domain, 1))


def _counts(domain: str, op: str) -> tuple[int, int]:
    if not defs.has(op, domain):
        return 1, 9
    schema = defs.get_schema(op, domain)
    return schema.min_input, schema.max_input


def _opset(domain: str, version: int) -> Field:
    return message(8, "Opset", Field(1, domain.encode()), Field(2, version))


def _input(rng: Random, name: str, shape: list[int]) -> Field:
    dims = [
        message(1, "Dim", Field(2, b"N") if rng.random() < 0.1 else Field(1, size))
        for size in shape
    ]
    kind = rng.choice((1, 1, 1, 1, 7, 7, 2, 3, 9, 10, 8))
    tensor = message(1, "TensorType", Field(1, kind), message(2, "Shape", *dims))
    return message(11, "Info", Field(1, name.encode()), message(2, "Type", tensor))


def _weight(rng: Random, name: str, shape: list[int]) -> Field:
    count = 1
    for size in shape:
        count *= size
    dims = [Field(1, size) for size in shape]
    if rng.random() < 0.5:
        elements = Field(9, b"".join(struct.pack("<q", rng.randrange(4)) for _ in range(count)))
        return message(5, "Tensor", *dims, Field(2, 7), Field(8, name.encode()), elements)
    return message(
        5, "Tensor", *dims, Field(2, 1), Field(8, name.encode()), Field(9, bytes(4 * count))
    )


def _stored() -> bytes:
    """Return a model with weights in another file, sparse, packed in few bits and as texts."""

    def entry(key: str, value: str) -> Field:
        return message(13, "Entry", Field(1, key.encode()), Field(2, value.encode()))

    def weight(number: int, name: str, kind: int, *rest: Field) -> Field:
        dims = (Field(1, 4), Field(1, 4))
        return message(number, "Tensor", *dims, Field(2, kind), Field(8, name.encode()), *rest)

    outside = weight(5, "far", 1, entry("location", "w.bin"), entry("length", "64"), Field(14, 1))
    places = message(2, "Tensor", Field(1, 2), Field(2, 7), Field(7, 1), Field(7, 5))
    values = message(1, "Tensor", Field(1, 2), Field(2, 1), Field(8, b"few"), Field(9, bytes(8)))
    sparse = message(15, "Sparse", values, places, Field(3, 4), Field(3, 4))
    small = weight(5, "bits", 22, Field(9, bytes(8)))
    texts = weight(5, "texts", 8, *(Field(6, b"a") for _ in range(16)))
    halves = weight(5, "halves", 10, *(Field(5, 15360) for _ in range(16)))
    nodes = [
        message(
            1, "Node", Field(1, b"x"), Field(1, name), Field(2, b"y" + name), Field(4, b"MatMul")
        )
        for name in (b"far", b"few", b"halves", b"wide")
    ]
    widened = message(1, "Node", Field(1, b"bits"), Field(1, b"s"), Field(2, b"wide"))
    widened.put(4, b"DequantizeLinear")
    scale = message(5, "Tensor", Field(2, 1), Field(8, b"s"), Field(9, struct.pack("<f", 0.5)))
    given = _input(Random(1), "x", [2, 4])
    graph = message(
        7, "Graph", widened, *nodes, outside, sparse, small, texts, halves, scale, given
    )
    return written(message(0, "Model", Field(1, 10), graph, _opset("", 21)))


def trees(seeds: tuple[bytes, ...]) -> tuple[Field, ...]:
    """Return models as trees."""
    return tuple(parsed(data) for data in seeds)
