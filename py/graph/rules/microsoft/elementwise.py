"""Operators that work element by element, and others whose output is like their first input."""

from py.graph.fact import Fact, fact
from py.graph.rules.microsoft.dimension import share
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, broadcast
from py.graph.tensor_type import elements_of


@rule(
    "BiasAdd BiasGelu BiasSoftmax BranchwiseRMSNorm FastGelu GatedAdd GatedRMSNorm Gelu GroupNorm "
    "HyperConnectionPostMix Inverse LongformerAttention MRotaryEmbedding MoE QLinearLeakyRelu "
    "QLinearSigmoid QLinearSoftmax QMoE QOrderedGelu QOrderedLayerNormalization "
    "QOrderedLongformerAttention QuickGelu RotaryEmbedding SampleOp ScaledSiLU ShardedMoE Trilu",
    MICROSOFT,
)
def _like_the_first(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))]


@rule("NGramRepeatBlock", MICROSOFT)
def _like_the_second(site: Site) -> list[Fact]:
    return [fact(site.dtype(1), site.shape(1))]


@rule("SkipGroupNorm", MICROSOFT)
def _with_sum(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0))] * 2


@rule("BiasDropout", MICROSOFT)
def _dropout(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), site.shape(0)), fact("bool", site.shape(0))]


@rule("BitmaskDropout BitmaskBiasDropout", MICROSOFT)
def _bitmask_dropout(site: Site) -> list[Fact]:
    shape = site.shape(0)
    elements = None if shape is None else elements_of(shape)
    # One bit an element, in words of 32.
    words = None if elements is None else -(-elements // 32)
    return [fact(site.dtype(0), shape), fact("uint32", (words,))]


@rule("BiasSplitGelu", MICROSOFT)
def _split_gelu(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if not shape:
        return [fact(site.dtype(0), None)]
    return [fact(site.dtype(0), (*shape[:-1], share(shape[-1], 2)))]


@rule("ComplexMul ComplexMulConj", MICROSOFT)
def _complex_product(site: Site) -> list[Fact]:
    return [fact(site.dtype(0), broadcast([site.shape(0), site.shape(1)]))]


@rule("IsAllFinite", MICROSOFT)
def _is_all_finite(_: Site) -> list[Fact]:
    return [fact("bool", ())]


@rule("MurmurHash3", MICROSOFT)
def _hash(site: Site) -> list[Fact]:
    return [fact("uint32" if site.node.integer("positive", 1) else "int32", site.shape(0))]


@rule("HyperConnectionPreMix", MICROSOFT)
def _pre_mix(site: Site) -> list[Fact]:
    # Streams of C branches, (…, C, H) or (…, C * H), become one, (…, H).
    shape, branches = site.shape(0), site.node.integer("num_branches", 0)
    if not shape:
        return [fact(site.dtype(0), None)]
    mixed = (*shape[:-1], share(shape[-1], branches)) if branches else (*shape[:-2], shape[-1])
    return [fact(site.dtype(0), mixed)]
