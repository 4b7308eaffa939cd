"""Rows of a table by their number, words by their letters, text in tokens."""

from py.graph.dtype import bits_of
from py.graph.fact import Dimension, Fact, fact
from py.graph.rules.microsoft.dimension import ranked
from py.graph.rules.microsoft.standard import MICROSOFT
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, normal_axis


@rule("TorchEmbedding", MICROSOFT)
def _embedding(site: Site) -> list[Fact]:
    table, indices = ranked(site.shape(0), 2), site.shape(1)
    if indices is None:
        return [fact(site.dtype(0), None)]
    return [fact(site.dtype(0), (*indices, table[1] if table else None))]


@rule("GatherBlockQuantized", MICROSOFT)
def _gather_quantised(site: Site) -> list[Fact]:
    data, indices = site.need(0), site.shape(1)
    shape = data.shape
    if shape is None or indices is None:
        return [fact(site.dtype(2), None)]
    if not shape:
        raise MismatchError("there is nothing to gather from a scalar")
    axis = normal_axis(site.node.integer("gather_axis", 0), len(shape))
    bits = site.node.integer("bits", 4)
    if data.dtype == "uint8" and 0 < bits < (bits_of(data.dtype) or 8):
        # Several elements to a byte, along the last axis.
        whole: Dimension = None if shape[-1] is None else shape[-1] * (8 // bits)
        shape = (*shape[:-1], whole)
    return [fact(site.dtype(2), shape[:axis] + indices + shape[axis + 1 :])]


@rule("WordConvEmbedding", MICROSOFT)
def _word_embedding(site: Site) -> list[Fact]:
    # Words (…, letters); one vector a word, as long as there are filters.
    words, filters = site.shape(0), site.shape(1)
    if not words:
        return [fact(site.dtype(1), None)]
    return [fact(site.dtype(1), (*words[:-1], filters[0] if filters else None))]


@rule("Tokenizer", MICROSOFT)
def _tokenizer(site: Site) -> list[Fact]:
    # How many tokens the longest text has, the texts decide.
    shape = ranked(site.shape(0), 1, 2)
    return [fact("object", None if shape is None else (*shape, None))]
