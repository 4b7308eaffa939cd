"""Text, and what is decoded from bytes: strings, their n-grams, images in a file."""

from py.graph.fact import Dimension, Fact, fact, limited
from py.graph.rules.indexing import known_shape
from py.graph.rules.occurrence import known_values
from py.graph.rules.registry import rule
from py.graph.rules.site import MismatchError, Site, broadcast, show


@rule("StringConcat")
def _concat(site: Site) -> list[Fact]:
    return [fact("object", broadcast([site.shape(0), site.shape(1)]))]


@rule("RegexFullMatch")
def _full_match(site: Site) -> list[Fact]:
    return [fact("bool", site.shape(0))]


@rule("StringNormalizer")
def _normalizer(site: Site) -> list[Fact]:
    shape = site.shape(0)
    if shape is None:
        return [fact("object", None)]
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[0] not in (1, None)):
        raise MismatchError(f"the input should have shape [C] or [1, C], got {show(shape)}")
    stopwords = site.node.attributes.get("stopwords")
    if stopwords is None or not stopwords.count:
        return [fact("object", shape)]
    before = shape[:-1] and (1,)
    # Where every word goes, one empty text stays.
    most = None if shape[-1] is None else max(shape[-1], 1)
    return [limited("object", (*before, None), (*before, most))]


@rule("StringSplit")
def _split(site: Site) -> list[Fact]:
    data = site.need(0)
    if data.shape is None:
        return [fact("object", None), fact("int64", None)]
    texts = known_values(data)
    longest: Dimension = None
    if "maxsplit" in site.node.attributes and site.node.integer("maxsplit", 0) >= 0:
        longest = site.node.integer("maxsplit", 0) + 1
    if texts is None or known_shape(data.shape) is None:
        counts = fact("int64", data.shape)
        return [limited("object", (*data.shape, None), (*data.shape, longest)), counts]
    delimiter = site.node.text("delimiter", "")
    limit = -1 if longest is None else longest - 1
    parts = [_parts(str(value), delimiter, limit) for value in texts]
    width = max(map(len, parts), default=0)
    padded = tuple(word for row in parts for word in row + [""] * (width - len(row)))
    return [
        fact("object", (*data.shape, width), padded),
        fact("int64", data.shape, tuple(map(len, parts))),
    ]


def _parts(text: str, delimiter: str, limit: int) -> list[str]:
    if not text:
        return []
    return text.split(delimiter or None, limit)


@rule("TfIdfVectorizer")
def _tf_idf(site: Site) -> list[Fact]:
    shape, indexes = site.shape(0), site.node.integers("ngram_indexes")
    width = max(0, *indexes) + 1 if indexes else None
    if shape is None:
        return [fact("float32", None)]
    if len(shape) not in (1, 2):
        raise MismatchError(f"the input should have 1 or 2 dimensions, got {show(shape)}")
    return [fact("float32", (*shape[:-1], width))]


@rule("ImageDecoder")
def _image(site: Site) -> list[Fact]:
    grey = site.node.text("pixel_format", "RGB") == "Grayscale"
    return [fact("uint8", (None, None, 1 if grey else 3))]
