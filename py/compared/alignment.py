"""Which layers of two runs are the same: by name first, then by order and likeness.

Equal names match, in whatever order they stand, unless an exporter made them up by counting
(``Conv_12``: one layer more, and all that follow have other numbers). What is left between them is
matched in order, so that all likenesses together are as large as they can be: form and sizes count
most, names that begin or end alike a little. Exporters order branches as they like: of what is then
left, layers of equal sizes that are not far from where they would be expected match, too. The rest
stands alone.

Where a stretch is too long to look at each pair, the longest common subsequences of equal layers,
then of equal forms come first: that needs a moment where the other would take a minute.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from py.compared.signature import Signature, likeness
from py.compared.subsequence import common_subsequence

MOST_CELLS = 62_500
"""How many pairs of layers a stretch may have for each pair to be looked at."""
FAR = 8
"""How many layers off its place one may be and still be the same, out of order."""
_WITH_MACS = frozenset({"conv", "dense", "matmul", "attention", "recurrent"})

How = Literal["name", "shape", "form"]


class Match(NamedTuple):
    """A layer of each, and by what they are the same: name, all sizes, or the form alone."""

    first: int
    second: int
    how: How


def align(first: Sequence[Signature], second: Sequence[Signature]) -> list[Match]:
    """Return the layers that are the same, each in at most one match, by the first's order."""
    named = _by_name(first, second)
    matches = [Match(a, b, "name") for a, b in named]
    taken = ({a for a, _ in named}, {b for _, b in named})
    for a_from, a_to, b_from, b_to in _stretches(_rising(named), len(first), len(second)):
        own = [place for place in range(a_from, a_to) if place not in taken[0]]
        other = [place for place in range(b_from, b_to) if place not in taken[1]]
        pairs = in_order([first[place] for place in own], [second[place] for place in other])
        for at, to in pairs:
            a, b = own[at], other[to]
            matches.append(Match(a, b, _how(first[a], second[b])))
    matches += _out_of_order(first, second, sorted(matches))
    return sorted(matches)


def in_order(first: Sequence[Signature], second: Sequence[Signature]) -> list[tuple[int, int]]:
    """Return pairs that rise in both sequences and are alike, as much as can be together.

    Of long sequences as ``common_subsequence`` finds them.
    """
    return _matched(first, second, _KEYS)


def best_in_order(first: Sequence[Signature], second: Sequence[Signature]) -> list[tuple[int, int]]:
    """Return the rising pairs whose likenesses come to most; every pair is looked at."""
    columns = len(second)
    best = [[0] * (columns + 1)]
    scores: list[list[int]] = []
    for own in first:
        above, row, worths = best[-1], [0] * (columns + 1), [0] * columns
        for column, other in enumerate(second):
            reached = max(above[column + 1], row[column])
            if own.form == other.form:
                worths[column] = likeness(own, other)
                reached = max(reached, above[column] + worths[column])
            row[column + 1] = reached
        best.append(row)
        scores.append(worths)
    pairs: list[tuple[int, int]] = []
    a, b = len(first), columns
    while a and b:
        worth = scores[a - 1][b - 1]
        if worth and best[a][b] == best[a - 1][b - 1] + worth:
            a, b = a - 1, b - 1
            pairs.append((a, b))
        elif best[a][b] == best[a - 1][b]:
            a -= 1
        else:
            b -= 1
    return pairs[::-1]


def _alike(signature: Signature) -> Hashable:
    return (signature.name, signature.shape)


def _shape(signature: Signature) -> Hashable:
    return signature.shape


def _form(signature: Signature) -> Hashable:
    return signature.form


_KEYS: tuple[Callable[[Signature], Hashable], ...] = (_alike, _shape, _form)


def _matched(
    first: Sequence[Signature],
    second: Sequence[Signature],
    keys: Sequence[Callable[[Signature], Hashable]],
) -> list[tuple[int, int]]:
    if not first or not second:
        return []
    if len(first) * len(second) <= MOST_CELLS or not keys:
        # After equal forms nothing alike is left between the matches.
        return best_in_order(first, second) if keys else []
    key, *rest = keys
    anchors = common_subsequence([key(one) for one in first], [key(one) for one in second])
    found = list(anchors)
    for a_from, a_to, b_from, b_to in _stretches(anchors, len(first), len(second)):
        inside = _matched(first[a_from:a_to], second[b_from:b_to], rest)
        found += [(a_from + a, b_from + b) for a, b in inside]
    return sorted(found)


def _stretches(
    anchors: Sequence[tuple[int, int]], first: int, second: int
) -> list[tuple[int, int, int, int]]:
    """Return what lies before, between and after anchors: from and to of both."""
    edges = [(-1, -1), *anchors, (first, second)]
    return [
        (a + 1, a_next, b + 1, b_next)
        for (a, b), (a_next, b_next) in pairwise(edges)
        if a + 1 < a_next and b + 1 < b_next
    ]


def _out_of_order(
    first: Sequence[Signature], second: Sequence[Signature], matches: Sequence[Match]
) -> list[Match]:
    """Return layers of equal sizes that are in no match, each a little off its expected place."""
    partners = {match.first: match.second for match in matches}
    taken = set(partners.values())
    places: dict[Hashable, list[int]] = {}
    for place, signature in enumerate(second):
        if place not in taken:
            places.setdefault(signature.shape, []).append(place)
    candidates = []
    expected = -1
    for place, signature in enumerate(first):
        if place in partners:
            expected = partners[place]
            continue
        expected += 1
        near = places.get(signature.shape, [])
        low, high = (bisect_left(near, expected + off) for off in (-FAR, FAR + 1))
        for other in near[low:high]:
            worth = likeness(signature, second[other])
            candidates.append((-worth, abs(other - expected), place, other))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, _, place, other in sorted(candidates):
        if place not in found and other not in used:
            found[place] = other
            used.add(other)
    return [Match(place, other, "shape") for place, other in found.items()]


def _by_name(first: Sequence[Signature], second: Sequence[Signature]) -> list[tuple[int, int]]:
    """Return layers of one name: of several so called the first with the first, and so on."""
    places: dict[str, list[int]] = {}
    for place, signature in enumerate(second):
        if not signature.numbered:
            places.setdefault(signature.name, []).append(place)
    found = []
    used: dict[str, int] = {}
    for place, signature in enumerate(first):
        at = used.get(signature.name, 0)
        others = places.get(signature.name, ())
        if signature.numbered or at >= len(others):
            continue
        used[signature.name] = at + 1
        if _comparable(signature, second[others[at]]):
            found.append((place, others[at]))
    return found


def _comparable(first: Signature, second: Signature) -> bool:
    """Whether two layers of one name do the same work: a product stays one in any form."""
    kinds = {first.form[0], second.form[0]}
    return len(kinds) == 1 or kinds <= _WITH_MACS


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs whose second places rise too: a longest increasing subsequence."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for place, (_, b) in enumerate(pairs):
        at = bisect_left(ends, b)
        before.append(last[at - 1] if at else None)
        if at == len(ends):
            ends.append(b)
            last.append(place)
        else:
            ends[at], last[at] = b, place
    found = []
    step = last[-1] if last else None
    while step is not None:
        found.append(pairs[step])
        step = before[step]
    return found[::-1]


def _how(first: Signature, second: Signature) -> How:
    return "shape" if first.sizes == second.sizes else "form"
