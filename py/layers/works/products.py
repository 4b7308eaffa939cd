"""Matrix products: MatMul and Gemm with all that exporters and onnxruntime make of them."""

from math import prod
from typing import NamedTuple

from py.layers.loops import LoopNest, counted
from py.layers.works.elementwise import ACTIVATIONS, fused_activation
from py.layers.works.place import Place, Sizes, known, times
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import VIEWS, Work

FeatureMaps = tuple[int, int, int]
Counted = tuple[LoopNest | None, int | None]


class _Inputs(NamedTuple):
    """Where an operator has its right operand, its bias, what else is added to its result."""

    right: int = 1
    bias: int | None = None
    added: int | None = None
    after: int = 0


_REQUANTISED = 4
_INPUTS = {
    "DynamicQuantizeMatMul": _Inputs(bias=4, after=1),
    "FusedGemm": _Inputs(bias=2),
    "Gemm": _Inputs(bias=2),
    "GemmFastGelu": _Inputs(bias=2, after=8),
    "GemmFloat8": _Inputs(bias=2),
    "MatMulIntegerToFloat": _Inputs(bias=6, after=1),
    "QGemm": _Inputs(right=3, bias=6, after=_REQUANTISED),
    "QLinearMatMul": _Inputs(right=3, after=_REQUANTISED),
    "QOrderedMatMul": _Inputs(right=2, bias=5, added=6, after=_REQUANTISED),
}
_STANDARD = _Inputs()


@works("MatMul MatMulInteger QLinearMatMul Gemm", multiplies=True)
@works(
    "DynamicQuantizeMatMul FusedGemm FusedMatMul FusedMatMulActivation GemmFastGelu GemmFloat8 "
    "MatMulInteger16 MatMulIntegerToFloat QGemm QOrderedMatMul SparseToDenseMatMul TransposeMatMul "
    "TransposeScaleMatMul",
    MICROSOFT,
    multiplies=True,
)
def product(place: Place) -> tuple[Work, ...]:
    """Count a product with numpy's broadcasting: ``dense`` where an operand is constant."""
    node, inputs = place.node, _INPUTS.get(place.node.op, _STANDARD)
    left, right = place.sizes(0), place.sizes(inputs.right)
    left_constant, right_constant = place.is_constant(0), place.is_constant(inputs.right)
    loops: LoopNest | None = None
    macs: int | None = None
    if left and right:
        left, right = _as_matrices(place, left, right)
        flattened = _flattened(place) if right_constant else None
        loops, macs = matmul_loops(left, right, constant=right_constant, flattened=flattened)
        if left_constant and not right_constant and loops is not None:
            loops, _ = turned(loops)
    constant = left_constant or right_constant
    weight = 0 if left_constant and not right_constant else inputs.right
    operands = (0, inputs.right) if inputs.bias is None else (0, inputs.right, inputs.bias)
    each = inputs.after + sum(
        index is not None and place.has(index) for index in (inputs.bias, inputs.added)
    )
    each += ACTIVATIONS.get(fused_activation(node), 0)
    if node.op == "QGemm" and not place.has(7):
        each += 1 - _REQUANTISED  # real numbers leave it: one product with the scales
    words = None if macs is None else place.elements(weight)
    return (
        place.work(
            "dense" if constant else "matmul",
            loops=loops,
            macs=macs,
            ops=times(place.first, each),
            weight_elements=words if constant else 0,
            weights=_first(place.constants(*operands), place.name(weight)),
            weight_dtype=place.stored_dtype(place.name(weight)),
        ),
    )


def _first(names: tuple[str, ...], leading: str) -> tuple[str, ...]:
    return (leading, *(n for n in names if n != leading)) if leading in names else names


def _as_matrices(place: Place, left: Sizes, right: Sizes) -> tuple[Sizes, Sizes]:
    """Return the operands' shapes, rows before columns; a vector is one row or column."""
    left = _turned(place, "A", left) if len(left) > 1 else (1, *left)
    right = _turned(place, "B", right) if len(right) > 1 else (*right, 1)
    if place.node.op == "QOrderedMatMul" and right[-2] != left[-1]:  # stored column by column
        right = (*right[:-2], right[-1], right[-2])
    return left, right


def _turned(place: Place, side: str, shape: Sizes) -> Sizes:
    """Return a shape after the transpositions; ``transBatch`` moves the first axis inside."""
    if place.node.integer(f"transBatch{side}", 0):
        shape = (*shape[1:-1], shape[0], shape[-1])
    if place.node.integer(f"trans{side}", 0):
        shape = (*shape[:-2], shape[-1], shape[-2])
    return shape


def matmul_loops(
    left: Sizes, right: Sizes, *, constant: bool, flattened: FeatureMaps | None = None
) -> Counted:
    """Return the nest and MACs of a product of matrices, or of stacks of them.

    With constant weights that are a plain matrix all leading dimensions are rows; otherwise each
    product is a group of its own.
    """
    inner, outputs = left[-1], right[-1]
    if constant and prod(right[:-2]) == 1:
        return _dense(prod(left[:-1]), inner, outputs, flattened)
    batches = _broadcast(left[:-2], right[:-2])
    return counted(n=left[-2], g=batches, m=outputs, c=inner)


def turned(loops: LoopNest) -> Counted:
    """Return a product with weights on its left as the transposed one, weights on the right.

    Products with the same weights for several groups have one set of weights and more rows.
    """
    return counted(n=loops.m * loops.g, c=loops.c, m=loops.n)


def _dense(rows: int, inputs: int, outputs: int, flattened: FeatureMaps | None) -> Counted:
    """Return a fully connected layer; on feature maps it is a convolution as wide as they are."""
    if flattened is not None and prod(flattened) == inputs and inputs:
        c, h, w = flattened
        return counted(n=rows, m=outputs, c=c, r=h, s=w, h=h, w=w)
    return counted(n=rows, c=inputs, m=outputs)


def _broadcast(left: Sizes, right: Sizes) -> int:
    longest = max(len(left), len(right))
    padded = ((1,) * (longest - len(left)) + left, (1,) * (longest - len(right)) + right)
    return prod(b if a == 1 else a for a, b in zip(*padded, strict=True))


def _flattened(place: Place) -> FeatureMaps | None:
    """Return (C, H, W) if the rows are feature maps laid flat, seen through views."""
    name = place.name(0)
    for _ in range(8):
        producer = place.scope.producer_of(name)
        if producer is None or (producer.domain, producer.op) not in VIEWS:
            return None
        name = next(iter(producer.inputs), "")
        if not name:
            return None
        shape = known(place.scope.type_of(name))
        lays_flat = producer.op in ("Flatten", "Reshape", "Squeeze")
        if shape is not None and len(shape) == 4 and lays_flat:
            return shape[1], shape[2], shape[3]
    return None
