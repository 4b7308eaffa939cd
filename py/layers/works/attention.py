"""Attention: the product of queries with keys, then of their softmax with values.

For B sequences and H heads: B x H x Lq x Lk x head size MACs for the scores and as many, with the
values' size, for the result. Lk counts what came before (past, cache) as well; a cache of fixed
room counts whole. Masks, causal ones and windows too, spare nothing: the plain formula counts all
pairs. Scaling, mask, softmax are operations of the scores.
"""

from dataclasses import dataclass

from py.layers.loops import counted
from py.layers.works.place import Place, Sizes
from py.layers.works.registry import PREVIEW, works
from py.layers.works.work import Work

_SOFTMAX = 5


@dataclass(frozen=True, slots=True)
class Heads:
    """The sizes of an attention: sequences, heads, queries, keys, and a head's two sizes."""

    batch: int
    heads: int
    queries: int
    keys: int
    size: int
    value_size: int


@works("Attention", multiplies=True)
def attention(place: Place) -> tuple[Work, ...]:
    """Count the standard's attention: heads as a dimension of their own, or side by side."""
    softcap = 3 if place.node.number("softcap", 0.0) else 0
    each = 1 + place.has(3) + softcap  # scale, mask, cap
    return pair(place, _heads(place), each, scores=(0, 1, 3, 4), values=(2, 5))


@works("FlexAttention", PREVIEW, multiplies=True)
def flexible(place: Place) -> tuple[Work, ...]:
    """Count an attention whose scores and probabilities small graphs may change (uncounted)."""
    return pair(place, _heads(place), 1, scores=(0, 1), values=(2,))


def pair(
    place: Place,
    sizes: Heads | None,
    each: int,
    *,
    scores: tuple[int, ...],
    values: tuple[int, ...] = (),
    before: tuple[Work, ...] = (),
    more: int = 0,
) -> tuple[Work, ...]:
    """Return the parts ``scores`` and ``values``.

    ``each`` are operations per score, ``more`` others; ``scores`` and ``values`` are the inputs
    that each part reads. Where parts ``before`` made queries, keys and values, they come first.
    """
    name = place.inner("scores")
    inner = tuple(output for work in before for output in work.outputs)
    known = sizes is not None
    groups = sizes.batch * sizes.heads if sizes is not None else 0
    pairs = groups * sizes.queries * sizes.keys if sizes is not None else 0
    read, passed = place.read(*scores), place.read(*values)
    own, others = place.words(read), place.words(passed)
    if sizes is None:
        loops, macs, value_loops, value_macs = None, None, None, None
    else:
        loops, macs = counted(n=sizes.queries, g=groups, c=sizes.size, m=sizes.keys)
        value_loops, value_macs = counted(
            n=sizes.queries, g=groups, c=sizes.keys, m=sizes.value_size
        )
    dtype = place.stored_dtype(
        next(iter(place.node.outputs), "") if inner else place.name(scores[0])
    )
    value_dtype = dtype if inner else place.stored_dtype(place.name(values[0])) or dtype
    if inner and sizes is not None and own is not None:
        own += groups * (sizes.queries + sizes.keys) * sizes.size
        others = groups * sizes.keys * sizes.value_size
    first = place.work(
        "attention",
        part="scores",
        loops=loops,
        macs=macs,
        ops=pairs * (each + _SOFTMAX) + more if known else None,
        activations=read,
        ifmap_elements=own if known else None,
        ofmap_elements=pairs if known else None,
        inner=inner,
        outputs=(name,),
        activation_dtype=dtype,
        weight_dtype=dtype,
    )
    second = place.work(
        "attention",
        part="values",
        loops=value_loops,
        macs=value_macs,
        activations=passed,
        ifmap_elements=None if others is None or not known else others + pairs,
        inner=(name, *inner),
        activation_dtype=dtype,
        weight_dtype=value_dtype,
    )
    return *before, first, second


def _heads(place: Place) -> Heads | None:
    """Return the sizes from the shapes of Q, K, V; present keys or past ones tell the length."""
    q, k, v = place.sizes(0), place.sizes(1), place.sizes(2)
    if q is None or k is None or v is None or not len(q) == len(k) == len(v):
        return None
    if len(q) == 4:
        batch, heads, queries, size = q
        keys, value_size = k[2], v[3]
    elif len(q) == 3:
        heads, shared = place.node.integer("q_num_heads", 0), place.node.integer("kv_num_heads", 0)
        if heads < 1 or shared < 1:
            return None
        batch, queries, size = q[0], q[1], q[2] // heads
        keys, value_size = k[1], v[2] // shared
    else:
        return None
    return Heads(batch, heads, queries, with_past(keys, place.sizes(4)), size, value_size)


def with_past(keys: int, past: Sizes | None, present: Sizes | None = None) -> int:
    """Return the keys' length: what is present after, or what was before and is new.

    Keys have their length in the last dimension but one.
    """
    if present is not None and len(present) > 2:
        return present[-2]
    return keys + (past[-2] if past is not None and len(past) > 2 else 0)
