"""Operators on texts and files: what they take depends on the length of each, which is not known.

Their operations are unknown; the elements that they read and write are counted.
"""

from py.layers.works.place import Place
from py.layers.works.registry import MICROSOFT, works
from py.layers.works.work import Work


@works("ImageDecoder RegexFullMatch StringConcat StringNormalizer StringSplit")
@works("Tokenizer", MICROSOFT)
def texts(place: Place) -> tuple[Work, ...]:
    """Count the elements that are read and written."""
    return (place.work("other", ops=None),)


@works("TfIdfVectorizer")
def word_counts(place: Place) -> tuple[Work, ...]:
    """Count one look-up for each n-gram that starts at each word, and a product per result."""
    words, results = place.elements(0), place.first
    if words is None or results is None:
        return (place.work("other", ops=None),)
    longest = max(1, place.node.integer("max_gram_length", 1))
    shortest = max(1, place.node.integer("min_gram_length", 1))
    skips = 1 + max(0, place.node.integer("max_skip_count", 0))
    grams = max(1, longest - shortest + 1) * skips
    return (place.work("other", ops=words * grams + results),)


@works("MurmurHash3 NGramHashMapping VarlenNGramHashMapping BifurcationDetector", MICROSOFT)
def hashes(place: Place) -> tuple[Work, ...]:
    """Count one operation for each result."""
    return (place.work("other", ops=place.first),)
