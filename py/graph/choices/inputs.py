"""The inputs' shapes: what the file declares, what the user chooses, and stated defaults."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from py.errors import JoulegraphError
from py.graph.choices.choices import Choices
from py.graph.choices.expression import evaluated, symbols_of
from py.graph.choices.free_dimension import BATCH, default_size, dimension_name
from py.graph.choices.free_values import bound_values
from py.graph.choices.question import Question
from py.graph.choices.weighed_sizes import weighed_sizes
from py.graph.fact import Fact, fact
from py.graph.file.body import Body
from py.graph.file.value_info import DeclaredDimension, ValueInfo
from py.graph.graph import Input
from py.graph.tensor_type import TensorType
from py.notes import Note


@dataclass(slots=True)
class _Sizes:
    """Sizes of free dimensions as they are found, and who chose them, for a message.

    ``instead`` are sizes to take in place of a default, ``weighed`` those that the weights say;
    ``beside`` are the names of all inputs.
    """

    sizes: dict[str, int]
    by: dict[str, str]
    instead: Mapping[str, int]
    weighed: Mapping[str, int]
    beside: frozenset[str]

    def set(self, name: str, size: int, by: str) -> None:
        if self.sizes.setdefault(name, size) != size:
            raise JoulegraphError(
                "conflicting-choices",
                f"Dimension {name[:80]!r} is {self.sizes[name]} by {self.by[name]} and {size} by "
                f"{by}.",
                "Give one size, or leave one of the two out.",
            )
        self.by.setdefault(name, by)


@dataclass(frozen=True, slots=True)
class ResolvedInputs:
    """``overridden``: a dimension that the file fixes was given another size.

    ``assumed`` are the defaults taken of ``dims``.
    """

    inputs: tuple[Input, ...]
    facts: Mapping[str, Fact]
    dims: Mapping[str, int]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    overridden: bool
    fixed_batch: int | None = field(default=None)
    assumed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def resolve_inputs(
    body: Body, choices: Choices, instead: Mapping[str, int] = MappingProxyType({})
) -> ResolvedInputs:
    """Return the inputs of a graph with their shapes chosen; ``instead`` replaces some defaults.

    Raises JoulegraphError: ``rank``, ``no-batch``, ``conflicting-choices``, ``bad-value``.
    """
    initialized = {initializer.name for initializer in body.initializers}
    infos = [info for info in body.inputs if info.name not in initialized]
    sizes = _Sizes(
        dict(choices.dims),
        dict.fromkeys(choices.dims, "--dim"),
        instead,
        weighed_sizes(body, infos),
        frozenset(info.name for info in infos),
    )
    for info in infos:
        _bind_shape(info, choices, sizes)
    batched, fixed_batch = _bind_batch(infos, choices, sizes)
    notes: list[Note] = []
    inputs, facts, overridden = [], {}, False
    for info in infos:
        shape = choices.inputs.get(info.name)
        if shape is None and info.shape is not None:
            shape = tuple(_size(info, axis, sizes, notes) for axis in range(len(info.shape)))
            if shape and info.name in batched:
                shape = (choices.batch or shape[0], *shape[1:])
        if shape is not None and info.shape is not None:
            overridden |= any(
                isinstance(declared, int) and declared != size
                for declared, size in zip(info.shape, shape, strict=True)
            )
        notes.extend(_notes_on(info, shape))
        kind = (
            TensorType(info.dtype, shape) if info.form == "tensor" else TensorType(form=info.form)
        )
        inputs.append(Input(info.name, kind, info.shape))
        values = bound_values(info.name, kind, choices.values.get(info.name))
        facts[info.name] = fact(kind.dtype, shape, values) if values else _unvalued(info, kind)
    questions = tuple(_questions(infos, sizes.sizes, _batch_names(infos, choices, sizes.weighed)))
    return ResolvedInputs(
        tuple(inputs),
        facts,
        sizes.sizes,
        questions,
        tuple(notes),
        overridden,
        fixed_batch,
        {name: size for name, size in sizes.sizes.items() if sizes.by.get(name) == "default"},
    )


def _unvalued(info: ValueInfo, kind: TensorType) -> Fact:
    """Return what is known of an input of which no element is; of a sequence, what it holds."""
    held = info.item
    if held is None:
        return Fact(kind)
    shape = held.shape
    known = None if shape is None else tuple(d if isinstance(d, int) else None for d in shape)
    is_tensor = held.form == "tensor"
    inner = TensorType(held.dtype, known) if is_tensor else TensorType(form=held.form)
    return Fact(kind, item=_unvalued(held, inner))


def _bind_shape(info: ValueInfo, choices: Choices, sizes: _Sizes) -> None:
    shape = choices.inputs.get(info.name)
    if shape is None or info.shape is None:
        return
    if len(shape) != len(info.shape):
        raise JoulegraphError(
            "rank",
            f"Input {info.name[:80]!r} has {len(info.shape)} dimensions, got {len(shape)}.",
            "Give one size per dimension, as in 1x3x224x224.",
        )
    for axis, size in enumerate(shape):
        name = dimension_name(info, axis)
        if name is not None:
            sizes.set(name, size, f"--input {info.name[:80]}")


def _bind_batch(
    infos: list[ValueInfo], choices: Choices, sizes: _Sizes
) -> tuple[set[str], int | None]:
    """Return the inputs whose fixed leading dimension becomes the batch, and what it was."""
    if choices.batch is None:
        return set(), None
    free = _batch_names(infos, choices, sizes.weighed)
    # Of several, those that were given sizes of their own keep them: a number of boxes, say.
    for name in [name for name in free if name not in choices.dims] or free:
        sizes.set(name, choices.batch, "--batch")
    if free:
        return set(), None
    leading = {
        info.name: info.shape[0]
        for info in infos
        if info.name not in choices.inputs and info.shape and isinstance(info.shape[0], int)
    }
    ranks = {info.name: len(info.shape or ()) for info in infos}
    fixed = {name: size for name, size in leading.items() if ranks[name] > 1}
    if not fixed:
        raise JoulegraphError(
            "no-batch",
            "No input of the model has a leading dimension that a batch could set.",
            "Give the shapes with --input NAME=…, and leave --batch out.",
        )
    # Inputs of another leading size than the first have another meaning there. A list of as many
    # numbers has one for each sample; a list of one may be a number for all.
    first = next(iter(fixed.values()))
    lists = leading if first > 1 else fixed
    return {name for name, size in lists.items() if size == first}, first


def _batch_names(
    infos: list[ValueInfo], choices: Choices, weighed: Container[str]
) -> dict[str, None]:
    """Return the free dimensions that a batch sets: those whose default is one."""
    return {
        symbol: None
        for info in infos
        if info.name not in choices.inputs
        for axis in range(len(info.shape or ()))
        for name in (dimension_name(info, axis) or "",)
        for symbol in symbols_of(name) or (name,)
        if symbol and symbol not in weighed and default_size(info, axis, symbol) == BATCH
    }


def _size(info: ValueInfo, axis: int, sizes: _Sizes, notes: list[Note]) -> int:
    declared: DeclaredDimension = (info.shape or ())[axis]
    if isinstance(declared, int):
        return declared
    name = dimension_name(info, axis) or ""
    if name in sizes.sizes:
        return sizes.sizes[name]
    for symbol in symbols_of(name):
        _assume(info, axis, symbol, sizes, notes)
    size = evaluated(name, sizes.sizes)
    if size is None:
        _assume(info, axis, name, sizes, notes)
        return sizes.sizes[name]
    return size


def _assume(info: ValueInfo, axis: int, name: str, sizes: _Sizes, notes: list[Note]) -> None:
    """Take the default of a dimension that nobody chose."""
    if name in sizes.sizes:
        return
    if name in sizes.weighed:
        sizes.set(name, sizes.weighed[name], "the weights")
    else:
        size = default_size(info, axis, name, sizes.beside)
        sizes.set(name, sizes.instead.get(name, size), "default")
    notes.append(
        Note(
            "dimension-assumed",
            f"Free dimension {name[:80]!r} of input {info.name[:80]!r} is taken as "
            f"{sizes.sizes[name]}; another size can be given.",
        )
    )


def _questions(
    infos: list[ValueInfo], sizes: Mapping[str, int], batch: Container[str]
) -> Iterator[Question]:
    """Yield what the user may choose of the inputs, each name once."""
    seen: set[str] = set()
    for info in infos:
        about = f"input {info.name[:80]!r}"
        if info.shape is None and info.form == "tensor":
            yield Question("shape", info.name, None, about)
        for axis in range(len(info.shape or ())):
            name = dimension_name(info, axis)
            for symbol in () if name is None else symbols_of(name) or (name,):
                if symbol not in seen:
                    seen.add(symbol)
                    taken = sizes.get(symbol)
                    yield Question("dimension", symbol, taken, about, symbol in batch)


def _notes_on(info: ValueInfo, shape: tuple[int, ...] | None) -> list[Note]:
    name = info.name[:80]
    if info.form != "tensor":
        return [Note("input-form", f"Input {name!r} is a {info.form}, not a tensor.")]
    if shape is None:
        text = f"The file does not say the shape of input {name!r}; --input {name}=… gives it."
        return [Note("input-shape-unknown", text)]
    if 0 in shape:
        return [Note("input-empty", f"Input {name!r} of shape {list(shape)} has no elements.")]
    return []
