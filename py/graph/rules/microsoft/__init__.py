"""Operators of onnxruntime's own: what its quantiser, its optimiser and its builders write.

One rule per operator as for the standard's, from ``docs/ContribOperators.md`` of onnxruntime and
from what its kernels do. One module per family; importing this package registers them all.
"""

from py.graph.rules.microsoft import (
    attention,
    blocked,
    collective,
    convolution,
    elementwise,
    embedding,
    fourier,
    generation,
    grouped_attention,
    layout,
    matrix_product,
    movement,
    multi_head_attention,
    normalisation,
    position,
    quantisation,
    recurrent,
    sparse_indexer,
    state,
    undeclared,
)

__all__ = [
    "attention",
    "blocked",
    "collective",
    "convolution",
    "elementwise",
    "embedding",
    "fourier",
    "generation",
    "grouped_attention",
    "layout",
    "matrix_product",
    "movement",
    "multi_head_attention",
    "normalisation",
    "position",
    "quantisation",
    "recurrent",
    "sparse_indexer",
    "state",
    "undeclared",
]
