"""The zeros in a model's weights, counted in the file when somebody asks for them.

A layer's share of zeros is that of the tensors its products multiply by; biases, scales and zero
points are none of them. A layer of which one such tensor can't be counted has no share.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from py.errors import JoulegraphError
from py.graph import Graph, Region
from py.graph.weights import Absent, Files, Stored, Zero, count_zeros
from py.graph.weights.blocks import missing_file
from py.layers.counted_zeros import CountedZeros
from py.layers.layer import Layer
from py.layers.weight_operands import (
    Operand,
    Uncounted,
    behind,
    lists_operands,
    reaches,
    weight_operands,
)
from py.notes import Note

#: Told of the bytes counted so far and of all that there are to count.
Counting = Callable[[int, int], None]

_MOST_NAMED = 5
_MOST_READINGS = 4  # of the same bytes, by tensors that overlap


def count_weights(
    graph: Graph, layers: Sequence[Layer], files: Files, told: Counting | None = None
) -> CountedZeros:
    """Count the zeros in the weights of every layer, each tensor once.

    Raises:
        JoulegraphError: ``external-path``, ``external-unreadable``, ``weights-overlap``.
    """
    regions: dict[str, Region] = {"": graph}
    if any(layer.path for layer in layers):
        for region, _ in graph.regions():
            regions.setdefault(region.path, region)  # every execution of a body has its weights
    operands = [list(_operands(regions.get(layer.path or ""), layer, files)) for layer in layers]
    known = [entry for group in operands for entry in group if isinstance(entry, Operand)]
    counter = _Counter(files, known, told)
    shares = tuple(_share([counter.zeros(entry) for entry in group]) for group in operands)
    notes = []
    if counter.unknown:
        notes.append(_unknown_note(counter.unknown, shares, operands))
    assumed = sorted({entry.name for entry in known if entry.assumed})
    if assumed:
        text = f"The zero points of {_named(assumed)} are not known: the value 0 counts as zero."
        notes.append(Note("zero-point-assumed", text))
    return CountedZeros(shares, counter.source(graph.name), tuple(notes))


def _operands(region: Region | None, layer: Layer, files: Files) -> Iterator[Operand | Uncounted]:
    """Yield the stored tensors that a layer multiplies by."""
    if region is None or layer.loops is None or not layer.weights:
        return
    lead = region.nodes[layer.nodes[0]]
    if lists_operands(lead):
        for index in dict.fromkeys(layer.nodes):
            yield from weight_operands(region, region.nodes[index], files, layer.weights)
        return
    # The first is the one that is multiplied, where it is as large as that.
    first = layer.weights[0]
    given = next((name for name in lead.inputs if name and reaches(region, name, [first])), None)
    if given is not None and region.type_of(given).elements == layer.weight_elements:
        yield from behind(region, given, None, files)
    elif layer.weight_elements:
        yield Uncounted(first, f"stored as {lead.operator[:60]} has it")


class _Counter:
    """Counts each tensor once and keeps what could not be counted, with the reason."""

    def __init__(self, files: Files, operands: Iterable[Operand], told: Counting | None) -> None:
        self._files, self._told = files, told
        self._counted: dict[tuple[Stored, Zero], int | Absent] = {}
        self.unknown: dict[str, str] = {}
        stored = {(entry.stored, entry.zero) for entry in operands}
        readable = [tensor for tensor, _ in stored if missing_file(tensor, files) is None]
        self._done = self._tensors = self._total = there = 0
        for tensor in readable:
            self._total += tensor.size_bytes
        for location in {s.location for tensor in readable for s in tensor.stretches}:
            there += files.size_bytes(location) or 0
        if self._total > _MOST_READINGS * there:
            raise JoulegraphError(
                "weights-overlap",
                f"The model's weights claim {self._total:,} bytes of files that have {there:,}.",
                "Its tensors lie over each other; export the model again.",
            )

    def zeros(self, entry: Operand | Uncounted) -> tuple[int, int] | None:
        """Return the zeros and the elements of a weight."""
        if isinstance(entry, Uncounted):
            self.unknown[entry.name] = entry.why
            return None
        key = (entry.stored, entry.zero)
        found = self._counted.get(key)
        if found is None:
            found = count_zeros(entry.stored, entry.zero, self._files, self._tell)
            self._counted[key] = found
            self._tensors += isinstance(found, int)
        if isinstance(found, Absent):
            self.unknown[entry.name] = found.why
            return None
        return found, entry.stored.elements

    def source(self, model: str) -> str:
        """Return where the zero fractions come from, in words; empty where there are none."""
        if not self._tensors:
            return ""
        tensors = "1 tensor" if self._tensors == 1 else f"{self._tensors:,} tensors"
        return f"counted in the weights of {model}: {tensors}, {self._done:,} bytes read"

    def _tell(self, size_bytes: int) -> None:
        self._done += size_bytes
        if self._told is not None:
            self._told(self._done, self._total)


def _share(counts: list[tuple[int, int] | None]) -> float | None:
    """Return the zeros over the elements of a layer's weights, None where one is not known."""
    zeros = elements = 0
    for count in counts:
        if count is None:
            return None
        zeros += count[0]
        elements += count[1]
    return zeros / elements if elements else None


def _unknown_note(
    unknown: dict[str, str],
    shares: tuple[float | None, ...],
    operands: list[list[Operand | Uncounted]],
) -> Note:
    left = 0
    for share, group in zip(shares, operands, strict=True):
        left += share is None and bool(group)
    reasons: dict[str, list[str]] = {}
    for name, why in unknown.items():
        reasons.setdefault(why, []).append(name)
    shown = [f"{_named(names)} ({why})" for why, names in list(reasons.items())[:_MOST_NAMED]]
    if len(reasons) > _MOST_NAMED:
        shown.append("and others")
    weights = "1 weight" if len(unknown) == 1 else f"{len(unknown):,} weights"
    layers = "1 layer" if left == 1 else f"{left:,} layers"
    return Note(
        "weights-unknown",
        f"{weights} could not be read, so the zeros of {layers} stay unknown: {', '.join(shown)}.",
    )


def _named(names: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
