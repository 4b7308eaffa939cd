"""A model on a platform, with a way to read it at other batches and lengths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from py.breakdown import Options, Result, price
from py.breakdown.price import Ahead
from py.errors import JoulegraphError
from py.layers import Choices, Density, Model
from py.layers.read import with_batch
from py.platforms import Platform

Read = Callable[[Choices], Model]
Tell = Callable[[str, float], None]
"""Is told at which of several pricings the work is, and which share of all is done."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A model as it was read, and what it is priced on and with.

    The platform keeps the estimates of layers, so that those alike are priced once in all
    pricings. ``read`` reads the model's file with other choices, without counting the zeros in its
    weights again; None where there is no file, but the layers of a link. ``ahead`` may prepare the
    platform for the layers of each pricing.
    """

    model: Model
    platform: Platform
    options: Options
    read: Read | None = None
    ahead: Ahead | None = field(default=None, repr=False)

    def at_batch(self, batch: int) -> Model:
        """Return the model at another batch: read again, for only the graph knows what scales.

        Raises:
            JoulegraphError: it does not run at this batch.
        """
        if batch == self.model.batch:
            return self.model
        if self.read is None:
            return with_batch(self.model, batch)
        return self.read(replace(self.options.choices, batch=batch))

    def at_sizes(self, dims: Mapping[str, int]) -> Model:
        """Return the model with other sizes of its free dimensions.

        Raises:
            JoulegraphError: ``no-graph`` where there are layers only; what is wrong with a size.
        """
        if self.read is None:
            raise no_graph()
        choices = self.options.choices
        return self.read(replace(choices, dims={**choices.dims, **dims}))

    def price(self, model: Model, tell: Callable[[float], None]) -> Result:
        """Return what the model costs here; ``tell`` hears which share of it is priced."""

        def step(done: int, count: int) -> None:
            tell(done / count)

        density = self._density_of(model)
        options = replace(self.options, density=density, fuse=None)  # what-if is of one result
        return price(model, self.platform, options, step, self.ahead)

    def _density_of(self, model: Model) -> Density | None:
        """Return the zero fractions; those that were counted go with the names of the layers."""
        density = self.options.density
        if density is None or not density.weights or model is self.model:
            return density
        names = [layer.name for layer in self.model.layers]
        counted = dict(zip(names, density.weights, strict=False))
        shares = tuple(counted.get(layer.name) for layer in model.layers)
        return replace(density, weights=shares)


def part_of(tell: Tell, label: str, place: int, count: int) -> Callable[[float], None]:
    """Return what hears the share of the pricing at ``place`` of ``count``, as one of all."""

    def told(share: float) -> None:
        tell(label, (place + share) / count)

    return told


def no_graph() -> JoulegraphError:
    """Return the error for a link or a table where the sizes of a graph would be chosen."""
    return JoulegraphError(
        "no-graph",
        "This is a list of layers, not a graph: the length of its text is settled.",
        "Open the model's ONNX file.",
    )


def refuse_training(optimizer: str | None, why: str) -> None:
    """Refuse a training step where a scenario is of inferences.

    Raises:
        JoulegraphError: ``of-training``.
    """
    if optimizer:
        raise JoulegraphError(
            "of-training",
            f"{why}, and this is a training step with {optimizer}.",
            "Leave the training out.",
        )
