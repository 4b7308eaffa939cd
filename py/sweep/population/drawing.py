"""A network drawn operator by operator; what the reader of files folds is folded here too.

    drawing = Drawing()
    x = drawing.input(1, 3, 32, 32)
    x = drawing.activation(drawing.norm(drawing.conv(x, 16, 3, padding=1)))
    y = drawing.dense(drawing.view(drawing.global_pool(x)), 10)
    layers = drawing.layers(y)

The rule is that of ``py.layers.fold``: an operator of one operand joins the layer that leaves it if
nobody else reads it. So whether a ReLU is a layer of its own depends on what else is drawn, and the
layers are asked for at the end. Results that nobody reads are computed all the same.

Of many equal blocks in a row it is enough to draw the first, one that stands for those in the
middle, and the last::

    x = block(x)
    with drawing.repeated(3):
        x = block(x)
    x = block(x)
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple

from py.layers import Layer
from py.sweep.population import apply
from py.sweep.population.applied import NORM, Applied
from py.sweep.population.folds import (
    ACTIVATIONS,
    NORMS,
    NOTHING,
    VIEWS,
    Drawn,
    check_blocks,
    grouped,
)
from py.sweep.population.network import Network
from py.sweep.population.shapes import Edges, Shape, Sides, shape_of


class Tensor(NamedTuple):
    """A tensor of a drawing; ``maps`` is the shape that feature maps had before they lay flat."""

    place: int
    shape: Shape
    maps: Shape | None = None


class Drawing:
    """Operators in the order in which they were drawn; every method returns what one leaves."""

    def __init__(self, dtype: str = "float32") -> None:
        self.dtype = dtype
        self.drawn: list[Drawn] = []
        self.inputs: list[Tensor] = []
        self.times: list[int] = [1]
        self._tensors = 0
        self._block = 0

    def input(self, *shape: int) -> Tensor:
        """Return an input of the network, the batch first."""
        self.inputs.append(self._tensor(shape_of(shape)))
        return self.inputs[-1]

    def conv(
        self,
        x: Tensor,
        filters: int,
        kernel: Sides,
        *,
        stride: Sides = 1,
        padding: Edges = 0,
        dilation: Sides = 1,
        groups: int = 1,
        bias: bool = False,
    ) -> Tensor:
        """Draw a convolution."""
        found = apply.conv(
            *(x.shape, filters, kernel),
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=bias,
        )
        return self._draw(found, (x,), takes=NORMS)

    def dense(
        self,
        x: Tensor,
        outputs: int,
        *,
        bias: bool = True,
        operator: Literal["Gemm", "MatMul"] = "Gemm",
    ) -> Tensor:
        """Draw a product with constant weights."""
        found = apply.dense(x.shape, outputs, bias=bias, maps=x.maps, operator=operator)
        return self._draw(found, (x,), takes=NORMS)

    def matmul(self, left: Tensor, right: Tensor) -> Tensor:
        """Draw a product of two tensors.

        Raises:
            ValueError: they are the same, or can't be multiplied.
        """
        if left == right:
            raise ValueError("matmul: two different tensors, got one twice")
        return self._draw(apply.matmul(left.shape, right.shape), (left, right), takes=NORMS)

    def norm(self, x: Tensor, operator: str = NORM) -> Tensor:
        """Draw a normalisation."""
        needs = NORMS if operator == NORM else NOTHING
        return self._draw(apply.norm(x.shape, operator), (x,), needs)

    def activation(self, x: Tensor, operator: str = "Relu") -> Tensor:
        """Draw an elementwise operator of one operand."""
        return self._draw(apply.elementwise(operator, x.shape), (x,), ACTIVATIONS)

    def elementwise(self, operator: str, *tensors: Tensor) -> Tensor:
        """Draw an elementwise operator of several operands.

        Raises:
            ValueError: a tensor is there twice, of more than two, or the shapes don't go together.
        """
        each = dict.fromkeys(tensors)
        if len(each) < len(tensors) != 2:
            raise ValueError(f"elementwise: each tensor once in a {operator}, got one twice")
        shapes = [tensor.shape for tensor in each]
        return self._draw(apply.elementwise(operator, *shapes), tensors)

    def zeros(self, x: Tensor) -> Tensor:
        """Draw a tensor's product with the constant 0."""
        return self._draw(apply.scaled(x.shape), (x,), ACTIVATIONS)

    def add(self, *tensors: Tensor) -> Tensor:
        """Draw a sum, two tensors at a time; of one tensor it is that one."""
        here = tensors[0]
        for other in tensors[1:]:
            here = self.elementwise("Add", here, other)
        return here

    def pool(
        self,
        x: Tensor,
        kernel: Sides,
        *,
        of: Literal["avg", "max"] = "max",
        stride: Sides = 1,
        padding: Edges = 0,
    ) -> Tensor:
        """Draw a pooling of windows."""
        return self._draw(apply.pool(x.shape, kernel, of=of, stride=stride, padding=padding), (x,))

    def global_pool(self, x: Tensor, *, of: Literal["avg", "max"] = "avg") -> Tensor:
        """Draw a pooling over the whole of each map."""
        return self._draw(apply.global_pool(x.shape, of=of), (x,))

    def concat(self, tensors: Sequence[Tensor], axis: int = 1) -> Tensor:
        """Draw a concatenation of different tensors.

        Raises:
            ValueError: one is there twice, or the shapes don't go together.
        """
        if len(set(tensors)) < len(tensors):
            raise ValueError("concat: each tensor once, got one twice")
        found = apply.concat(*(tensor.shape for tensor in tensors), axis=axis)
        return self._draw(found, tuple(tensors), takes=VIEWS)

    def view(self, x: Tensor, operator: str = "Flatten") -> Tensor:
        """Draw a view of a tensor."""
        found = apply.view(x.shape, operator)
        drawn = self._draw(found, (x,), VIEWS, takes=VIEWS)
        flat = operator == "Flatten" and len(x.shape) == 4
        return drawn._replace(maps=x.shape if flat else x.maps)

    @contextmanager
    def repeated(self, times: int) -> Iterator[None]:
        """Draw a block that stands for so many equal ones, each of which reads what one left.

        It has to be one in the middle: what goes before it and what comes after it are blocks
        like it, so that what is folded at its ends is what is folded between any two.

        Raises:
            ValueError: less than once, or within another.
        """
        if times < 1 or self._block:
            raise ValueError(f"repeated: once or more, and not within another, got {times}")
        self._block = len(self.times)
        self.times.append(times)
        try:
            yield
        finally:
            self._block = 0

    def network(self, *outputs: Tensor) -> Network:
        """Return the layers, each with how often it is there; ``outputs`` are read from outside.

        Raises:
            ValueError: a repeated block that is all folded into what is before it: how the others
                would be folded, it does not say.
        """
        read = [tensor.place for tensor in outputs]
        groups = grouped(self.drawn, self._tensors, read)
        if len(self.times) > 1:
            check_blocks(self.drawn, groups, read)
        dtype, times = self.dtype, self.times
        found = [
            (lead[0].layer(tuple(names) if names else (), dtype), times[lead[5]])
            for lead, names in zip(groups.leads, groups.then, strict=True)
        ]
        return Network(tuple(found))

    def layers(self, *outputs: Tensor) -> tuple[Layer, ...]:
        """Return the layers of the whole network in order, for drawings with nothing repeated."""
        return tuple(layer for layer, times in self.network(*outputs).layers for _ in range(times))

    def _draw(
        self,
        operator: Applied,
        inputs: Sequence[Tensor],
        needs: int = NOTHING,
        *,
        takes: int = ACTIVATIONS,
    ) -> Tensor:
        result = self._tensors
        self._tensors = result + 1
        places = tuple([tensor[0] for tensor in inputs])
        self.drawn.append(Drawn(operator, places, result, needs, takes, self._block))
        return Tensor(result, operator.result)

    def _tensor(self, shape: Shape) -> Tensor:
        self._tensors += 1
        return Tensor(self._tensors - 1, shape)
