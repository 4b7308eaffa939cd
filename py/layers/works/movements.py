"""Operators that move, select, make or rename values and compute nothing."""

from py.layers.works.place import Place, plus, times
from py.layers.works.registry import BLOCKED, CHANNELS_LAST, MICROSOFT, works
from py.layers.works.work import Work

SHAPE_QUERIES = frozenset({("", "Shape"), ("", "Size")})
"""Their outputs are numbers about tensors, not data of the network."""

RANDOM = frozenset(
    ("", op)
    for op in (
        *("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike"),
        *("Bernoulli", "Multinomial"),
    )
)
"""They make data of nothing, anew in every inference."""


@works(
    "BitCast Cast CastLike CenterCropPad Compress Concat Constant ConstantOfShape DepthToSpace "
    "Dropout Expand EyeLike Flatten Identity OneHot Pad Range Reshape ReverseSequence Shape Size "
    "Slice SpaceToDepth Split Squeeze Tile Transpose Trilu Unsqueeze"
)
@works(
    "BitmaskDropout ExpandDims NGramRepeatBlock Pad QLinearConcat Range RemovePadding "
    "RestorePadding SampleOp Trilu UnfoldTensor",
    MICROSOFT,
)
@works("Crop DynamicSlice GivenTensorFill MemcpyFromHost MemcpyToHost")
@works("ReorderInput ReorderOutput", BLOCKED)
@works("DepthToSpace SpaceToDepth", CHANNELS_LAST)
def movement(place: Place) -> tuple[Work, ...]:
    """Count what is read and written; of a constant no more than what is left of it."""
    if place.node.op in ("Concat", "QLinearConcat"):
        stored = place.words(name for name in place.passive() if place.scope.is_weight(name))
    else:
        held, left = place.words(place.constants(0)), place.first
        stored = held if not held or left is None else min(held, left)
    return (place.work("movement", weight_elements=stored),)


@works("Gather GatherElements GatherND")
@works("GatherND GatherBlockQuantized", MICROSOFT)
def lookup(place: Place) -> tuple[Work, ...]:
    """Count what is looked up: only that is read of the table, be it constant or an activation."""
    return _looked_up(place, table=0)


@works("TorchEmbedding", MICROSOFT)
def embedding(place: Place) -> tuple[Work, ...]:
    """Count the rows that are looked up."""
    return _looked_up(place, table=0)


@works("RelativePositionBias", MICROSOFT)
def relative_positions(place: Place) -> tuple[Work, ...]:
    """Count the entries of the table that are looked up."""
    return _looked_up(place, table=0)


@works("Scatter ScatterElements ScatterND TensorScatter")
def scattering(place: Place) -> tuple[Work, ...]:
    """Count one operation for each update that is added, multiplied or compared."""
    update = 1 if place.node.op == "TensorScatter" else 2
    reduces = place.node.text("reduction", "none") != "none"
    constants = place.words(place.passive())
    ops = place.elements(update) if reduces else 0
    return (place.work("movement", ops=ops, weight_elements=constants),)


@works("AllGather AllToAll AllReduce", MICROSOFT)
def collectives(place: Place) -> tuple[Work, ...]:
    """Count what one device reads and writes, and a sum for each element that is added up."""
    return (place.work("movement", ops=place.first if place.node.op == "AllReduce" else 0),)


@works("Col2Im")
def columns(place: Place) -> tuple[Work, ...]:
    """Count one sum for each value of the blocks."""
    return (place.work("movement", ops=place.elements(0)),)


@works(
    "ConcatFromSequence Optional OptionalGetElement OptionalHasElement SequenceAt "
    "SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence"
)
def members(place: Place) -> tuple[Work, ...]:
    """Count the tensors that are taken apart or put together; a sequence only refers to them."""
    return (place.work("movement"),)


@works(" ".join(op for _, op in RANDOM))
def chance(place: Place) -> tuple[Work, ...]:
    """Count one operation for each number that is drawn."""
    return (place.work("other", ops=place.first),)


def _looked_up(place: Place, table: int) -> tuple[Work, ...]:
    constant = place.is_constant(table)
    tables = place.read(table)
    others = place.read(*(index for index in range(len(place.node.inputs)) if index != table))
    held, left = place.words(tables), place.first
    # What is looked up twice is read once: more than all of the table never is.
    found = held if not held else None if left is None else min(held, left)
    dequantised = place.node.op == "GatherBlockQuantized"
    return (
        place.work(
            "movement",
            ops=times(left, 2) if dequantised else 0,
            ifmap_elements=plus(found, place.words(others)),
            weight_elements=left if constant else 0,
        ),
    )
