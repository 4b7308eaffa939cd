"""Loop bounds of matrix products."""

from math import prod

from py.graph import Node, TensorType
from py.layers.loops import LoopNest, dense_loops

FeatureMaps = tuple[int, int, int]


def gemm_loops(
    node: Node, a: TensorType, b: TensorType, flattened: FeatureMaps | None
) -> LoopNest | None:
    """Return the nest of a Gemm, None where a shape is unknown."""
    left, right = _sizes(a), _sizes(b)
    if left is None or right is None or len(left) != 2 or len(right) != 2:
        return None
    rows, inner = reversed(left) if node.integer("transA", 0) else left
    outputs = right[0] if node.integer("transB", 0) else right[1]
    return _dense(rows, inner, outputs, flattened)


def matmul_loops(
    a: TensorType, b: TensorType, *, constant: bool, flattened: FeatureMaps | None
) -> LoopNest | None:
    """Return the nest of a MatMul with numpy's broadcasting, None where a shape is unknown.

    With constant weights that are a plain matrix all leading dimensions are rows; otherwise each
    product is a group of its own.
    """
    left, right = _sizes(a), _sizes(b)
    if left is None or right is None or not left or not right:
        return None
    left = [1, *left] if len(left) == 1 else left
    right = [*right, 1] if len(right) == 1 else right
    inner, outputs = right[-2], right[-1]
    if constant and prod(right[:-2]) == 1:
        return _dense(prod(left[:-1]), inner, outputs, flattened)
    batches = _broadcast(left[:-2], right[:-2])
    return LoopNest(n=left[-2], g=batches, m=outputs, c=inner, p=1, q=1, r=1, s=1, h=1, w=1)


def turned(loops: LoopNest) -> LoopNest:
    """Return a product with weights on its left as the transposed one, weights on the right.

    Products with the same weights for several groups have one set of weights and more rows.
    """
    return dense_loops(loops.m * loops.g, loops.c, loops.n)


def _dense(rows: int, inputs: int, outputs: int, flattened: FeatureMaps | None) -> LoopNest:
    """Return a fully connected layer; on feature maps it is a convolution as wide as they are."""
    if flattened is not None and flattened[0] * flattened[1] * flattened[2] == inputs:
        c, h, w = flattened
        return LoopNest(n=rows, g=1, m=outputs, c=c, p=1, q=1, r=h, s=w, h=h, w=w)
    return dense_loops(rows, inputs, outputs)


def _sizes(tensor: TensorType) -> list[int] | None:
    if tensor.shape is None:
        return None
    sizes = [size for size in tensor.shape if size is not None]
    return sizes if len(sizes) == len(tensor.shape) and all(size > 0 for size in sizes) else None


def _broadcast(left: list[int], right: list[int]) -> int:
    longest = max(len(left), len(right))
    padded = ([1] * (longest - len(left)) + left, [1] * (longest - len(right)) + right)
    return prod(max(a, b) for a, b in zip(*padded, strict=True))
