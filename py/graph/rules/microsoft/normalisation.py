"""Normalisation fused with the sum, or with the embedding, before it."""

from py.graph.dtype import dtype_of
from py.graph.fact import Fact, Shape, fact
from py.graph.rules.microsoft.dimension import ranked
from py.graph.rules.microsoft.standard import MICROSOFT, as_standard
from py.graph.rules.registry import rule
from py.graph.rules.site import Site, normal_axis


@rule("SkipLayerNormalization SkipSimplifiedLayerNormalization", MICROSOFT)
def _skip_layer_normalization(site: Site) -> list[Fact]:
    shape = site.shape(0)
    statistics = fact("float32", None if shape is None else (*shape[:-1], 1))
    whole = fact(site.dtype(0), shape)
    return [whole, statistics, statistics, whole]


@rule("LayerNormalization", MICROSOFT)
def _layer_normalization(site: Site) -> list[Fact]:
    return as_standard(site, "LayerNormalization")


def simplified_layer_normalization(site: Site) -> list[Fact]:
    """Return Y, of the scale's type, and the inverse deviation: LayerNormalization of no mean."""
    shape, reduced = site.shape(0), None
    if shape is not None:
        axis = normal_axis(site.node.integer("axis", -1), len(shape))
        reduced = shape[:axis] + (1,) * (len(shape) - axis)
    stash = dtype_of(site.node.integer("stash_type", 1))
    return [fact(site.dtype(1), shape), fact(stash, reduced)]


# onnxruntime writes it without a domain, as if it were the standard's.
rule("SimplifiedLayerNormalization")(simplified_layer_normalization)
rule("SimplifiedLayerNormalization", MICROSOFT)(simplified_layer_normalization)


@rule("EmbedLayerNormalization", MICROSOFT)
def _embed_layer_normalization(site: Site) -> list[Fact]:
    dtype = site.dtype(2)
    embedded, mask = _embedded(site)
    return [fact(dtype, embedded), fact(site.dtype(0), mask), fact(dtype, embedded)]


@rule("QEmbedLayerNormalization", MICROSOFT)
def _quantised_embed_layer_normalization(site: Site) -> list[Fact]:
    embedded, mask = _embedded(site)
    return [fact(site.dtype(8), embedded), fact(site.dtype(0), mask)]


def _embedded(site: Site) -> tuple[Shape | None, Shape | None]:
    """Return (batch, sequence, hidden) of ids (batch, sequence), and (batch,), of their mask."""
    ids, table = ranked(site.shape(0), 2), ranked(site.shape(2), 2)
    if ids is None:
        return None, None
    return (*ids, None if table is None else table[1]), ids[:1]


@rule("EngramGate", MICROSOFT)
def _engram_gate(site: Site) -> list[Fact]:
    return [fact(site.dtype(1), site.shape(1))] * 2
