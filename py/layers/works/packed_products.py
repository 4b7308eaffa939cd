"""Products with weights of a few bits, packed into bytes: onnxruntime's MatMulNBits and its kin."""

from py.layers.loops import counted_dense
from py.layers.works.elementwise import ACTIVATIONS
from py.layers.works.place import Place, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work

_DTYPES = {1: "uint2", 2: "uint2", 3: "uint4", 4: "uint4"}


def packed_dtype(bits: int) -> str:
    """Return the element type of so many bits; a width that has none takes the next wider one."""
    return _DTYPES.get(bits, "uint8")


@works("MatMulNBits MatMulBnb4", MICROSOFT, multiplies=True)
def few_bits(place: Place) -> tuple[Work, ...]:
    """Count rows x K x N; attributes state K, N and the bits of a weight."""
    k, n = place.positive("K"), place.positive("N")
    bits = 4 if place.node.op == "MatMulBnb4" else place.node.integer("bits", 4)
    return (packed_product(place, "", 1, 5, k, n, packed_dtype(bits)),)


@works("MatMulFpQ4", MICROSOFT, multiplies=True)
def few_bits_by_shape(place: Place) -> tuple[Work, ...]:
    """Count rows x inputs x outputs, as the shapes of input and output have them."""
    x, y = place.sizes(0), place.result()
    inputs, outputs = (shape[-1] if shape else None for shape in (x, y))
    return (packed_product(place, "", 1, None, inputs, outputs, "uint4"),)


@works("MatMulBlockQuantizedFp4Weight MatMulBlockQuantizedFp8Weight", MICROSOFT, multiplies=True)
def blocks(place: Place) -> tuple[Work, ...]:
    """Count a product with weights of eight or four bits that share a scale in blocks."""
    x, w = place.sizes(0), place.sizes(1)
    four = place.node.op == "MatMulBlockQuantizedFp4Weight"
    dtype = "float4_e2m1fn" if four else "float8_e4m3fn"
    inputs, outputs = (x[-1] if x else None), (w[0] if w else None)
    return (packed_product(place, "", 1, 5 if four else 4, inputs, outputs, dtype),)


@works("MatMulNBitsMlp", MICROSOFT, multiplies=True)
def gated(place: Place) -> tuple[Work, ...]:
    """Count two products of the same input, gate and values, and the gate's activation."""
    k, n = place.positive("K"), place.positive("N")
    dtype = packed_dtype(place.node.integer("bits", 4))
    gate = packed_product(place, "gate", 3, 5, k, n, dtype, before=_norm(place))
    up = packed_product(place, "up", 6, 8, k, n, dtype, after=1 + ACTIVATIONS["SiLU"], last=True)
    return gate, up


@works("MatMulNBitsQkv", MICROSOFT, multiplies=True)
def projections(place: Place) -> tuple[Work, ...]:
    """Count the normalisation and three products: queries, keys, values."""
    node = place.node
    k, q, kv = (place.positive(name) for name in ("K", "Nq", "Nkv"))
    dtype = packed_dtype(node.integer("bits", 4))
    return (
        packed_product(place, "q", 3, 5, k, q, dtype, before=_norm(place)),
        packed_product(place, "k", 6, 8, k, kv, dtype),
        packed_product(place, "v", 9, 11, k, kv, dtype, last=True),
    )


def packed_product(
    place: Place,
    part: str,
    weight: int,
    bias: int | None,
    inputs: int | None,
    outputs: int | None,
    dtype: str,
    *,
    before: int = 0,
    after: int = 0,
    last: bool = False,
) -> Work:
    """Return one product of the first input's rows with packed weights.

    ``before`` are operations per input, ``after`` per output; the ``last`` part has the outputs.
    """
    elements, shape = place.elements(0), place.sizes(0)
    rows = None if elements is None or not shape else elements // shape[-1] if shape[-1] else 0
    loops, macs = counted_dense(rows, inputs, outputs)
    operands = (weight,) if bias is None else (weight, bias)
    each = after + (bias is not None and place.has(bias))
    results, prepared = times(times(rows, outputs), each), times(elements, before)
    inner = bool(part) and not last
    weights = place.constants(*operands)
    packs = bool(weights) and weights[0] == place.name(weight)
    constants = times(inputs, outputs)
    return place.work(
        "dense",
        part=part,
        loops=loops,
        macs=macs,
        ops=None if results is None or prepared is None else results + prepared,
        weight_elements=constants,
        ofmap_elements=times(rows, outputs),
        outputs=(place.inner(part),) if inner else tuple(filter(None, place.node.outputs)),
        weights=weights,
        unpacked=constants if packs else None,
        weight_dtype=dtype,
    )


def _norm(place: Place) -> int:
    """Return the operations per element of the normalisation (and the sum) in front."""
    return (4 if place.has(2) else 0) + place.has(1)
